"""A comment suppresses what it names, near where it stands, and only with a reason."""

import pytest

from flows.local.suppressions import Suppression, suppressions

RULE = "sql-injection.string-built-query"


def only(text):
    (found,) = suppressions(text)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "run(x)  # leadline:ignore sql-injection the table is a constant",
        "run(x);  // leadline:ignore sql-injection the table is a constant",
        "(run x) ;; leadline:ignore sql-injection the table is a constant",
        "/* leadline:ignore sql-injection the table is a constant */",
        "<!-- leadline:ignore sql-injection the table is a constant -->",
        "-- leadline:ignore sql-injection: the table is a constant",
    ],
)
def test_it_stands_in_a_comment_of_any_language(line):
    found = only(line)
    assert (found.rules, found.reason) == (("sql-injection",), "the table is a constant")


def test_a_text_is_no_comment():
    assert list(suppressions('say("leadline:ignore sql-injection because")')) == []
    assert list(suppressions("x = 1")) == []


@pytest.mark.parametrize("rules", [RULE, "sql-injection", f"path-traversal,{RULE}"])
def test_it_names_rules_or_their_class(rules):
    assert only(f"run(x)  # leadline:ignore {rules} why").covers(RULE, 1, 1)
    assert not only("run(x)  # leadline:ignore sql why").covers(RULE, 1, 1)


def test_it_speaks_of_its_own_lines_and_alone_on_a_line_of_the_next():
    behind = only("\nrun(x)  # leadline:ignore sql-injection why\n")
    assert behind.covers(RULE, 1, 3) and behind.covers(RULE, 2, 2)
    assert not behind.covers(RULE, 3, 3)
    above = only("\n    # leadline:ignore sql-injection why\n")
    assert above.covers(RULE, 3, 4) and not above.covers(RULE, 4, 4)


@pytest.mark.parametrize("ending", ["", " ", " */"])
def test_without_a_reason_it_is_told_as_such(ending):
    assert only(f"// leadline:ignore sql-injection{ending}") == Suppression(1, ("sql-injection",), "", True)
    assert only("// leadline:ignore").rules == ()
