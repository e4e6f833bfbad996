"""What was recorded of a request as OTLP spans: its own, one for each call path, one for each value at a sink.

What a place of the code always says is encoded once; no more is put together per span than ids, times and counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from leadline_agent import bodies, otlp
from leadline_agent.source import Place
from leadline_agent.tree import OFTEN, Node, Recorded, Sink

_KINDS = {"http": 3, "message": 4}  # sinks that are a client's or a producer's span; any other is internal


def spans(recorded: Recorded) -> list[bytes]:
    """Return the encoded spans of one part of a request."""
    request = recorded.request
    told = [] if recorded.is_late else [_entry(recorded)]
    told += [_function(request.trace_id, node) for node in seen(recorded.nodes, recorded.sinks)]
    told += [_sink(request.trace_id, sink) for sink in recorded.sinks]
    return told


def seen(nodes: list[Node], sinks: Iterable[Sink] = ()) -> list[Node]:
    """Leave out generators that only ended somewhere: neither called there nor doing anything."""
    needed = {id(sink.node) for sink in sinks}
    for node in reversed(nodes):  # whoever called stands before
        if node.count or id(node) in needed:
            needed.add(id(node))
            needed.add(id(node.parent))
    return [node for node in nodes if id(node) in needed]


def _entry(recorded: Recorded) -> bytes:
    request, root = recorded.request, recorded.request.root
    told = request.attributes
    if recorded.dropped:
        told["leadline.dropped"] = recorded.dropped
    if request.body:
        told[bodies.ATTRIBUTE] = bodies.encoded(request.body)
    head = otlp.named(request.name, request.kind) + otlp.attributes(otlp.SPAN, told)
    return otlp.span(request.trace_id, root.identity(), request.parent_id, root.started, request.ended, head,
                     is_error=request.is_error)  # fmt: skip


def _function(trace: bytes, node: Node) -> bytes:
    body = _of_function(node.place) + _calls(node.count)
    if node.error:
        body += otlp.attribute(otlp.SPAN, "error.type", node.error)
    above = node.parent.recorded().identity()
    return otlp.span(trace, node.identity(), above, node.started, _end(node), body)


def _end(node: Node) -> int:
    """Return when the last call ended, or that of the nearest caller whose calls are timed."""
    timed = node
    while timed.count > OFTEN and timed.parent is not None:
        timed = timed.parent
    return max(node.ended, timed.ended if timed.parent is not None else node.request.ended)


def _sink(trace: bytes, sink: Sink) -> bytes:
    told = {"db.query.text" if sink.kind == "sql" else "leadline.sink.value": sink.value}
    for key, value in sink.attributes.items():  # names with a dot are of OpenTelemetry already
        told["db.system.name" if key == "db" else key if "." in key else f"leadline.sink.{key}"] = value
    body = _of_sink(sink.kind, sink.place) + _calls(sink.count) + otlp.attributes(otlp.SPAN, told)
    return otlp.span(trace, sink.identity(), sink.node.identity(), sink.time, sink.time, body)


@lru_cache(8_192)
def _of_function(place: Place) -> bytes:
    return otlp.named(place[0], 1) + _located(place)


@lru_cache(8_192)
def _of_sink(kind: str, place: Place) -> bytes:
    told = otlp.attribute(otlp.SPAN, "leadline.sink.kind", kind)
    return otlp.named(f"sink {kind}", _KINDS.get(kind, 1)) + told + _located(place)


def _located(place: Place) -> bytes:
    name, file, line = place
    return otlp.attributes(otlp.SPAN, {"code.function.name": name, "code.file.path": file, "code.line.number": line})


@lru_cache(1_024)
def _calls(count: int) -> bytes:
    return otlp.attribute(otlp.SPAN, "leadline.calls", count)
