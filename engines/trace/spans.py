"""What every trace format is read into: spans in typed columns, and beside them what could not be read or told.

A reader yields `Item`s: record batches of `SPANS`, and what was refused, dropped by the sender or cannot be told by the
format. The columns are the join keys of OpenTelemetry (https://opentelemetry.io/docs/specs/semconv/), under their
present and their former names, and what our agents add (`leadline.*`). Texts are raw here: they are cleaned, bounded
and redacted by `normalise.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BATCH = 8_192  # spans in a batch
SHARED_LIMIT = 300  # characters of a text that all spans of a resource or a scope repeat

INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = 1, 2, 3, 4, 5  # `kind`; 0 where it is not told

# Column → the attributes that tell it, the preferred one first. The first that has a value of the column's type wins.
RESOURCE_TEXTS: dict[str, tuple[str, ...]] = {
    "service": ("service.name",),
    "service_version": ("service.version",),
    "distribution": ("telemetry.distro.name",),
}
RESOURCE_NUMBERS: dict[str, tuple[str, ...]] = {
    "lost": ("leadline.dropped",),  # spans that the sender lost
    "lost_until": ("leadline.dropped.until",),  # when it lost the last of them, seconds since 1970
}
SPAN_TEXTS: dict[str, tuple[str, ...]] = {
    "method": ("http.request.method", "http.method"),
    "route": ("http.route",),
    "path": ("url.path", "http.target"),
    "query": ("url.query",),
    "url": ("url.full", "http.url"),
    "body": ("leadline.request.body",),  # JSON: {"form" or "json" …: {name: value}}, as the service's framework read it
    "function": ("code.function.name", "code.function"),
    "namespace": ("code.namespace",),
    "file": ("code.file.path", "code.filepath"),
    "db_system": ("db.system.name", "db.system"),
    "db_namespace": ("db.namespace", "db.name"),
    "db_collection": ("db.collection.name", "db.sql.table", "db.mongodb.collection"),
    "db_operation": ("db.operation.name", "db.operation"),
    "statement": ("db.query.text", "db.statement"),
    "peer": ("server.address", "net.peer.name", "peer.service"),
    "messaging_system": ("messaging.system",),
    "messaging_destination": ("messaging.destination.name", "messaging.destination"),
    "messaging_operation": ("messaging.operation.type", "messaging.operation.name", "messaging.operation"),
    "rpc_service": ("rpc.service",),
    "rpc_method": ("rpc.method",),
    "error_type": ("error.type",),
    "sampler": ("sampler.type",),
    "sink_kind": ("leadline.sink.kind",),
    "sink_value": ("leadline.sink.value",),
    "sink_mode": ("leadline.sink.mode",),
    "logical_parent": ("leadline.parent_span_id",),  # where folding took the parent that the span was started under
}
SPAN_NUMBERS: dict[str, tuple[str, ...]] = {  # whole numbers ≥ 0; digits in a text count as well
    "status": ("http.response.status_code", "http.status_code"),
    "line": ("code.line.number", "code.lineno"),
    "peer_port": ("server.port", "net.peer.port"),
    "calls": ("leadline.calls",),
    "dropped": ("leadline.dropped",),
}
SPAN_FLAGS: dict[str, tuple[str, ...]] = {"sink_shell": ("leadline.sink.shell",)}

SPANS = pa.schema(
    [
        pa.field("trace_id", pa.binary(16), nullable=False),
        pa.field("span_id", pa.uint64(), nullable=False),  # the 8 bytes as a big-endian number, never 0
        pa.field("parent_id", pa.uint64(), nullable=False),  # 0: none
        pa.field("link_trace_id", pa.binary(16)),  # of the first link: what a consumer took from a queue
        pa.field("link_span_id", pa.uint64()),
        pa.field("scope", pa.string()),
        pa.field("name", pa.string()),
        pa.field("kind", pa.uint8(), nullable=False),
        pa.field("start", pa.uint64(), nullable=False),  # nanoseconds since 1970; 0: not told
        pa.field("end", pa.uint64(), nullable=False),
        pa.field("is_error", pa.bool_(), nullable=False),
        pa.field("trace_state", pa.string()),
        *(pa.field(name, pa.string()) for name in (*RESOURCE_TEXTS, *SPAN_TEXTS)),
        *(pa.field(name, pa.uint32()) for name in SPAN_NUMBERS),
        *(pa.field(name, pa.bool_()) for name in SPAN_FLAGS),
    ]
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that could not be read: why, its bytes as they came (bounded), and where it stood."""

    reason: str
    content: bytes
    origin: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Spans that the sender says it lost before sending. `until`: of the last one, seconds since 1970; 0: not told."""

    service: str
    spans: int
    until: int = 0


@dataclass(frozen=True, slots=True)
class Untold:
    """What a format or a recording cannot tell: a short code (`no_code_locations`, …) and a sentence for people."""

    reason: str
    explanation: str


Item = pa.RecordBatch | Refused | Dropped | Untold


class Malformed(ValueError):
    """A span that is not what its format says; the message says why."""


class Batches:
    """Collects spans that a reader has as Python values into batches of `SPANS`.

    `add` returns a full batch or nothing, `rest` what is left; both in order of arrival.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._rows: list[tuple[Any, ...]] = []  # a value for every column of `_PLAIN`
        self._told: dict[str, tuple[list[int], list[Any]]] = {}  # attribute → the rows that have it, and its values

    def add(
        self,
        *,
        trace_id: bytes,
        span_id: int,
        parent_id: int = 0,
        link: tuple[bytes, int] | None = None,
        scope: str = "",
        name: str = "",
        kind: int = 0,
        start: int = 0,
        end: int = 0,
        is_error: bool = False,
        trace_state: str = "",
        resource: Mapping[str, Any],
        attributes: Mapping[str, Any],
    ) -> pa.RecordBatch | None:
        """Take one span with the attributes of its resource and its own. Raises `Malformed` for impossible ids."""
        if len(trace_id) != 16 or not any(trace_id):
            raise Malformed(f"trace id {trace_id.hex()[:64]!r} of span {name[:100]!r} is not 16 bytes")
        if not 0 < span_id < 2**64:
            raise Malformed(f"span id {span_id:x} of span {name[:100]!r} is not 8 bytes"[:300])
        row = len(self._rows)
        for key, value in attributes.items():
            if (pick := _PICKS.get(key)) is not None and (picked := pick(value)) is not None:
                rows, values = self._told.setdefault(key, ([], []))
                rows.append(row)
                values.append(picked)
        self._rows.append(
            (
                trace_id,
                span_id,
                parent_id if 0 <= parent_id < 2**64 else 0,
                *(link or (None, None)),
                encodable(scope[:SHARED_LIMIT]),
                encodable(name),
                kind if 0 <= kind <= CONSUMER else 0,
                start if 0 <= start < 2**64 else 0,
                end if 0 <= end < 2**64 else 0,
                is_error,
                encodable(trace_state),
                *(_shared(resource, keys) for keys in RESOURCE_TEXTS.values()),
            )
        )
        return self.rest() if row + 1 >= BATCH else None

    def rest(self) -> pa.RecordBatch | None:
        """Return what was collected since the last batch, if anything."""
        if not self._rows:
            return None
        columns = dict(zip(_PLAIN, zip(*self._rows, strict=True), strict=True))
        arrays = [
            pa.array(columns[field.name], field.type) if field.name in columns else self._column(field)
            for field in SPANS
        ]
        self._begin()
        return pa.RecordBatch.from_arrays(arrays, schema=SPANS)

    def _column(self, field: pa.Field) -> pa.Array:
        """Return the column of an attribute: of the preferred key where it was told, else of the next."""
        found = []
        for key in _KEYS[field.name]:
            rows, values = self._told.get(key, ((), ()))
            if rows:
                at = np.full(len(self._rows), -1)
                at[list(rows)] = np.arange(len(rows))
                found.append(pa.array(values, field.type).take(pa.array(at, mask=at < 0)))
        return pc.coalesce(*found) if found else pa.nulls(len(self._rows), field.type)


def dropped_of(resource: Mapping[str, Any]) -> Iterator[Dropped]:
    """Yield what the attributes of a resource tell of lost spans, if anything."""
    if spans := number_of(resource, RESOURCE_NUMBERS["lost"]):
        until = number_of(resource, RESOURCE_NUMBERS["lost_until"]) or 0
        yield Dropped(_shared(resource, RESOURCE_TEXTS["service"]) or "", spans, until)


def encodable(text: str) -> str:
    """Return the text without what UTF-8 cannot hold (lone surrogates, which JSON can spell)."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def text_of(told: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the first text among the attributes, `None` where there is none."""
    return _first(told, keys, _text)


def number_of(told: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    """Return the first whole number from 0 to 2³¹ among the attributes, also one that is spelled as text."""
    return _first(told, keys, _number)


def flag_of(told: Mapping[str, Any], keys: tuple[str, ...]) -> bool | None:
    """Return the first yes or no among the attributes."""
    return _first(told, keys, _flag)


def _first(told: Mapping[str, Any], keys: tuple[str, ...], pick: Callable[[Any], Any]) -> Any:
    return next((picked for key in keys if key in told and (picked := pick(told[key])) is not None), None)


def _shared(resource: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    text = text_of(resource, keys)
    return text if text is None else text[:SHARED_LIMIT]


def _text(value: Any) -> str | None:
    return encodable(value) if isinstance(value, str) and value else None


def _number(value: Any) -> int | None:
    if isinstance(value, str) and len(value) < 11 and value.isascii() and value.isdecimal():
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 2**31 else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_KEYS = {**SPAN_TEXTS, **SPAN_NUMBERS, **SPAN_FLAGS}
_PLAIN = [name for name in SPANS.names if name not in _KEYS]
_PICKS = {
    key: pick
    for names, pick in ((SPAN_TEXTS, _text), (SPAN_NUMBERS, _number), (SPAN_FLAGS, _flag))
    for keys in names.values()
    for key in keys
}
