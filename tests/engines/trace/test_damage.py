"""Damaged recordings of every format: what is whole is read, what is not is refused with a reason, nothing crashes."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from engines.contract import EngineError
from engines.trace import spool
from engines.trace.reading.formats import FORMATS, recognise
from engines.trace.reading.otlp_wire import varint
from engines.trace.spans import Refused
from tests.engines.trace.recordings import run

SEEDS = range(14)  # inputs of each kind of damage to each form
RECORDS = 12
TRACE = "83a9efd15c1c98a977e0711cc93ee28b"
AWKWARD = 'it\'s "}], {[" \\ é 漢 &amp;'  # what a careless reader takes for structure


@dataclass(frozen=True)
class Form:
    """How a format lays out records: what is written before, between and behind them."""

    format: str
    record: Callable[[int], bytes]
    before: bytes = b""
    between: bytes = b""
    behind: bytes = b""
    is_json: bool = True

    def written(self, records: list[bytes]) -> bytes:
        return self.before + self.between.join(records) + self.behind

    def is_readable(self, record: bytes) -> bool:
        """Whether a damaged record is one all the same, of fields that nobody knows perhaps."""
        return is_document(record)


def number(index: int) -> int:
    """Return a span id that no few flipped bits turn into another."""
    return random.Random(index).getrandbits(62) | 1 << 62


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def otlp(
    index: int, identity: Callable[[int, int], str] = lambda value, size: f"{value:0{size * 2}x}"
) -> dict[str, Any]:
    text = {"http.method": "GET", "http.target": f"/a/{index}", "note": AWKWARD}
    return {"traceId": identity(int(TRACE, 16), 16), "spanId": identity(number(index), 8), "name": f"do {index}",
            "kind": 2, "startTimeUnixNano": str(10**18 + index), "endTimeUnixNano": str(10**18 + index + 5),
            "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in text.items()]}  # fmt: skip


def in_base64(value: int, size: int) -> str:
    return base64.b64encode(value.to_bytes(size, "big")).decode()


def jaeger(index: int) -> dict[str, Any]:
    text = {"http.method": "GET", "http.target": f"/a/{index}", "note": AWKWARD}
    return {"traceID": TRACE, "spanID": f"{number(index):016x}", "operationName": f"do {index}", "references": [],
            "startTime": 10**15 + index, "duration": 5, "processID": "p1", "logs": [],
            "tags": [{"key": key, "type": "string", "value": value} for key, value in text.items()]}  # fmt: skip


def zipkin(index: int) -> dict[str, Any]:
    return {"traceId": TRACE, "id": f"{number(index):016x}", "kind": "SERVER", "name": f"do {index}",
            "timestamp": 10**15 + index, "duration": 5, "localEndpoint": {"serviceName": "shop"},
            "tags": {"http.method": "GET", "http.path": f"/a/{index}", "note": AWKWARD}}  # fmt: skip


def har(index: int) -> dict[str, Any]:
    return {"startedDateTime": f"2026-01-02T03:04:{index:02}.000Z", "time": 5,
            "request": {"method": "GET", "url": f"http://shop/a/{index}", "headers": [{"name": "x", "value": AWKWARD}]},
            "response": {"status": 200}}  # fmt: skip


def message(index: int) -> bytes:
    span = Span(trace_id=bytes.fromhex(TRACE), span_id=number(index).to_bytes(8, "big"), name=f"do {index}", kind=2,
                start_time_unix_nano=10**18 + index, end_time_unix_nano=10**18 + index + 5)  # fmt: skip
    for key, value in (("http.method", "GET"), ("http.target", f"/a/{index}"), ("note", AWKWARD)):
        span.attributes.add(key=key).value.string_value = value
    return span.SerializeToString()


def field(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + varint(len(content)) + content


RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}
RESOURCE_MESSAGE = field(0x0A, field(0x0A, field(0x0A, b"service.name") + field(0x12, field(0x0A, b"shop"))))


def request(index: int) -> bytes:
    return field(0x0A, RESOURCE_MESSAGE + field(0x12, field(0x12, message(index))))


def line(index: int) -> bytes:
    return as_json({"resourceSpans": [{"resource": RESOURCE, "scopeSpans": [{"scope": {}, "spans": [otlp(index)]}]}]})


OPEN = b'"resource": ' + as_json(RESOURCE) + b', "scopeSpans": [{"scope": {"name": "s"}, "spans": ['
PROCESSES = as_json({"p1": {"serviceName": "shop", "tags": []}})
TRACE_OPEN, TRACE_CLOSE = b'{"traceID": "%s", "spans": [' % TRACE.encode(), b'], "processes": ' + PROCESSES + b"}"

FORMS = {
    "OTLP JSON, one document": Form(
        "OTLP JSON", lambda index: as_json(otlp(index)), b'{"resourceSpans": [{' + OPEN, b", ", b"]}]}]}"
    ),
    "OTLP JSON, lines": Form("OTLP JSON", line, between=b"\n", behind=b"\n"),
    "Tempo": Form("Tempo", lambda index: as_json(otlp(index, in_base64)), b'{"batches": [{' + OPEN, b",\n", b"]}]}]}"),
    "Jaeger, of the UI": Form(
        "Jaeger",
        lambda index: as_json(jaeger(index)),
        b'{"data": [' + TRACE_OPEN,
        b", ",
        TRACE_CLOSE + b'], "total": 0}',
    ),
    "Jaeger, one trace": Form("Jaeger", lambda index: as_json(jaeger(index)), TRACE_OPEN, b",\n  ", TRACE_CLOSE),
    "Zipkin": Form("Zipkin", lambda index: as_json(zipkin(index)), b"[", b",", b"]"),
    "Zipkin, lines": Form("Zipkin", lambda index: as_json(zipkin(index)), between=b"\n"),
    "HAR": Form("HAR", lambda index: as_json(har(index)), b'{"log": {"version": "1.2", "entries": [', b", ", b"]}}"),
}


def of_messages(records: list[bytes]) -> bytes:
    spans = b"".join(field(0x12, record) for record in records)
    return field(0x0A, RESOURCE_MESSAGE + field(0x12, spans))


@dataclass(frozen=True)
class Framed(Form):
    """Protobuf: records stand behind their lengths, which are not damaged here."""

    write: Callable[[list[bytes]], bytes] = of_messages

    def written(self, records: list[bytes]) -> bytes:
        return self.write(records)

    def is_readable(self, record: bytes) -> bool:
        try:
            ExportTraceServiceRequest.FromString(record)
        except DecodeError:
            return False
        return True


def lengths(records: list[bytes]) -> bytes:
    return b"".join(len(record).to_bytes(4, "big") + record for record in records)


def segment(records: list[bytes]) -> bytes:
    """Return a segment of frames with a checksum each, one of them damaged where a record is."""
    whole = [request(index) for index in range(RECORDS)]
    frames = [spool.frame(spool.PROTOBUF, record) for record in whole]
    return spool.HEADER + b"".join(
        frame[: len(frame) - len(one)] + record for frame, one, record in zip(frames, whole, records, strict=True)
    )


FORMS |= {
    "OTLP protobuf, one request": Framed("OTLP protobuf", message, is_json=False),
    "OTLP protobuf, requests": Framed("OTLP protobuf", request, is_json=False, write=lengths),
    "a segment": Framed("recorded segment", request, is_json=False, write=segment),
}


def read(path: Path, content: bytes) -> tuple[list[dict[str, Any]], list[Refused]]:
    """Return the spans of a file, and what of it was refused."""
    path.write_bytes(content)
    rows, refused = [], []
    try:
        known = recognise(path)
        for item in known.read(path) if known else ():
            if isinstance(item, pa.RecordBatch):
                rows += item.to_pylist()
            elif isinstance(item, Refused):
                refused.append(item)
    except EngineError as error:
        assert str(error).endswith(".")
    assert all(one.reason and len(one.reason) <= 400 and len(one.content) <= 4_000 for one in refused)
    return rows, refused


Damage = Callable[[random.Random, bytes], bytes]


def flipped(chance: random.Random, record: bytes) -> bytes:
    damaged = bytearray(record)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def cut(chance: random.Random, record: bytes) -> bytes:
    start = chance.randrange(len(record))
    return record[:start] + record[start + chance.randrange(1, 40) :]


def inserted(chance: random.Random, record: bytes) -> bytes:
    at = chance.randrange(len(record))
    return record[:at] + chance.randbytes(chance.choice([1, 3, 30])) + record[at:]


def wrongly_encoded(chance: random.Random, record: bytes) -> bytes:
    text = record.decode("utf-8", "replace")
    return text.encode(chance.choice(["latin-1", "cp1252", "utf-16-le"]), "replace")


PLAIN = [b"null", b"7", b"-1", b"1e999", b"NaN", b"-Infinity", b"[]", b"{}", b'"x"', b"true", b"[[[{}]]]", b'"\\ud800"']
HUGE = [b"9" * 400, b"9" * 5_000, b"[" * 5_000 + b"]" * 5_000, b"[" * 5_000, b'"' + b"x" * 300_000 + b'"']


def wrongly_typed(chance: random.Random, record: bytes) -> bytes:
    """Replace the value of a key, at whatever depth."""
    text = record.decode()
    places = [at for at in range(len(text)) if text.startswith('": ', at)]
    at = chance.choice(places) + 3
    value, end = json.JSONDecoder().raw_decode(text, at)
    return text[:at].encode() + chance.choice(PLAIN + HUGE) + text[end:].encode()


def without_a_key(chance: random.Random, record: bytes) -> bytes:
    value = json.loads(record)
    del value[chance.choice(list(value))]
    return as_json(value)


def with_a_key_twice(chance: random.Random, record: bytes) -> bytes:
    value = json.loads(record)
    key = chance.choice(list(value))
    return b"{" + as_json(key) + b": " + chance.choice(PLAIN) + b", " + record[1:]


ANY = {"flipped bits": flipped}
OF_TEXT = {
    "a cut": cut,
    "garbage": inserted,
    "a wrong encoding": wrongly_encoded,
    "a wrong type": wrongly_typed,
    "a missing key": without_a_key,
    "a key twice": with_a_key_twice,
}
CASES = [(form, damage) for form in FORMS for damage in (ANY | OF_TEXT if FORMS[form].is_json else ANY)]
INPUTS = len(SEEDS) * (len(CASES) + 2 * len(FORMS))


def test_there_are_a_thousand_damaged_inputs_of_all_formats() -> None:
    assert INPUTS >= 1_000
    assert {form.format for form in FORMS.values()} == {one.name for one in FORMATS}


@pytest.mark.parametrize("form", FORMS)
def test_undamaged_all_is_read_and_nothing_refused(form: str, tmp_path: Path) -> None:
    one = FORMS[form]
    content = one.written([one.record(index) for index in range(RECORDS)])
    path = tmp_path / "recording"
    path.write_bytes(content)
    assert recognise(path).name == one.format
    rows, refused = read(path, content)
    assert [row["path"] for row in rows] == [f"/a/{index}" for index in range(RECORDS)] and refused == []
    assert {row["service"] for row in rows} == {"shop"}


def own(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Return what spans tell of themselves; what surrounds them may be damaged with another one."""
    return {tuple(value for name, value in row.items() if name not in ("service", "scope")) for row in rows}


def is_document(content: bytes, share: float = 1.0) -> bool:
    """Whether a text is still JSON, or so much of it: damage may rename keys or give brackets another partner."""
    text = content.decode("utf-8", "replace").strip()
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[1] >= len(text) * share
    except (ValueError, RecursionError):
        return False


@pytest.mark.parametrize(("form", "damage"), CASES)
def test_a_damaged_record_costs_no_other(form: str, damage: str, tmp_path: Path) -> None:
    one = FORMS[form]
    records = [one.record(index) for index in range(RECORDS)]
    whole, _ = read(tmp_path / "whole", one.written(records))
    for seed in SEEDS:
        chance = random.Random(f"{form} {damage} {seed}")
        bad = chance.randrange(RECORDS)
        damaged = [*records]
        damaged[bad] = (ANY | OF_TEXT)[damage](chance, records[bad])
        rows, refused = read(tmp_path / "damaged", one.written(damaged))
        told = (seed, bad, damaged[bad][:3_000], refused)
        if one.is_json and is_document(one.written(damaged), 0.5) and not is_document(damaged[bad]):
            continue  # it is another document now
        lost = own(whole[:bad] + whole[bad + 1 :]) - own(rows)
        assert lost == set(), told
        assert refused or len(rows) >= RECORDS or one.is_readable(damaged[bad]), told


@pytest.mark.parametrize("form", FORMS)
def test_what_is_cut_off_costs_only_what_is_behind(form: str, tmp_path: Path) -> None:
    one = FORMS[form]
    records = [one.record(index) for index in range(RECORDS)]
    content = one.written(records)
    for seed in SEEDS:
        end = random.Random(f"{form} {seed}").randrange(len(content) // 10, len(content))
        rows, refused = read(tmp_path / "cut", content[:end])
        kept = [f"/a/{index}" for index, record in enumerate(records) if content.index(record) + len(record) <= end]
        assert set(kept) <= {row["path"] for row in rows}, (seed, end, refused)
        assert refused or len(rows) == RECORDS, (seed, end)


@pytest.mark.parametrize("form", FORMS)
def test_damage_anywhere_is_refused_or_read_and_never_an_error(form: str, tmp_path: Path) -> None:
    one = FORMS[form]
    content = one.written([one.record(index) for index in range(RECORDS)])
    for seed in SEEDS:
        chance = random.Random(f"anywhere {form} {seed}")
        damaged = content
        for _ in range(chance.choice([1, 3, 20])):
            damaged = chance.choice([flipped, flipped, cut, inserted])(chance, damaged)
        read(tmp_path / "damaged", damaged)


@pytest.mark.parametrize("form", FORMS)
def test_the_engine_lands_what_is_whole_of_a_damaged_recording(form: str, tmp_path: Path) -> None:
    one = FORMS[form]
    records = [one.record(index) for index in range(RECORDS)]
    records[5] = b"\xff" * len(records[5])
    (tmp_path / "recording").write_bytes(one.written(records))
    found = run(tmp_path / "recording")
    assert sum(row["spans"] for row in found["TracedService"]) == RECORDS - 1
    assert found["Quarantined"] and all(row["reason"] and row["source"] for row in found["Quarantined"])
