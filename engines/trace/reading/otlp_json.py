"""OTLP as JSON in files: one document, a document a line (the Collector's file exporter), a row of them, or a list."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from engines.trace.reading.content import Broken, chunks, head
from engines.trace.reading.documents import as_utf8
from engines.trace.reading.json_text import JsonText, Lost, decoded
from engines.trace.reading.otlp_json_cut import WHOLE, cut
from engines.trace.reading.otlp_json_requests import spans_of
from engines.trace.reading.otlp_requests import NO_REQUEST, Body
from engines.trace.spans import Item, Refused

_LONGEST = 2**26  # bytes of a line
_KEY = re.compile(rb'"(?:resource_?[sS]pans|(?:scope|instrumentation_?[lL]ibrary)_?[sS]pans)"\s*:')


def recognises(start: bytes) -> bool:
    """Whether a file that begins like this holds OTLP as JSON."""
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x1e")  # UTF-16 has a zero beside each letter
    return text[:1] in (b"{", b"[") and _KEY.search(text) is not None


def read(path: Path) -> Iterator[Item]:
    """Yield the spans of a file, plain, gzip or zstd, and what of it is none. Raises OSError."""
    yield from spans_of(_lines(path) if _is_lines(head(path, WHOLE)) else _documents(path))


def _documents(path: Path) -> Iterator[Body | Refused]:
    yield from cut(JsonText(as_utf8(chunks(path))), path.name)


def _is_lines(start: bytes) -> bool:
    """Whether one of the first two lines is a document, and not all there is."""
    lines = [line for line in start.split(b"\n", 4)[:4] if line.strip()]
    return len(lines) > 1 and any(map(_is_document, lines[:2]))


def _is_document(line: bytes) -> bool:
    try:
        return isinstance(decoded(line), dict)
    except Lost:
        return False


def _lines(path: Path) -> Iterator[Body | Refused]:
    for offset, line in _split(path):
        origin = f"{path.name}@{offset}"
        if isinstance(line, str):
            yield Refused(f"{NO_REQUEST}: {line}", b"", origin)
        elif line.strip():
            yield Body(line.removeprefix(codecs.BOM_UTF8), origin)


def _split(path: Path) -> Iterator[tuple[int, bytes | str]]:
    """Yield each line with its offset, or why it is none: it is too long, or the content ends in it."""
    offset, held, size = 0, [], 0
    try:
        for piece in chunks(path):
            *ended, rest = piece.split(b"\n")
            for line in ended:
                size += len(line)
                yield offset, b"".join([*held, line]) if size <= _LONGEST else f"a line of {size} bytes"
                offset, held, size = offset + size + 1, [], 0
            size += len(rest)
            held = [*held, rest] if size <= _LONGEST else []
    except Broken as broken:
        yield offset, str(broken)
    if size:
        yield offset, b"".join(held) if size <= _LONGEST else f"a line of {size} bytes"
