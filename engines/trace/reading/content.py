"""A file's content as a bounded stream of bytes: as it lies there, or inflated from gzip or zstd.

Nothing is held but one piece. What inflates is stopped as a bomb when it is both large and far larger than what it came
from, or larger than any recording.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import zstandard

MAX_INFLATED = 256 * 2**30  # bytes
MAX_RATIO = 200  # of inflated to compressed bytes, once there are `FREE_OF_RATIO`; traces reach 10 to 60
FREE_OF_RATIO = 2**30  # bytes

_PIECE = 2**20  # bytes read at a time, and at most inflated from gzip
_GZIP_PIECE = 2**16  # bytes read at a time of gzip
_ZSTD_PIECE = 2**11  # and of zstd, whose blocks of 4 bytes inflate to 128 KiB: so a piece inflates to 64 MiB at most
_ZSTD_WINDOW = 2**27  # the largest that `zstd` itself reads without being told to

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class Broken(ValueError):
    """The content ends too early, is damaged, or inflates to too much; what could be read was yielded before."""


def head(path: Path, size: int = 65_536) -> bytes:
    """Return the first `size` bytes of the content, fewer where there are no more. Raises OSError."""
    found = bytearray()
    try:
        for piece in chunks(path):
            found += piece
            if len(found) >= size:
                break
    except Broken:
        pass  # the readable part is the head; whoever reads the whole is told
    return bytes(found[:size])


def chunks(path: Path, limit: int = MAX_INFLATED) -> Iterator[bytes]:
    """Yield the content, inflated, in pieces of about a mebibyte or less and never empty.

    Gzip members and zstd frames may follow each other. Raises `Broken` after what could be read, and OSError.
    """
    with path.open("rb", buffering=_PIECE) as file:
        yield from _chunks(file, limit)


def inflated(packed: bytes, limit: int) -> bytes:
    """Return bytes inflated, or as they are where nothing packed them. Raises `Broken`."""
    return b"".join(_chunks(BytesIO(packed), limit)) if is_packed(packed) else packed


def is_packed(start: bytes) -> bool:
    """Whether content begins as gzip or zstd do."""
    return start[:2] == _GZIP or start[:4] == _ZSTD


def _chunks(file: BinaryIO, limit: int) -> Iterator[bytes]:
    start = file.read(4)
    file.seek(0)
    if start[:2] == _GZIP:
        yield from _bounded(_gzip(file), file, limit)
    elif start == _ZSTD:
        yield from _bounded(_zstd(file), file, limit)
    else:
        while piece := file.read(_PIECE):
            yield piece


def _bounded(pieces: Iterator[bytes], file: BinaryIO, limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise Broken(f"more than {limit} bytes when inflated")
        if size > FREE_OF_RATIO and size > MAX_RATIO * file.tell():
            raise Broken(f"{size} bytes inflated from {file.tell()}: that is no recording")
        if piece:
            yield piece


def _gzip(file: BinaryIO) -> Iterator[bytes]:
    data = file.read(_GZIP_PIECE)
    while data:
        inflater = zlib.decompressobj(wbits=31)
        while not inflater.eof:
            if not data and not (data := file.read(_GZIP_PIECE)):
                raise Broken("truncated: the end of the gzip stream is missing")
            try:
                yield inflater.decompress(data, _PIECE)
            except zlib.error as error:
                raise Broken(f"damaged gzip: {error}") from error
            data = inflater.unconsumed_tail
        data = inflater.unused_data
        while not (data := data.lstrip(b"\0")) and (data := file.read(_GZIP_PIECE)):
            pass  # zeros may fill up a member


def _zstd(file: BinaryIO) -> Iterator[bytes]:
    unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    data = file.read(_ZSTD_PIECE)
    while data:
        inflater = unpacker.decompressobj()
        while not inflater.eof:
            if not data and not (data := file.read(_ZSTD_PIECE)):
                raise Broken("truncated: the end of the zstd frame is missing")
            try:
                yield inflater.decompress(data)
            except zstandard.ZstdError as error:
                raise Broken(f"damaged zstd: {error}") from error
            data = b""
        data = inflater.unused_data or file.read(_ZSTD_PIECE)
