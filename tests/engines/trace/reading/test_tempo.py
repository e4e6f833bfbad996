"""What Tempo gives: OTLP under keys of its own, ids in base64."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from engines.trace.reading import tempo
from engines.trace.spans import CLIENT, SERVER
from tests.engines.trace.reading.reading import fixtures, needs_fixtures, told

TRACE = bytes(range(16))


def batch(*numbers: int, service: str = "shop", scopes: str = "scopeSpans") -> dict[str, Any]:
    spans = [
        {"traceId": base64.b64encode(TRACE).decode(), "spanId": base64.b64encode(number.to_bytes(8, "big")).decode(),
         "name": f"do {number}", "kind": "SPAN_KIND_SERVER", "startTimeUnixNano": "5", "endTimeUnixNano": "7",
         "attributes": [{"key": "http.method", "value": {"stringValue": "GET"}}]}
        for number in numbers
    ]  # fmt: skip
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return {"resource": resource, scopes: [{"scope": {"name": "s"}, "spans": spans}]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traces"


@pytest.mark.parametrize(
    "document",
    [
        {"batches": [batch(1, 2), batch(3, service="other")]},
        {"batches": [batch(1, 2, scopes="instrumentationLibrarySpans"), batch(3, service="other")]},
        {"trace": {"resourceSpans": [batch(1, 2), batch(3, service="other")]}, "metrics": {}},
        {"trace": {"batches": [batch(1, 2), batch(3, service="other")]}},
        "\n".join(json.dumps({"batches": [one]}) for one in (batch(1, 2), batch(3, service="other"))),
    ],
    ids=["batches", "of former releases", "API v2", "API v2, batches", "a trace a line"],
)
def test_every_form_gives_the_same_rows(document: Any, path: Path) -> None:
    rows, others = told(tempo, path, document)
    common = {"trace_id": TRACE.hex(), "kind": SERVER, "method": "GET", "start": 5, "end": 7, "scope": "s"}
    assert others == []
    assert rows == {
        "0000000000000001": {**common, "name": "do 1", "service": "shop"},
        "0000000000000002": {**common, "name": "do 2", "service": "shop"},
        "0000000000000003": {**common, "name": "do 3", "service": "other"},
    }


def test_the_spans_of_a_damaged_resource_are_read_one_by_one(path: Path) -> None:
    text = json.dumps({"batches": [batch(1, 2, 3), batch(4, service="other")]})
    rows, others = told(tempo, path, text.replace('"do 2"', '"do 2', 1))
    assert [(row["name"], row["service"]) for row in rows.values()] == [
        ("do 1", "shop"), ("do 3", "shop"), ("do 4", "other")]  # fmt: skip
    assert len(others) == 1 and others[0].reason


def test_what_is_no_resource_is_refused(path: Path) -> None:
    rows, others = told(tempo, path, {"batches": [batch(1), 7, {"a": 1}]})
    assert list(rows) == ["0000000000000001"] and len(others) == 2


@needs_fixtures
@pytest.mark.parametrize("recording", fixtures("tempo"), ids=lambda path: path.name)
def test_a_recording_of_tempo_is_read(recording: Path) -> None:
    rows, others = told(tempo, recording)
    assert others == [] and len(rows) == 8
    assert {row["parent_id"] for row in rows.values() if "parent_id" in row} <= set(rows)
    assert {row["kind"] for row in rows.values()} == {CLIENT, SERVER}
    assert {row["trace_id"] for row in rows.values()} == {"3ba55609c3cde49649cd77d1f9dcd936"}
