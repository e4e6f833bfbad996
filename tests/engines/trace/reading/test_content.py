"""Content comes as a stream, plain or inflated, and what is broken costs only what lies behind the break."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from pathlib import Path

import pytest
import zstandard

from engines.trace.reading import content

TEXT = b"".join(b"%d spans of the trace %d\n" % (number * 7, number) for number in range(100_000))
WRITERS = {"plain": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}


@pytest.fixture(params=WRITERS)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "traces"
    path.write_bytes(WRITERS[request.param](TEXT))
    return path


def test_content_is_what_was_written_in_pieces_that_are_never_empty(written: Path) -> None:
    pieces = list(content.chunks(written))
    assert b"".join(pieces) == TEXT
    assert all(pieces) and len(pieces) > 1


def test_the_head_is_the_inflated_beginning(written: Path) -> None:
    assert content.head(written) == TEXT[:65_536]
    assert content.head(written, 7) == TEXT[:7]
    assert content.head(written, len(TEXT) + 1) == TEXT


def test_an_empty_file_has_no_content(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert list(content.chunks(tmp_path / "empty")) == []
    assert content.head(tmp_path / "empty") == b""


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_members_and_frames_may_follow_each_other(compress, tmp_path: Path) -> None:
    path = tmp_path / "traces"
    path.write_bytes(compress(TEXT[:1_000]) + compress(b"") + compress(TEXT[1_000:]))
    assert b"".join(content.chunks(path)) == TEXT


def test_zeros_may_fill_up_gzip_members(tmp_path: Path) -> None:
    path = tmp_path / "traces"
    path.write_bytes(gzip.compress(b"one") + bytes(200_000) + gzip.compress(b"two") + bytes(512))
    assert b"".join(content.chunks(path)) == b"onetwo"


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("missing", [1, 10, 50_000])
def test_what_is_truncated_gives_what_was_readable_and_then_says_so(compress, missing: int, tmp_path: Path) -> None:
    path = tmp_path / "traces"
    path.write_bytes(compress(TEXT)[:-missing])
    found = bytearray()
    with pytest.raises(content.Broken, match="truncated"):
        for piece in content.chunks(path):
            found += piece
    assert TEXT.startswith(found) and len(found) > len(TEXT) // 2
    assert content.head(path) == TEXT[:65_536]


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_what_follows_a_member_and_is_none_is_said_to_be_damaged(compress, tmp_path: Path) -> None:
    path = tmp_path / "traces"
    path.write_bytes(compress(TEXT) + b"no compressed data at all")
    found = bytearray()
    with pytest.raises(content.Broken, match="damaged"):
        for piece in content.chunks(path):
            found += piece
    assert found == TEXT


def bomb_of_gzip(size: int) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(size >> 20)) + packer.flush()


def bomb_of_zstd(size: int) -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()
    return b"".join(packer.compress(bytes(2**20)) for _ in range(size >> 20)) + packer.flush()


@pytest.mark.parametrize("bomb", [bomb_of_gzip, bomb_of_zstd])
def test_a_bomb_is_stopped_by_its_ratio_and_never_held(bomb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "FREE_OF_RATIO", 8 * 2**20)
    path = tmp_path / "bomb"
    path.write_bytes(bomb(96 * 2**20))
    size = 0
    tracemalloc.start()
    try:
        with pytest.raises(content.Broken, match="that is no recording"):
            for piece in content.chunks(path):
                size += len(piece)
        assert tracemalloc.get_traced_memory()[1] < 80 * 2**20
    finally:
        tracemalloc.stop()
    assert size <= 72 * 2**20


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_the_absolute_bound_holds_whatever_the_ratio(compress, tmp_path: Path) -> None:
    path = tmp_path / "traces"
    path.write_bytes(compress(TEXT))
    with pytest.raises(content.Broken, match="more than 1000 bytes"):
        list(content.chunks(path, limit=1_000))
