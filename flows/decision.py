"""What was decided, read from the published marts: for the terminal, the exit status, the artifact and machines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.warehouse import reading

WORDS = {
    "ship": "SHIP",
    "test_by_hand": "TEST BY HAND FIRST",
    "block": "BLOCK",
    "could_not_assess": "COULD NOT ASSESS",
}
EXIT_STATUS = {"ship": 0, "test_by_hand": 10, "block": 20, "could_not_assess": 30}


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the decision."""

    outcome: str
    kind: str
    title: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of one release with all its reasons."""

    release_id: str
    decision: str
    exit_status: int
    risk_score: float
    risk_change: float | None
    uncertainty: float
    reasons: tuple[Reason, ...]


class NoDecision(LookupError):
    """The published file holds no such release."""


def read_decision(published: Path, release_id: str) -> Decision:
    """Read the decision of a release.

    Raises:
        NoDecision: nothing is published, or not this release.
    """
    if not published.exists():
        raise NoDecision("nothing has been published yet; run `leadline release leadline.yaml` first")
    with reading(published) as connection:
        rows = select(connection, "select * from marts.releases where release_id = ?", release_id)
        if not rows:
            known = [r["release_id"] for r in select(connection, "select release_id from marts.releases order by 1")]
            raise NoDecision(f"no release {release_id!r} has been assessed; known: {', '.join(known) or 'none'}")
        reasons = select(
            connection,
            """select outcome, kind, title, coalesce(detail, '') as detail, coalesce(remedy, '') as remedy
            from marts.decision_reasons where release_id = ? order by reason_rank""",
            release_id,
        )
    release = rows[0]
    return Decision(
        release_id=release_id,
        decision=release["decision"],
        exit_status=EXIT_STATUS[release["decision"]],
        risk_score=release["risk_score"],
        risk_change=release["risk_change"],
        uncertainty=release["uncertainty"],
        reasons=tuple(Reason(**reason) for reason in reasons),
    )


def newest_release(published: Path) -> str:
    """Return the id of the release that was assessed last.

    Raises:
        NoDecision: nothing is published.
    """
    if published.exists():
        with reading(published) as connection:
            if rows := select(
                connection, "select release_id from marts.releases order by assessed_at desc, 1 desc limit 1"
            ):
                return rows[0]["release_id"]
    raise NoDecision("nothing has been published yet; run `leadline release leadline.yaml` first")


def select(connection: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries."""
    cursor = connection.execute(sql, list(values))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
