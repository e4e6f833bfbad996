"""The spans of a large recording, laid apart by their traces so that a part of them is read without the others.

Spans come into the table `spans`. When these are many they are spread over tables by the first bits of `trace_group`,
which keeps together what belongs together; `spans` is then a view of all.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

_BITS = 4
_SPREAD = 400_000  # spans that are spread at a time

_SIZE = """
select count(*), coalesce(sum(strlen(value)), 0) + coalesce(sum(strlen(path)), 0) + coalesce(sum(strlen(query)), 0)
    + coalesce(sum(strlen(body)), 0)
from {table}
"""


class Buckets:
    """The tables of spans."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._tables = [f"spans_{bucket:02}" for bucket in range(1 << _BITS)]
        self._is_spread = False
        self._gathered = 0

    def note(self, spans: int) -> None:
        """Know that so many more are in `spans`, and spread them when they are many."""
        self._gathered += spans
        if self._gathered >= _SPREAD:
            self._spread("spans")

    def seal(self) -> None:
        """Make `spans` all there are; no more will come."""
        if self._is_spread:
            self._spread("spans")
            every = " union all ".join(f"select * from {table}" for table in self._tables)
            self._connection.execute(f"drop table spans; create view spans as {every}")

    def tables(self) -> list[str]:
        """Return the tables that hold the spans; all of a trace are in one."""
        return self._tables if self._is_spread else ["spans"]

    def join(self) -> None:
        """Bring together the traces of one group, as `linked_traces` tells them."""
        if not self._connection.execute("select exists (from linked_traces)").fetchone()[0]:
            return
        for table in self.tables():
            self._connection.execute(
                f"update {table} set trace_group = l.group_key from linked_traces as l "
                f"where l.trace_key = {table}.trace_key"
            )
        for bucket, table in enumerate(self._tables if self._is_spread else []):
            strays = f"from {table} where {_bucket()} <> {bucket}"
            self._connection.execute(f"create or replace temp table strays as select * {strays}; delete {strays}")
            self._spread("strays")

    def _spread(self, source: str) -> None:
        for bucket, table in enumerate(self._tables):
            if not self._is_spread:
                self._connection.execute(f"create table {table} as select * from {source} limit 0")
            self._connection.execute(f"insert into {table} select * from {source} where {_bucket()} = {bucket}")
        self._connection.execute(f"truncate {source}")
        self._is_spread, self._gathered = True, 0

    def pieces(self) -> Iterator[tuple[str, int, int, int, int]]:
        """Yield each table, the bounds of its `trace_group`, its spans, and the bytes of their texts."""
        tables = self.tables()
        width = 2**64 // len(tables)
        for number, table in enumerate(tables):
            spans, texts = self._connection.execute(_SIZE.format(table=table)).fetchone()
            yield table, number * width, (number + 1) * width, spans, texts


def _bucket() -> str:
    return f"(trace_group >> {64 - _BITS})"
