"""OTLP protobuf, only what is written here (opentelemetry-proto, trace/v1/trace.proto), field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any

RESOURCE, SPAN = 1, 9  # the field of the attributes in each

_TIMES = Struct("<BQBQ").pack
_DOUBLE = Struct("<d").pack


def varint(number: int) -> bytes:
    """Return a base-128 varint of a number ≥ 0."""
    if number < 128:
        return number.to_bytes(1, "little")
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def message(field: int, body: bytes) -> bytes:
    """Return a length-delimited field."""
    return varint(field << 3 | 2) + varint(len(body)) + body


def text(field: int, value: str) -> bytes:
    """Return a string field; what has no UTF-8 form becomes `?`."""
    return message(field, value.encode("utf-8", "replace"))


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        return text(1, value)
    if isinstance(value, bool):
        return b"\x10" + varint(int(value))
    if isinstance(value, int):
        return b"\x18" + varint(value & (1 << 64) - 1)
    if isinstance(value, float):
        return b"\x21" + _DOUBLE(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return message(5, b"".join(message(1, _value(part)) for part in value))
    return text(1, str(value))


@lru_cache(1_024)
def _key(key: str) -> bytes:
    return text(1, key)


def attribute(field: int, key: str, value: Any) -> bytes:
    """Return a KeyValue under a field number."""
    return message(field, _key(key) + message(2, _value(value)))


def attributes(field: int, values: Mapping[str, Any]) -> bytes:
    """Return KeyValues in the order given."""
    return b"".join([attribute(field, key, value) for key, value in values.items()])


def named(name: str, kind: int) -> bytes:
    """Return the name and the kind of a span: 1 internal, 2 server, 3 client, 4 producer, 5 consumer."""
    return text(5, name) + b"\x30" + varint(kind)


def span(
    trace: bytes, identity: bytes, parent: bytes, start: int, end: int, body: bytes, *, is_error: bool = False
) -> bytes:
    """Return a Span as a field of ScopeSpans; times in ns, `body` is what `named` and `attributes` made."""
    head = b"\x0a\x10" + trace + b"\x12\x08" + identity + (b"\x22\x08" + parent if parent else b"")
    status = b"\x7a\x02\x18\x02" if is_error else b""
    return message(2, head + _TIMES(0x39, start, 0x41, end) + body + status)


def request(resource: Mapping[str, Any], scopes: Iterable[tuple[str, Iterable[bytes]]]) -> bytes:
    """Return an ExportTraceServiceRequest with one resource; `scopes`: scope name and its encoded spans."""
    spans = b"".join(message(2, message(1, text(1, name)) + b"".join(encoded)) for name, encoded in scopes)
    return message(1, message(1, attributes(RESOURCE, resource)) + spans)
