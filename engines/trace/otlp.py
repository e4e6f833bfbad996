"""OTLP requests decoded to spans, protobuf and JSON alike (opentelemetry-proto, trace/v1; JSON mapping: OTLP spec)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

Attributes = dict[str, Any]

_MAX_DEPTH = 4  # of values within values
_HEX = re.compile(r"[0-9a-f]+\Z")


@dataclass(slots=True)
class Span:
    """A span as it came. Ids in lower-case hex, `parent_id` '' for none; kind 1 internal 2 server 3 client 4 5; ns."""

    resource: Attributes
    scope: str
    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: int
    start: int
    attributes: Attributes
    trace_state: str = ""
    link: tuple[bytes, int] | None = None


class Malformed(ValueError):
    """A record that is not what the protocol says; the message says why."""


def spans_of(content: bytes | dict[str, Any]) -> Iterator[Span | Malformed | Attributes]:
    """Yield the spans of one request, each resource's attributes before its spans, and a `Malformed` for a bad span.

    Raises `Malformed` when the request as a whole cannot be decoded.
    """
    if isinstance(content, bytes):
        yield from _of_protobuf(content)
    else:
        yield from _of_json(content)


def _of_protobuf(content: bytes) -> Iterator[Span | Malformed | Attributes]:
    request = ExportTraceServiceRequest()
    try:
        request.ParseFromString(content)
    except DecodeError as error:
        raise Malformed(f"not an OTLP request: {error}") from error
    if content and not request.resource_spans:
        raise Malformed("not an OTLP request: it holds no resource spans")
    for of_resource in request.resource_spans:
        resource = _attributes(of_resource.resource.attributes)
        yield resource
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                yield _checked(
                    Span(resource, of_scope.scope.name, span.trace_id.hex(), span.span_id.hex(),
                         span.parent_span_id.hex(), span.name, span.kind, span.start_time_unix_nano,
                         _attributes(span.attributes), span.trace_state,
                         (span.links[0].trace_id, int(span.links[0].span_id.hex(), 16)) if span.links else None)
                )  # fmt: skip


def _attributes(pairs: Any) -> Attributes:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: Any, depth: int = 0) -> Any:
    kind = value.WhichOneof("value")
    if kind is None or depth > _MAX_DEPTH:
        return None
    if kind == "array_value":
        return [_value(part, depth + 1) for part in value.array_value.values]
    if kind == "kvlist_value":
        return {pair.key: _value(pair.value, depth + 1) for pair in value.kvlist_value.values}
    if kind == "bytes_value":
        return value.bytes_value.decode("utf-8", "backslashreplace")
    return getattr(value, kind)


def _checked(span: Span) -> Span | Malformed:
    if len(span.trace_id) != 32 or not span.trace_id.strip("0") or not _HEX.match(span.trace_id):
        return Malformed(f"trace id {span.trace_id[:64]!r} of span {span.name[:100]!r} is not 16 bytes")
    if len(span.span_id) != 16 or not span.span_id.strip("0") or not _HEX.match(span.span_id):
        return Malformed(f"span id {span.span_id[:64]!r} of span {span.name[:100]!r} is not 8 bytes")
    if not _HEX.match(span.parent_id or "0") or not span.parent_id.strip("0"):
        span.parent_id = ""
    return span


def _of_json(document: dict[str, Any]) -> Iterator[Span | Malformed | Attributes]:
    groups = document.get("resourceSpans", document.get("resource_spans"))
    if not isinstance(groups, list):
        raise Malformed("not an OTLP request: it has no resourceSpans")
    for of_resource in groups:
        try:
            resource = _json_attributes(of_resource.get("resource", {}).get("attributes", []))
            scopes = of_resource.get("scopeSpans", of_resource.get("instrumentationLibrarySpans", []))
            pairs = [(str(scope.get("scope", {}).get("name", "")), scope.get("spans", [])) for scope in scopes]
        except (AttributeError, TypeError, ValueError) as error:
            yield Malformed(f"a resource that is none: {error}")
            continue
        yield resource
        for name, spans in pairs:
            for span in spans if isinstance(spans, list) else []:
                yield _json_span(resource, name, span)


_KINDS = {"SPAN_KIND_INTERNAL": 1, "SPAN_KIND_SERVER": 2, "SPAN_KIND_CLIENT": 3, "SPAN_KIND_PRODUCER": 4,
          "SPAN_KIND_CONSUMER": 5}  # fmt: skip


def _json_span(resource: Attributes, scope: str, span: Any) -> Span | Malformed:
    try:
        kind = span.get("kind", 0)
        return _checked(
            Span(resource, scope, _identity(span.get("traceId", ""), 16), _identity(span.get("spanId", ""), 8),
                 _identity(span.get("parentSpanId") or "", 8), str(span.get("name", "")),
                 _KINDS[kind] if isinstance(kind, str) and kind in _KINDS else int(kind),
                 int(span.get("startTimeUnixNano", 0)), _json_attributes(span.get("attributes", [])),
                 str(span.get("traceState", "")),
                 (bytes.fromhex(span["links"][0]["traceId"]), int(span["links"][0]["spanId"], 16))
                 if span.get("links") else None)
        )  # fmt: skip
    except (AttributeError, TypeError, ValueError, KeyError, OverflowError) as error:
        return Malformed(f"a span that is none: {type(error).__name__}: {error}")


def _identity(text: str, size: int) -> str:
    """Return an id in hex; some writers send base64 as plain protobuf JSON has it."""
    if len(text) == size * 2 or not text:
        return text.lower()
    try:
        raw = binascii.a2b_base64(text)
    except binascii.Error:
        return text
    return raw.hex() if len(raw) == size else text


def _json_attributes(pairs: Any) -> Attributes:
    return {str(pair["key"]): _json_value(pair.get("value", {})) for pair in pairs}


def _json_value(value: Any, depth: int = 0) -> Any:
    if not isinstance(value, dict) or not value or depth > _MAX_DEPTH:
        return None
    kind, content = next(iter(value.items()))
    match kind:
        case "intValue":
            return int(content)  # a number or, as the mapping says, a string
        case "arrayValue":
            return [_json_value(part, depth + 1) for part in content.get("values", [])]
        case "kvlistValue":
            return {str(p.get("key")): _json_value(p.get("value"), depth + 1) for p in content.get("values", [])}
        case "doubleValue":
            return float(content)
        case "boolValue":
            return bool(content)
    return str(content)
