"""The content tells which format a file is of, and the same trace in two formats gives the same rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard

from engines.trace import spool
from engines.trace.reading.formats import FORMATS, recognise
from engines.trace.spans import Refused, Untold
from tests.engines.trace.reading.reading import FIXTURES, fixtures, needs_fixtures
from tests.engines.trace.recordings import document, endpoint, protobuf, run, span, sql

TRACE = "a" * 32
SPANS = [endpoint(1, 0, "/a/7", "/a/{id}"), sql(2, 1, "select 1")]
OTLP = document(SPANS)
JAEGER = {
    "data": [{"traceID": TRACE, "spans": [{"traceID": TRACE, "spanID": "1", "operationName": "a"}], "processes": {}}]
}
ZIPKIN = [{"traceId": TRACE, "id": "1", "name": "a"}]
HAR = {"log": {"version": "1.2", "entries": [{"request": {"method": "GET", "url": "http://a/b"}}]}}

CONTENTS: dict[str, list[bytes]] = {
    "recorded segment": [spool.HEADER + spool.frame(spool.PROTOBUF, protobuf(SPANS))],
    "OTLP protobuf": [protobuf(SPANS), len(protobuf(SPANS)).to_bytes(4, "big") + protobuf(SPANS)],
    "OTLP JSON": [json.dumps(OTLP).encode(), json.dumps(OTLP, indent=2).encode(), json.dumps([OTLP]).encode(),
                  2 * (json.dumps(OTLP).encode() + b"\n"), b'{"resourceSpans": [broken\n' + json.dumps(OTLP).encode()],
    "Tempo": [json.dumps({"batches": OTLP["resourceSpans"]}).encode(), json.dumps({"trace": OTLP}).encode()],
    "Jaeger": [json.dumps(JAEGER).encode(), json.dumps(JAEGER["data"][0]).encode()],
    "Zipkin": [json.dumps(ZIPKIN).encode(), json.dumps([ZIPKIN]).encode(), json.dumps(ZIPKIN[0]).encode()],
    "HAR": [json.dumps(HAR).encode()],
}  # fmt: skip
EVERY = [(name, content) for name, contents in CONTENTS.items() for content in contents]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recording.txt"


def test_every_format_is_tried() -> None:
    assert set(CONTENTS) == {one.name for one in FORMATS}


@pytest.mark.parametrize("packed", [bytes, gzip.compress, zstandard.compress])
@pytest.mark.parametrize(("name", "content"), EVERY)
def test_the_content_tells_the_format(name: str, content: bytes, packed: Any, path: Path) -> None:
    path.write_bytes(packed(content))
    assert recognise(path).name == name
    items = list(recognise(path).read(path))
    assert sum(item.num_rows for item in items if isinstance(item, pa.RecordBatch)) >= 1


@pytest.mark.parametrize(("name", "content"), [one for one in EVERY if one[1][:1] in b"{["])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_json_is_recognised_in_every_encoding(name: str, content: bytes, encoding: str, path: Path) -> None:
    path.write_bytes(content.decode().encode(encoding))
    assert recognise(path).name == name


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"{}", b"[]", b'{"runs": [], "version": "2.1.0"}', b"<html>", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04",
     b'{"bomFormat": "CycloneDX", "components": [{"name": "a"}]}', b'{"traceId": 1}', bytes(100), b"\n" * 50],
)  # fmt: skip
def test_what_is_no_trace_is_of_no_format(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    assert recognise(path) is None


def test_a_folder_holds_segments(tmp_path: Path) -> None:
    assert recognise(tmp_path).name == "recorded segment"


def test_what_a_file_does_not_tell_stands_at_its_end(path: Path) -> None:
    path.write_text(json.dumps(JAEGER))
    reasons = [item.reason for item in recognise(path).read(path) if isinstance(item, Untold)]
    assert reasons == ["no_services", "no_requests"]
    path.write_text(json.dumps(OTLP))
    assert [item for item in recognise(path).read(path) if isinstance(item, Untold)] == []


def as_jaeger(one: dict[str, Any]) -> dict[str, Any]:
    """Return a span of OTLP/JSON as Jaeger writes it."""
    kinds = {1: "internal", 2: "server", 3: "client"}
    plain = {"intValue": "int64", "stringValue": "string"}
    tags = [{"key": pair["key"], "type": plain[kind], "value": value}
            for pair in one["attributes"] for kind, value in pair["value"].items()]  # fmt: skip
    references = [{"refType": "CHILD_OF", "traceID": one["traceId"], "spanID": one["parentSpanId"]}]
    return {"traceID": one["traceId"], "spanID": one["spanId"], "operationName": one["name"], "processID": "p",
            "references": references if one["parentSpanId"] else [], "startTime": 1, "duration": 1,
            "tags": [*tags, {"key": "span.kind", "type": "string", "value": kinds[one["kind"]]},
                     {"key": "otel.scope.name", "type": "string", "value": "leadline"}]}  # fmt: skip


def as_zipkin(one: dict[str, Any]) -> dict[str, Any]:
    """Return a span of OTLP/JSON as Zipkin writes it."""
    tags = {pair["key"]: str(value) for pair in one["attributes"] for value in pair["value"].values()}
    kind = {2: {"kind": "SERVER"}, 3: {"kind": "CLIENT"}}.get(one["kind"], {})
    return {"traceId": one["traceId"], "id": one["spanId"], "name": one["name"], "timestamp": 1, "duration": 1,
            "localEndpoint": {"serviceName": "shop"}, "tags": tags, **kind,
            **({"parentId": one["parentSpanId"]} if one["parentSpanId"] else {})}  # fmt: skip


FOREIGN = [
    endpoint(1, 0, "/a/7", "/a/{id}"),
    span(2, 1, code__function="load", code__filepath="a.py", code__lineno=3),
    span(3, 2, 3, db__system="mysql", db__statement="select * from orders where id = '7'"),
    span(4, 2, 3, http__method="GET", http__url="http://other/b"),
]
TABLES = ("CallPath", "SinkHit", "Request", "SeenParameter", "TracedService", "Quarantined")


def rows_of(path: Path, content: Any) -> dict[str, Any]:
    """Return the rows that the engine makes of a recording, without what names the file."""
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    found = run(path)
    return {table: found[table] for table in TABLES if table in found}


def test_the_same_trace_gives_the_same_rows_in_every_format(path: Path) -> None:
    foreign = document(FOREIGN)
    foreign["resourceSpans"][0]["scopeSpans"][0]["scope"]["name"] = "foreign"
    expected = rows_of(path, foreign)
    assert len(expected["CallPath"]) == 4 and len(expected["SinkHit"]) == 2
    processes = {"p": {"serviceName": "shop"}}
    jaeger = {"traceID": TRACE, "spans": [as_jaeger(one) for one in FOREIGN], "processes": processes}
    for one in jaeger["spans"]:
        one["tags"][-1]["value"] = "foreign"
    assert rows_of(path, {"data": [jaeger]}) == expected
    assert rows_of(path, [as_zipkin(one) for one in FOREIGN]) == expected
    assert rows_of(path, {"batches": foreign["resourceSpans"]}) == expected
    message = protobuf(FOREIGN).replace(b"leadline", b"foreign!")
    assert rows_of(path, message) == expected
    assert rows_of(path, spool.HEADER + spool.frame(spool.PROTOBUF, message)) == expected


EXPECTED = {"otlp": "OTLP JSON", "jaeger": "Jaeger", "zipkin": "Zipkin", "tempo": "Tempo", "har": "HAR"}
RECORDINGS = [(EXPECTED[folder], recording) for folder in EXPECTED for recording in fixtures(folder)]


@needs_fixtures
@pytest.mark.parametrize(("name", "recording"), RECORDINGS, ids=lambda one: getattr(one, "name", one))
def test_recordings_of_other_tools_are_recognised_and_all_of_them_is_read(name: str, recording: Path) -> None:
    assert recognise(recording).name == name
    items = list(recognise(recording).read(recording))
    assert [item for item in items if isinstance(item, Refused)] == []
    assert sum(item.num_rows for item in items if isinstance(item, pa.RecordBatch)) >= 1


@needs_fixtures
def test_a_recorded_trace_gives_the_same_rows_in_two_formats() -> None:
    pair = (FIXTURES / "otlp" / "jaeger-otlp2jaeger-in.json", FIXTURES / "jaeger" / "jaeger-otlp2jaeger-out.json")
    one, other = ({table: run(path).get(table) for table in TABLES} for path in pair)
    assert one == other and one["CallPath"] and one["TracedService"][0]["spans"] == 1
