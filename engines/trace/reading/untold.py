"""What a recording as a whole does not tell, decided from its spans: silence of it must not be taken for "no".

What single services do not tell (code locations, samples) is for the engine to say, which knows them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from engines.trace.spans import CLIENT, CONSUMER, SERVER, Untold


class Telling:
    """Counts in batches of `SPANS` what there is, and what of it is told."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def note(self, batch: pa.RecordBatch) -> None:
        """Take a batch into account."""
        kinds, seen = batch["kind"], self._seen
        is_server = pc.equal(kinds, SERVER)
        seen["spans"] += batch.num_rows
        seen["services"] += pc.sum(pc.is_valid(batch["service"])).as_py() or 0
        seen["requests"] += pc.sum(is_server).as_py() or 0
        seen["routes"] += pc.sum(pc.and_(is_server, pc.is_valid(batch["route"]))).as_py() or 0
        seen["taken"] += pc.sum(pc.equal(kinds, CONSUMER)).as_py() or 0
        seen["queries"] += pc.sum(pc.and_(pc.is_valid(batch["db_system"]), pc.equal(kinds, CLIENT))).as_py() or 0
        seen["statements"] += pc.sum(pc.is_valid(batch["statement"])).as_py() or 0

    def untold(self) -> Iterator[Untold]:
        """Yield what all that was noted does not tell."""
        seen = self._seen
        if seen["spans"] and not seen["services"]:
            yield Untold("no_services", "No span names the service that it is of.")
        if seen["spans"] and not seen["requests"] and not seen["taken"]:
            yield Untold("no_requests", "No span is of a request or message that a service took: paths have no entry.")
        if seen["requests"] and not seen["routes"]:
            yield Untold("no_routes", "No request names its route: which endpoint answered is told by its path alone.")
        if seen["queries"] and not seen["statements"]:
            yield Untold("no_sql_text", f"{seen['queries']:,} spans are of a database, none has the text of a query.")
