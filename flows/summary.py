"""A machine-readable summary of releases: what `--json FILE` writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.decision import read_decision, select
from flows.warehouse import reading


def summarise(published: Path, release_ids: list[str], seconds: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Return per release: decision, findings by state, gaps, triggers, scores, seconds a stage, requests sent."""
    return {"releases": [_release(published, r, seconds.get(r, {})) for r in release_ids]}


def _release(published: Path, release_id: str, seconds: dict[str, float]) -> dict[str, Any]:
    decision = read_decision(published, release_id)
    with reading(published) as connection:

        def rows(sql: str) -> list[dict[str, Any]]:
            return select(connection, sql, release_id)

        return {
            "release_id": release_id,
            "decision": decision.decision,
            "exit_status": decision.exit_status,
            "risk_score": decision.risk_score,
            "uncertainty": decision.uncertainty,
            "reasons": [
                {"outcome": r.outcome, "kind": r.kind, "title": r.title, "detail": r.detail} for r in decision.reasons
            ],
            "findings_by_state": {
                r["state"]: r["findings"]
                for r in rows(
                    """select state, count(*) as findings from marts.findings
                    where release_id = ? and tracking <> 'fixed' group by state order by state"""
                )
            },
            "findings_by_tracking": {
                r["tracking"]: r["findings"]
                for r in rows(
                    """select tracking, count(*) as findings from marts.findings
                    where release_id = ? group by tracking order by tracking"""
                )
            },
            "findings": rows(
                """select finding_id, service, weakness_class, title, state, tracking, triage, file, line, function,
                    method, route, parameter, techniques, risk_score
                from marts.findings where release_id = ? order by risk_score desc, finding_id"""
            ),
            "gaps": rows(
                """select gap, service, title, method, route, function, file, line, risk_score
                from marts.coverage_gaps where release_id = ? order by risk_score desc, gap, title"""
            ),
            "triggers": rows(
                """select trigger, service, method, route, subject, figures, status, fits
                from marts.manual_tests where release_id = ? order by queue_rank"""
            ),
            "scores": rows("select * exclude (release_id) from marts.scores where release_id = ? order by scope"),
            "requests_sent": {
                "probes": _count(rows, "marts.probes"),
                "fuzz_cases": _count(rows, "raw.fuzz_cases"),
            },
            "spans_recorded": rows(
                """select service, exerciser, sum(spans)::bigint as spans
                from raw.traced_services where release_id = ? group by all order by all"""
            ),
            "not_deployed": [
                r["service"]
                for r in rows(
                    "select service from raw.services where release_id = ? and base_url is null order by service"
                )
            ],
            "seconds": {stage: round(value, 2) for stage, value in seconds.items()},
        }


def _count(rows: Any, table: str) -> int:
    return rows(f"select count(*) as n from {table} where release_id = ?")[0]["n"]
