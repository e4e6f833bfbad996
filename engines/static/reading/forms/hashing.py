"""The hash of forms: white space, comments and documentation are none of them, so they change nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from engines.static.clojure.forms import STRING, Form, Source

_OWN_NAME = b"\0"


def hash_of(source: Source, start: int, end: int, own_name: str = "") -> str:
    """Return the md5 of the words between two bytes; `own_name` counts as a fixed mark, so that a function can be
    renamed."""
    return _hash(source.words_of(start, end), own_name.encode())


def hash_without(source: Source, ranges: Iterable[tuple[int, int]]) -> str:
    """Return the md5 of the words of a file that stand in none of these ranges, which follow each other."""
    words: list[bytes] = []
    at = 0
    for start, end in ranges:
        words += source.words_of(at, start)
        at = max(at, end)
    return _hash(words + source.words_of(at, len(source.content)), b"")


def _hash(words: list[bytes], own_name: bytes) -> str:
    if own_name and own_name in words:
        words = [_OWN_NAME if word == own_name else word for word in words]
    return hashlib.md5(b"\x1f".join(words)).hexdigest()


def without_documentation(items: tuple[Form, ...]) -> tuple[Form, ...]:
    """Return what follows the name of a definition without the text that describes it."""
    return items[1:] if len(items) > 1 and items[0].kind is STRING else items
