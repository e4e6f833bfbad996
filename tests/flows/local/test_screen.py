"""What a person sees: the code with a mark at the place, why, the fix, and in how much was looked."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from engines.contract import Match, MatchStep, Skip
from engines.rules.loader import load_rules
from engines.static.files import SourceFile
from flows.local.finding import Finding, Opening
from flows.local.findings import Scanned
from flows.local.screen import show, show_rule
from flows.local.suppressions import Suppression

RULE = next(rule for rule in load_rules() if rule.id == "sql-injection.string-built-query")
LINES = ["def f(db, ä):", "\tq = 1", '\tdb.execute("ä" + x)  # \x1b[31m', "", 'password = "hunter2hunter2"']


def finding(line=3, columns=(13, 21), suppression=None, language="python"):
    place = ("", "", RULE.id, "a.py", line, columns[0], line, columns[1])
    return Finding(Match(*place, LINES[line - 1], "", "Put  together.", True), RULE, language, (), suppression)


def seen(*findings, files=True, threshold="low", all_skips=False, color=False, **rest):
    content = "\n".join(LINES).encode()
    scanned = Scanned(rest.pop("root"), rest.pop("since", None), list(findings), **rest)
    scanned.files = {"a.py": SourceFile("a.py", "python", content)} if files else {}
    out = io.StringIO()
    show(Console(file=out, width=80, highlight=False, force_terminal=color), scanned, threshold, all_skips)
    return out.getvalue()


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_mark_is_under_the_place_whatever_tabs_and_letters_are_before_it(root):
    lines = seen(finding(), root=root).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("     3 │ "))
    assert lines[at].index('"ä" + x') == lines[at + 1].index("^")
    assert lines[at + 1].count("^") == len('"ä" + x')


def test_it_says_where_what_why_and_how_to_mend_it(root):
    text = seen(finding(), root=root)
    assert text.startswith("a.py\n  3:13  high  ") and "CWE-89" in text
    assert "why Put together." in text
    assert "fix connection.execute(" in text
    assert f"leadline rules show {RULE.id}" in text and RULE.references[0] in text
    assert not any(line.endswith(" ") for line in text.splitlines() if "│" not in line)


def test_without_a_fix_for_the_language_the_remedy_is_told(root):
    assert "remedy Keep the statement constant" in " ".join(seen(finding(language="cobol"), root=root).split())


def test_nothing_of_the_source_steers_the_terminal_and_secrets_stay_hidden(root):
    text = seen(finding(), finding(5, (12, 28)), root=root, color=True)
    assert "\x1b[31m  #" not in text and "# \x1b[31m" not in text
    assert "hunter2" not in text


def test_no_findings_and_nothing_scanned_never_look_alike(root):
    clean, nothing = seen(root=root), seen(root=root, files=False)
    assert clean.startswith("No findings: 1 file scanned")
    assert nothing.startswith("Nothing was scanned") and "No findings" not in nothing
    assert "since HEAD" in seen(root=root, files=False, since="HEAD")


def test_findings_that_were_not_asked_for_are_not_called_none(root):
    text = seen(root=root, less_severe=3)
    assert text == "No findings of that severity: 1 file scanned, 3 less severe left out, 0.0 s\n"


def test_the_last_line_counts(root):
    comment = Suppression(3, (RULE.id,), "why not", False)
    skips = [Skip("", "static", "file", name, "too_large", "Large.") for name in "bcdef"]
    skips.append(Skip("", "static", "file", "**/*.md", "no_code", "9 files: documents."))
    text = seen(finding(), finding(suppression=comment), root=root, older=4, skips=skips, seconds=1.23)
    *_, skipped, last = text.splitlines()
    assert skipped == "not read, too large: b, c, d and 2 more (--skipped names them): Large"
    assert last == (
        "1 finding (1 high): 1 file scanned, 5 not read, 1 suppressed, 4 older where nothing changed, 1.2 s"
    )
    assert "no code: **/*.md: 9 files" in seen(root=root, skips=skips, all_skips=True)


def test_what_a_rule_leaves_out_is_no_file_that_was_not_read(root):
    skips = [
        Skip("", "static", "rule", RULE.id, "excluded_paths", "Its `paths` leave out 2 files."),
        Skip("", "static", "rule", "own.rule", "invalid_rule", "No pattern."),
    ]
    assert seen(root=root, skips=skips).splitlines() == [
        "invalid rule: own.rule: No pattern",
        "No findings: 1 file scanned, 0.0 s",
    ]
    told = seen(root=root, skips=skips, all_skips=True)
    assert f"excluded paths: {RULE.id}: Its `paths` leave out 2 files." in told and "not read" not in told


def test_a_suppression_without_reason_is_told(root):
    text = seen(finding(), root=root, without_reason=[("a.py", Suppression(3, (), "", False))])
    assert "a.py:3: leadline:ignore gives no reason, so it does not count." in text


def test_a_rule_is_shown_so_that_one_can_learn_from_it():
    out = io.StringIO()
    show_rule(Console(file=out, width=80), RULE)
    text = out.getvalue()
    for part in (
        RULE.id,
        "CWE-89",
        "Why",
        "Remedy",
        "Fix in python",
        "Found, for example",
        "Not found",
        *RULE.references,
    ):
        assert part in text


def test_a_rule_is_explained_once(root):
    text = seen(finding(), finding(), root=root)
    why = " ".join(text.split())
    assert why.count("so a value with a quote in it becomes part of the statement") == 1
    assert why.count("Put together.") == 2 and why.count("fix connection.execute(") == 2
    assert text.count(f"leadline rules show {RULE.id}") == 1


def test_the_way_of_the_data_is_shown_and_a_long_one_by_its_ends(root):
    steps = [step(0, number, "a.py" if number else "b.py") for number in range(9)] + [step(1, 0, "c.py")]
    found = replace(finding(), steps=tuple(steps))
    text = seen(found, root=root)
    assert "   flow b.py:1: says 0\n        line 2: says 1\n" in text
    assert "        … 3 more steps\n" in text and "        line 9: says 8\n" in text
    assert "says 4" not in text and "c.py" not in text


def step(flow, number, file):
    place = ("", "", RULE.id, "a.py", 3, 13)
    return MatchStep(*place, flow, number, file, number + 1, 1, f"says {number}")


def test_doubt_stands_beside_the_severity(root):
    doubted = replace(finding(), rule=replace(RULE, confidence="low"))
    assert "  3:13  high, low confidence  SQL" in seen(doubted, root=root)
    assert "confidence" not in seen(finding(), root=root)


def test_the_endpoints_that_lead_there_are_named_the_sure_ones_first(root):
    sure = [Opening("GET", f"/{name}", False) for name in "abcd"]
    likely = (Opening("POST", "/e", True),)
    assert "   from GET /a, GET /b, GET /c and 1 more\n" in seen(
        replace(finding(), openings=(*sure, *likely)), root=root
    )
    assert "   from POST /e: likely, through a call" in seen(replace(finding(), openings=likely), root=root)
    assert "   from" not in seen(finding(), root=root)


def test_what_other_rules_found_at_the_place_is_named(root):
    assert "also sql-injection.other" in seen(replace(finding(), also=("sql-injection.other",)), root=root)


def test_a_file_that_was_read_in_part_is_counted_once(root):
    skips = [Skip("", "static", "file", name, "timeout", "Too long.") for name in ("a.py", "b.py")]
    *_, whole, part, last = seen(root=root, skips=skips).splitlines()
    assert (whole, part) == ("not read, timeout: b.py: Too long", "read in part, timeout: a.py: Too long")
    assert last == "No findings: 1 file scanned, 1 of them in part, 1 not read, 0.0 s"


def test_a_rule_can_be_shown_for_one_language():
    out = io.StringIO()
    show_rule(Console(file=out, width=80, highlight=False), RULE, "java")
    assert out.getvalue().count("Fix in ") == 1 and "Fix in java" in out.getvalue()
    assert "Found, for example (java)" in out.getvalue() and "Not found (java)" in out.getvalue()
