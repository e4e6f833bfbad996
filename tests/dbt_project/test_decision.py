"""What the library's two releases come to: triggers, reasons, decision, plan and gaps."""

from __future__ import annotations

from pathlib import Path

from flows.warehouse import reading
from tests.dbt_project.scenario import NEW, OLD


def select(path: Path, sql: str, *values: object) -> list[tuple]:
    with reading(path) as connection:
        return connection.execute(sql, list(values)).fetchall()


def test_each_trigger_fires_where_the_scenario_says_and_nowhere_else(library: Path) -> None:
    fired = select(
        library,
        """select trigger, service, method, route from marts.manual_tests
        where release_id = ? and trigger <> 'not_assessed' order by all""",
        NEW,
    )
    assert fired == [
        ("changed_endpoint", "web", "GET", "/search"),
        ("new_endpoint", "web", "GET", "/cover"),
        ("new_reach", "web", "GET", "/loans/{id}"),
        ("version_step", "*", "", ""),
    ]


def test_a_baseline_has_no_trigger_that_needs_a_predecessor_and_says_so(library: Path) -> None:
    fired = select(library, "select distinct trigger from marts.manual_tests where release_id = ?", OLD)
    assert fired == [("not_assessed",)]
    notes = select(
        library, "select detail from marts.decision_reasons where release_id = ? and condition = 'baseline'", OLD
    )
    assert len(notes) == 1 and "suppressed" in notes[0][0]


def test_a_confirmed_flaw_blocks_the_baseline_and_is_debt_in_the_next_release(library: Path) -> None:
    decided = dict(select(library, "select release_id, decision from marts.releases"))
    assert decided == {OLD: "block", NEW: "could_not_assess"}
    ((title,),) = select(library, "select title from marts.decision_reasons where outcome = 'block'")
    assert title == "SQL injection in load_loan · ledger · store.py:26"
    debt = select(
        library,
        "select detail from marts.decision_reasons where release_id = ? and condition = 'confirmed_flaw_debt'",
        NEW,
    )
    assert debt == [("SQL injection in load_loan (ledger)",)]


def test_an_engine_that_did_not_run_is_a_reason_of_its_own(library: Path) -> None:
    blind = select(
        library,
        """select title, service from marts.decision_reasons
        where release_id = ? and condition = 'engine_not_run'""",
        NEW,
    )
    assert blind == [("not assessed: dynamic engine dynamic of attic", "attic")]


def test_a_function_with_a_flaw_that_nobody_called_is_a_gap_with_a_request(library: Path) -> None:
    gaps = select(
        library,
        """select service, function, request_curl, request_test from marts.coverage_gaps
        where release_id = ? and gap = 'finding_without_traffic' and function = 'purge'""",
        NEW,
    )
    ((service, _, curl, stub),) = gaps
    assert service == "ledger"
    assert curl.startswith("curl -X 'POST' 'http://127.0.0.1/ledger/purge?")
    compile(stub, "stub", "exec")


def test_the_plan_begins_with_what_would_settle_a_finding(library: Path) -> None:
    first = select(
        library,
        """select service, route, parameter, rule_id, reason from marts.probe_plan
        where release_id = ? and plan_rank = 1""",
        NEW,
    )
    assert first == [
        (
            "web",
            "/cover",
            "url",
            "ssrf.outgoing-request",
            "would confirm or refute a finding of the class on its flows; exposed",
        )
    ]


def test_the_queue_is_cut_at_the_hours_people_have(library: Path) -> None:
    queue = select(library, "select hours, fits from marts.manual_tests where release_id = ? order by queue_rank", NEW)
    hours = 0.0
    for needed, fits in queue:
        hours += needed
        assert fits == (hours <= 6.0)
    assert {fits for _, fits in queue} == {True, False}


def test_a_renamed_function_is_renamed_and_not_new(library: Path) -> None:
    changes = select(
        library,
        """select change, subject from marts.release_changes
        where release_id = ? and subject_kind = 'function' order by all""",
        NEW,
    )
    assert changes == [("changed", "search (app.py)"), ("new", "cover (app.py)"), ("renamed", "make_label (labels.py)")]
