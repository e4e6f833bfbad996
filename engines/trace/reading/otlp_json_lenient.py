"""OTLP requests as any JSON that says what they say, a value at a time.

Some writers keep to the plain mapping of protobuf (https://protobuf.dev/programming-guides/json/): ids as base64,
fields in snake_case, enums by name; former releases of the protocol have other names.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Iterator
from typing import Any

from engines.trace.reading.otlp_columns import ERROR
from engines.trace.reading.otlp_requests import NO_REQUEST, SHOWN, Body
from engines.trace.spans import Batches, Item, Malformed, Refused, dropped_of

RESOURCES = ("resourceSpans", "resource_spans")
SCOPES = ("scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans")
SCOPE = ("scope", "instrumentationLibrary", "instrumentation_library")

_KINDS = dict.fromkeys(("SPAN_KIND_UNSPECIFIED", ""), 0) | {
    f"SPAN_KIND_{name}": number
    for number, name in enumerate(("INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"), 1)
}
_CODES = {"STATUS_CODE_UNSET": 0, "STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": ERROR}
_UNREADABLE = (AttributeError, TypeError, ValueError, KeyError, OverflowError, RecursionError)


def spans_in(request: Any, body: Body, batches: Batches) -> Iterator[Item]:
    """Yield what a decoded request tells; its spans go into `batches`, of which the full ones are yielded."""
    resources = _of(request, RESOURCES) if isinstance(request, dict) else None
    if isinstance(request, dict) and resources is None and _of(request, SCOPES) is not None:
        resources = [request]  # what a request holds, without it
    if not isinstance(resources, list):
        yield Refused(f"{NO_REQUEST}: it has no resourceSpans", body.content[:SHOWN], body.origin)
        return
    for of_resource in resources:
        try:
            resource = _attributes(_of(_of(of_resource, ("resource",)) or {}, ("attributes",)))
            scopes = [(_scope(one), _of(one, ("spans",)) or []) for one in _of(of_resource, SCOPES) or []]
        except _UNREADABLE as error:
            yield _refused("a resource that is none", error, of_resource, body)
            continue
        if not body.repeats:
            yield from dropped_of(resource)
        for scope, spans in scopes:
            for span in spans if isinstance(spans, list) else [spans]:
                try:
                    full = _add(batches, resource, scope, span)
                except Malformed as error:
                    full = Refused(str(error), _shown(span), body.origin)
                except _UNREADABLE as error:
                    full = _refused("a span that is none", error, span, body)
                if full is not None:
                    yield full


def _add(batches: Batches, resource: dict[str, Any], scope: str, span: Any) -> Any:
    return batches.add(
        trace_id=_identity(_of(span, ("traceId", "trace_id")), 16),
        span_id=int.from_bytes(_identity(_of(span, ("spanId", "span_id")), 8), "big"),
        parent_id=_number(_identity(_of(span, ("parentSpanId", "parent_span_id")), 8)),
        link=_link(_of(span, ("links",))),
        scope=scope,
        name=_text(_of(span, ("name",))),
        kind=_enum(_of(span, ("kind",)), _KINDS),
        start=_time(_of(span, ("startTimeUnixNano", "start_time_unix_nano"))),
        end=_time(_of(span, ("endTimeUnixNano", "end_time_unix_nano"))),
        is_error=_enum(_of(_of(span, ("status",)) or {}, ("code",)), _CODES) == ERROR,
        trace_state=_text(_of(span, ("traceState", "trace_state"))),
        resource=resource,
        attributes=_attributes(_of(span, ("attributes",))),
    )


def _of(value: dict[str, Any], names: tuple[str, ...]) -> Any:
    """Return the first of several fields that is there. Raises AttributeError when the value is no object."""
    return next((found for name in names if (found := value.get(name)) is not None), None)


def _scope(of_scope: dict[str, Any]) -> str:
    return _text(_of(_of(of_scope, SCOPE) or {}, ("name",)))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _identity(text: Any, size: int) -> bytes:
    """Return an id from hex or base64, as bytes of any number where it is neither."""
    if not isinstance(text, str):
        return b""
    try:
        return bytes.fromhex(text) if len(text) == 2 * size else binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return text.encode("utf-8", "replace")


def _number(span_id: bytes) -> int:
    return int.from_bytes(span_id, "big") if len(span_id) == 8 else 0


def _link(links: Any) -> tuple[bytes, int] | None:
    if not isinstance(links, list) or not links or not isinstance(links[0], dict):
        return None
    trace_id = _identity(_of(links[0], ("traceId", "trace_id")), 16)
    span_id = _number(_identity(_of(links[0], ("spanId", "span_id")), 8))
    return (trace_id, span_id) if len(trace_id) == 16 and any(trace_id) and span_id else None


def _enum(value: Any, names: dict[str, int]) -> int:
    if isinstance(value, str) and value in names:
        return names[value]
    return int(value or 0)


def _time(value: Any) -> int:
    try:
        return int(value or 0)
    except (ValueError, OverflowError):  # no number, not finite: as if it were not told
        return 0


def _attributes(pairs: Any) -> dict[str, Any]:
    """Return attributes as they are looked up, from a list of pairs or, as some write them, an object."""
    if isinstance(pairs, dict):
        return pairs
    return {_text(pair.get("key")): _value(pair.get("value")) for pair in pairs or []}


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    for name in ("intValue", "int_value"):
        if (found := value.get(name)) is not None:
            return _whole(found)
    return _of(value, ("stringValue", "string_value", "boolValue", "bool_value"))


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _refused(what: str, error: Exception, value: Any, body: Body) -> Refused:
    return Refused(f"{what}: {type(error).__name__}: {error}"[:300], _shown(value), body.origin)


def _shown(value: Any) -> bytes:
    try:
        return json.dumps(value)[:SHOWN].encode("ascii", "replace")
    except (TypeError, ValueError, RecursionError):
        return repr(type(value)).encode()
