"""OTLP requests cut into smaller ones by their bytes alone, as a stream, so that no request has to fit into memory.

A protobuf message is a run of fields, each a tag and a value (https://protobuf.dev/programming-guides/encoding/). A
request holds resources, a resource scopes, a scope spans, and what stands beside those is short: a part of a request
with what stands beside it is a request again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engines.trace.reading.content import Broken
from engines.trace.spans import Malformed

_HOLDS = (1, 2, 2)  # the field that holds: resources in a request, scopes in a resource, spans in a scope
_BESIDE = 2**20  # bytes that a resource or a scope may have beside its spans; what is more is left out

_BYTES = 2  # the wire type of texts, bytes and messages
_PIECE = 2**20


class Stream:
    """Bytes that come in pieces, taken one after another; `at` is how many were taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.at = 0
        self._pieces = pieces
        self._piece = b""
        self._used = 0
        self._broken: Broken | None = None

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer at the end only. Raises `Broken` of the stream once nothing is left."""
        found = self._piece[self._used : self._used + size]
        self._used += len(found)
        if missing := size - len(found):
            parts = [found]
            while missing and (piece := self._next()):
                parts.append(piece[:missing])
                self._piece, self._used = piece, len(parts[-1])
                missing -= self._used
            found = b"".join(parts)
            if self._broken and not found:
                raise self._broken
        self.at += len(found)
        return found

    def _next(self) -> bytes:
        try:
            return next(self._pieces, b"")
        except Broken as broken:
            self._broken = broken
            return b""

    def skip(self, size: int) -> None:
        """Leave out the next `size` bytes. Raises `Malformed`, or `Broken` of the stream, when there are fewer."""
        while size > 0 and (piece := self.take(min(size, _PIECE))):
            size -= len(piece)
        if size > 0:
            raise self._broken or Malformed(f"truncated: {size} bytes are missing")

    def whole(self, size: int) -> bytes:
        """Return the next `size` bytes. Raises `Malformed`, or `Broken` of the stream, when there are fewer."""
        found = self.take(size)
        if len(found) < size:
            raise self._broken or Malformed(f"truncated: {size - len(found)} of {size} bytes are missing")
        return found

    def varint(self) -> int | None:
        """Take a number of up to 64 bits; `None` at the end. Raises `Malformed`."""
        number = 0
        for shift in range(0, 70, 7):
            byte = self.take(1)
            if not byte:
                if shift:
                    raise Malformed("truncated within a number")
                return None
            number |= (byte[0] & 0x7F) << shift
            if byte[0] < 0x80:
                return number
        raise Malformed("a number of more than 64 bits")


def varint(number: int) -> bytes:
    """Return a number ≥ 0 as protobuf writes it."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a request: fields of its resources (level 0), or scopes or spans of one resource (levels 1 and 2).

    `beside`: the other fields on every level, outermost first; `repeats`: an earlier part had the same resource.
    """

    level: int
    beside: tuple[bytes, ...]
    held: bytes
    repeats: bool

    def request(self) -> bytes:
        """Return the part as a request of its own."""
        message = self.beside[-1] + self.held
        for level in range(self.level - 1, -1, -1):
            message = self.beside[level] + varint(_HOLDS[level] << 3 | _BYTES) + varint(len(message)) + message
        return message


@dataclass(frozen=True, slots=True)
class Oversized:
    """A span of more bytes than a part may have."""

    size: int


def parts(stream: Stream, size: int | None, whole: int, largest: int) -> Iterator[Part | Oversized]:
    """Yield a request of `size` bytes (`None`: all there are) in parts of about `whole` bytes; 0: every span alone.

    A single span may have `largest` bytes. What stands beside the spans counts only before them, where everybody who
    keeps to the order of the fields has it. Raises `Malformed`, and `Broken` of the stream, after what came before.
    """
    yield from _Message(stream, None if size is None else stream.at + size, 0, (), whole, largest).parts()


@dataclass(slots=True)
class _Message:
    """A request, a resource's part of one or a scope's, while it is cut up to where it ends."""

    stream: Stream
    end: int | None
    level: int
    around: tuple[bytes, ...]
    whole: int
    largest: int
    beside: list[bytes] = field(default_factory=list)
    beside_size: int = 0
    place: tuple[bytes, ...] | None = None  # `around` and `beside`, once something was found that is held
    held: list[bytes] = field(default_factory=list)
    size: int = 0
    is_told: bool = False

    def parts(self) -> Iterator[Part | Oversized]:
        try:
            yield from self._cut()
        except (Malformed, Broken):
            if self.held:
                yield self._part()
            raise
        if self.held or self.level and not self.is_told:
            yield self._part()

    def _cut(self) -> Iterator[Part | Oversized]:
        is_innermost = self.level == len(_HOLDS) - 1
        while (tag := self._tag()) is not None:
            if tag != (_HOLDS[self.level] << 3 | _BYTES):
                self._keep(tag)
                continue
            length = self._length()
            if length > self.whole and not is_innermost:
                if self.held:
                    yield self._part()
                yield from self._inner(length)
            elif length > self.largest:
                self.stream.skip(length)
                yield Oversized(length)
            else:
                content = self.stream.take(length)
                if len(content) < length:
                    yield from self._cut_off(content, length)
                self.held.append(varint(tag) + varint(length) + content)
                self.size += length
                if self.size >= self.whole:
                    yield self._part()

    def _cut_off(self, content: bytes, length: int) -> Iterator[Part | Oversized]:
        """Yield what is whole of a message that is cut off, and raise `Malformed`, or `Broken` of the stream."""
        if self.held:
            yield self._part()
        if self.level < len(_HOLDS) - 1:
            try:
                yield from self._inner(length, Stream(iter([content])))
            except Malformed:
                pass  # said in terms of the whole message
        self.stream.take(1)
        raise Malformed(f"truncated: {length - len(content)} of {length} bytes are missing")

    def _inner(self, length: int, stream: Stream | None = None) -> Iterator[Part | Oversized]:
        stream = stream or self.stream
        inner = _Message(stream, stream.at + length, self.level + 1, self._place(), self.whole, self.largest)
        inner.is_told = self.is_told
        yield from inner.parts()
        self.is_told = self.level > 0  # the resources of a request are told one by one

    def _part(self) -> Part:
        part = Part(self.level, self._place(), b"".join(self.held), self.is_told)
        self.held, self.size = [], 0
        self.is_told = self.level > 0
        return part

    def _place(self) -> tuple[bytes, ...]:
        if self.place is None:
            self.place = (*self.around, b"".join(self.beside))
        return self.place

    def _tag(self) -> int | None:
        if self.end is not None and self.stream.at >= self.end:
            if self.stream.at > self.end:
                raise Malformed("a field reaches beyond its message")
            return None
        tag = self.stream.varint()
        if tag is None and self.end is not None:
            raise Malformed(f"truncated: {self.end - self.stream.at} bytes are missing")
        return tag

    def _length(self) -> int:
        length = self.stream.varint()
        if length is None:
            raise Malformed("truncated within a field")
        if self.end is not None and self.stream.at + length > self.end:
            raise Malformed("a field reaches beyond its message")
        return length

    def _keep(self, tag: int) -> None:
        """Take a field that stands beside what is held; no more of them than is plausible is kept."""
        if not tag >> 3:
            raise Malformed("a field without a number")
        match tag & 7:
            case 0:  # a number
                number = self.stream.varint()
                if number is None:
                    raise Malformed("truncated within a field")
                value = varint(number)
            case 1:  # eight bytes
                value = self.stream.whole(8)
            case 2:  # bytes
                length = self._length()
                if length > _BESIDE:
                    self.stream.skip(length)
                    return
                value = varint(length) + self.stream.whole(length)
            case 5:  # four bytes
                value = self.stream.whole(4)
            case kind:  # 3 and 4 are groups
                raise Malformed(f"a field of the type {kind}, which OTLP has none of")
        if self.level and self.place is None and self.beside_size + len(value) <= _BESIDE:
            self.beside.append(varint(tag) + value)
            self.beside_size += len(value)
