"""What a recording as a whole does not tell is decided from its spans."""

from __future__ import annotations

from typing import Any

import pytest

from engines.trace.reading.untold import Telling
from engines.trace.spans import CLIENT, CONSUMER, SERVER, Batches


def untold(*spans: dict[str, Any]) -> list[str]:
    """Return the reasons after spans of these attributes, of the kind that `kind` says, of the service `service`."""
    batches, telling = Batches(), Telling()
    for number, told in enumerate(spans, 1):
        attributes = {name.replace("__", "."): value for name, value in told.items()}
        resource = {"service.name": told.get("service")}
        batches.add(
            trace_id=b"t" * 16, span_id=number, kind=told.get("kind", 0), resource=resource, attributes=attributes
        )
        telling.note(batches.rest())
    return [one.reason for one in telling.untold()]


ALL = [
    {"kind": SERVER, "service": "shop", "http__route": "/a"},
    {"kind": CLIENT, "service": "shop", "db__system": "mysql", "db__query__text": "select 1"},
]


def test_a_recording_that_tells_everything_leaves_nothing_untold() -> None:
    assert untold(*ALL) == []


def test_a_recording_without_spans_says_nothing() -> None:
    assert untold() == []


@pytest.mark.parametrize(
    ("lacks", "reason"),
    [("service", "no_services"), ("http__route", "no_routes"), ("db__query__text", "no_sql_text")],
)
def test_what_no_span_tells_is_said(lacks: str, reason: str) -> None:
    assert untold(*({name: value for name, value in span.items() if name != lacks} for span in ALL)) == [reason]


def test_paths_need_an_entry() -> None:
    assert untold(ALL[1]) == ["no_requests"]
    assert untold(ALL[1], {"kind": CONSUMER, "service": "shop"}) == []


def test_where_no_database_is_asked_no_query_is_missing() -> None:
    assert untold(ALL[0], {"kind": CLIENT, "service": "shop"}) == []
