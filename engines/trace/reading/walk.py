"""A walk through JSON text down to its elements: in memory for one at a time, and on again behind damage.

The elements of a list are written by one program and begin alike, so that behind a damaged one the next can be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engines.trace.reading.json_text import JsonText, Lost, TooLarge, decoded
from engines.trace.reading.sought import Damaged, Element, Place, Sought

MAX_ELEMENT = 64 * 2**20  # bytes of one element
WHOLE = 8 * 2**20  # bytes of a document that is decoded in one go, and of a line

_EXCERPT = 2_000  # bytes of what is no document that are shown
_SCANNED_AGAIN = 2**28  # bytes: damage upon damage must not cost more than that
_CANDIDATE = 128  # bytes that a look at what may be the next element costs at least
_NEAR = 4_096  # bytes in which is looked at how it goes on
_OBJECT, _CONTAINER, _NOWHERE = re.compile(rb"\{"), re.compile(rb"[{\[]"), re.compile(rb"(?!)")
_BEHIND_LAST = re.compile(rb"\s*+\]")
_BEHIND_DOCUMENT = re.compile(rb"[\s\x1e]*+(?:[{\[]|\Z)")
_LEFT_OPEN = re.compile(rb"[\s\]}]*+,\s*+(?=\{)")


class Walk:
    """A way through a text, from its beginning down to the places."""

    def __init__(self, text: JsonText, name: str, offset: int, sought: Sought) -> None:
        self._text, self._name, self._offset, self._sought = text, name, offset, sought
        self._is_damaged = False
        self._scanned_again = 0

    @property
    def origin(self) -> str:
        return f"{self._name}@{self._offset + self._text.offset}"

    def lines(self) -> Iterator[Element | Damaged]:
        """Read one document a line."""
        while self._text.next():
            line, start = self._text.held(WHOLE), self._offset + self._text.offset
            if len(line) == WHOLE and b"\n" not in line:
                yield from Walk(JsonText(self._text.line()), self._name, start, self._sought).documents()
                continue
            line = line.partition(b"\n")[0]
            self._text.skip(len(line))
            origin = f"{self._name}@{start}"
            try:
                values = list(self._sought.members(decoded(line)))
            except Lost as lost:
                within = Walk(JsonText(iter([line])), self._name, start, self._sought).inside()
                yield from _or_all(within, Damaged(str(lost), line, origin))
            else:
                yield from (Element(value, origin) for value in values)

    def documents(self) -> Iterator[Element | Damaged]:
        """Read documents that follow each other."""
        while found := self._text.next():
            if found == b"[":
                self._text.skip(1)
                for element in self.members():
                    yield from self._placed(element)
            elif found != b"{":
                origin = self.origin
                yield Damaged("no JSON object or list", self._text.find(_CONTAINER, _EXCERPT)[1], origin)
            else:
                yield from self._document()

    def _document(self) -> Iterator[Element | Damaged]:
        try:
            element = self._element(WHOLE)
        except Lost as lost:
            content, is_too_large = self._text.held(WHOLE), isinstance(lost, TooLarge)
            self._is_damaged = not is_too_large
            if self._sought.places and (is_too_large or self._sought.has_place(content)):
                damaged = Damaged(str(lost), content, self.origin, is_too_large)
                yield from _or_all(self.descend(self._sought.places), damaged)
            else:
                for one in self._behind(lost, _BEHIND_DOCUMENT):
                    yield from self._placed(one)
        else:
            yield from self._placed(element)

    def _placed(self, element: Element | Damaged) -> Iterator[Element | Damaged]:
        if isinstance(element, Damaged):
            yield element
        else:
            yield from (Element(value, element.origin) for value in self._sought.members(element.value))

    def inside(self) -> Iterator[Element | Damaged]:
        """Read the elements of a damaged object."""
        self._is_damaged = True
        if self._sought.places and self._text.next() == b"{":
            yield from self.descend(self._sought.places)
            while self._text.next():  # what seemed to be its end was not
                yield from self._next_place(self._sought.places)

    def descend(self, places: tuple[Place, ...]) -> Iterator[Element | Damaged]:
        """Read the elements at places within the object before us. Where it is damaged, look for a place behind."""
        self._text.skip(1)
        while (found := self._text.next()) not in (b"}", b""):
            try:
                key = self._key(found)
                yield from self._value(tuple(place[1:] for place in places if place[0] == key))
            except Lost:
                yield from self._next_place(places)
        self._text.skip(len(found))

    def _next_place(self, places: tuple[Place, ...]) -> Iterator[Element | Damaged]:
        """Read on at the next key that is a place's, wherever it is."""
        keys = re.compile(b"|".join(rb'"%s"\s*:' % re.escape(place[-1].encode()) for place in places))
        while self._text.find(keys, 0)[0]:
            try:
                self._key(self._text.next())
                yield from self._value(((),))
                return
            except Lost:
                continue

    def _value(self, places: tuple[Place, ...]) -> Iterator[Element | Damaged]:
        """Read what stands at a place or within, and pass over what does not."""
        found = self._text.next()
        if () in places and found == b"[":
            self._text.skip(1)
            yield from self.members()
        elif () in places:
            yield self._element(MAX_ELEMENT)
        elif places and found == b"{":
            yield from self.descend(places)
        elif places and found == b"[":
            yield from self._each(places)
        else:
            self._text.pass_over()

    def _key(self, found: bytes) -> str:
        if found != b'"':
            raise Lost("a key is missing")
        key = decoded(self._text.held(self._text.length(_EXCERPT)))
        self._text.skip(self._text.length(_EXCERPT))
        if self._text.next() != b":":
            raise Lost("a value is missing")
        self._text.skip(1)
        return key

    def _each(self, places: tuple[Place, ...]) -> Iterator[Element | Damaged]:
        """Read within the objects of the list before us."""
        self._text.skip(1)
        while (found := self._text.next()) not in (b"]", b""):
            yield from self._value(places if found == b"{" else ())
        self._text.skip(len(found))

    def members(self) -> Iterator[Element | Damaged]:
        """Read the rest of a list, whose bracket was passed."""
        is_told = False
        while found := self._text.next():
            if found == b"]":
                left_open = self._left_open() if self._is_damaged else 0
                self._text.skip(left_open or 1)
                if not left_open:
                    return
                continue
            try:
                element = self._element(MAX_ELEMENT)
            except Lost as lost:
                self._is_damaged = True
                for one in self._behind(lost, _BEHIND_LAST):
                    is_told = isinstance(one, Damaged)
                    yield one
            else:
                is_told = False
                yield element
        if not is_told:
            yield Damaged("the end of the list is missing", b"", self.origin)

    def _element(self, limit: int) -> Element:
        length = self._text.length(limit)
        content = self._text.held(length)
        if self._is_damaged and self._sought.holds_another(content):
            raise Lost("another element is within")
        element = Element(decoded(content), self.origin)
        self._text.skip(length)
        return element

    def _left_open(self) -> int:
        """Return how many brackets and the like are not the list's end, as a damaged element left them open."""
        match = _LEFT_OPEN.match(self._text.held(_NEAR))
        try:
            is_within = match and self._sought.is_element(self._ahead(match.end())[1])
        except Lost:
            is_within = False
        return match.end() if is_within else 0

    def _ahead(self, start: int) -> tuple[int, Any]:
        """Return where a value ends that begins so far ahead of us, and the value. Raises `Lost`."""
        end = self._text.length(MAX_ELEMENT, start)
        content = self._text.held(end)[start:]
        try:
            if self._sought.holds_another(content):
                raise Lost("another element is within")
            return end, decoded(content)
        except Lost as lost:
            lost.reached = end
            raise

    def _behind(self, lost: Lost, end: re.Pattern[bytes]) -> Iterator[Element | Damaged]:
        """Move behind the damaged element before us: yield it, and the next one where that shows where it ended."""
        origin, passed, is_too_large = self.origin, b"", isinstance(lost, TooLarge)
        try:
            if is_too_large:
                passed = self._text.held(MAX_ELEMENT)
                self._text.pass_over()
                length = 0
            else:
                length = self._text.length(MAX_ELEMENT)
            content = self._text.held(length + _NEAR)
            is_plain = is_too_large or end.match(content[length:]) and not self._sought.holds_another(content[:length])
        except Lost as again:
            self._scanned_again += again.reached
            length, is_plain = 0, False
        if is_plain:
            yield Damaged(str(lost), passed or self._text.held(length), origin, is_too_large)
            self._text.skip(length)
            return
        yield from self._next_element(lost, origin, bytearray(passed))

    def _next_element(self, lost: Lost, origin: str, passed: bytearray) -> Iterator[Element | Damaged]:
        """Look for the next element that is whole; yield what was passed as damaged, and it."""
        while True:
            is_spent = self._scanned_again > _SCANNED_AGAIN
            is_found, skipped = self._text.find(_NOWHERE if is_spent else _OBJECT, MAX_ELEMENT - len(passed))
            passed += skipped
            if not is_found:
                reason = f"{lost}; too much is damaged to go on" if is_spent else str(lost)
                yield Damaged(reason, bytes(passed), origin)
                return
            start = self.origin
            try:
                length, value = self._ahead(0)
            except Lost as again:
                self._scanned_again += max(again.reached, _CANDIDATE)
                continue
            if self._sought.is_element(value):
                yield Damaged(_reason(bytes(passed), lost), bytes(passed), origin)
                self._text.skip(length)
                yield Element(value, start)
                return
            self._scanned_again += max(length, _CANDIDATE)


def _or_all(within: Iterator[Element | Damaged], damaged: Damaged) -> Iterator[Element | Damaged]:
    """Yield what is found within a damaged document, or it as a whole."""
    is_found = False
    for one in within:
        is_found = True
        yield one
    if not is_found:
        yield damaged


def _reason(content: bytes, lost: Lost) -> str:
    """Return why an element cannot be decoded, now that its end is known."""
    try:
        decoded(content.rstrip(b", \t\r\n"))
    except Lost as reason:
        return str(reason)
    return str(lost)
