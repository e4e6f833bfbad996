"""Segments are read frame by frame; a damaged frame is told and costs itself alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from engines.contract import EngineError
from engines.trace.reading import segment
from engines.trace.reading.content import head
from engines.trace.spool import GZIP, HEADER, JSON, PROTOBUF, frame
from tests.engines.trace.reading.requests import as_json, others, request, rows

FRAMES = [
    frame(PROTOBUF, request(2, "shop")),
    frame(PROTOBUF | GZIP, gzip.compress(request(1, "prices"))),
    frame(JSON, json.dumps(as_json(request(1, "stock"))).encode()),
    frame(JSON | GZIP, gzip.compress(json.dumps(as_json(request(1, "gate"))).encode())),
]


def test_every_encoding_of_a_frame_is_read(tmp_path: Path) -> None:
    for pack in (bytes, gzip.compress, zstandard.compress):
        path = tmp_path / "one.otlp"
        path.write_bytes(pack(HEADER + b"".join(FRAMES)))
        assert segment.recognises(head(path))
        items = list(segment.read(path))
        assert [row["service"] for row in rows(items)] == ["shop", "shop", "prices", "stock", "gate"]
        assert others(items) == []


def test_a_damaged_frame_costs_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "one.otlp"
    path.write_bytes(HEADER + FRAMES[0] + FRAMES[1][:-1] + b"?" + FRAMES[2])
    items = list(segment.read(path))
    assert [row["service"] for row in rows(items)] == ["shop", "shop", "stock"]
    [refused] = others(items)
    assert refused.reason == f"damaged segment: wrong checksum ({len(FRAMES[1])} bytes)"
    assert refused.origin == f"one.otlp@{len(HEADER + FRAMES[0])}"


def test_a_directory_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name, content in (("b.otlp", FRAMES[1]), ("a.otlp", FRAMES[0]), ("other.txt", FRAMES[2])):
        (tmp_path / name).write_bytes(HEADER + content)
    assert [row["service"] for row in rows(list(segment.read(tmp_path)))] == ["shop", "shop", "prices"]


def test_a_directory_without_segments_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="holds no segment"):
        list(segment.read(tmp_path))


def test_other_content_is_not_recognised() -> None:
    assert not segment.recognises(b"") and not segment.recognises(request(1)) and not segment.recognises(HEADER[:5])
