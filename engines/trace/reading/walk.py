"""A walk through JSON text down to its elements: in memory for one at a time, and on again behind damage.

The elements of a list are written by one program and begin alike, so that behind a damaged one the next can be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engines.trace.reading.json_text import JsonText, Lost, TooDeep, TooLarge, decoded
from engines.trace.spans import Refused

MAX_ELEMENT = 64 * 2**20  # bytes of one element
WHOLE = 8 * 2**20  # bytes of a document that is decoded in one go, and of a line

_EXCERPT = 2_000  # bytes of a refused element that are shown
_BEGINNINGS = 8  # by which elements of a list are found again
_KEY = rb'"(?:[^"\\]|\\.){1,200}"'
_SCALAR = rb'(?:"(?:[^"\\]|\\.){0,2000}"|[\w.+-]{1,40})'
_BEGINNING = re.compile(rb"\{\s*(" + _KEY + rb")\s*:\s*(?:" + _SCALAR + rb"\s*,\s*(" + _KEY + rb")\s*:)?", re.DOTALL)

_SCANNED_AGAIN = 2**28  # bytes: damage upon damage must not cost more than that
_CONTAINER = re.compile(rb"[{\[]")
_BEHIND_MEMBER = re.compile(rb"\s*+[,\]]")
_BEHIND_DOCUMENT = re.compile(rb"[\s\x1e]*+(?:[{\[]|\Z)")
_NOWHERE = re.compile(rb"(?!)")
_UNKNOWN_BEGINNING = rb"(?<=\}),\s*\{"

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """A decoded value and where it stood: `file@offset`, in bytes of the inflated text."""

    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """An element that cannot be decoded: why, its bytes (of a large document its beginning), and where it stood."""

    reason: str
    content: bytes
    origin: str
    is_too_large: bool = False

    def refused(self, what: str = "") -> Refused:
        """Return it as what is quarantined."""
        return Refused(what + self.reason, self.content[:_EXCERPT], self.origin)


class Walk:
    """A way through a text, from its beginning down to the places."""

    def __init__(self, text: JsonText, name: str, offset: int, places: tuple[Place, ...]) -> None:
        self._text, self._name, self._offset, self.places = text, name, offset, places
        self._scanned_again = 0

    @property
    def origin(self) -> str:
        return f"{self._name}@{self._offset + self._text.offset}"

    def lines(self) -> Iterator[Element | Damaged]:
        """Read one document a line."""
        while self._text.next():
            line, origin = self._text.held(WHOLE), self.origin
            if len(line) == WHOLE and b"\n" not in line:
                yield from self._on(self._text.line(), origin).documents()
                continue
            line = line.partition(b"\n")[0]
            self._text.skip(len(line))
            try:
                values = list(members(decoded(line), self.places))
            except Lost as lost:
                yield from self._or_all(Damaged(str(lost), line, origin))
            else:
                yield from (Element(value, origin) for value in values)

    def documents(self) -> Iterator[Element | Damaged]:
        """Read documents that follow each other."""
        beginnings: dict[bytes, None] = {}
        while found := self._text.next():
            if found == b"[":
                self._text.skip(1)
                for element in self.members():
                    yield from self._placed(element)
                continue
            if found != b"{":
                origin = self.origin
                yield Damaged("no JSON object or list", self._text.find(_CONTAINER, _EXCERPT)[1], origin)
                continue
            self._learn(beginnings)
            try:
                element = self._element(WHOLE)
            except Lost as lost:
                yield from self._rescued(lost, beginnings)
            else:
                yield from self._placed(element)

    def _placed(self, element: Element | Damaged) -> Iterator[Element | Damaged]:
        if isinstance(element, Damaged):
            yield element
        else:
            yield from (Element(value, element.origin) for value in members(element.value, self.places))

    def _rescued(self, lost: Lost, beginnings: dict[bytes, None]) -> Iterator[Element | Damaged]:
        """Read what is too large or damaged from within; where no place is found, all of it is damaged."""
        content = self._text.held(WHOLE + 1)
        if len(content) > WHOLE and self.places:
            damaged = Damaged(str(lost), content, self.origin, isinstance(lost, TooLarge))
            yield from self._or_all(damaged, self.descend(self.places))
        else:
            yield from self._or_all(self._skipped(lost, beginnings, _BEHIND_DOCUMENT))

    def _or_all(self, damaged: Damaged, within: Iterator[Element | Damaged] | None = None) -> Iterator[Any]:
        """Yield what is found within a damaged document, or it as a whole."""
        is_found = False
        for one in within or self._on(iter([damaged.content]), damaged.origin).inside():
            is_found = True
            yield one
        if not is_found:
            yield damaged

    def _on(self, pieces: Iterator[bytes], origin: str) -> Walk:
        return Walk(JsonText(pieces), self._name, int(origin.rpartition("@")[2]), self.places)

    def inside(self) -> Iterator[Element | Damaged]:
        """Read the elements of a damaged object."""
        if self.places and self._text.next() == b"{":
            yield from self.descend(self.places)

    def descend(self, places: tuple[Place, ...]) -> Iterator[Element | Damaged]:
        """Read the elements at places within the object before us. Where it is damaged, look for a place behind."""
        keys = re.compile(b"|".join(rb'"%s"\s*:' % re.escape(place[-1].encode()) for place in places))
        self._text.skip(1)
        while (found := self._text.next()) not in (b"}", b""):
            try:
                key = self._key(found)
                yield from self._value(tuple(place[1:] for place in places if place[0] == key))
            except Lost:
                while self._text.find(keys, 0)[0]:
                    try:
                        self._key(self._text.next())
                        yield from self._value(((),))
                        break
                    except Lost:
                        continue
        self._text.skip(len(found))

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
        beginnings: dict[bytes, None] = {}
        while (found := self._text.next()) not in (b"]", b""):
            self._learn(beginnings)
            try:
                yield self._element(MAX_ELEMENT)
            except Lost as lost:
                yield self._skipped(lost, beginnings, _BEHIND_MEMBER)
        self._text.skip(len(found))

    def _element(self, limit: int) -> Element:
        length = self._text.length(limit)
        element = Element(decoded(self._text.held(length)), self.origin)
        self._text.skip(length)
        return element

    def _learn(self, beginnings: dict[bytes, None]) -> None:
        """Remember how an element begins: its first key, and the second where the first has a plain value."""
        if len(beginnings) < _BEGINNINGS and (match := _BEGINNING.match(self._text.held(4_096))):
            second = rb"\s*" + _SCALAR + rb"\s*,\s*" + re.escape(match[2]) + rb"\s*:" if match[2] else b""
            beginnings[rb"\{\s*" + re.escape(match[1]) + rb"\s*:" + second] = None

    def _skipped(self, lost: Lost, beginnings: dict[bytes, None], follows: re.Pattern[bytes]) -> Damaged:
        """Move behind a damaged element: to its end where that is plain, else to where the next one begins."""
        origin, content = self.origin, b""
        begins = rb"(?:" + b"|".join(beginnings) + rb")" if beginnings else _UNKNOWN_BEGINNING
        try:
            content = self._text.held(self._text.length(MAX_ELEMENT))
        except TooDeep as deep:
            self._text.skip(deep.reached - 1)  # what lies within may be as deep again
        except Lost as again:
            self._scanned_again += again.reached
        if self._scanned_again > _SCANNED_AGAIN:
            content = self._text.find(_NOWHERE, MAX_ELEMENT)[1]
            return Damaged(f"{lost}; too much is damaged to go on", content, origin)
        around = self._text.held(len(content) + 4_096)[len(content) :]
        rest = re.match(rb"[\s\]},]*+(?=" + begins + rb")", around)  # brackets that it left open
        is_whole = content and (rest or follows.match(around))
        if is_whole and not (beginnings and re.search(begins, content[1:])):
            content += rest[0] if rest else b""
            self._text.skip(len(content))
        else:
            is_found, content = self._text.find(re.compile(begins), MAX_ELEMENT)
            if is_found and not isinstance(lost, TooLarge):
                lost = _reason(content, lost)
        return Damaged(str(lost), content, origin, isinstance(lost, TooLarge))


def _reason(content: bytes, lost: Lost) -> Lost:
    """Return why an element cannot be decoded, now that its end is known."""
    try:
        decoded(content.rstrip(b", \t\r\n"))
    except Lost as reason:
        return reason
    return lost


def members(value: Any, places: tuple[Place, ...]) -> Iterator[Any]:
    """Yield the elements of a decoded document: the same as are read from its text."""
    if isinstance(value, list):
        for member in value:
            yield from members(member, places)
        return
    found = [there for place in places for there in _reached(value, place)] if isinstance(value, dict) else []
    for there in found or [value]:
        yield from there if isinstance(there, list) else [there]


def _reached(value: Any, place: Place) -> Iterator[Any]:
    if not place:
        yield value
    elif isinstance(value, list):
        for member in value:
            yield from _reached(member, place)
    elif isinstance(value, dict) and place[0] in value:
        yield from _reached(value[place[0]], place[1:])
