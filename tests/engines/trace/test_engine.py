"""Recordings in, records out: joined, redacted, and honest about what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engines.canary import trace_id
from engines.contract import EngineError, Exerciser
from engines.trace.spool import HEADER, PROTOBUF, frame
from tests.engines.trace.recordings import MARK, SPANS, document, endpoint, protobuf, run, run_spans, span, sql

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "otlp"


def test_sink_hits_are_redacted_and_joined_with_the_request(tmp_path: Path) -> None:
    found = run_spans(tmp_path, SPANS)
    ordinary, probe = sorted(found["SinkHit"], key=lambda row: row["trace_id"] or "")
    assert ordinary["trace_id"] is None and "hunter2" not in ordinary["statement"]
    assert (ordinary["outside_parameter"], ordinary["outside_value"]) == ("owner", "alice")
    assert probe["trace_id"] == trace_id(Exerciser.DAST, 1) and probe["canaries"] == [MARK]
    assert [row["trace_id"] for row in found["TracePath"]] == [probe["trace_id"]] * 2
    assert [p["example"] for p in found["SeenParameter"]] == ["alice", "price"]
    assert {r["caller_service"] for r in found["Request"] if r["route"] == "/prices"} == {"shop"}


def test_a_value_of_the_body_is_known_again_at_the_sink(tmp_path: Path) -> None:
    asked = endpoint(
        1, 0, "/find", "/find", leadline__request__body='{"json": {"owner": "alice", "token": "t0psecret"}}'
    )
    rows = run_spans(tmp_path, [asked, sql(2, 1, "select 1 where owner = 'alice'"), sql(3, 1, "select 't0psecret'")])
    told = sorted((row["outside_parameter"], row["outside_value"]) for row in rows["SinkHit"])
    assert told == [("owner", "alice"), ("token", "[redacted]")]
    assert rows["SeenParameter"] == [], "only what stands in the address is an example for probes"


def test_what_is_inserted_into_a_secret_column_does_not_land(tmp_path: Path) -> None:
    statement = "INSERT INTO users (name, password) VALUES ('leo', 'Kettle77')"
    rows = run_spans(tmp_path, [endpoint(1, 0, "/", "/"), sql(2, 1, statement)])["SinkHit"]
    assert [row["statement"] for row in rows] == [statement.replace("Kettle77", "[redacted]")]


@pytest.mark.parametrize(("until", "dropped"), [(0, 5), (9, 0), (11, 5)])
def test_what_was_lost_before_anybody_recorded_is_not_missed(tmp_path: Path, until: int, dropped: int) -> None:
    told = document([endpoint(1, 0, "/", "/") | {"startTimeUnixNano": str(10 * 10**9 + 1)}])
    lost = [("leadline.dropped", 5), ("leadline.dropped.until", until)]
    told["resourceSpans"][0]["resource"]["attributes"] += [
        {"key": key, "value": {"intValue": str(count)}} for key, count in lost if count
    ]
    path = tmp_path / "told.json"
    path.write_text(json.dumps(told))
    assert [row["dropped"] for row in run(path)["TracedService"]] == [dropped]


def test_damage_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    bad = frame(PROTOBUF, b"\xff\xff not protobuf")
    broken = bytearray(frame(PROTOBUF, protobuf(SPANS)))
    broken[-1] ^= 1
    path.write_bytes(HEADER + bad + frame(PROTOBUF, protobuf(SPANS)) + bytes(broken))
    found = run(path)
    assert len(found["CallPath"]) == 7
    assert len(found["Quarantined"]) == 2
    assert any("not an OTLP request" in row["reason"] for row in found["Quarantined"])
    assert any("wrong checksum" in row["reason"] for row in found["Quarantined"])


def test_an_empty_segment_says_that_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "segment").write_bytes(HEADER)
    assert [row["reason"] for row in run(tmp_path / "segment")["Skip"]] == ["no_traces"]


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="no recordings of other tools in ../shared/fixtures/otlp")
def test_recordings_of_other_tools_are_read_and_say_what_they_lack() -> None:
    files = sorted(FIXTURES.glob("*.json"))
    assert len(files) >= 4
    for path in files:
        found = run(path, Exerciser.IMPORT)
        assert found["CallPath"] and not found.get("Quarantined"), path.name
        assert {row["reason"] for row in found["Skip"]} >= {"no_code_locations"}, path.name


@pytest.mark.parametrize("hosts", [{}, {"10.0.0.7:81": "stock"}])
def test_a_path_is_the_same_wherever_the_service_it_calls_is_deployed(tmp_path: Path, hosts: dict[str, str]) -> None:
    def http_path(address: str) -> str:
        url = f"http://{address}/x"
        spans = [
            endpoint(1, 0, "/a", "/a"),
            span(2, 1, leadline__sink__kind="http", leadline__sink__value=url),
            span(3, 1, 3, url__full=url),
            *([] if hosts else [endpoint(4, 3, "/x", "/x")]),
        ]
        path = tmp_path / "spans.json"
        path.write_text(json.dumps(document(spans)))
        [row] = [r for r in run(path, hosts={address: "stock"} if hosts else {})["CallPath"] if r["symbol"] == "http"]
        assert row["sink_targets"] == [f"host:{address}"]
        return row["path_id"]

    assert http_path("10.0.0.7:81") == http_path("127.0.0.1:9000")


def test_a_service_that_a_recording_knows_by_its_host_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "recording.har"
    urls = ["http://shop.test/a", "https://shop.test:8443/b", "http://other.test/c"]
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    found = run(path, hosts={"shop.test:80": "shop", "shop.test:8443": "prices"})
    assert {(row["service"], row["path_example"]) for row in found["Request"]} == {
        ("shop", "/a"),
        ("prices", "/b"),
        ("other.test", "/c"),
    }


def test_what_is_no_trace_is_said(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(EngineError, match=r"notes\.txt holds no traces in a format that is known"):
        run(path)
    with pytest.raises(EngineError, match="Cannot read the traces gone: No such file"):
        run(tmp_path / "gone")
