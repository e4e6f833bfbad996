"""Releases that are not complete: nothing landed yet, static analysis alone, an engine that failed."""

from __future__ import annotations

from pathlib import Path

from flows.warehouse import reading, writing
from tests.dbt_project import scenario
from tests.dbt_project.build import build
from tests.dbt_project.landing import Warehouse
from tests.dbt_project.scenario import NEW, OLD


def test_every_model_builds_before_anything_has_landed(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with writing(path):
        pass
    build(path)
    with reading(path) as connection:
        assert connection.execute("select count(*) from intermediate.int_findings__tracked").fetchone() == (0,)


def test_static_alone_gives_findings_and_a_failed_engine_fixes_nothing(tmp_path: Path) -> None:
    """1.0.0 has static analysis alone; in 1.1.0 static analysis failed on web and found all mended in ledger."""
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    scenario.land_release(warehouse, OLD, until="static")
    warehouse.land(NEW, "declare", "*", *scenario.declared(NEW), *scenario.rules())
    warehouse.fail(NEW, "static", "web", "the scanner was not found")
    warehouse.land(NEW, "static", "ledger")
    build(warehouse.path, "--select", "+int_findings__tracked", "--indirect-selection", "cautious")
    with reading(warehouse.path) as connection:
        states = connection.execute(
            f"""select title, state, techniques from intermediate.int_findings__tracked
            where release_id = '{OLD}' order by title"""
        ).fetchall()
        tracked = connection.execute(
            f"""select title, tracking from intermediate.int_findings__tracked
            where release_id = '{NEW}' order by title"""
        ).fetchall()
    assert states == [
        ("Command injection in print_label", "possible", ["static"]),
        ("Command injection in purge", "possible", ["static"]),
        ("Cross-site scripting in search", "possible", ["static"]),
        ("SQL injection in find", "unreached", ["static"]),
        ("SQL injection in load_loan", "possible", ["static"]),
    ]
    assert tracked == [
        ("Command injection in print_label", "fixed"),
        ("Command injection in purge", "fixed"),
        ("Cross-site scripting in search", "not_reassessed"),
        ("SQL injection in find", "not_reassessed"),
        ("SQL injection in load_loan", "fixed"),
    ]
