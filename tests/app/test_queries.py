"""What the pages ask of the published file."""

from __future__ import annotations

import inspect
import time

import pytest

from app import queries
from app.queries import Unpublished
from tests.app import published as fixture
from tests.app.contract import MARTS

NEW, OLD = fixture.NEW, fixture.OLD


def test_the_newest_release_comes_first(published):
    assert [row["release_id"] for row in queries.releases()] == [NEW, OLD]


def test_reasons_come_grouped_and_know_the_state_of_their_finding(published):
    found = queries.reasons(NEW)
    outcomes = [row["outcome"] for row in found]
    assert list(dict.fromkeys(outcomes)) == ["block", "test_by_hand", "could_not_assess", "note"]
    assert outcomes == sorted(outcomes, key=list(dict.fromkeys(outcomes)).index)
    assert found[0]["state"] == "confirmed"
    assert len(found) == len(fixture.reasons(NEW))  # the join adds and loses nothing


def test_filters_bind_what_they_are_given(published):
    assert queries.finding_count(NEW) == 9
    assert queries.finding_count(NEW, state="confirmed") == 2
    assert queries.finding_count(NEW, state="confirmed", service="portal") == 1
    assert queries.finding_count(NEW, service="' or true --") == 0


def test_findings_are_paged_by_risk(published):
    pages = [queries.findings(NEW, 4, offset) for offset in (0, 4, 8)]
    ids = [row["finding_id"] for page in pages for row in page]
    assert len(set(ids)) == 9
    risks = [row["risk_score"] for page in pages for row in page]
    assert risks == sorted(risks, reverse=True)


def test_a_fix_group_holds_each_finding_once(published):
    groups = queries.fix_groups(NEW, 50)
    assert sum(group["findings"] for group in groups) == queries.finding_count(NEW)
    assert groups[0]["fix_groups"] == len(groups)
    members = [row["finding_id"] for group in groups for row in queries.fix_group(NEW, group["fix_group_id"])]
    assert sorted(members) == sorted(row["finding_id"] for row in fixture.findings(NEW))


def test_every_query_runs_on_the_contract_alone(published):
    """Each public query, called with the newest release and nothing found or filtered."""
    given = {"release": NEW, "finding_id": "f-sql", "limit": 10, "subject_kind": "finding", "subject_id": "f-sql"}
    given |= {"fix_group_id": "fix-f-sql", "service": "portal", "technique": None, "status": None,
              "endpoint_id": "portal GET /search"}  # fmt: skip
    for name in set(queries.__all__) - {"Row", "Unpublished"}:
        call = getattr(queries, name)
        needed = [
            parameter.name
            for parameter in inspect.signature(call).parameters.values()
            if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
        ]
        assert call(**{key: given[key] for key in needed}) is not None, name


def test_a_republish_is_seen_by_the_next_query(published):
    marts = fixture.tables()
    marts["releases"].append(
        marts["releases"][1] | {"release_id": "ferry-3.0.0", "assessed_at": fixture.NOW.replace(day=9)}
    )
    fixture.write(published, marts)
    assert queries.releases()[0]["release_id"] == "ferry-3.0.0"


def test_the_file_is_never_written(published):
    with pytest.raises(Exception, match="read-only"):
        queries.published.rows("delete from marts.releases")


def test_a_missing_mart_is_one_sentence(published):
    import duckdb

    with duckdb.connect(str(published)) as connection:
        connection.execute("drop table marts.rules")
    with pytest.raises(Unpublished, match="publish it again"):
        queries.rules()


def test_queries_stay_under_their_budget_at_ten_thousand_findings(published):
    fixture.write(published, fixture.tables(more_findings=10_000))
    for call in (
        lambda: queries.findings(NEW, 50, 5000),
        lambda: queries.fix_groups(NEW, 50),
        lambda: queries.reasons(NEW),
    ):
        best = min(_timed(call) for _ in range(3))
        assert best < 0.3


def _timed(call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def test_the_contract_names_every_mart_that_a_query_reads():
    import re
    from pathlib import Path

    folder = Path(inspect.getfile(queries)).parent
    read = {mart for path in folder.glob("*.py") for mart in re.findall(r"marts\.(\w+)", path.read_text())}
    assert read and read <= set(MARTS)
