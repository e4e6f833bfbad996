"""Zipkin v2 JSON: a list of spans, a list of traces, or a span or list a line (https://zipkin.io/zipkin-api/).

Both sides of a call may report a span of the same id, the server's marked as `shared`. Each is a span of its own: the
server's gets an id made from the shared one and has the client's as its parent; what the server did in turn follows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engines.trace.reading.documents import Damaged, elements
from engines.trace.reading.shared_spans import SharedSpans
from engines.trace.reading.values import fields, identity, known_names, refused, text, whole
from engines.trace.spans import CLIENT, CONSUMER, PRODUCER, SERVER, Batches, Item, Malformed, Untold

_KINDS = {"SERVER": SERVER, "CLIENT": CLIENT, "PRODUCER": PRODUCER, "CONSUMER": CONSUMER}
_SAMPLING = Untold("sampling_unknown", "Zipkin does not tell whether all requests were recorded or a sample of them.")


def read(path: Path) -> Iterator[Item]:
    """Yield the spans of a file, and what of it cannot be read. The file is read twice. Raises OSError."""
    batches, shared = Batches(), SharedSpans()
    for element in elements(path, keys=("traceId",)):
        if not isinstance(element, Damaged):
            _note(fields(element.value), shared)
    shared.sort()
    for element in elements(path, keys=("traceId",)):
        if isinstance(element, Damaged):
            yield element.refused()
            continue
        try:
            batch = _add(fields(element.value), shared, batches)
        except Malformed as error:
            yield refused(str(error), element.value, element.origin)
        else:
            if batch is not None:
                yield batch
    if (rest := batches.rest()) is not None:
        yield rest
    yield _SAMPLING


def _note(span: Mapping[str, Any], shared: SharedSpans) -> None:
    kind = span.get("kind")
    if kind in ("CLIENT", "SERVER"):
        try:
            trace_id, span_id = _ids(span)
        except Malformed:
            return  # it is refused when it is read
        shared.note(trace_id, span_id, kind == "SERVER", _service(span, "localEndpoint"))


def _ids(span: Mapping[str, Any]) -> tuple[int, int]:
    if "spanId" in span or "binaryAnnotations" in span:
        raise Malformed("no span of Zipkin v2; version 1 is not read, export it as version 2")
    return identity(span.get("traceId"), 16, "trace id"), identity(span.get("id"), 8, "span id")


def _add(span: Mapping[str, Any], shared: SharedSpans, batches: Batches) -> Item | None:
    trace_id, span_id = _ids(span)
    service = _service(span, "localEndpoint")
    parent_id = identity(span["parentId"], 8, "parent's id") if span.get("parentId") else 0
    if span.get("kind") == "SERVER" and shared.is_shared(trace_id, span_id):
        parent_id, span_id = span_id, shared.server_id(trace_id, span_id)
    elif parent_id:
        parent_id = shared.parent_of(trace_id, parent_id, service)
    tags = known_names(iter(fields(span.get("tags")).items()))
    start = whole(span.get("timestamp")) * 1_000
    return batches.add(
        trace_id=trace_id.to_bytes(16, "big"),
        span_id=span_id,
        parent_id=parent_id,
        scope="",
        name=text(span.get("name")),
        kind=_KINDS.get(text(span.get("kind")), 0),
        start=start,
        end=start + whole(span.get("duration")) * 1_000,
        is_error=text(tags.get("error")).lower() not in ("", "false"),
        resource={"service.name": service},
        attributes=_remote(span) | tags,
    )


def _service(span: Mapping[str, Any], side: str) -> str:
    return text(fields(span.get(side)).get("serviceName"))


def _remote(span: Mapping[str, Any]) -> dict[str, Any]:
    """Return the other side of a call, as attributes."""
    remote = fields(span.get("remoteEndpoint"))
    address = text(remote.get("serviceName")) or text(remote.get("ipv4")) or text(remote.get("ipv6"))
    name = "messaging.system" if span.get("kind") in ("PRODUCER", "CONSUMER") else "peer.service"
    return {name: address, "net.peer.port": remote.get("port")}
