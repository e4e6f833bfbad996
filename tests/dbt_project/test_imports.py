"""What another analyser reported meets what our engines saw: one release of the library, with a report of CodeQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engines.contract import Match, Target
from engines.imported.sarif import SarifEngine
from flows.warehouse import reading
from tests.dbt_project.build import build
from tests.dbt_project.landing import BUILD, Warehouse, match
from tests.dbt_project.scenario import NEW, OLD, SQLI, land_release


def place(file: str, line: int) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": line, "startColumn": 9}}}


def report(path: Path) -> Path:
    """CodeQL: where `load_loan` builds its statement, two lines above our match; and a place that only it knows."""
    tags = {"tags": ["security", "external/cwe/cwe-089"], "security-severity": "8.8"}
    flow = [{"threadFlows": [{"locations": [{"location": place("app.py", n)} for n in (9, 11)]}]}]
    results = [
        {"ruleId": "py/sql-injection", "locations": [place("store.py", 24)], "codeFlows": flow},
        {"ruleId": "py/sql-injection", "locations": [place("app.py", 26)]},
        {
            "ruleId": "py/unused",
            "level": "note",
            "message": {"text": "never read"},
            "locations": [place("app.py", 27)],
            "partialFingerprints": {"primaryLocationLineHash": "39fa2ee980eb94b0:1"},
            "suppressions": [{"kind": "external", "justification": "read by a template"}],
        },
    ]
    driver = {"name": "CodeQL", "rules": [{"id": "py/sql-injection", "properties": tags}]}
    path.write_text(json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}))
    return path


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release 1.0.0 with CodeQL's report, 1.1.0 without it but with a report of another tool."""
    folder = tmp_path_factory.mktemp("imports")
    warehouse = Warehouse(folder / "warehouse.duckdb")
    land_release(warehouse, OLD)
    ledger = Target(OLD, "ledger", "1.0.0", BUILD, "internal")
    engine = SarifEngine(report(folder / "codeql.sarif"), [ledger], "ledger")
    records = list(engine.run(Target(OLD, "*", "", "", "internal"), ()))
    assert sum(isinstance(record, Match) for record in records) == 3
    warehouse.land(OLD, "imported", "*", *records, engine=engine.name)
    land_release(warehouse, NEW)
    warehouse.land(NEW, "imported", "*", match("web", SQLI, "client.py", 8, "x"), engine="other")
    build(warehouse.path)
    return warehouse.path


def rows(warehouse: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with reading(warehouse) as connection:
        return connection.execute(sql, list(values)).fetchall()


def test_a_report_and_our_own_match_of_one_function_are_one_finding_that_names_both_tools(warehouse: Path) -> None:
    found = rows(
        warehouse,
        """select findings.state, findings.rule_ids, findings.techniques, list_sort(list(distinct evidence.engine))
        from marts.findings join marts.evidence using (release_id, finding_id)
        where release_id = ? and findings.title = 'SQL injection in load_loan' group by all""",
        OLD,
    )
    (one,) = found
    state, rules, techniques, engines = one
    assert state == "confirmed"
    assert rules == ["codeql/py/sql-injection", SQLI]
    assert techniques == ["dynamic", "imported", "static", "trace"]
    assert {"codeql", "static"} <= set(engines)


def test_its_data_flow_is_shown_with_the_finding(warehouse: Path) -> None:
    steps = rows(
        warehouse,
        """select steps.engine, steps.step, steps.file, steps.line
        from marts.match_steps as steps join marts.findings using (release_id, finding_id)
        where release_id = ? and title = 'SQL injection in load_loan' order by all""",
        OLD,
    )
    assert [step for step in steps if step[0] == "codeql"] == [("codeql", 1, "app.py", 9), ("codeql", 2, "app.py", 11)]


def test_importing_a_report_changes_no_identity(warehouse: Path, library: Path) -> None:
    sql = "select finding_id from marts.findings where release_id = ? and title = 'SQL injection in load_loan'"
    assert rows(warehouse, sql, OLD) == rows(library, sql, OLD) != []


def test_what_only_the_report_knows_is_a_finding_of_its_own(warehouse: Path) -> None:
    sql = """select title, kind, severity, techniques, state from marts.findings
        where release_id = ? and techniques = ['imported'] order by title"""
    assert rows(warehouse, sql, OLD) == [
        ("SQL injection in purge", "flaw", "high", ["imported"], "possible"),
        ("py/unused in purge", "bad_practice", "low", ["imported"], "possible"),
    ]


def test_without_a_new_report_of_the_tool_its_findings_are_not_reassessed(warehouse: Path) -> None:
    sql = "select title, tracking from marts.findings where release_id = ? and techniques = ['imported'] order by title"
    assert [row for row in rows(warehouse, sql, NEW) if "purge" in row[0] or "unused" in row[0]] == [
        ("SQL injection in purge", "not_reassessed"),
        ("py/unused in purge", "not_reassessed"),
    ]


def test_what_was_dismissed_in_the_other_tool_is_said_and_stays_open(warehouse: Path) -> None:
    (one,) = rows(
        warehouse,
        """select evidence.summary, origins.fingerprint, origins.suppression, findings.triage
        from marts.match_origins as origins
        join marts.evidence using (release_id, evidence_id)
        join marts.findings on findings.release_id = origins.release_id and findings.finding_id = origins.finding_id
        where origins.suppression is not null""",
    )
    assert one == (
        "never read (dismissed in CodeQL: read by a template)",
        "primaryLocationLineHash=39fa2ee980eb94b0:1",
        "accepted",
        "open",
    )
