"""The pieces that pages share."""

from datetime import UTC, datetime, timedelta

from app.components import Column, ago, badge, located, number, state_badge, why_nothing
from app.vocabulary import COVERAGE, DECISIONS, ENGINE_STATES, STATES, mark, people, words


def test_a_badge_never_speaks_by_colour_alone():
    for marks in (STATES, DECISIONS, ENGINE_STATES, COVERAGE):
        for chosen in marks.values():
            assert chosen.icon in badge(chosen) and chosen.word in badge(chosen)
        assert len({(m.icon, m.word) for m in marks.values()}) == len(marks)


def test_an_unknown_state_reads_as_itself():
    assert mark(STATES, "half_known").word == "half known"
    assert mark(STATES, None).word == "unknown"


def test_a_finding_that_is_gone_does_not_read_as_confirmed():
    assert "fixed" in state_badge({"state": "confirmed", "tracking": "fixed"})
    assert "confirmed" in state_badge({"state": "confirmed", "tracking": "new"})


def test_times_are_relative_with_the_exact_one_on_hover():
    at = datetime.now(UTC) - timedelta(minutes=5, seconds=10)
    assert ">5 min ago<" in ago(at) and f'title="{at:%Y-%m-%d %H:%M:%S} UTC"' in ago(at)
    assert ago(at.replace(tzinfo=None)) == ago(at)  # naive times are UTC
    assert "3 d ago" in ago(datetime.now(UTC) - timedelta(days=3, hours=1))
    assert "–" in ago(None)


def test_numbers_and_places():
    assert number(12345.6) == "12,346" and number(None) == "–" and number(0.256, 2) == "0.26"
    assert located({"file": "a.py", "line": 3}) == "a.py:3"
    assert located({"file": None, "line": 3}) == ""
    assert people(["qa", "dast"]) == "QA, DAST" and words("new_endpoint") == "new endpoint"


def test_a_column_is_a_key_or_a_function():
    assert Column("", "a").of({"a": 1}) == 1
    assert Column("", lambda row: row["a"] + 1).of({"a": 1}) == 2


def test_an_absence_is_explained_by_who_looked_and_who_did_not():
    engines = [
        {"technique": "static", "service": "a", "status": "complete", "reason": None, "rows": 400},
        {"technique": "static", "service": "b", "status": "complete", "reason": None, "rows": 12},
        {"technique": "dynamic", "service": "a", "status": "failed", "reason": "it died", "rows": 0},
    ]
    told = why_nothing([*engines, engines[0] | {"technique": "inventory"}])
    assert "inventory" not in told  # it looks for no flaw
    assert "no findings from static (2 services, 412 rows)" in told
    assert "failed" in told and "dynamic on a: it died" in told
    assert "not assessed" in why_nothing([])
