"""OTLP/JSON in files of every layout and encoding gives the same spans."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from engines.trace.reading import otlp_json
from engines.trace.reading.content import head
from engines.trace.spans import Item
from tests.engines.trace.reading.requests import as_json, others, request, rows

FIXTURES = Path(__file__).resolve().parents[5] / "shared" / "fixtures" / "otlp"
DOCUMENTS = [as_json(request(3, service, url__path="/ü")) for service in ("shop", "prices", "stock")]
LINES = b"\n".join(json.dumps(document).encode() for document in DOCUMENTS)
LAYOUTS = {
    "lines": LINES,
    "lines with a mark before and blank ones between": b"\xef\xbb\xbf" + LINES.replace(b"\n", b"\n\n\r\n") + b"\n",
    "one document": json.dumps({"resourceSpans": [one["resourceSpans"][0] for one in DOCUMENTS]}).encode(),
    "a list": json.dumps(DOCUMENTS, indent=2).encode(),
    "pretty documents in a row": b"".join(json.dumps(one, indent=2).encode() for one in DOCUMENTS),
    "a text sequence": b"".join(b"\x1e" + json.dumps(one).encode() + b"\n" for one in DOCUMENTS),
    "utf-16": json.dumps(DOCUMENTS, ensure_ascii=False).encode("utf-16"),
    "utf-16 without a mark": json.dumps(DOCUMENTS, ensure_ascii=False).encode("utf-16-be"),
    "gzip": gzip.compress(LINES),
    "zstd": zstandard.compress(LINES),
}


def read(path: Path, content: bytes) -> list[Item]:
    path.write_bytes(content)
    return list(otlp_json.read(path))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_recognised_and_gives_the_same_spans(layout: str, tmp_path: Path) -> None:
    items = read(tmp_path / "traces", LAYOUTS[layout])
    assert otlp_json.recognises(head(tmp_path / "traces"))
    assert [(row["service"], row["span_id"], row["path"]) for row in rows(items)] == [
        (service, number, "/ü") for service in ("shop", "prices", "stock") for number in (1, 2, 3)
    ]
    assert others(items) == []


@pytest.mark.parametrize("start", [b"", b"hello", b"{}", b'{"data": []}', b'[{"traceId": "1"}]', request(1)])
def test_other_content_is_not_recognised(start: bytes) -> None:
    assert not otlp_json.recognises(start)


def test_a_bad_line_costs_itself_alone_and_is_told_with_its_place(tmp_path: Path) -> None:
    first, _, last = LINES.split(b"\n")
    items = read(tmp_path / "traces", b"\n".join([first, b"oops", last]))
    assert {row["service"] for row in rows(items)} == {"shop", "stock"}
    [refused] = others(items)
    assert refused.content == b"oops" and refused.origin == f"traces@{len(first) + 1}"


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstandard.compress])
def test_a_file_that_ends_early_gives_what_is_whole(compress, tmp_path: Path) -> None:
    lines = b"\n".join(json.dumps(as_json(request(50, f"s{number}"))).encode() for number in range(200))
    items = read(tmp_path / "traces", compress(lines)[:-30])
    assert len(rows(items)) > 9_000
    assert "end" in others(items)[-1].reason


def test_a_line_beyond_the_bound_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_json, "_LONGEST", 2_000)
    long = json.dumps(as_json(request(1, url__path="x" * 3_000))).encode()
    for content in (LINES + b"\n" + long, LINES + b"\n" + long + b"\n" + LINES):
        items = read(tmp_path / "traces", content)
        assert len(rows(items)) == 9 * (content.count(LINES))
        assert [item.reason for item in others(items)] == [f"not an OTLP request: a line of {len(long)} bytes"]


def test_nothing_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "traces", b"") == []


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the recordings of other projects are not at hand")
def test_recordings_of_other_projects_are_read() -> None:
    for path in sorted(FIXTURES.glob("*.json")):
        assert otlp_json.recognises(head(path)), path.name
        items = list(otlp_json.read(path))
        assert rows(items) and others(items) == [], path.name
