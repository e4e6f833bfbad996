"""What a recording does not tell is decided from its spans."""

from __future__ import annotations

from typing import Any

import pytest

from engines.trace.reading.untold import Telling
from engines.trace.spans import CLIENT, SERVER, Batches


def untold(*spans: dict[str, Any], trace_state: str = "") -> list[str]:
    """Return the reasons after spans of these attributes, of the kind that `kind` says, of the service `service`."""
    batches, telling = Batches(), Telling()
    for number, told in enumerate(spans, 1):
        attributes = {name.replace("__", "."): value for name, value in told.items()}
        batches.add(trace_id=b"t" * 16, span_id=number, kind=told.get("kind", 0), trace_state=trace_state,
                    resource={"service.name": told.get("service")}, attributes=attributes)  # fmt: skip
        telling.note(batches.rest())
    return [one.reason for one in telling.untold()]


ALL = [
    {"kind": SERVER, "service": "shop", "http__route": "/a"},
    {"service": "shop", "code__file__path": "a.py"},
    {"kind": CLIENT, "service": "shop", "db__system": "mysql", "db__query__text": "select 1"},
]


def test_a_recording_that_tells_everything_leaves_nothing_untold() -> None:
    assert untold(*ALL) == []


def test_a_recording_without_spans_says_nothing() -> None:
    assert untold() == []


@pytest.mark.parametrize(
    ("lacks", "reason"),
    [("service", "no_services"), ("code__file__path", "no_code_locations"), ("kind", "no_requests"),
     ("http__route", "no_routes"), ("db__query__text", "no_sql_text")],
)  # fmt: skip
def test_what_no_span_tells_is_said(lacks: str, reason: str) -> None:
    assert untold(*({name: value for name, value in span.items() if name != lacks} for span in ALL)) == [reason]


@pytest.mark.parametrize(
    ("sampler", "state", "is_sampled"),
    [("probabilistic", "", True), ("ratelimiting", "", True), ("const", "", False), ("", "ot=th:8", True),
     ("", "ot=th:0", False), ("", "vendor=x", False)],
)  # fmt: skip
def test_sampling_is_noticed(sampler: str, state: str, is_sampled: bool) -> None:
    assert ("sampled" in untold({**ALL[0], "sampler__type": sampler}, trace_state=state)) is is_sampled
