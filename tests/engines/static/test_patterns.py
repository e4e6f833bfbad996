"""Patterns cover what git's do, in bounded time."""

import time

import pytest

from engines.static.patterns import Attributes, matcher, matches_any


@pytest.mark.parametrize(
    ("pattern", "covered", "others"),
    [
        ("*.py", ["a.py", "b/c.py"], ["a.pyc", "py"]),
        ("tests/", ["tests", "a/tests/b.py"], ["mytests/a.py"]),
        ("/docs", ["docs/a.py"], ["a/docs/b.py"]),
        ("src/*.py", ["src/a.py"], ["src/b/c.py", "x/src/a.py"]),
        ("src/**/gen", ["src/gen/a.py", "src/a/b/gen"], ["gen/a.py"]),
        ("**/gen/*.go", ["gen/a.go", "a/b/gen/a.go"], ["gen/b/a.go"]),
        ("a/**", ["a/b", "a/b/c.py"], ["b/a/c"]),
        ("v[0-9]?.py", ["v1x.py"], ["vax.py", "v1.py"]),
        ("[!a]b.py", ["cb.py"], ["ab.py"]),
        ("a+(b).py", ["a+(b).py"], ["aa(b).py"]),
        ("[z-a]", [], ["z"]),
        ("", [], ["", "a"]),
    ],
)
def test_patterns_cover_what_gits_do(pattern, covered, others):
    expression = [matcher(pattern)]
    assert [path for path in covered if not matches_any(path, expression)] == []
    assert [path for path in others if matches_any(path, expression)] == []


def test_a_pattern_counts_from_the_folder_where_it_stands():
    assert matches_any("a/src/b.py", [matcher("src/*.py", "a")])
    assert not matches_any("src/b.py", [matcher("src/*.py", "a")])


def test_a_hostile_pattern_costs_no_time():
    start = time.monotonic()
    assert not matches_any("a/" * 500 + "b", [matcher("**/a" * 200 + "/c")])
    assert time.monotonic() - start < 1


def test_the_last_word_of_the_attributes_counts():
    attributes = Attributes()
    attributes.read("# a comment\n*.go linguist-generated text=auto\n!x linguist-generated\n", "")
    attributes.read("*.go linguist-generated=false linguist-vendored\n", "mine")
    assert attributes.of("a.go") == {"generated": True}
    assert attributes.of("mine/a.go") == {"generated": False, "vendored": True}
    assert attributes.of("a.py") == {}
