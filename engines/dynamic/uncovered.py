"""Endpoints of which not one attempt was made: said once an endpoint, with the first reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engines.contract import Attempt, Record, Skip, Technique
from engines.dynamic.plan import PlanRow


class Uncovered:
    """Notes the records of a run and tells at its end which endpoints of the plan nobody tried."""

    def __init__(self, rows: Sequence[PlanRow]) -> None:
        self._rows = {row.attempt_id: row for row in rows if row.route}
        self._tried: set[tuple[str, str]] = set()
        self._reasons: dict[tuple[str, str], Skip] = {}

    def note(self, record: Record) -> None:
        """Note an attempt, or the skip of one."""
        if isinstance(record, Attempt):
            self._tried.add((record.method, record.route))
        elif isinstance(record, Skip) and record.subject in self._rows:
            row = self._rows[record.subject]
            self._reasons.setdefault((row.method, row.route), record)

    def skips(self) -> Iterator[Skip]:
        """Yield one skip for each endpoint without any attempt, in plan order."""
        for (method, route), first in self._reasons.items():
            if (method, route) not in self._tried:
                explanation = first.explanation.partition(": ")[2]
                yield Skip(first.service, Technique.DYNAMIC, "endpoint", f"{method} {route}", first.reason, explanation)
