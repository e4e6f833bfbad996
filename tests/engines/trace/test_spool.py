"""One bad frame costs only itself."""

from __future__ import annotations

import gzip
import random
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from engines.trace import spool
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


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_a_segment_may_be_compressed_and_end_early(segment: Path, compress) -> None:
    segment.write_bytes(compress(segment.read_bytes() + frame(JSON, random.Random(7).randbytes(300_000))))
    assert [part.body for part in frames_in(segment)][:3] == BODIES
    segment.write_bytes(segment.read_bytes()[:-1_000])
    *whole, cut, told = frames_in(segment)
    assert [part.body for part in whole] == BODIES
    assert "truncated" in cut.reason and "end of the" in told.reason


def test_frames_behind_a_long_stretch_of_damage_are_found_where_they_stand(tmp_path: Path) -> None:
    draw = random.Random(1)
    first, second = frame(PROTOBUF, b"first"), frame(PROTOBUF, b"second")
    damage = spool.MARK * 9 + draw.randbytes(3_000_000) + spool.MARK[:3]
    path = tmp_path / "segment"
    path.write_bytes(HEADER + first + damage + second)
    one, lost, two = frames_in(path)
    assert (one.body, two.body) == (b"first", b"second")
    assert (lost.offset, lost.length) == (len(HEADER + first), len(damage))
    assert two.offset == len(HEADER + first + damage)


def test_false_frames_without_end_are_not_searched_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_WASTED", 10_000)
    false = spool.MARK + spool._FIELDS.pack(0, 5_000) + bytes(4)
    path = tmp_path / "segment"
    path.write_bytes(HEADER + false * 1_000 + frame(PROTOBUF, b"behind"))
    [damage] = frames_in(path)
    assert damage.reason == "wrong checksum" and damage.length == 1_000 * len(false) + len(frame(PROTOBUF, b"behind"))


def test_a_large_segment_is_held_a_frame_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    path.write_bytes(HEADER + frame(PROTOBUF, bytes(2**20)) * 30)
    tracemalloc.start()
    try:
        assert sum(len(part.body) for part in frames_in(path)) == 30 * 2**20
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()
