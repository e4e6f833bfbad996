"""What every trace format is read into: spans in typed columns, and beside them what could not be read or told.

A reader yields `Item`s: record batches of `SPANS`, and what was refused, dropped by the sender or cannot be told by the
format. The columns are the join keys of OpenTelemetry (https://opentelemetry.io/docs/specs/semconv/), under their
present and their former names, and what our agents add (`leadline.*`). Texts are raw here: they are cleaned, bounded
and redacted by `normalise.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

BATCH = 8_192  # spans in a batch

INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = 1, 2, 3, 4, 5  # `kind`; 0 where it is not told

# Column → the attributes that tell it, the preferred one first. The first that has a value of the column's type wins.
RESOURCE_TEXTS: dict[str, tuple[str, ...]] = {
    "service": ("service.name",),
    "service_version": ("service.version",),
    "distribution": ("telemetry.distro.name",),
}
SPAN_TEXTS: dict[str, tuple[str, ...]] = {
    "method": ("http.request.method", "http.method"),
    "route": ("http.route",),
    "path": ("url.path", "http.target"),
    "query": ("url.query",),
    "url": ("url.full", "http.url"),
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
    """Spans that the sender says it lost before sending."""

    service: str
    spans: int


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
        self._columns: dict[str, list[Any]] = {name: [] for name in SPANS.names}

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
        given = {
            "trace_id": trace_id,
            "span_id": span_id,
            "parent_id": parent_id if 0 <= parent_id < 2**64 else 0,
            "link_trace_id": link[0] if link else None,
            "link_span_id": link[1] if link else None,
            "scope": encodable(scope),
            "name": encodable(name),
            "kind": kind if 0 <= kind <= CONSUMER else 0,
            "start": start if 0 <= start < 2**64 else 0,
            "end": end if 0 <= end < 2**64 else 0,
            "is_error": is_error,
            "trace_state": encodable(trace_state),
        }
        for names, told, pick in (
            (RESOURCE_TEXTS, resource, text_of),
            (SPAN_TEXTS, attributes, text_of),
            (SPAN_NUMBERS, attributes, number_of),
            (SPAN_FLAGS, attributes, flag_of),
        ):
            for column, keys in names.items():
                given[column] = pick(told, keys)
        for column, value in given.items():
            self._columns[column].append(value)
        return self.rest() if len(self._columns["span_id"]) >= BATCH else None

    def rest(self) -> pa.RecordBatch | None:
        """Return what was collected since the last batch, if anything."""
        if not self._columns["span_id"]:
            return None
        batch = pa.RecordBatch.from_pydict(self._columns, schema=SPANS)
        self._columns = {name: [] for name in SPANS.names}
        return batch


def encodable(text: str) -> str:
    """Return the text without what UTF-8 cannot hold (lone surrogates, which JSON can spell)."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def text_of(told: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the first text among the attributes, `None` where there is none."""
    for key in keys:
        value = told.get(key)
        if isinstance(value, str) and value:
            return encodable(value)
    return None


def number_of(told: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    """Return the first whole number from 0 to 2³¹ among the attributes, also one that is spelled as text."""
    for key in keys:
        value = told.get(key)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 11:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
            return value
    return None


def flag_of(told: Mapping[str, Any], keys: tuple[str, ...]) -> bool | None:
    """Return the first yes or no among the attributes."""
    return next((told[key] for key in keys if isinstance(told.get(key), bool)), None)
