"""Rows of one record class, column by column: a report may hold a hundred thousand results."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from engines.contract import Batch, Record
from engines.redact import redact_all

_ARROW = {"str": pa.string(), "int": pa.int64(), "bool": pa.bool_()}
_FEW = 50  # rows below which records cost less than a table


class Rows:
    """Collects rows of a record class, tuples in the order of its fields; `texts` are columns that may hold secrets."""

    def __init__(self, record_type: type[Record], texts: Sequence[str]) -> None:
        fields = dataclasses.fields(record_type)
        self._type = record_type
        self._arrow = {field.name: _ARROW[str(field.type).split(" ")[0]] for field in fields}
        self._texts = [list(self._arrow).index(name) for name in texts]
        self.rows: list[tuple[Any, ...]] = []

    def take(self) -> Iterator[Record | Batch]:
        """Yield what was collected, without secrets, and begin anew."""
        rows, self.rows = self.rows, []
        if not rows:
            return
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for index in self._texts:
            columns[index] = _clean(columns[index])
        if len(rows) < _FEW:
            yield from (self._type(*row) for row in zip(*columns, strict=True))
        else:
            arrays = [_array(column, kind) for column, kind in zip(columns, self._arrow.values(), strict=True)]
            yield Batch(self._type, pa.table(arrays, list(self._arrow)))


def _array(column: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if column.count(column[0]) == len(column):  # a tool, a service: the same in every row
        return pa.repeat(pa.scalar(column[0], kind), len(column))
    return pa.array(column, kind)


def _clean(texts: Sequence[str | None]) -> Sequence[str | None]:
    present = [text for text in texts if text]
    clean = redact_all(present)
    if clean is present:
        return texts
    rest = iter(clean)
    return [next(rest) if text else text for text in texts]
