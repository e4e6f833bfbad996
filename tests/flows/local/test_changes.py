"""What changed is told by a real git, whatever files are called and whatever their lines look like."""

import pytest

from flows.local.changes import GitError, base_of, changes_since, contents_at, work_tree
from tests.flows.local.trees import Tree


def changes(tree, revision="HEAD"):
    return {change.path: change for change in changes_since(tree.folder, base_of(tree.folder, revision))}


@pytest.fixture
def tree(tmp_path):
    tree = Tree(tmp_path / "tree")
    tree.write("a.py", *range(1, 21))
    tree.write("gone.py", "x")
    tree.write("moved.py", *range(100, 120))
    tree.commit()
    return tree


def test_nothing_changed(tree):
    assert changes(tree) == {}


def test_lines_that_are_new_or_stand_around_a_gap_are_touched(tree):
    tree.write("a.py", 1, "two", 3, 4, *range(8, 15), "added", "added", *range(15, 21))
    change = changes(tree)["a.py"]
    assert change.lines == {2, 4, 5, 12, 13} and change.before == "a.py"
    assert change.touches(1, 2) and not change.touches(6, 11)


def test_staged_unstaged_and_unknown_files_are_changes_but_no_removed_and_ignored_ones(tree):
    tree.write("staged.py", "a", "b", "c")
    tree("add", "staged.py")
    tree.write("unknown/new.py", "x")
    tree.write(".gitignore", "ignored.py")
    tree.write("ignored.py", "x")
    (tree.folder / "gone.py").unlink()
    told = changes(tree)
    assert set(told) == {"staged.py", "unknown/new.py", ".gitignore"}
    assert all(change.before is None and change.touches(999, 999) for change in told.values())


def test_a_renamed_file_changed_only_where_it_changed(tree):
    (tree.folder / "deep").mkdir()
    tree("mv", "moved.py", "deep/here.py")
    tree("mv", "a.py", "b.py")
    tree.write("b.py", "one", *range(2, 21))
    told = changes(tree)
    assert (told["deep/here.py"].before, told["deep/here.py"].lines) == ("moved.py", frozenset())
    assert (told["b.py"].before, told["b.py"].lines) == ("a.py", {1})


def test_lines_that_look_like_headers_are_only_lines(tree):
    tree.write("a.py", "++ b/evil.py", "-- a/evil.py", "@@ -1 +1 @@", *range(4, 21))
    assert {path: change.lines for path, change in changes(tree).items()} == {"a.py": {1, 2, 3}}


@pytest.mark.parametrize("name", ["with space.py", "ta\tb.py", 'quo"te.py', "ümlaut.py", "b/a/b.py"])
def test_names_are_told_as_they_are(tree, name):
    tree.write(name, 1, 2)
    tree.commit()
    tree.write(name, 1, "two")
    assert {path: change.lines for path, change in changes(tree).items()} == {name: {2}}
    assert dict(contents_at(tree.folder, "HEAD", [name, "nowhere.py"])) == {name: b"1\n2\n"}


def test_settings_of_the_user_change_nothing(tree):
    settings = {"diff.noprefix": "true", "diff.external": "false", "color.ui": "always", "diff.context": "9"}
    for name, value in settings.items():
        tree("config", name, value)
    tree.write("a.py", "one", *range(2, 21))
    assert changes(tree)["a.py"].lines == {1}


def test_since_a_branch_counts_from_where_it_was_left(tree):
    tree("checkout", "-q", "-b", "mine")
    tree.write("mine.py", "x")
    tree.commit()
    tree("checkout", "-q", "main")
    tree.write("theirs.py", "x")
    tree.commit()
    tree("checkout", "-q", "mine")
    assert set(changes(tree, "main")) == {"mine.py"}


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD~9"])
def test_a_revision_that_is_none_is_one_sentence(tree, revision):
    with pytest.raises(GitError, match="revision"):
        changes(tree, revision)


def test_the_work_tree_is_found_from_within_and_not_outside(tree, tmp_path):
    (tree.folder / "deep").mkdir()
    assert work_tree(tree.folder / "deep") == tree.folder
    (tmp_path / "outside").mkdir()
    assert work_tree(tmp_path / "outside") is None
