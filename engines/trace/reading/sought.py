"""What is looked for in JSON documents: elements at places, known by their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engines.trace.spans import Refused

_EXCERPT = 2_000  # bytes of a refused element that are shown
_LISTS = 3  # within lists that are looked into

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

    def refused(self) -> Refused:
        """Return it as what is quarantined."""
        return Refused(self.reason, self.content[:_EXCERPT], self.origin)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: the places of elements, and keys of which an element has one at least."""

    places: tuple[Place, ...]
    keys: tuple[str, ...]

    def members(self, value: Any) -> Iterator[Any]:
        """Yield the elements of a decoded document: the same as are read from its text."""
        for document in _flat(value, _LISTS):
            found = [one for place in self.places for one in _reached(document, place)]
            for there in found or [document]:
                yield from there if isinstance(there, list) else [there]

    def is_element(self, value: Any) -> bool:
        """Whether a value is like an element."""
        return isinstance(value, dict) and any(key in value for key in self.keys)

    def holds_another(self, element: bytes) -> bool:
        """Whether the text of an element holds another one, as happens where a bracket is lost."""
        return any(len(re.findall(rb'"%s"\s*:' % key.encode(), element)) > 1 for key in self.keys)

    def has_place(self, content: bytes) -> bool:
        """Whether the key of a place is in a text."""
        return any(re.search(rb'"%s"\s*:' % re.escape(place[-1].encode()), content) for place in self.places)


def _flat(value: Any, lists: int) -> Iterator[Any]:
    if isinstance(value, list) and lists:
        for member in value:
            yield from _flat(member, lists - 1)
    else:
        yield value


def _reached(value: Any, place: Place) -> Iterator[Any]:
    if not place:
        yield value
        return
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and place[0] in one:
            yield from _reached(one[place[0]], place[1:])
