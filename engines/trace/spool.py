"""Segments on disk: frames with a mark, a length and a checksum, so that one bad frame costs only itself.

A segment is `HEADER`, then frames: mark (4 bytes), encoding (1), length (4, big-endian), CRC-32 of encoding, length and
body (4), body. A body is an OTLP request exactly as it came over the wire.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEADER = b"LEADLINE OTLP 1\n"
MARK = b"\xf5\xf6LL"
MAX_BODY = 64 * 1024 * 1024

PROTOBUF, JSON, GZIP = 0, 1, 2  # the encoding byte: PROTOBUF or JSON, plus GZIP

_FIELDS = struct.Struct(">BI")
_CHECKSUM = struct.Struct(">I")
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
    """Yield every whole frame of a segment in order, and what lies between them as damage. Raises OSError."""
    content = path.read_bytes()
    at = len(HEADER) if content.startswith(HEADER) else 0
    while at < len(content):
        found = _frame_at(content, at)
        if isinstance(found, Frame):
            yield found
            at += _HEAD + len(found.body)
            continue
        begin = at
        while (at := content.find(MARK, at + 1)) != -1:
            if isinstance(_frame_at(content, at), Frame):
                break
        if at == -1:
            at = len(content)
        yield Damage(begin, at - begin, found)


def _frame_at(content: bytes, at: int) -> Frame | str:
    if content[at : at + len(MARK)] != MARK:
        return "no frame begins here"
    head = content[at + len(MARK) : at + _HEAD]
    if len(head) < _HEAD - len(MARK):
        return "truncated in the head of a frame"
    fields, checksum = head[: _FIELDS.size], _CHECKSUM.unpack(head[_FIELDS.size :])[0]
    encoding, length = _FIELDS.unpack(fields)
    if length > MAX_BODY:
        return f"a frame of {length} bytes, more than {MAX_BODY}"
    body = content[at + _HEAD : at + _HEAD + length]
    if len(body) < length:
        return f"truncated: {len(body)} of {length} bytes"
    if zlib.crc32(body, zlib.crc32(fields)) != checksum:
        return "wrong checksum"
    return Frame(at, encoding, body)
