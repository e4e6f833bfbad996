"""One bad frame costs only itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.trace.spool import HEADER, JSON, PROTOBUF, Damage, Frame, frame, frames_in, is_segment

BODIES = [b"first", b"", b"third" * 1000]


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    path = tmp_path / "segment.otlp"
    path.write_bytes(HEADER + b"".join(frame(PROTOBUF, body) for body in BODIES))
    return path


def test_frames_come_back_as_written(segment: Path) -> None:
    assert is_segment(segment)
    assert [part.body for part in frames_in(segment)] == BODIES


def test_the_encoding_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_bytes(HEADER + frame(JSON, b"{}"))
    assert [part.encoding for part in frames_in(path)] == [JSON]


def test_a_truncated_end_is_reported_and_the_rest_survives(segment: Path) -> None:
    segment.write_bytes(segment.read_bytes()[:-10])
    *whole, last = frames_in(segment)
    assert [part.body for part in whole] == BODIES[:2]
    assert isinstance(last, Damage) and "truncated" in last.reason


def test_a_corrupt_frame_in_the_middle_is_reported_and_the_rest_survives(segment: Path) -> None:
    content = bytearray(segment.read_bytes())
    content[content.index(b"first")] ^= 0xFF
    segment.write_bytes(content)
    damage, *rest = frames_in(segment)
    assert isinstance(damage, Damage) and damage.reason == "wrong checksum"
    assert [part.body for part in rest] == BODIES[1:]


def test_a_corrupt_length_does_not_lose_what_follows(segment: Path) -> None:
    content = bytearray(segment.read_bytes())
    content[len(HEADER) + 5] = 0xFF  # the length of the first frame
    segment.write_bytes(content)
    parts = list(frames_in(segment))
    assert [part.body for part in parts if isinstance(part, Frame)] == BODIES[1:]
    assert [type(part) for part in parts].count(Damage) == 1
