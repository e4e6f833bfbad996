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
from tests.engines.trace.reading.reading import fixtures, needs_fixtures
from tests.engines.trace.recordings import document, endpoint, protobuf, sql

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
    assert reasons == ["no_services", "no_code_locations", "no_requests", "no_sql_text"]
    path.write_text(json.dumps(OTLP))
    assert [item for item in recognise(path).read(path) if isinstance(item, Untold)] == []


EXPECTED = {"otlp": "OTLP JSON", "jaeger": "Jaeger", "zipkin": "Zipkin", "tempo": "Tempo", "har": "HAR"}
RECORDINGS = [(EXPECTED[folder], recording) for folder in EXPECTED for recording in fixtures(folder)]


@needs_fixtures
@pytest.mark.parametrize(("name", "recording"), RECORDINGS, ids=lambda one: getattr(one, "name", one))
def test_recordings_of_other_tools_are_recognised_and_all_of_them_is_read(name: str, recording: Path) -> None:
    assert recognise(recording).name == name
    items = list(recognise(recording).read(recording))
    assert [item for item in items if isinstance(item, Refused)] == []
    assert sum(item.num_rows for item in items if isinstance(item, pa.RecordBatch)) >= 1
