"""What a scan reads and keeps, with the real git and the real semgrep."""

import pytest

from engines.static.cache import NO_CACHE, FileCache
from flows.local.findings import ScanError, scan_paths
from flows.local.rules import rules_of, selected
from tests.flows.local.trees import Tree, weak

RULES = selected(rules_of((), NO_CACHE), ["sql-injection.string-built-query"])


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return FileCache(tmp_path_factory.mktemp("cache") / "cache.sqlite")


@pytest.fixture
def scan(tree, cache):
    def run(*names, **options):
        return scan_paths([tree.folder / name for name in names or ("",)], RULES, cache, **options)

    return run


@pytest.fixture
def tree(tmp_path):
    tree = Tree(tmp_path / "tree")
    tree.write("a.py", weak("colour", "size"))
    tree.write("b/c.py", weak("age"))
    tree.write("README.md", "no code")
    tree.commit()
    return tree


def places(scanned):
    return [(finding.match.file, finding.match.start_line) for finding in scanned.active]


def test_a_folder_is_read_as_a_whole_and_says_what_it_left_out(scan):
    scanned = scan()
    assert places(scanned) == [("a.py", 2), ("a.py", 8), ("b/c.py", 2)]
    assert set(scanned.files) == {"a.py", "b/c.py"}
    assert ("**/*.md", "no_code") in {(skip.subject, skip.reason) for skip in scanned.skips}


def test_folders_and_files_may_be_named_and_overlap(scan):
    assert places(scan("b", "b/c.py")) == [("b/c.py", 2)]
    assert places(scan("a.py")) == [("a.py", 2), ("a.py", 8)]
    assert places(scan("", exclude=["b/"])) == [("a.py", 2), ("a.py", 8)]


def test_outside_of_git_paths_are_relative_to_the_folder_that_holds_all(tmp_path, cache):
    for name in ("x/a.py", "y/b.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(weak("age"))
    scanned = scan_paths([tmp_path / "x", tmp_path / "y" / "b.py"], RULES, cache)
    assert (scanned.root, places(scanned)) == (tmp_path, [("x/a.py", 2), ("y/b.py", 2)])
    with pytest.raises(ScanError, match="--since needs"):
        scan_paths([tmp_path / "x"], RULES, cache, since="HEAD")


def test_since_keeps_what_stands_on_changed_lines(tree, scan):
    tree.write("a.py", weak("colour", "weight"))
    tree.write("new.py", weak("shape"))
    scanned = scan(since="HEAD")
    assert places(scanned) == [("a.py", 8), ("new.py", 2)] and scanned.older == 1
    assert set(scanned.files) == {"a.py", "new.py"}
    assert places(scan(since="HEAD", whole_files=True)) == [("a.py", 2), ("a.py", 8), ("new.py", 2)]
    assert places(scan("b", since="HEAD")) == []


def test_since_keeps_what_a_change_elsewhere_brought_in(tree, scan):
    tree.write("d.py", "def f(db, name):", "    key = int(name)", "    a = 1", "    b = 1", weak("x"))
    text = ["def f(db, name):", "    q = 'select 1'", "    a = 1", "    b = 1", "    c = 1", "    db.execute(q)"]
    tree.write("d.py", *text)
    tree.commit()
    tree.write("d.py", text[0], "    q = 'select ' + name", *text[2:])
    assert places(scan(since="HEAD")) == [("d.py", 6)]


def test_moving_a_file_brings_in_nothing(tree, scan):
    tree("mv", "a.py", "moved.py")
    scanned = scan(since="HEAD")
    assert places(scanned) == [] and scanned.older == 2 and set(scanned.files) == {"moved.py"}


def test_only_a_reason_suppresses(tree, scan):
    lines = weak("colour", "size").splitlines()
    lines[1] += "  # leadline:ignore sql-injection the key is a constant"
    lines[7] += "  # leadline:ignore sql-injection"
    tree.write("a.py", *lines)
    scanned = scan("a.py")
    assert places(scanned) == [("a.py", 8)]
    (left_out,) = [finding for finding in scanned.findings if finding.suppression]
    assert left_out.suppression.reason == "the key is a constant"
    assert [(file, comment.line) for file, comment in scanned.without_reason] == [("a.py", 8)]


def test_severities_are_kept_from_one_on(scan):
    assert places(scan("a.py", severity="high")) and not places(scan("a.py", severity="critical"))
    assert (scan("a.py").less_severe, scan("a.py", severity="critical").less_severe) == (0, 2)
    assert scan("a.py").reaches("high") and not scan("a.py").reaches("critical")


def test_a_folder_without_code_is_not_clean(tmp_path, cache):
    (tmp_path / "a.md").write_text("")
    assert scan_paths([tmp_path], RULES, cache).files == {}
