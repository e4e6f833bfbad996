"""One file → its facts, whatever happens."""

import time

import pytest

from engines.static.files import SourceFile
from engines.static.reading.facts import decode, encode
from engines.static.reading.read import read_file


def read(source: str, language: str = "python", path: str = "shop/orders.py"):
    """The facts of a source."""
    return read_file(SourceFile(path, language, source.encode()))


def test_facts_can_be_kept():
    facts = read(
        "import a\n\n@a.b('x')\ndef f(x: int = 3):\n    y = {'k': [f'{x}', lambda: 1]}\n    return a.c(x, *y)\n"
    )
    assert facts.definitions[1].returns and decode(encode(facts)) == facts


def test_a_file_with_an_error_is_read_as_far_as_possible():
    facts = read("def good(a):\n    return helper(a)\n\n\ndef bad(:\n    pass\n\n\ndef also_good():\n    return 1\n")
    assert {"good", "also_good"} <= {each.name for each in facts.definitions}
    (fault,) = facts.faults
    assert (fault.reason, fault.line) == ("partly_parsed", 5) and "line 5" in fault.explanation


def test_what_is_no_source_is_unparsable():
    facts = read("}{ ]] ((( %% ??\n" * 50)
    assert [fault.reason for fault in facts.faults] == ["unparsable"]
    assert len(facts.definitions) == 1 and not facts.calls


def test_a_language_without_a_folder_is_one_definition():
    facts = read("program a;\nbegin\nend.\n", "pascal", "jobs/nightly.pas")
    (whole,) = facts.definitions
    assert (whole.kind, whole.qualified_name, whole.start_line, whole.end_line) == ("module", "nightly", 1, 3)
    assert [fault.reason for fault in facts.faults] == ["whole_file"] and "pascal" in facts.faults[0].explanation
    assert whole.body_hash != read("program b;\nbegin\nend.\n", "pascal", "jobs/nightly.pas").definitions[0].body_hash


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 3_000 + "1" + ")" * 3_000,
        "x = " + "f(" * 3_000 + "1" + ")" * 3_000,
        "x = " + "a" + ".b()" * 3_000,
        "x = " + " + ".join(["'a'"] * 3_000),
        "x = " + ("(" + "'a' + " * 59) * 60 + "b" + ")" * 60,
        "x = " + "f(" * 60 + " + ".join(["a.b"] * 200) + ")" * 60,
        "x = " + "[" * 3_000 + "]" * 3_000,
        "".join("    " * depth + "def f():\n" for depth in range(300)) + "    " * 300 + "pass\n",
        "x = " + "lambda: " * 2_000 + "1",
        "@" + "a." * 3_000 + "b\ndef f(): pass\n",
    ],
    ids=["brackets", "calls", "chain", "sum", "sums", "sum in calls", "lists", "functions", "lambdas", "members"],
)
def test_depth_is_bounded(source):
    facts = read(source)
    assert facts.definitions and decode(encode(facts)) == facts


def test_an_empty_file():
    facts = read("")
    assert len(facts.definitions) == 1 and not facts.faults


def test_a_sign_missing_between_nodes_is_no_fault():
    """The grammar of Kotlin wants the end of a line before `}`, but loses nothing without it."""
    facts = read_file(SourceFile("a.kt", "kotlin", b"object A : B { fun one() = 1 }"))
    assert [d.qualified_name for d in facts.definitions[1:]] == ["A", "A.one"] and not facts.faults


@pytest.mark.parametrize(
    "source",
    ["x = a" + ".b()" * 10_000, "a" + ".b" * 10_000, "@a\n" * 10_000 + "def f(): pass", "def f(): pass\n" * 5_000],
    ids=["chain", "members", "decorators", "one name"],
)
def test_hostile_sources_take_no_more_than_their_length(source):
    started = time.process_time()
    assert read(source).definitions
    assert time.process_time() - started < 5
