"""OTLP requests as protobuf, read into `SPANS`: many at once by native code, and one span at a time where one is bad.

Protobuf's own parser checks every request first, since it bounds how deep messages lie in each other; what it takes
becomes Arrow arrays by ptars (https://github.com/0x26res/ptars), and where ptars does not run, Python values. Of all
that an encoder writes both give the same rows; attributes that are not wanted may be damaged for native code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError

from engines.trace.reading import otlp_wire
from engines.trace.reading.content import Broken
from engines.trace.reading.otlp_columns import ERROR, flattened
from engines.trace.reading.otlp_messages import (
    OUTER_REQUEST,
    OuterRequest,
    Request,
    ResourceSpans,
    ScopeSpans,
    UncheckedResourceSpans,
    UncheckedScopeSpans,
)
from engines.trace.spans import Batches, Item, Malformed, Refused, dropped_of

try:
    import ptars

    _NATIVE = ptars.HandlerPool([OUTER_REQUEST.file]).get_for_message(OUTER_REQUEST)
except ImportError:  # no wheel for this platform
    _NATIVE = None

AT_ONCE = 2**22  # bytes of requests that are read together
LARGEST_SPAN = 2**26  # bytes
NO_REQUEST = "not an OTLP request"  # the beginning of a reason
SHOWN = 2_000  # bytes of what is refused


@dataclass(frozen=True, slots=True)
class Body:
    """One request as it came, or a part of one.

    `repeats`: its resource was already in an earlier part; `is_single`: it has one span at most.
    """

    content: bytes
    origin: str
    repeats: bool = False
    is_single: bool = False


def spans_of(bodies: Iterable[Body | Refused]) -> Iterator[Item]:
    """Yield the spans of requests and what their senders dropped; a bad span costs only itself."""
    batches = Batches()
    for group in _groups(_cut(bodies)):
        at_once = []
        for body in group:
            if isinstance(body, Refused):
                yield body
            elif (request := _parsed(OuterRequest, body.content)) is None:
                yield from _one_by_one(body, batches)
            elif body.content and not request.resource_spans:
                yield Refused(f"{NO_REQUEST}: it holds no resource spans", body.content[:SHOWN], body.origin)
            else:
                at_once.append(body)
        yield from _at_once(at_once, batches) if _NATIVE else _in_python(at_once, batches)
    if (rest := batches.rest()) is not None:
        yield rest


def cut(stream: otlp_wire.Stream, size: int | None, origin: str) -> Iterator[Body | Refused]:
    """Yield a request of `size` bytes (`None`: all there are) in bodies that are small enough to be read at once."""
    begin, is_told = stream.at, False
    try:
        for part in otlp_wire.parts(stream, size, AT_ONCE, LARGEST_SPAN):
            if isinstance(part, otlp_wire.Oversized):
                yield Refused(f"a span of {part.size} bytes, more than {LARGEST_SPAN}", b"", origin)
            else:
                yield Body(part.request(), origin, part.repeats)
            is_told = True
    except (Malformed, Broken) as error:
        yield Refused(f"{NO_REQUEST} from byte {stream.at} on: {error}", b"", origin)
    else:
        if not is_told and stream.at > begin:
            yield Refused(f"{NO_REQUEST}: it holds no resource spans", b"", origin)


def _cut(bodies: Iterable[Body | Refused]) -> Iterator[Body | Refused]:
    for body in bodies:
        if isinstance(body, Body) and len(body.content) > 2 * AT_ONCE:
            yield from cut(otlp_wire.Stream(iter([body.content])), None, body.origin)
        else:
            yield body


def _groups(bodies: Iterable[Body | Refused]) -> Iterator[list[Body | Refused]]:
    group: list[Body | Refused] = []
    size = 0
    for body in bodies:
        group.append(body)
        size += len(body.content) + 64
        if size >= AT_ONCE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _parsed(kind: Any, content: bytes) -> Any | None:
    try:
        return kind.FromString(content)
    except DecodeError:
        return None


def _at_once(bodies: list[Body], batches: Batches) -> Iterator[Item]:
    if not bodies:
        return
    try:
        found = flattened(_NATIVE.list_to_record_batch([body.content for body in bodies]).column(0))
    except ValueError:  # a text that is no UTF-8
        yield from _in_python(bodies, batches)
        return
    if found.spans is None:
        unfit = set(found.unfit)
        yield from _at_once([body for at, body in enumerate(bodies) if at not in unfit], batches)
        yield from _in_python([bodies[at] for at in found.unfit], batches)
        return
    if found.spans.num_rows:
        yield found.spans
    for at, dropped in found.dropped:
        if not bodies[at].repeats:
            yield dropped


def _in_python(bodies: list[Body], batches: Batches) -> Iterator[Item]:
    for body in bodies:
        request = _parsed(Request, body.content)
        yield from _one_by_one(body, batches) if request is None else _of_request(request, body, batches)


def _of_request(request: Any, body: Body, batches: Batches) -> Iterator[Item]:
    for of_resource in request.resource_spans:
        resource = _told(of_resource.resource.attributes)
        if not body.repeats:
            yield from dropped_of(resource)
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                try:
                    full = _add(batches, resource, of_scope.scope.name, span)
                except Malformed as error:
                    full = Refused(str(error), span.SerializeToString()[:SHOWN], body.origin)
                if full is not None:
                    yield full


def _one_by_one(body: Body, batches: Batches) -> Iterator[Item]:
    """Yield what can be read of a request that cannot be parsed as a whole: each span is parsed alone."""
    place, resource, scope, is_told = None, {}, "", False
    try:
        for part in otlp_wire.parts(otlp_wire.Stream(iter([body.content])), None, 0, LARGEST_SPAN):
            is_told = True
            if isinstance(part, otlp_wire.Oversized):
                yield Refused(f"a span of {part.size} bytes, more than {LARGEST_SPAN}", b"", body.origin)
                continue
            try:
                if part.level and part.beside is not place:
                    place = part.beside
                    told = _lenient(ResourceSpans, UncheckedResourceSpans, place[1])
                    resource = _told(told.resource.attributes)
                    if not part.repeats and not body.repeats:
                        yield from dropped_of(resource)
                    scope = _text(_lenient(ScopeSpans, UncheckedScopeSpans, place[2]).scope.name) if place[2:] else ""
                for span in _lenient(ScopeSpans, UncheckedScopeSpans, part.held).spans if part.level == 2 else ():
                    if (full := _add(batches, resource, scope, span)) is not None:
                        yield full
            except DecodeError as error:
                yield Refused(f"a span that is none: {error}", part.held[:SHOWN], body.origin)
            except Malformed as error:
                yield Refused(str(error), part.held[:SHOWN], body.origin)
    except Malformed as error:
        yield Refused(f"{NO_REQUEST}: {error}", body.content[:SHOWN], body.origin)
    else:
        if not is_told:
            yield Refused(f"{NO_REQUEST}: it holds no resource spans", body.content[:SHOWN], body.origin)


def _lenient(kind: Any, unchecked: Any, content: bytes) -> Any:
    """Parse a message whose texts may be no UTF-8: fuzzed requests leave such. Raises `DecodeError`."""
    try:
        return kind.FromString(content)
    except DecodeError:
        return unchecked.FromString(content)


def _add(batches: Batches, resource: dict[str, Any], scope: str, span: Any) -> Any:
    return batches.add(
        trace_id=span.trace_id,
        span_id=_number(span.span_id),
        parent_id=_number(span.parent_id),
        link=_link(span.links),
        scope=_text(scope),
        name=_text(span.name),
        kind=span.kind,
        start=span.start,
        end=span.end,
        is_error=span.status.code == ERROR,
        trace_state=_text(span.trace_state),
        resource=resource,
        attributes=_told(span.attributes),
    )


def _told(pairs: Any) -> dict[str, Any]:
    return {_text(pair.key): _value(pair.value) for pair in pairs}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    return None if kind is None else _text(getattr(value, kind))


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _number(span_id: bytes) -> int:
    return int.from_bytes(span_id, "big") if len(span_id) == 8 else 0


def _link(links: Any) -> tuple[bytes, int] | None:
    if not links:
        return None
    trace_id, span_id = links[0].trace_id, _number(links[0].span_id)
    return (trace_id, span_id) if len(trace_id) == 16 and any(trace_id) and span_id else None
