"""What Tempo's API gives for a trace (https://grafana.com/docs/tempo/latest/api_docs/): OTLP under keys of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engines.trace.reading.documents import Damaged, Element, elements, within
from engines.trace.reading.otlp_json_lenient import SCOPE, SCOPES, spans_in
from engines.trace.reading.otlp_requests import Body
from engines.trace.spans import Batches, Item

_PLACES = ("batches", "trace.resourceSpans", "trace.batches", "result.resourceSpans")  # the last: Jaeger's own API v3

_SPAN = ("startTimeUnixNano", "endTimeUnixNano", "start_time_unix_nano", "kind")  # has one, but not its links


def read(path: Path) -> Iterator[Item]:
    """Yield the spans of a file, and what of it cannot be read. Raises OSError."""
    batches = Batches()
    for element in elements(path, *_PLACES, keys=SCOPES):
        if isinstance(element, Damaged):
            yield from _rescued(element, batches)
        else:
            yield from spans_in(element.value, Body(b"", element.origin), batches)
    if (rest := batches.rest()) is not None:
        yield rest


def _rescued(damaged: Damaged, batches: Batches) -> Iterator[Item]:
    """Yield what can be read of a resource that is damaged, scope by scope, and span by span where a scope is."""
    resource = _first(damaged, "resource")
    is_empty = True
    for part in within(damaged.content, damaged.origin, *SCOPES, keys=("spans",)):
        is_empty = False
        for scope in [part.value] if isinstance(part, Element) else _spans_of(part):
            if isinstance(scope, Damaged):
                yield scope.refused()
            else:
                yield from spans_in({"resource": resource, "scopeSpans": [scope]}, Body(b"", part.origin), batches)
    if is_empty:
        yield damaged.refused()


def _spans_of(damaged: Damaged) -> Iterator[Any]:
    """Yield scopes of one span each for the spans of a damaged scope, and what is damaged of it."""
    scope = _first(damaged, *SCOPE)
    parts = list(within(damaged.content, damaged.origin, "spans", keys=_SPAN))
    for part in parts or [damaged]:
        yield part if isinstance(part, Damaged) else {"scope": scope, "spans": [part.value]}


def _first(damaged: Damaged, *places: str) -> Any:
    parts = within(damaged.content, damaged.origin, *places, keys=())
    return next((part.value for part in parts if isinstance(part, Element)), {})
