"""JSON text that streams by: where its values end, and where to go on behind damage. Nothing is held but a window."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from engines.trace.reading.content import Broken

MAX_DEPTH = 1_000  # of brackets
_WINDOW = 2**20  # bytes read on at least
_PASSED_OVER = 2**26  # bytes of one text in what is passed over

# All up to the next bracket, texts included. A quote at the end: a text that does not end in the window or in its line.
_TO_BRACKET = re.compile(rb'[^"{}\[\]]*+(?:"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"[^"{}\[\]]*+)*+([{}\[\]"]|\Z)', re.DOTALL)
_BETWEEN = re.compile(rb"[\s,\x1e]*+")  # what stands between values; 1e separates documents in RFC 7464
_SCALAR = re.compile(rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|[^\s,:"{}\[\]]++', re.DOTALL)
_QUOTE = ord('"')
_CLOSING = {ord("{"): ord("}"), ord("["): ord("]")}


class Lost(ValueError):
    """The text is no JSON from here on, or not within its bounds; the message says why.

    `reached` is how far from the cursor this was seen.
    """

    reached = 0


class TooLarge(Lost):
    """A value is larger than what may be held."""


class TooDeep(Lost):
    """Values lie within values past `MAX_DEPTH`."""


def decoded(text: bytes) -> Any:
    """Return the value of a JSON text; of two equal keys the last counts.

    What strict JSON has not is let pass where the rest can be read: bytes that are no UTF-8 become U+FFFD, and control
    characters, lone surrogates, NaN and infinite numbers stay. Raises `Lost`.
    """
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise Lost("nested too deeply") from None
    except (msgspec.MsgspecError, ValueError):
        pass
    try:
        return json.loads(text.decode("utf-8", "replace").removeprefix("\ufeff"), strict=False)
    except RecursionError:
        raise Lost("nested too deeply") from None
    except ValueError as error:
        raise Lost(f"no JSON: {error}"[:200]) from None


class JsonText:
    """A cursor in a stream of JSON text as UTF-8. Lengths count from the cursor, as reading on moves the window.

    `offset` is where the cursor stands in the text; `broken` says why the stream ended too early, if it did.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._data = b""
        self._at = 0
        self._passed = 0
        self.broken = ""

    @property
    def offset(self) -> int:
        return self._passed + self._at

    def held(self, size: int) -> bytes:
        """Return the bytes before us, at most `size`, reading on as long as there are fewer."""
        while len(self._data) - self._at < size and self._read_on():
            pass
        return self._data[self._at : self._at + size]

    def skip(self, length: int) -> None:
        """Move the cursor."""
        self._at += length

    def next(self) -> bytes:
        """Return the byte that the next value, key or closing bracket begins with; empty at the end of the text."""
        while True:
            self._at = _BETWEEN.match(self._data, self._at).end()
            if self._at < len(self._data):
                return self._data[self._at : self._at + 1]
            if not self._read_on():
                return b""

    def length(self, limit: int, ahead: int = 0) -> int:
        """Return where the value ends that begins `ahead` of us. Raises `Lost`, and `TooLarge` past the limit."""
        if self._first(ahead) not in _CLOSING:
            return self._scalar(limit)
        open_brackets, length = bytearray(), ahead
        try:
            while True:
                for match in _TO_BRACKET.finditer(self._data, self._at + length):
                    found = match[1]
                    if not found or found == b'"':
                        break
                    length = match.end() - self._at
                    if _opens_or_closes(open_brackets, found[0]):
                        if length > limit:
                            raise TooLarge(f"larger than {limit} bytes")
                        return length
                self._need_more(limit, match)
        except Lost as lost:
            lost.reached = length
            raise

    def pass_over(self) -> None:
        """Move the cursor behind the value before us, however large it is. Raises `Lost`."""
        if self._first() not in _CLOSING:
            return self.skip(self._scalar(_PASSED_OVER))
        open_brackets = bytearray()
        while True:
            for match in _TO_BRACKET.finditer(self._data, self._at):
                found = match[1]
                if not found or found == b'"':
                    break
                self._at = match.end()
                if _opens_or_closes(open_brackets, found[0]):
                    return None
            self._need_more(_PASSED_OVER, match)

    def find(self, pattern: re.Pattern[bytes], keep: int) -> tuple[bool, bytes]:
        """Move the cursor to the next match of a pattern behind it, or to the end; return whether there is one.

        With it comes what was passed, at most `keep` bytes. What matches must be shorter than 4 KiB.
        """
        passed, start = b"", 1
        while True:
            match = pattern.search(self._data, self._at + start)
            end = match.start() if match else max(self._at, len(self._data) - 4_096)
            passed += self._data[self._at : min(end, self._at + keep - len(passed))]
            start, self._at = max(start - (end - self._at), 0), end
            if match or not self._read_on():
                break
        if match is None:
            passed += self._data[self._at : self._at + keep - len(passed)]
            self._at = len(self._data)
        return match is not None, passed

    def line(self) -> Iterator[bytes]:
        """Yield the rest of the line in pieces, and move the cursor behind it."""
        while True:
            end = self._data.find(b"\n", self._at)
            if piece := self._data[self._at : end if end >= 0 else len(self._data)]:
                yield piece
            self._at = end if end >= 0 else len(self._data)
            if end >= 0 or not self._read_on():
                return

    def _first(self, ahead: int = 0) -> int:
        if self._at + ahead >= len(self._data):
            raise Lost("it ends in the middle")
        return self._data[self._at + ahead]

    def _scalar(self, limit: int) -> int:
        while True:
            match = _SCALAR.match(self._data, self._at)
            if match and match.end() < len(self._data):
                return match.end() - self._at
            if match is None and (self._data[self._at] != _QUOTE or self._data.find(b"\n", self._at) >= 0):
                raise Lost("no value")
            if len(self._data) - self._at > limit:
                raise TooLarge(f"larger than {limit} bytes")
            if not self._read_on():
                if match:
                    return match.end() - self._at
                raise Lost("it ends in the middle")

    def _need_more(self, limit: int, match: re.Match[bytes]) -> None:
        if match[1] == b'"' and self._data.find(b"\n", match.end()) >= 0:
            raise Lost("a text without its end")
        if len(self._data) - self._at > limit:
            raise TooLarge(f"larger than {limit} bytes")
        if not self._read_on():
            raise Lost("it ends in the middle")

    def _read_on(self) -> bool:
        """Read on, at least as much as is held, so that all in all it costs no more than the text is long."""
        pieces = [self._data[self._at :]]
        missing = max(len(pieces[0]), _WINDOW)
        try:
            while missing > 0 and (piece := next(self._chunks, b"")):
                pieces.append(piece)
                missing -= len(piece)
        except Broken as broken:
            self.broken = str(broken)
            self._chunks = iter(())
        self._passed += self._at
        self._data, self._at = b"".join(pieces), 0
        return len(pieces) > 1


def _opens_or_closes(open_brackets: bytearray, bracket: int) -> bool:
    """Take a bracket into account; return whether it closes the outermost one. Raises `Lost`."""
    closing = _CLOSING.get(bracket)
    if closing is not None:
        open_brackets.append(closing)
        if len(open_brackets) > MAX_DEPTH:
            raise TooDeep("nested too deeply")
    elif not open_brackets or open_brackets.pop() != bracket:
        raise Lost("its brackets do not match")
    return not open_brackets
