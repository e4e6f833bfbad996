"""Zipkin v2 JSON; both sides of a call that share an id are two spans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engines.trace.reading import zipkin
from engines.trace.spans import CLIENT, CONSUMER, PRODUCER, SERVER, Refused, Untold
from tests.engines.trace.reading.reading import FIXTURES, fixtures, needs_fixtures, told

TRACE = "ef86c83c0a05a6d6"


def span(number: int, parent: int = 0, kind: str | None = None, service: str = "a", **more: Any) -> dict[str, Any]:
    made = {"traceId": TRACE, "id": f"{number:016x}", "name": f"do {number}", "timestamp": 1531282088552037,
            "duration": 15888, "localEndpoint": {"serviceName": service}}  # fmt: skip
    return {**made, **({"parentId": f"{parent:016x}"} if parent else {}), **({"kind": kind} if kind else {}), **more}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traces"


def test_a_span_is_told_in_the_columns_of_opentelemetry(path: Path) -> None:
    request = span(1, 0, "SERVER", tags={"http.method": "GET", "http.path": "/a/7", "http.status_code": "200"})
    query = span(2, 1, "CLIENT", tags={"sql.query": "select 1", "error": "refused"},
                 remoteEndpoint={"serviceName": "mysql", "port": 3306})  # fmt: skip
    sent = span(3, 1, "PRODUCER", tags={"kafka.topic": "orders"}, remoteEndpoint={"serviceName": "kafka"})
    taken = span(4, 3, "CONSUMER", "b", tags={"kafka.topic": "orders"}, remoteEndpoint={"serviceName": "kafka"})
    rows, others = told(zipkin, path, [request, query, sent, taken])
    common = {"trace_id": TRACE.zfill(32), "service": "a", "start": 1531282088552037000, "end": 1531282088567925000}
    queue = {"messaging_system": "kafka", "messaging_destination": "orders"}
    below = {**common, "parent_id": "0000000000000001"}
    assert rows == {
        "0000000000000001": {**common, "name": "do 1", "kind": SERVER, "method": "GET", "path": "/a/7", "status": 200},
        "0000000000000002": {**below, "name": "do 2", "kind": CLIENT, "is_error": True,
                             "statement": "select 1", "peer": "mysql", "peer_port": 3306},
        "0000000000000003": {**common, "name": "do 3", "kind": PRODUCER, "parent_id": "0000000000000001", **queue},
        "0000000000000004": {**common, "name": "do 4", "kind": CONSUMER, "parent_id": "0000000000000003", **queue,
                             "service": "b"},
    }  # fmt: skip
    assert [type(one) for one in others] == [Untold]


SPANS = [span(1, 0, "SERVER"), span(2, 1), span(3, 1)]


@pytest.mark.parametrize(
    "form",
    [
        SPANS,
        [SPANS[:1], SPANS[1:]],
        "\n".join(map(json.dumps, SPANS)),
        "\n".join(json.dumps([one]) for one in SPANS),
        json.dumps(SPANS, indent=2),
    ],
    ids=["a list", "a list of traces", "a span a line", "a list a line", "in many lines"],
)
def test_every_form_gives_the_same_rows(form: Any, path: Path) -> None:
    assert told(zipkin, path, form) == told(zipkin, path, SPANS)


SHARED = [
    span(1, 0, "SERVER", "a"),
    span(2, 1, "CLIENT", "a"),
    span(2, 1, "SERVER", "b", shared=True),
    span(3, 2, None, "b"),  # done by b while it answers
    span(4, 2, None, "a"),  # done by a while it waits
]


@pytest.mark.parametrize("order", [1, -1])
def test_both_sides_of_a_call_are_kept_and_what_each_did_follows_it(order: int, path: Path) -> None:
    rows, _ = told(zipkin, path, SHARED[::order])
    assert len(rows) == 5
    server = next(identity for identity, row in rows.items() if row["service"] == "b" and row.get("kind") == SERVER)
    assert server != "0000000000000002" and rows["0000000000000002"]["kind"] == CLIENT
    assert {identity: row.get("parent_id") for identity, row in rows.items()} == {
        "0000000000000001": None,
        "0000000000000002": "0000000000000001",
        server: "0000000000000002",
        "0000000000000003": server,
        "0000000000000004": "0000000000000002",
    }


def test_the_id_of_the_server_side_is_the_same_in_every_file(path: Path) -> None:
    assert set(told(zipkin, path, SHARED)[0]) == set(told(zipkin, path, [*SHARED[::-1], span(9)])[0]) - {f"{9:016x}"}


def test_a_shared_span_whose_client_was_not_recorded_keeps_its_id_and_its_parent(path: Path) -> None:
    rows, _ = told(zipkin, path, [SHARED[0], SHARED[2], SHARED[3]])
    assert {identity: row.get("parent_id") for identity, row in rows.items()} == {
        "0000000000000001": None,
        "0000000000000002": "0000000000000001",
        "0000000000000003": "0000000000000002",
    }


def test_what_zipkin_cannot_tell_is_said(path: Path) -> None:
    assert [one.reason for one in told(zipkin, path, [span(1)])[1]] == ["sampling_unknown"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({**span(2), "id": "g"}, "span id 'g' is not 8 bytes"),
        ({**span(2), "traceId": ""}, "trace id '' is not 16 bytes"),
        ({**span(2), "parentId": "1" * 17}, "parent's id"),
        ({"traceId": TRACE, "id": "1", "binaryAnnotations": []}, "version 1 is not read"),
        (7, "trace id 'None' is not 16 bytes"),
    ],
)
def test_a_span_without_an_identity_is_refused_alone(bad: Any, reason: str, path: Path) -> None:
    rows, others = told(zipkin, path, [span(1), bad, span(3)])
    assert list(rows) == ["0000000000000001", "0000000000000003"]
    refused = [one for one in others if isinstance(one, Refused)]
    assert len(refused) == 1 and reason in refused[0].reason


def test_values_of_wrong_types_cost_no_more_than_themselves(path: Path) -> None:
    odd = {**span(1), "timestamp": None, "duration": "x", "localEndpoint": 7, "tags": [], "kind": {}, "name": None}
    rows, _ = told(zipkin, path, json.dumps([odd]).replace("null", "NaN"))
    assert rows == {"0000000000000001": {"trace_id": TRACE.zfill(32)}}


@needs_fixtures
@pytest.mark.parametrize("recording", fixtures("zipkin"), ids=lambda path: path.name)
def test_recordings_of_zipkin_are_read_without_loss_and_without_an_orphan(recording: Path) -> None:
    rows, others = told(zipkin, recording)
    assert len(rows) == len(json.loads(recording.read_text()))
    assert [one for one in others if isinstance(one, Refused)] == []
    assert {row["parent_id"] for row in rows.values() if "parent_id" in row} <= set(rows)


@needs_fixtures
def test_what_a_recorded_server_did_in_turn_follows_it() -> None:
    rows, _ = told(zipkin, FIXTURES / "zipkin" / "skew.json")
    work = rows["43210ae0c10d1234"]
    server = rows[work["parent_id"]]
    client = rows[server["parent_id"]]
    assert [(one["service"], one.get("kind")) for one in (work, server, client)] == [
        ("serviceb", None), ("serviceb", SERVER), ("servicea", CLIENT)]  # fmt: skip
