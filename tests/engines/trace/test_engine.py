"""Recordings in, records out: whatever the order, the repetition or the damage."""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from engines.canary import canary, trace_id
from engines.contract import Batch, EngineError, Exerciser, Target, stable_id
from engines.trace.engine import TraceEngine
from engines.trace.spool import HEADER, PROTOBUF, frame

TARGET = Target("r-1", "*", "1", "b", "internal")
FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "otlp"


def span(number: int, parent: int, kind: int = 1, trace: str = "a" * 32, **told: Any) -> dict[str, Any]:
    """A span as OTLP/JSON has it; `__` in a name stands for a dot."""
    attributes = [
        {"key": key.replace("__", "."), "value": {"intValue": str(v)} if isinstance(v, int) else {"stringValue": v}}
        for key, v in told.items()
    ]
    return {"traceId": trace, "spanId": f"{number:016x}", "parentSpanId": f"{parent:016x}" if parent else "",
            "name": f"span {number}", "kind": kind, "startTimeUnixNano": str(1000 + number),
            "attributes": attributes}  # fmt: skip


def endpoint(number: int, parent: int, path: str, route: str, **more: Any) -> dict[str, Any]:
    return span(number, parent, 2, http__request__method="GET", url__path=path, http__route=route,
                http__response__status_code=200, **more)  # fmt: skip


def function(number: int, parent: int, name: str, **more: Any) -> dict[str, Any]:
    return span(number, parent, code__function__name=name, code__file__path="app.py", code__line__number=7, **more)


def sql(number: int, parent: int, text: str, **more: Any) -> dict[str, Any]:
    return span(number, parent, leadline__sink__kind="sql", db__query__text=text, code__file__path="app.py",
                code__line__number=9, code__function__name="find", **more)  # fmt: skip


def document(spans: list[dict[str, Any]], service: str = "shop") -> dict[str, Any]:
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "leadline"}, "spans": spans}]}]}


def protobuf(spans: list[dict[str, Any]], service: str = "shop") -> bytes:
    message = ExportTraceServiceRequest()
    resource = message.resource_spans.add()
    resource.resource.attributes.add(key="service.name").value.string_value = service
    scope = resource.scope_spans.add()
    scope.scope.name = "leadline"
    for told in spans:
        made = scope.spans.add(
            trace_id=bytes.fromhex(told["traceId"]), span_id=bytes.fromhex(told["spanId"]),
            parent_span_id=bytes.fromhex(told["parentSpanId"]), name=told["name"], kind=told["kind"],
            start_time_unix_nano=int(told["startTimeUnixNano"]),
        )  # fmt: skip
        for pair in told["attributes"]:
            value = made.attributes.add(key=pair["key"]).value
            if "intValue" in pair["value"]:
                value.int_value = int(pair["value"]["intValue"])
            else:
                value.string_value = pair["value"]["stringValue"]
    return message.SerializeToString()


def run(path: Path, exerciser: Exerciser = Exerciser.QA) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for item in TraceEngine(path, exerciser).run(TARGET, []):
        if isinstance(item, Batch):
            found[item.record_type.__name__] = item.rows.to_pylist()
        else:
            found.setdefault(type(item).__name__, []).append(dataclasses.asdict(item))
    return found


def run_spans(tmp_path: Path, spans: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    path = tmp_path / "spans.json"
    path.write_text(json.dumps(document(spans)))
    return run(path)


MARK = canary("engine test")
SPANS = [
    endpoint(1, 0xEE, "/orders/alice", "/orders/{owner}", url__query="sort=price"),
    function(2, 1, "list_orders"),
    sql(3, 2, "SELECT * FROM orders WHERE owner = 'alice' AND token = 'hunter2'"),
    function(4, 2, "again"),
    function(5, 4, "again"),
    function(6, 5, "again"),
    span(7, 6, 3, leadline__parent_span_id=f"{4:016x}"),
    endpoint(8, 7, "/prices", "/prices"),
    endpoint(11, 0, "/orders/" + MARK, "/orders/{owner}", trace=trace_id(Exerciser.DAST, 1)),
    sql(12, 11, f"SELECT * FROM orders WHERE owner = '{MARK}'", trace=trace_id(Exerciser.DAST, 1)),
]


def test_paths_are_folded_with_counts_and_stable_ids(tmp_path: Path) -> None:
    paths = {(row["symbol"], row["exerciser"]): row for row in run_spans(tmp_path, SPANS)["CallPath"]}
    root, listing = paths["GET /orders/{owner}", "qa"], paths["list_orders", "qa"]
    assert root["path_id"] == stable_id("", "shop", "GET /orders/{owner}") and root["parent_path_id"] is None
    assert listing["path_id"] == stable_id(root["path_id"], "shop", "app.py", "list_orders")
    assert (listing["depth"], listing["line"], listing["entry_route"]) == (1, 7, "/orders/{owner}")
    assert paths["again", "qa"]["calls"] == 3 and paths["again", "qa"]["depth"] == 2  # direct recursion is one path
    assert paths["sql", "qa"]["sink_targets"] == ["table:orders"] and paths["sql", "qa"]["depth"] == 2
    assert paths["GET /prices", "qa"]["parent_path_id"] == paths["again", "qa"]["path_id"]
    assert paths["sql", "dast"]["exerciser"] == "dast"


def test_sink_hits_are_redacted_and_joined_with_the_request(tmp_path: Path) -> None:
    found = run_spans(tmp_path, SPANS)
    ordinary, probe = sorted(found["SinkHit"], key=lambda row: row["trace_id"] or "")
    assert ordinary["trace_id"] is None and "hunter2" not in ordinary["statement"]
    assert (ordinary["outside_parameter"], ordinary["outside_value"]) == ("owner", "alice")
    assert probe["trace_id"] == trace_id(Exerciser.DAST, 1) and probe["canaries"] == [MARK]
    assert [row["trace_id"] for row in found["TracePath"]] == [probe["trace_id"]] * 2
    assert [p["example"] for p in found["SeenParameter"]] == ["alice", "price"]
    assert {r["caller_service"] for r in found["Request"] if r["route"] == "/prices"} == {"shop"}


def test_every_encoding_gives_the_same_rows(tmp_path: Path) -> None:
    as_json, as_protobuf = json.dumps(document(SPANS)).encode(), protobuf(SPANS)
    lines = b"\n\n".join(json.dumps(document([one])).encode() for one in SPANS)
    contents = {
        "json": as_json,
        "lines": lines,
        "protobuf": as_protobuf,
        "json.gz": gzip.compress(as_json),
        "lines.zst": zstandard.compress(lines),
        "protobuf.zst": zstandard.compress(as_protobuf),
        "delimited": len(as_protobuf).to_bytes(4, "big") + as_protobuf,
        "segment": HEADER + b"".join(frame(PROTOBUF, protobuf([one])) for one in SPANS),
    }
    rows = {}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        rows[name] = run(tmp_path / name)
    assert len(rows["json"]["CallPath"]) == 7
    for name, found in rows.items():
        assert found == rows["json"], name


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 40), st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9))))
def test_order_and_repetition_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random, copies: int, edges: list[tuple[int, int]]
) -> None:
    """Any graph of spans, even with cycles, missing parents and clashing ids."""
    made = [function(20 + child, 20 + parent, f"f{child % 3}") for child, parent in edges]
    spans = SPANS + made
    folder = tmp_path_factory.mktemp("fold")
    expected = run_spans(folder, spans)
    shuffled = spans + [chance.choice(spans) for _ in range(copies)]
    chance.shuffle(shuffled)
    assert run_spans(folder, shuffled) == expected


def test_cycles_are_told_and_orphans_begin_their_own_path(tmp_path: Path) -> None:
    found = run_spans(tmp_path, [*SPANS, function(31, 32, "a"), function(32, 31, "b"), function(33, 99, "lost")])
    [quarantined] = found["Quarantined"]
    assert quarantined["reason"] == "parents form a cycle" and "2 spans" in quarantined["record"]
    [lost] = [row for row in found["CallPath"] if row["symbol"] == "lost"]
    assert lost["parent_path_id"] is None and lost["entry_route"] == "/orders/{owner}"
    assert [row["reason"] for row in found["Skip"]] == ["orphans"]


def test_very_deep_paths_are_cut_and_told(tmp_path: Path) -> None:
    deep = [endpoint(1, 0, "/a", "/a")] + [function(n, n - 1, f"f{n % 7}") for n in range(2, 300)]
    found = run_spans(tmp_path, deep)
    assert max(row["depth"] for row in found["CallPath"]) == 64
    assert [row["reason"] for row in found["Skip"]] == ["too_deep"]


def test_a_second_request_of_a_trace_belongs_to_its_first_unless_it_came_from_outside(tmp_path: Path) -> None:
    spans = [
        endpoint(1, 0xEE, "/first", "/first"),
        endpoint(2, 0xEE, "/sibling", "/sibling"),
        endpoint(3, 0xDD, "/inner", "/inner"),
    ]
    entries = {row["symbol"]: row["entry_route"] for row in run_spans(tmp_path, spans)["CallPath"]}
    assert entries == {"GET /first": "/first", "GET /sibling": "/sibling", "GET /inner": "/first"}


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


def test_one_bad_span_costs_only_itself(tmp_path: Path) -> None:
    bad = {**function(40, 1, "x"), "traceId": "zz"}
    worse: Any = {"traceId": "a" * 32, "spanId": "b" * 16, "attributes": 7}
    found = run_spans(tmp_path, [*SPANS, bad, worse, None])
    assert len(found["CallPath"]) == 7 and len(found["Quarantined"]) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("text", b"hello"),
        ("other.json", b'{"data": []}'),
        ("cut.json", json.dumps(document(SPANS)).encode()[:500]),
        ("cut.gz", gzip.compress(json.dumps(document(SPANS)).encode())[:60]),
        ("cut.zst", zstandard.compress(random.Random(1).randbytes(5_000))[:200]),
        ("nested.json", b"[" * 100_000),
    ],
)
def test_what_holds_nothing_readable_is_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EngineError, match=name) as raised:
        run(tmp_path / name)
    assert "\n" not in str(raised.value) and str(raised.value).endswith(".")


def test_a_compression_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engines.trace import source

    for name, content in (("a.gz", gzip.compress(b" " * 3_000_000)), ("a.zst", zstandard.compress(b" " * 3_000_000))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(EngineError, match="more than 1000000 bytes when inflated"):
            list(source.payloads(tmp_path / name, max_inflated=1_000_000))


def test_a_truncated_file_keeps_its_whole_lines(tmp_path: Path) -> None:
    lines = b"\n".join(json.dumps(document([one])).encode() for one in SPANS)
    (tmp_path / "cut").write_bytes(lines[:-30])
    found = run(tmp_path / "cut")
    assert len(found["Quarantined"]) == 1 and len(found["CallPath"]) == 6


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="does the file exist"):
        run(tmp_path / "none")


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
