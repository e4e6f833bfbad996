"""Segments on disk: frames with a mark, a length and a checksum, so that one bad frame costs only itself.

A segment is `HEADER`, then frames: mark (4 bytes), encoding (1), length (4, big-endian), CRC-32 of encoding, length and
body (4), body. A body is an OTLP request exactly as it came over the wire; or a note of the receiver's own.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engines.trace.reading.content import Broken, chunks

HEADER = b"LEADLINE OTLP 1\n"
MARK = b"\xf5\xf6LL"
MAX_BODY = 64 * 1024 * 1024

PROTOBUF, JSON, GZIP = 0, 1, 2  # the encoding byte: PROTOBUF or JSON, plus GZIP
NOTE = 4  # the body is a sentence: what the receiver could not take

_FIELDS = struct.Struct(">BI")
_CHECKSUM = struct.Struct(">I")
_WASTED = 2**32  # bytes of false frames that are searched for a true one behind damage
_HEAD = len(MARK) + _FIELDS.size + _CHECKSUM.size


@dataclass(frozen=True, slots=True)
class Frame:
    """One body as it came, at its offset in the segment (bytes)."""

    offset: int
    encoding: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a segment that are no whole frame."""

    offset: int
    length: int
    reason: str


def frame(encoding: int, body: bytes) -> bytes:
    """Return the bytes of one frame."""
    fields = _FIELDS.pack(encoding, len(body))
    return MARK + fields + _CHECKSUM.pack(zlib.crc32(body, zlib.crc32(fields))) + body


def is_segment(path: Path) -> bool:
    """Whether the file begins as our segments do."""
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER


def frames_in(path: Path) -> Iterator[Frame | Damage]:
    """Yield every whole frame of a segment in order, and what lies between them as damage.

    The segment may be compressed as a whole. One frame is in memory at a time. Raises OSError.
    """
    window = _Window(chunks(path))
    if window.holds(len(HEADER)) and window.startswith(HEADER):
        window.drop(len(HEADER))
    while window.holds(1):
        found = window.frame()
        if isinstance(found, Frame):
            window.drop(_HEAD + len(found.body))
            yield found
            continue
        begin = window.offset
        while window.seek_mark() and not isinstance(window.frame(), Frame):
            pass
        yield Damage(begin, window.offset - begin, found)
    if window.problem:
        yield Damage(window.offset, 0, window.problem)


class _Window:
    """The bytes of a segment from `offset` on, of which as many are held as were asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.offset = 0
        self.problem: str | None = None  # why the content ends before its end
        self._pieces = pieces
        self._held = bytearray()
        self._wasted = 0

    def holds(self, size: int) -> bool:
        """Whether there are `size` more bytes; they are held then."""
        try:
            while len(self._held) < size and (piece := next(self._pieces, b"")):
                self._held += piece
        except Broken as error:
            self.problem = str(error)
        return len(self._held) >= size

    def startswith(self, start: bytes) -> bool:
        return self._held.startswith(start)

    def drop(self, size: int) -> None:
        """Move on by `size` bytes."""
        del self._held[:size]
        self.offset += size

    def seek_mark(self) -> bool:
        """Move on to the next mark, or to the end when there is none or too much was searched in vain."""
        self.drop(1)
        while self._wasted < _WASTED and self.holds(len(MARK)):
            at = self._held.find(MARK)
            if at != -1:
                self.drop(at)
                return True
            self.drop(len(self._held) - len(MARK) + 1)
        while self.holds(1):
            self.drop(len(self._held))
        return False

    def frame(self) -> Frame | str:
        """Return the frame that begins here, or why there is none."""
        if self.holds(len(MARK)) and not self.startswith(MARK):
            return "no frame begins here"
        if not self.holds(_HEAD):
            return "truncated in the head of a frame"
        fields = bytes(self._held[len(MARK) : len(MARK) + _FIELDS.size])
        encoding, length = _FIELDS.unpack(fields)
        if length > MAX_BODY:
            return f"a frame of {length} bytes, more than {MAX_BODY}"
        if not self.holds(_HEAD + length):
            return f"truncated: {len(self._held) - _HEAD} of {length} bytes"
        body = bytes(memoryview(self._held)[_HEAD : _HEAD + length])
        if zlib.crc32(body, zlib.crc32(fields)) != _CHECKSUM.unpack_from(self._held, len(MARK) + _FIELDS.size)[0]:
            self._wasted += length
            return "wrong checksum"
        return Frame(self.offset, encoding, body)
