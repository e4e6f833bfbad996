"""The warehouse: one DuckDB file that the flows write, one published copy that everybody else reads.

An open writer locks every other process out (readers included), so the writer is opened only for a landing or a build,
and what people read is a snapshot, replaced in one rename.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
import types
import typing
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from engines.contract import Record, record_types

RAW = "raw"
_one_writer = threading.RLock()

ENVELOPE: dict[str, str] = {
    "run_id": "varchar",
    "release_id": "varchar",
    "assessment": "bigint",
    "engine": "varchar",
    "engine_version": "varchar",
    "observed_at": "timestamp",
}

RUN_COLUMNS: dict[str, str] = ENVELOPE | {
    "technique": "varchar",
    "service": "varchar",
    "build_id": "varchar",
    "status": "varchar",  # complete | failed | skipped
    "reason": "varchar",
    "input_digest": "varchar",
    "records": "bigint",
    "started_at": "timestamp",
    "ended_at": "timestamp",
}

_SQL_TYPES: dict[object, str] = {
    str: "varchar",
    int: "bigint",
    float: "double",
    bool: "boolean",
    datetime: "timestamp",
    tuple[str, ...]: "varchar[]",
}
_ARROW_TYPES: dict[str, pa.DataType] = {
    "varchar": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "varchar[]": pa.list_(pa.string()),
}


def columns_of(record_type: type[Record]) -> dict[str, tuple[str, bool]]:
    """Return the fields of a record class in order: name → (DuckDB type, may be null)."""
    hints = typing.get_type_hints(record_type)
    columns: dict[str, tuple[str, bool]] = {}
    for field in dataclasses.fields(record_type):
        hint, nullable = hints[field.name], False
        if isinstance(hint, types.UnionType):
            hint, nullable = next(t for t in typing.get_args(hint) if t is not type(None)), True
        columns[field.name] = (_SQL_TYPES[hint], nullable)
    return columns


def arrow_schema(record_type: type[Record]) -> pa.Schema:
    """Return the Arrow schema of a record class, the carrier of bulk rows."""
    return pa.schema([pa.field(n, _ARROW_TYPES[t], nullable) for n, (t, nullable) in columns_of(record_type).items()])


def create_raw(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `raw` and its tables where they are missing. Nothing here drops or alters."""
    connection.execute(f"create schema if not exists {RAW}")
    _create(connection, "runs", RUN_COLUMNS)
    for record_type in record_types():
        _create(connection, record_type.TABLE, ENVELOPE | {n: t for n, (t, _) in columns_of(record_type).items()})


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> None:
    body = ", ".join(f'"{name}" {sql_type}' for name, sql_type in columns.items())
    connection.execute(f'create table if not exists {RAW}."{table}" ({body})')


@contextlib.contextmanager
def writing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, with `raw` in place; one at a time in this process, closed at the end.

    Raises:
        duckdb.IOException: another process holds the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _one_writer:
        connection = duckdb.connect(str(path))
        try:
            create_raw(connection)
            yield connection
        finally:
            connection.close()


@contextlib.contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse or a published snapshot read-only."""
    connection = duckdb.connect(str(path), read_only=True)
    try:
        yield connection
    finally:
        connection.close()


def publish(warehouse: Path, published: Path) -> None:
    """Copy the warehouse to the published file in one rename; readers keep the file they have open."""
    for left in published.parent.glob(f"{published.stem}.*.new*"):
        if not _is_running(left.name.removeprefix(f"{published.stem}.").split(".")[0]):
            left.unlink(missing_ok=True)  # by a process that was killed while it copied
    fresh = published.with_suffix(f".{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    connection = duckdb.connect()
    try:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute(f"attach '{fresh}' as fresh")
        connection.execute("copy from database warehouse to fresh")
        connection.execute("detach fresh")
    finally:
        connection.close()
    os.replace(fresh, published)


def _is_running(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass  # another user's
    return True
