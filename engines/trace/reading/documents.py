"""JSON of any size and kind, an element at a time: a document or several, a list, or a document a line."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterator
from pathlib import Path

from engines.trace.reading import walk
from engines.trace.reading.content import chunks
from engines.trace.reading.json_text import JsonText, Lost, decoded
from engines.trace.reading.sought import Damaged, Element, Sought
from engines.trace.reading.walk import Walk

__all__ = ["Damaged", "Element", "elements", "within"]


def elements(path: Path, *places: str, keys: tuple[str, ...]) -> Iterator[Element | Damaged]:
    """Yield the elements of a JSON file, plain or compressed, in UTF-8 or UTF-16, in memory for one at a time.

    `places` are the dotted keys of an object whose members are the elements (`log.entries`): the members of a list, or
    the one value that stands there. Elements are also the members of a document that is a list, and a whole document
    in which no place is found. By `keys`, of which an element has one at least, it is found behind damage; nothing
    within an element may have one. Raises OSError.
    """
    text = JsonText(as_utf8(chunks(path)))
    way = Walk(text, path.name, 0, _sought(places, keys))
    yield from way.lines() if _is_lines(text) else way.documents()
    if text.broken:
        yield Damaged(text.broken, b"", way.origin)


def within(content: bytes, origin: str, *places: str, keys: tuple[str, ...]) -> Iterator[Element | Damaged]:
    """Yield what can still be read of the members at the places of a damaged object, as `elements` does."""
    name, _, offset = origin.rpartition("@")
    yield from Walk(JsonText(iter([content])), name, int(offset), _sought(places, keys)).inside()


def _sought(places: tuple[str, ...], keys: tuple[str, ...]) -> Sought:
    return Sought(tuple(tuple(place.split(".")) for place in places), keys)


def _is_lines(text: JsonText) -> bool:
    """Whether the text is a document a line: the first or, should it be damaged, the second line is one."""
    text.next()
    first, _, rest = text.held(walk.WHOLE).partition(b"\n")
    first, second = first.rstrip(), rest.partition(b"\n")[0].strip()
    if _is_document(first):
        return True
    return first[-1:] not in (b"", b"{", b"[", b",", b":") and second[:1] == b"{" and _is_document(second)


def _is_document(line: bytes) -> bool:
    try:
        return isinstance(decoded(line), dict | list)
    except Lost:
        return False


def as_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the text as UTF-8 without a byte order mark, in pieces that are never empty."""
    first = next(pieces, b"")
    encoding = _encoding(first)
    if encoding is None:
        yield from filter(None, itertools.chain([first.removeprefix(codecs.BOM_UTF8)], pieces))
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    texts = (decoder.decode(piece) for piece in itertools.chain([first], pieces))
    yield from (text.removeprefix("\ufeff").encode() for text in texts if text)


def _encoding(start: bytes) -> str | None:
    """Return the form of UTF-16 that a text is in: by its mark, or as its first character is an ASCII one."""
    if start.startswith(codecs.BOM_UTF16_LE) or start[1:2] == b"\0" != start[:1]:
        return "utf-16-le"
    if start.startswith(codecs.BOM_UTF16_BE) or start[:1] == b"\0" != start[1:2]:
        return "utf-16-be"
    return None
