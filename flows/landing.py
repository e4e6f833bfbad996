"""The landing zone: the sole writer of `raw.*`.

One engine run is one transaction: all of its rows and its line in `raw.runs` appear together, or none does. A record
that breaks the contract goes to quarantine with the reason, and the rest of the run lands.
"""

from __future__ import annotations

import dataclasses
import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from engines.contract import Batch, EngineError, Quarantined, Record
from flows import quality
from flows.warehouse import ENVELOPE, RAW, RUN_COLUMNS, arrow_schema, writing

logger = logging.getLogger(__name__)

_RECORD_LIMIT = 4_000  # characters of a quarantined record


@dataclass(frozen=True, slots=True)
class RunKey:
    """What one engine run is about. `input_digest` tells whether the same work has landed before."""

    release_id: str
    assessment: int
    engine: str
    engine_version: str
    technique: str
    service: str  # '*' for the whole system
    build_id: str
    input_digest: str


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of one engine run."""

    run_id: str
    status: str  # complete | failed | skipped | kept (it had landed before)
    reason: str | None
    rows: dict[str, int]
    quarantined: int


def now() -> datetime:
    """Return the present moment, UTC without zone: how the warehouse stores time."""
    return datetime.now(UTC).replace(tzinfo=None)


def has_landed(warehouse: Path, key: RunKey, status: str = "complete") -> str | None:
    """Return the run id under which this very work is complete (or skipped) in this assessment, if it is."""
    with writing(warehouse) as connection:
        row = connection.execute(
            f"""select run_id from {RAW}.runs
            where release_id = ? and assessment = ? and engine = ? and technique = ? and service = ?
              and input_digest = ? and status = ? order by ended_at desc limit 1""",
            [key.release_id, key.assessment, key.engine, key.technique, key.service, key.input_digest, status],
        ).fetchone()
    return row[0] if row else None


def land(warehouse: Path, key: RunKey, observe: Callable[[], Iterable[Record | Batch]]) -> Landed:
    """Run an engine to its end and land all it yields in one transaction.

    An `EngineError` lands as a run with status `failed` and its sentence as the reason, and nothing else of it.
    """
    started = now()
    try:
        observed = list(observe())
    except EngineError as error:
        logger.warning("%s on %s failed: %s", key.engine, key.service, error)
        return _write(warehouse, key, [], "failed", str(error), started)
    return _write(warehouse, key, observed, "complete", None, started)


def land_once(warehouse: Path, key: RunKey, observe: Callable[[], Iterable[Record | Batch]]) -> Landed:
    """Land an engine run unless this very work is complete in this assessment already (status `kept`)."""
    if run_id := has_landed(warehouse, key):
        return Landed(run_id, "kept", None, {}, 0)
    return land(warehouse, key, observe)


def land_status(warehouse: Path, key: RunKey, status: str, reason: str) -> Landed:
    """Land that an engine did not run (`skipped`: once an assessment) or could not (`failed`), with the reason."""
    if status == "skipped" and (run_id := has_landed(warehouse, key, status)):
        return Landed(run_id, "kept", reason, {}, 0)
    return _write(warehouse, key, [], status, reason, now())


def _write(
    warehouse: Path,
    key: RunKey,
    observed: list[Record | Batch],
    status: str,
    reason: str | None,
    started: datetime,
) -> Landed:
    tables, quarantined = _tables(observed)
    tables, refused, checks = quality.validate(tables, key.service)
    for record in (*quarantined, *refused, *checks):
        tables.setdefault(type(record), []).append(_table([record]))
    run_id, ended = uuid.uuid4().hex, now()
    envelope = (run_id, key.release_id, key.assessment, key.engine, key.engine_version, ended)
    rows: dict[str, int] = {}
    with writing(warehouse) as connection:
        connection.begin()
        for record_type, parts in tables.items():
            incoming = pa.concat_tables(parts)  # noqa: F841  DuckDB reads it by name
            names = ", ".join(f'"{name}"' for name in incoming.column_names)
            connection.execute(
                f"""insert into {RAW}."{record_type.TABLE}" ({", ".join(ENVELOPE)}, {names})
                select ?, ?, ?, ?, ?, ?, {names} from incoming""",
                envelope,
            )
            rows[record_type.TABLE] = incoming.num_rows
        run = dict(zip(ENVELOPE, envelope, strict=True)) | {
            "technique": key.technique,
            "service": key.service,
            "build_id": key.build_id,
            "status": status,
            "reason": reason,
            "input_digest": key.input_digest,
            "records": sum(rows.values()),
            "started_at": started,
            "ended_at": ended,
        }
        marks = ", ".join("?" for _ in RUN_COLUMNS)
        connection.execute(f"insert into {RAW}.runs ({', '.join(RUN_COLUMNS)}) values ({marks})", list(run.values()))
        connection.commit()
    return Landed(run_id, status, reason, rows, len(quarantined) + len(refused))


def _tables(
    observed: Iterable[Record | Batch],
) -> tuple[dict[type[Record], list[pa.Table]], list[Quarantined]]:
    records: defaultdict[type[Record], list[Record]] = defaultdict(list)
    tables: defaultdict[type[Record], list[pa.Table]] = defaultdict(list)
    quarantined: list[Quarantined] = []
    for item in observed:
        if isinstance(item, Batch):
            tables[item.record_type].append(item.rows.cast(arrow_schema(item.record_type)))
        else:
            records[type(item)].append(item)
    for record_type, rows in records.items():
        try:
            tables[record_type].append(_table(rows))
        except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError):
            kept, refused = _one_by_one(rows)
            quarantined += refused
            if kept:
                tables[record_type].append(_table(kept))
    return dict(tables), quarantined


def _table(records: list[Record]) -> pa.Table:
    schema = arrow_schema(type(records[0]))
    table = pa.Table.from_pylist([dataclasses.asdict(r) for r in records], schema=schema)
    for field in schema:
        if not field.nullable and table.column(field.name).null_count:
            raise ValueError(f"{field.name} must not be null")
    return table


def _one_by_one(records: list[Record]) -> tuple[list[Record], list[Quarantined]]:
    kept: list[Record] = []
    refused: list[Quarantined] = []
    for record in records:
        try:
            _table([record])
        except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError) as error:
            reason = f"breaks the contract of raw.{record.TABLE}: {error}"
            service = str(getattr(record, "service", "*"))
            refused.append(Quarantined(service, record.TABLE, reason, repr(record)[:_RECORD_LIMIT], "landing"))
        else:
            kept.append(record)
    return kept, refused
