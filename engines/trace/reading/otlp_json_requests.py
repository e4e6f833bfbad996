"""OTLP requests as JSON, read into `SPANS`: many at once where they keep to the letter of the protocol, else singly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from engines.trace.reading.json_text import JsonText, Lost, decoded
from engines.trace.reading.otlp_json_cut import WHOLE, cut, singly
from engines.trace.reading.otlp_json_lenient import spans_in
from engines.trace.reading.otlp_json_typed import Request, columns, dropped, typed
from engines.trace.reading.otlp_requests import AT_ONCE, NO_REQUEST, SHOWN, Body
from engines.trace.spans import Batches, Item, Refused


def spans_of(bodies: Iterable[Body | Refused]) -> Iterator[Item]:
    """Yield the spans of requests and what their senders dropped; a bad span costs only itself."""
    batches = Batches()
    group: list[tuple[Request, Body]] = []
    size = 0
    for body in _cut(bodies):
        if isinstance(body, Refused):
            yield body
        elif (request := typed(body.content)) is None:
            yield from _leniently(body, batches)
        else:
            group.append((request, body))
            size += len(body.content)
            if size >= AT_ONCE:
                yield from _at_once(group, batches)
                group, size = [], 0
    yield from _at_once(group, batches)
    if (rest := batches.rest()) is not None:
        yield rest


def _cut(bodies: Iterable[Body | Refused]) -> Iterator[Body | Refused]:
    for body in bodies:
        if isinstance(body, Body) and len(body.content) > WHOLE:
            yield from cut(JsonText(iter([body.content])), body.origin)
        else:
            yield body


def _at_once(group: list[tuple[Request, Body]], batches: Batches) -> Iterator[Item]:
    try:
        batch = columns([request for request, _ in group])
        lost = [one for request, body in group if not body.repeats for one in dropped(request)]
    except (ValueError, TypeError, OverflowError, pa.ArrowException):
        for request, body in group:
            yield from _at_once([(request, body)], batches) if len(group) > 1 else _leniently(body, batches)
        return
    if batch.num_rows:
        yield batch
    yield from lost


def _leniently(body: Body, batches: Batches) -> Iterator[Item]:
    try:
        yield from spans_in(decoded(body.content), body, batches)
    except Lost as lost:
        if body.is_single or not body.content:
            yield Refused(f"{NO_REQUEST}: {lost}", body.content[:SHOWN], body.origin)
        else:
            for part in singly(body):
                yield from _leniently(part, batches) if isinstance(part, Body) else (part,)
