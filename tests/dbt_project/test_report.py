"""SARIF of an assessed release, from the marts of the library."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from engines.contract import Batch, Match, MatchStep, Target
from engines.imported.sarif import SarifEngine
from flows.decision import NoDecision, newest_release
from flows.sarif.published import release_document
from flows.warehouse import reading
from tests.dbt_project.scenario import NEW, OLD
from tests.flows.sarif.github import check


def results(warehouse: Path, release: str, **options: Any) -> list[dict[str, Any]]:
    """The results of a release's log, which is one that GitHub takes."""
    log = release_document(warehouse, release, **options)
    check(log)
    return log["runs"][0]["results"]


def place(location: dict[str, Any]) -> tuple[str, int]:
    physical = location["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def test_findings_come_by_risk_and_fixed_ones_are_left_out(library: Path) -> None:
    with reading(library) as connection:
        rows = connection.execute(
            """select finding_id from marts.findings where release_id = ? and tracking <> 'fixed'
            order by risk_score desc, finding_id""",
            [NEW],
        ).fetchall()
        fixed = connection.execute("select count(*) from marts.findings where tracking = 'fixed'").fetchone()
    found = results(library, NEW)
    assert [one["partialFingerprints"]["leadline/v1"] for one in found] == [row[0] for row in rows]
    assert [one["rank"] for one in found] == sorted((one["rank"] for one in found), reverse=True)
    assert fixed == (1,)


def test_a_code_flow_goes_from_the_endpoint_across_services_to_the_line(library: Path) -> None:
    (loan,) = [one for one in results(library, NEW) if one["ruleId"] == "sql-injection" and one["rank"] > 50]
    assert place(loan["locations"][0]) == ("ledger/store.py", 29)
    observed, reported = [flow["threadFlows"][0]["locations"] for flow in loan["codeFlows"]]
    assert [place(step["location"]) for step in observed] == [
        ("web/app.py", 10),
        ("web/app.py", 10),
        ("web/client.py", 5),
        ("ledger/app.py", 8),
        ("ledger/app.py", 8),
        ("ledger/store.py", 23),
        ("ledger/store.py", 29),
    ]
    told = [step["location"]["message"]["text"] for step in observed]
    assert told[0] == "GET /loans/{id} of web, id enters (seen 7 times)"
    assert "select * from loans" in told[-1]
    assert [place(step["location"]) for step in reported] == [("ledger/app.py", 9), ("ledger/store.py", 29)]


def test_a_finding_keeps_its_fingerprint_in_the_next_release(library: Path) -> None:
    def fingerprint(release: str) -> str:
        (loan,) = [r for r in results(library, release) if r["ruleId"] == "sql-injection" and r["rank"] > 50]
        return loan["partialFingerprints"]["primaryLocationLineHash"]

    assert fingerprint(OLD) == fingerprint(NEW)


def test_paths_are_those_of_the_checkout_where_it_is_known(library: Path) -> None:
    folders = {"web": "services/web", "ledger": "."}
    found = {place(one["locations"][0])[0] for one in results(library, NEW, folders=folders)}
    assert {"services/web/app.py", "store.py", "attic/old.py"} <= found


def test_what_people_dismissed_is_suppressed_with_who_and_why_and_comes_last(library: Path, tmp_path: Path) -> None:
    copy = tmp_path / "published.duckdb"
    shutil.copy(library, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            """update marts.findings set triage = 'false_positive', triage_author = 'dana', triage_reason = 'fixed text'
            where release_id = ? and title = 'SQL injection in load_loan'""",
            [NEW],
        )
    last = results(copy, NEW)[-1]
    assert last["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "false_positive by dana: fixed text"}
    ]


def test_what_could_not_be_assessed_is_said(library: Path) -> None:
    (run,) = release_document(library, NEW)["runs"]
    notes = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert any("attic" in note and "missing" in note for note in notes)
    assert run["properties"]["decision"] and run["automationDetails"]["id"] == "leadline/library/1.1.0"


def test_a_published_report_comes_back_through_the_importer(library: Path, tmp_path: Path) -> None:
    log = release_document(library, NEW)
    path = tmp_path / "report.sarif"
    path.write_text(json.dumps(log))
    counts = {Match: 0, MatchStep: 0}
    for one in SarifEngine(path).run(Target("", "*", "", "", "internal"), ()):
        kind = one.record_type if isinstance(one, Batch) else type(one)
        if kind in counts:
            counts[kind] += one.rows.num_rows if isinstance(one, Batch) else 1
    steps = [
        s for r in log["runs"][0]["results"] for f in r.get("codeFlows", []) for s in f["threadFlows"][0]["locations"]
    ]
    assert counts == {Match: len(log["runs"][0]["results"]), MatchStep: len(steps)}


def test_the_newest_release_is_the_one_assessed_last(library: Path, tmp_path: Path) -> None:
    assert newest_release(library) in (OLD, NEW)
    with pytest.raises(NoDecision, match="nothing has been published"):
        newest_release(tmp_path / "none")
