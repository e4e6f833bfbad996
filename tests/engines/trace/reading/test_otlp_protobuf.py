"""Files of protobuf are read whatever stands between their requests; a wrong length is told where it stands."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
import zstandard

from engines.trace.reading import otlp_protobuf
from engines.trace.reading.content import head
from engines.trace.reading.otlp_wire import varint
from engines.trace.spans import Item
from tests.engines.trace.reading.requests import as_json, others, request, rows

REQUESTS = [request(3, service) for service in ("shop", "prices", "stock")]


def four_bytes(*messages: bytes) -> bytes:
    return b"".join(len(message).to_bytes(4, "big") + message for message in messages)


def delimited(*messages: bytes) -> bytes:
    return b"".join(varint(len(message)) + message for message in messages)


LAYOUTS = {
    "behind four bytes": four_bytes(*REQUESTS),
    "behind four bytes, some empty": four_bytes(REQUESTS[0], b"", *REQUESTS[1:]),
    "behind varints": delimited(*REQUESTS),
    "bare": b"".join(REQUESTS),
    "gzip": gzip.compress(four_bytes(*REQUESTS)),
    "zstd": zstandard.compress(delimited(*REQUESTS)),
    "each compressed": four_bytes(*map(zstandard.compress, REQUESTS)),
    "each compressed, as JSON": four_bytes(
        *(zstandard.compress(json.dumps(as_json(one)).encode()) for one in REQUESTS)
    ),
    "JSON behind four bytes": four_bytes(*(json.dumps(as_json(one)).encode() for one in REQUESTS)),
}


def read(path: Path, content: bytes) -> list[Item]:
    path.write_bytes(content)
    return list(otlp_protobuf.read(path))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_recognised_and_gives_the_same_spans(layout: str, tmp_path: Path) -> None:
    items = read(tmp_path / "traces", LAYOUTS[layout])
    assert otlp_protobuf.recognises(head(tmp_path / "traces"))
    assert [(row["service"], row["span_id"]) for row in rows(items)] == [
        (service, number) for service in ("shop", "prices", "stock") for number in (1, 2, 3)
    ]
    assert others(items) == []


@pytest.mark.parametrize("layout", ["behind four bytes", "behind varints", "bare"])
def test_the_first_bytes_are_enough_to_recognise_a_file(layout: str) -> None:
    assert all(otlp_protobuf.recognises(LAYOUTS[layout][:size]) for size in range(24, len(LAYOUTS[layout])))


@pytest.mark.parametrize(
    "start",
    [b"", b"\n", b"\n\n\n\n\n\n", b"\n \n{", b"hello world", b'{"resourceSpans": []}', b"\x1f\x8b\x08\0\0", bytes(64),
     b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\x7fELF\x02\x01\x01", b"LEADLINE OTLP 1\n", b"\xff" * 64],
)  # fmt: skip
def test_other_content_is_not_recognised(start: bytes) -> None:
    assert not otlp_protobuf.recognises(start)


@pytest.mark.parametrize("layout", [four_bytes, delimited])
def test_a_corrupt_length_is_told_where_reading_had_to_end(layout, tmp_path: Path) -> None:
    first, second, third = (layout(one) for one in REQUESTS)
    for wrong in (b"\x05" + second[1:], b"\0\0\0\x01" + second, b"\x7f\xff\xff\xff" + second, b"\xff" * 11 + second):
        items = read(tmp_path / "traces", first + wrong + third)
        assert [row["service"] for row in rows(items)][:3] == ["shop"] * 3
        assert len(rows(items)) <= 9
        [place] = re.findall(r"from byte (\d+) on, where reading ends", others(items)[-1].reason)
        assert len(first) <= int(place) < len(first) + 4, wrong[:4]


@pytest.mark.parametrize("layout", ["behind four bytes", "behind varints", "bare"])
def test_a_file_that_ends_early_gives_what_is_whole(layout: str, tmp_path: Path) -> None:
    items = read(tmp_path / "traces", LAYOUTS[layout][:-5])
    assert len(rows(items)) in (6, 8)
    [refused] = others(items)
    assert "5 of" in refused.reason


def test_a_compressed_file_that_ends_early_gives_what_is_whole(tmp_path: Path) -> None:
    content = gzip.compress(four_bytes(*REQUESTS * 2_000))
    items = read(tmp_path / "traces", content[: len(content) // 2])
    assert len(rows(items)) > 3_000
    [refused] = others(items)
    assert "the end of the gzip stream is missing" in refused.reason


def test_a_request_larger_than_what_is_held_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_protobuf, "MAX_BODY", 200)
    items = read(tmp_path / "traces", four_bytes(request(50), request(1, "prices")))
    assert [row["service"] for row in rows(items)] == ["shop"] * 50 + ["prices"]
    assert others(items) == []


@pytest.mark.parametrize("layout", [four_bytes, delimited])
@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_damaged_request_behind_a_right_length_costs_itself(layout, bad: int, tmp_path: Path) -> None:
    requests = [one if at != bad else b"\xff" * len(one) for at, one in enumerate(REQUESTS)]
    path = tmp_path / "traces"
    items = read(path, layout(*requests))
    assert otlp_protobuf.recognises(head(path))
    services = dict.fromkeys(row["service"] for row in rows(items))
    assert list(services) == [name for at, name in enumerate(("shop", "prices", "stock")) if at != bad]
    assert len(others(items)) == 1 and others(items)[0].reason
