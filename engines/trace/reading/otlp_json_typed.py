"""OTLP requests as JSON by the letter of the protocol, decoded to types and put into `SPANS` by arrays.

JSON has ids as hex and numbers of 64 bits as text (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engines.trace.reading.attributes import FLAG, NUMBER, TEXT, Attributes, Told
from engines.trace.reading.otlp_columns import ERROR, binary, numbers, shared
from engines.trace.spans import (
    CONSUMER,
    RESOURCE_TEXTS,
    SHARED_LIMIT,
    SPAN_FLAGS,
    SPAN_NUMBERS,
    SPAN_TEXTS,
    SPANS,
    Dropped,
    dropped_of,
)


class _Value(msgspec.Struct, gc=False, frozen=True):
    stringValue: str | None = None
    boolValue: bool | None = None
    intValue: str | int | None = None


class _Pair(msgspec.Struct, gc=False):
    key: str = ""
    value: _Value = _Value()


class _Status(msgspec.Struct, gc=False, frozen=True):
    code: int = 0


class _Link(msgspec.Struct, gc=False):
    traceId: str = ""
    spanId: str = ""


class _Span(msgspec.Struct, gc=False):
    traceId: str
    spanId: str
    parentSpanId: str = ""
    traceState: str = ""
    name: str = ""
    kind: int = 0
    startTimeUnixNano: str | int = 0
    endTimeUnixNano: str | int = 0
    attributes: list[_Pair] = []
    links: list[_Link] = []
    status: _Status = _Status()


class _Scope(msgspec.Struct, gc=False, frozen=True):
    name: str = ""


class _ScopeSpans(msgspec.Struct, gc=False):
    spans: list[_Span] = []
    scope: _Scope = _Scope()


class _Resource(msgspec.Struct, gc=False, frozen=True):
    attributes: list[_Pair] = []


class _ResourceSpans(msgspec.Struct, gc=False):
    scopeSpans: list[_ScopeSpans]
    resource: _Resource = _Resource()


class Request(msgspec.Struct, gc=False):
    """A request; fields that `SPANS` does not need are passed over."""

    resourceSpans: list[_ResourceSpans]


_NO_PARENT = "0" * 16

_DECODER = msgspec.json.Decoder(Request)


def typed(content: bytes) -> Request | None:
    """Return the request, `None` where it is anything but what the protocol says."""
    try:
        return _DECODER.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def dropped(request: Request) -> Iterator[Dropped]:
    """Yield what the senders lost."""
    for of_resource in request.resourceSpans:
        yield from dropped_of({pair.key: _plain(pair.value) for pair in of_resource.resource.attributes})


def columns(requests: list[Request]) -> pa.RecordBatch:
    """Return the spans of requests. Raises ValueError, TypeError or OverflowError where an id or a time is none."""
    resources = [of_resource for request in requests for of_resource in request.resourceSpans]
    scopes = [of_scope for of_resource in resources for of_scope in of_resource.scopeSpans]
    spans = [span for of_scope in scopes for span in of_scope.spans]
    of_scope = _owners(len(scope.spans) for scope in scopes)
    of_resource = _owners(len(of_resource.scopeSpans) for of_resource in resources)[of_scope]

    resource = Told(_attributes([one.resource.attributes for one in resources]), len(resources), RESOURCE_TEXTS)
    told = Told(_attributes([span.attributes for span in spans]), len(spans), SPAN_TEXTS, SPAN_NUMBERS, SPAN_FLAGS)
    trace_id = _ids([span.traceId for span in spans], 16)
    span_id = _ids([span.spanId for span in spans], 8)
    parent_id = _ids([span.parentSpanId or _NO_PARENT for span in spans], 8)
    if not (trace_id.any(axis=1).all() and span_id.any(axis=1).all()):
        raise ValueError("an id that is zero")
    found = {
        "trace_id": binary(trace_id),
        "span_id": pa.array(numbers(span_id)),
        "parent_id": pa.array(numbers(parent_id)),
        **_links(spans),
        "scope": pa.array([scope.scope.name[:SHARED_LIMIT] for scope in scopes], pa.string()).take(pa.array(of_scope)),
        "name": pa.array([span.name for span in spans], pa.string()),
        "kind": pa.array([span.kind if 0 <= span.kind <= CONSUMER else 0 for span in spans], pa.uint8()),
        "start": pa.array([int(span.startTimeUnixNano) for span in spans], pa.uint64()),
        "end": pa.array([int(span.endTimeUnixNano) for span in spans], pa.uint64()),
        "is_error": pa.array([span.status.code == ERROR for span in spans], pa.bool_()),
        "trace_state": pa.array([span.traceState for span in spans], pa.string()),
        **{name: shared(texts).take(pa.array(of_resource)) for name, texts in resource.texts(RESOURCE_TEXTS).items()},
        **told.texts(SPAN_TEXTS),
        **told.numbers(SPAN_NUMBERS),
        **told.flags(SPAN_FLAGS),
    }
    return pa.RecordBatch.from_arrays([found[name] for name in SPANS.names], schema=SPANS)


def _owners(sizes: Iterator[int]) -> np.ndarray:
    """Return, for each element of lists of these sizes, the place of its list."""
    lengths = np.fromiter(sizes, np.int64)
    return np.repeat(np.arange(len(lengths)), lengths)


def _attributes(lists: list[list[_Pair]]) -> Attributes:
    pairs = list(chain.from_iterable(lists))
    values = [pair.value for pair in pairs]
    keys = pa.array([pair.key for pair in pairs], pa.string()).dictionary_encode()
    text = pa.array([value.stringValue or None for value in values], pa.string())
    whole = [value.intValue for value in values]
    try:
        number = pa.array(whole, pa.string()).cast(pa.int64())
    except (TypeError, pa.ArrowException):  # numbers that are written as numbers are fine as well
        number = pa.array([None if one is None else int(one) for one in whole], pa.int64())
    flag = pa.array([value.boolValue for value in values], pa.bool_())
    kind = np.zeros(len(pairs), np.uint8)
    for array, told in ((text, TEXT), (flag, FLAG), (number, NUMBER)):
        kind[array.is_valid().to_numpy(zero_copy_only=False)] = told
    return Attributes(
        owner=_owners(map(len, lists)),
        keys=keys.dictionary.to_pylist(),
        key=keys.indices.to_numpy(),
        kind=kind,
        number=pc.coalesce(number, flag.cast(pa.int64()), 0).to_numpy(),
        text=text,
    )


def _plain(value: _Value) -> Any:
    if value.intValue is not None:
        return int(value.intValue)
    return value.stringValue if value.stringValue is not None else value.boolValue


def _ids(ids: list[str], size: int) -> np.ndarray:
    """Return the ids as rows of `size` bytes. Raises ValueError when one is not as many in hex."""
    content = bytes.fromhex("".join(ids))
    if len(content) != size * len(ids) or any(len(one) != 2 * size for one in ids):
        raise ValueError(f"an id that is not {size} bytes")
    return np.frombuffer(content, np.uint8).reshape(-1, size)


def _links(spans: list[_Span]) -> dict[str, pa.Array]:
    first = [span.links[0] if span.links else _Link() for span in spans]
    is_link = np.array([bool(link.traceId and link.spanId) for link in first], bool)
    trace_id = _ids([link.traceId if there else "0" * 32 for link, there in zip(first, is_link, strict=True)], 16)
    span_id = _ids([link.spanId if there else _NO_PARENT for link, there in zip(first, is_link, strict=True)], 8)
    is_link &= trace_id.any(axis=1) & span_id.any(axis=1)
    return {"link_trace_id": binary(trace_id, is_link), "link_span_id": pa.array(numbers(span_id), mask=~is_link)}
