"""What a recording does not tell, decided from its spans: whoever reads its rows must not take silence for "no"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from engines.trace.spans import CLIENT, SERVER, Untold

_ALL = ("const", "always_on", "parentbased_always_on")  # samplers that record every trace


class Telling:
    """Counts in batches of `SPANS` what there is, and what of it is told."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def note(self, batch: pa.RecordBatch) -> None:
        """Take a batch into account."""
        kinds, seen = batch["kind"], self._seen
        is_server = pc.equal(kinds, SERVER)
        is_sql = pc.and_(pc.is_valid(batch["db_system"]), pc.equal(kinds, CLIENT))
        seen["spans"] += batch.num_rows
        seen["services"] += _told(batch, "service")
        seen["locations"] += _told(batch, "file")
        seen["requests"] += pc.sum(is_server).as_py() or 0
        seen["routes"] += pc.sum(pc.and_(is_server, pc.is_valid(batch["route"]))).as_py() or 0
        seen["queries"] += pc.sum(is_sql).as_py() or 0
        seen["statements"] += _told(batch, "statement")
        samplers = pc.unique(batch["sampler"]).to_pylist()
        states = pc.unique(batch["trace_state"]).to_pylist()
        seen["samplers"] += sum(one is not None and one not in _ALL for one in samplers)
        seen["samplers"] += sum(bool(one) and "th:" in one and "th:0" not in one for one in states)

    def untold(self) -> Iterator[Untold]:
        """Yield what all that was noted does not tell."""
        seen = self._seen
        if not seen["spans"]:
            return
        if not seen["services"]:
            yield Untold("no_services", "No span names the service that it is of.")
        if not seen["locations"]:
            yield Untold("no_code_locations", "No span names a code location: which functions ran is unknown.")
        if not seen["requests"]:
            yield Untold("no_requests", "No span is of a request that a service answered: paths begin anywhere.")
        elif not seen["routes"]:
            yield Untold("no_routes", "No request names its route: which endpoint answered is told by its path alone.")
        if not seen["statements"]:
            yield Untold("no_sql_text", "No span carries the text of a query" + _queries(seen["queries"]))
        if seen["samplers"]:
            yield Untold("sampled", "Only a sample of the traces was recorded: what is not in it may still have run.")


def _queries(number: int) -> str:
    return f", though {number:,} are of one." if number else "."


def _told(batch: pa.RecordBatch, column: str) -> int:
    return batch.num_rows - batch[column].null_count
