"""Jaeger's JSON: what its UI and its API (`/api/traces`) give, and the documents that it keeps in Elasticsearch.

Format: https://github.com/jaegertracing/jaeger-ui/blob/main/packages/jaeger-ui/src/types/trace.tsx, and of storage
https://github.com/jaegertracing/jaeger/blob/main/internal/storage/v1/elasticsearch/spanstore/internal/dbmodel/model.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engines.trace.reading.documents import Damaged, elements, within
from engines.trace.reading.values import fields, identity, known_names, members, refused, text, whole
from engines.trace.spans import CLIENT, CONSUMER, INTERNAL, PRODUCER, SERVER, Batches, Item, Malformed

_KINDS = {"internal": INTERNAL, "server": SERVER, "client": CLIENT, "producer": PRODUCER, "consumer": CONSUMER}
_PLACES = ("data", "hits.hits")
_TRACE = ("spans", "_source", "process")  # a trace, or a span in storage, has one of these …
_SPAN = ("operationName", "startTime", "processID")  # … and a span one of these, but not its references

Reference = tuple[bytes, int]


def read(path: Path) -> Iterator[Item]:
    """Yield the spans of a file, and what of it cannot be read. Raises OSError."""
    batches = Batches()
    for element in elements(path, *_PLACES, keys=_TRACE):
        if isinstance(element, Damaged):
            yield from _rescued(path, element, batches)
        else:
            yield from _trace(element.value, element.origin, batches)
    if (rest := batches.rest()) is not None:
        yield rest


def _trace(value: Any, origin: str, batches: Batches) -> Iterator[Item]:
    document = fields(fields(value).get("_source", value))
    if isinstance(document.get("spans"), list):
        processes = fields(document.get("processes"))
        for span in document["spans"]:
            yield from _span(span, processes, document.get("traceID"), origin, batches)
    elif "spanID" in document:
        yield from _span(document, {}, None, origin, batches)
    else:
        yield refused("neither a trace nor a span of Jaeger", value, origin)


def _rescued(path: Path, damaged: Damaged, batches: Batches) -> Iterator[Item]:
    """Yield the spans of a trace that is damaged, or that is a document too large to be decoded as a whole."""
    is_document = damaged.is_too_large and damaged.origin.endswith("@0")
    content, origin = damaged.content, damaged.origin
    told = elements(path, "processes", keys=()) if is_document else within(content, origin, "processes", keys=())
    processes = [part.value for part in told if not isinstance(part, Damaged)]
    is_empty = True
    for part in elements(path, "spans", keys=_SPAN) if is_document else within(content, origin, "spans", keys=_SPAN):
        is_empty = False
        if isinstance(part, Damaged):
            yield part.refused()
        else:
            yield from _span(part.value, fields(processes[0] if processes else None), None, part.origin, batches)
    if is_empty:
        yield damaged.refused()


def _span(span: Any, processes: Mapping[str, Any], trace_id: Any, origin: str, batches: Batches) -> Iterator[Item]:
    told = fields(span)
    process = fields(told.get("process")) or fields(processes.get(text(told.get("processID"))))
    tags = known_names(_tags(told))
    start = whole(told.get("startTime")) * 1_000
    try:
        own = (_trace_id(told.get("traceID", trace_id)), identity(told.get("spanID"), 8, "span id"))
        parent, link = _relatives(told, own)
        batch = batches.add(
            trace_id=own[0],
            span_id=own[1],
            parent_id=parent,
            link=link,
            scope=text(tags.get("otel.scope.name") or tags.get("otel.library.name")),
            name=text(told.get("operationName")),
            kind=_KINDS.get(text(tags.get("span.kind")).lower(), 0),
            start=start,
            end=start + whole(told.get("duration")) * 1_000,
            is_error=tags.get("error") in (True, "true") or tags.get("otel.status_code") == "ERROR",
            trace_state=text(tags.get("w3c.tracestate")),
            resource=known_names(_tags(process)) | {"service.name": text(process.get("serviceName"))},
            attributes=tags,
        )
    except Malformed as error:
        yield refused(str(error), span, origin)
    else:
        if batch is not None:
            yield batch


def _trace_id(value: Any) -> bytes:
    return identity(value, 16, "trace id").to_bytes(16, "big")


def _relatives(span: Mapping[str, Any], own: Reference) -> tuple[int, Reference | None]:
    """Return the parent, 0 for none, and the first other span that this one refers to.

    As Jaeger does itself, the parent is the first that the span is a child of in its own trace, else the first that it
    follows from.
    """
    references = [one for one in map(_reference, map(fields, members(span.get("references")))) if one]
    here = [one for one in references if one[1] == own[0] and one[2] != own[1]]
    parent = next((one for kind in ("CHILD_OF", "FOLLOWS_FROM") for one in here if one[0] == kind), None)
    link = next((one[1:] for one in references if one != parent), None)
    if parent is None and span.get("parentSpanID"):  # Jaeger before references
        return identity(span["parentSpanID"], 8, "parent's id"), link
    return parent[2] if parent else 0, link


def _reference(told: Mapping[str, Any]) -> tuple[str, bytes, int] | None:
    try:
        return text(told.get("refType")), _trace_id(told.get("traceID")), identity(told.get("spanID"), 8, "span id")
    except Malformed:
        return None


def _tags(told: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the tags of a span or process: a list of typed ones, and in storage also by name, dots written as `@`."""
    for name, value in fields(told.get("tag")).items():
        yield name.replace("@", "."), value
    for tag in members(told.get("tags")):
        value = fields(tag).get("value")
        if fields(tag).get("type") == "int64" and isinstance(value, str):
            value = whole(value)
        yield fields(tag).get("key"), value
