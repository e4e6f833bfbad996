"""What `append` returned for is on disk."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engines.trace.segments import Segments
from engines.trace.spool import HEADER, PROTOBUF, frames_in


@pytest.fixture
def segments(tmp_path: Path):
    made = Segments(tmp_path / "spool")
    made.open()
    yield made
    made.close()


def test_bodies_of_many_threads_are_all_there(segments: Segments) -> None:
    path = segments.start("qa")
    threads = [threading.Thread(target=segments.append, args=(PROTOBUF, b"%d" % n)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {part.body for part in frames_in(path)} == {b"%d" % n for n in range(40)}


def test_before_any_segment_nothing_is_lost(segments: Segments, tmp_path: Path) -> None:
    segments.append(PROTOBUF, b"early")
    assert [part.body for part in frames_in(tmp_path / "spool" / "unassigned.otlp")] == [b"early"]


def test_a_name_is_made_safe_and_never_used_twice(segments: Segments, tmp_path: Path) -> None:
    first, second = segments.start("../qa run"), segments.start("../qa run")
    assert first.parent == second.parent == tmp_path / "spool" and first != second
    assert first.read_bytes() == HEADER
