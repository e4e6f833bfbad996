"""Requests of OTLP for tests: drawn with everything that the protocol allows, and a small one to break."""

from __future__ import annotations

import base64
from typing import Any

import pyarrow as pa
from google.protobuf.json_format import MessageToDict
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from engines.trace.spans import RESOURCE_TEXTS, SPAN_FLAGS, SPAN_NUMBERS, SPAN_TEXTS, SPANS, Item

KEYS = sorted(
    {
        key
        for table in (RESOURCE_TEXTS, SPAN_TEXTS, SPAN_NUMBERS, SPAN_FLAGS)
        for names in table.values()
        for key in names
    }
    | {"other", ""}
)
TEXTS = st.sampled_from(["", "0", "7", "2147483647", "2147483648", "99999999999", "-1", "٣", " 7"]) | st.text(
    max_size=20
)
NUMBERS = st.sampled_from([0, 1, -1, 2**31 - 1, 2**31, 2**63 - 1, -(2**63)]) | st.integers(-(2**63), 2**63 - 1)
TIMES = st.sampled_from([0, 1, 2**63, 2**64 - 1]) | st.integers(0, 2**64 - 1)


def values() -> st.SearchStrategy[AnyValue]:
    plain = st.one_of(
        st.just(AnyValue()),
        st.builds(AnyValue, string_value=TEXTS),
        st.builds(AnyValue, int_value=NUMBERS),
        st.builds(AnyValue, bool_value=st.booleans()),
        st.builds(AnyValue, double_value=st.floats()),
        st.builds(AnyValue, bytes_value=st.binary(max_size=9)),
    )

    def listed(parts: list[AnyValue]) -> AnyValue:
        value = AnyValue()
        value.array_value.values.extend(parts)
        return value

    return plain | st.lists(plain, max_size=2).map(listed)


def attributes(keys: list[str] = KEYS) -> st.SearchStrategy[list[KeyValue]]:
    pair = st.builds(KeyValue, key=st.sampled_from(keys), value=values()) | st.builds(KeyValue, key=st.text(max_size=5))
    return st.lists(pair, max_size=9)


def identities(size: int, *others: bytes) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size).filter(any) | st.sampled_from([bytes([1]) * size, *others])


LINKS = st.builds(Span.Link, trace_id=identities(16, b"", b"short"), span_id=identities(8, b"", bytes(8)),
                  trace_state=TEXTS)  # fmt: skip
EVENTS = st.builds(Span.Event, name=TEXTS, time_unix_nano=TIMES)


def spans(*bad: bytes) -> st.SearchStrategy[Span]:
    """Spans; `bad`: ids that may take the place of the proper ones."""
    return st.builds(
        Span,
        trace_id=identities(16, *bad),
        span_id=identities(8, *bad),
        parent_span_id=identities(8, b"", bytes(8), b"long" * 4),
        trace_state=TEXTS,
        name=TEXTS,
        kind=st.integers(-(2**31), 2**31 - 1) | st.integers(0, 5),
        start_time_unix_nano=TIMES,
        end_time_unix_nano=TIMES,
        attributes=attributes(),
        events=st.lists(EVENTS, max_size=1),
        links=st.lists(LINKS, max_size=2),
        status=st.none() | st.builds(Status, code=st.integers(0, 2), message=TEXTS),
    )


def requests(*bad: bytes) -> st.SearchStrategy[bytes]:
    scopes = st.none() | st.builds(InstrumentationScope, name=TEXTS, attributes=attributes())
    resources = st.none() | st.builds(Resource, attributes=attributes([*KEYS, "leadline.dropped"]))
    of_scope = st.builds(ScopeSpans, scope=scopes, spans=st.lists(spans(*bad), max_size=4), schema_url=TEXTS)
    of_resource = st.builds(ResourceSpans, resource=resources, scope_spans=st.lists(of_scope, max_size=2))
    request = st.builds(ExportTraceServiceRequest, resource_spans=st.lists(of_resource, min_size=1, max_size=3))
    return request.map(ExportTraceServiceRequest.SerializeToString)


def request(count: int = 3, service: str = "shop", dropped: int = 0, **told: Any) -> bytes:
    """A request with spans of the ids 1 to `count`, each with the attributes `told` (`__` stands for a dot)."""
    message = ExportTraceServiceRequest()
    of_resource = message.resource_spans.add()
    of_resource.resource.attributes.add(key="service.name").value.string_value = service
    if dropped:
        of_resource.resource.attributes.add(key="leadline.dropped").value.int_value = dropped
    of_scope = of_resource.scope_spans.add()
    of_scope.scope.name = "leadline"
    for number in range(1, count + 1):
        span = of_scope.spans.add(trace_id=b"t" * 16, span_id=number.to_bytes(8, "big"), name=f"span {number}", kind=2)
        for key, value in told.items():
            made = span.attributes.add(key=key.replace("__", ".")).value
            setattr(made, "int_value" if isinstance(value, int) else "string_value", value)
    return message.SerializeToString()


def as_json(request: bytes, **spelling: Any) -> dict[str, Any]:
    """A request as OTLP/JSON has it; `spelling`: options of protobuf's own mapping to JSON, to depart from it."""
    options = {"use_integers_for_enums": True} | spelling
    document = MessageToDict(ExportTraceServiceRequest.FromString(request), **options)
    _hexed(document)
    return document


def _hexed(value: Any) -> None:
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if key in ("traceId", "spanId", "parentSpanId"):
            value[key] = base64.b64decode(inner).hex()
        elif isinstance(inner, dict | list):
            _hexed(inner)


def rows(items: list[Item]) -> list[dict[str, Any]]:
    """The spans among the items, each batch of which is valid."""
    found = []
    for batch in items:
        if isinstance(batch, pa.RecordBatch):
            assert batch.schema == SPANS and batch.num_rows
            batch.validate(full=True)
            found += batch.to_pylist()
    return found


def others(items: list[Item]) -> list[Any]:
    """What else is among the items."""
    return [item for item in items if not isinstance(item, pa.RecordBatch)]
