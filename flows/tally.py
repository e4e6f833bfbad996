"""What an engine tells of a file, counted while it passes by: for whoever imports it, before it is seen anywhere."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

from engines.contract import Batch, CallPath, Engine, Quarantined, Record, Skip, TracedService
from engines.trace.engine import TraceEngine

_REASONS = 20  # of quarantine that are told apart
_EXAMPLE = 200  # characters of a quarantined record
_VARIABLE = re.compile(
    r"'[^']*'|\"[^\"]*\"|\b[0-9a-f]{8,}\b|\d+"
)  # what differs between records refused for one reason


class Tally:
    """Counts the records of engines, and batches of them. `of` passes them on, `told` returns what was counted."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._quarantined: dict[str, dict[str, Any]] = {}
        self._untold: dict[tuple[str, str], dict[str, str]] = {}
        self._services: Counter[str] = Counter()  # spans
        self._endpoints: set[tuple[str, str, str]] = set()
        self._sinks: Counter[str] = Counter()  # call paths that end there, by kind
        self._traces: int | None = None  # None: the file is none of traces

    def of(self, engine: Engine, observed: Iterator[Record | Batch]) -> Generator[Record | Batch]:
        """Yield what an engine yields, and count it."""
        with contextlib.closing(observed):
            for item in observed:
                if isinstance(item, Batch):
                    self._rows[item.record_type.TABLE] += item.rows.num_rows
                    self._note_rows(item)
                else:
                    self._rows[item.TABLE] += 1
                    self._note(item)
                yield item
        if isinstance(engine, TraceEngine):
            self._traces = (self._traces or 0) + engine.traces

    def told(self) -> dict[str, Any]:
        """Return counts and names; what only traces have is left out of anything else."""
        traced = {
            "traces": self._traces,
            "spans": self._services.total(),
            "services": sorted(self._services),
            "endpoints": [
                dict(zip(("service", "method", "route"), each, strict=True)) for each in sorted(self._endpoints)
            ],
            "sinks": dict(self._sinks.most_common()),
        }
        return {
            **(traced if self._traces is not None else {}),
            "quarantined": sorted(self._quarantined.values(), key=lambda each: -each["count"]),
            "untold": list(self._untold.values()),
            "rows": {table: count for table, count in self._rows.items() if count},
        }

    def _note(self, record: Record) -> None:
        if isinstance(record, Quarantined):
            alike = _VARIABLE.sub("…", record.reason)
            if alike not in self._quarantined and len(self._quarantined) >= _REASONS:
                alike, record = "", Quarantined("", "", "other reasons", "", "")
            example = {"reason": record.reason, "count": 0, "source": record.source, "record": record.record[:_EXAMPLE]}
            self._quarantined.setdefault(alike, example)["count"] += 1
        elif isinstance(record, Skip):
            self._untold.setdefault(
                (record.service, record.reason),
                {"service": record.service, "reason": record.reason, "explanation": record.explanation},
            )

    def _note_rows(self, batch: Batch) -> None:
        if batch.record_type is TracedService:
            for row in batch.rows.select(["service", "spans"]).to_pylist():
                self._services[row["service"]] += row["spans"]
        elif batch.record_type is CallPath:
            for row in batch.rows.select(["service", "kind", "method", "route", "sink_kind"]).to_pylist():
                if row["kind"] == "endpoint":
                    self._endpoints.add((row["service"], row["method"] or "", row["route"] or ""))
                elif row["kind"] == "sink":
                    self._sinks[row["sink_kind"]] += 1
