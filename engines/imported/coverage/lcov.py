"""LCOV tracefiles (geninfo(1), "FILES"): as JavaScript, C, Rust, Clojure's cloverage and many others write them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engines.imported.coverage.lines import NO_CONTEXTS, Item, Ran, Refused, is_line
from engines.imported.reading import read_bytes

LCOV = "an LCOV tracefile"
_MAX_BYTES = 500_000_000


def read_lcov(path: Path) -> Iterator[Item]:
    """Yield what a tracefile tells; a record that its end is missing of counts as far as it goes."""
    test: str | None = None
    file: str | None = None
    lines: list[int] = []
    has_tests = False
    for raw in read_bytes(path, LCOV, _MAX_BYTES).splitlines():
        kind, _, told = raw.decode("utf-8", "replace").strip().partition(":")
        if kind == "TN":
            test = told.strip() or None
        elif kind == "SF":
            file, lines = told.strip(), []
        elif kind == "DA" and file is not None:
            number, _, count = told.partition(",")
            count = count.partition(",")[0]  # a checksum may follow
            if not (_is_whole(number) and _is_whole(count.lstrip("-")) and is_line(int(number))):
                yield Refused("DA without line and count", {"file": file, "record": told[:200]})
            elif int(count) > 0:
                lines.append(int(number))
        elif kind == "end_of_record" and file is not None:
            if lines:
                has_tests = has_tests or test is not None
                yield Ran(file, test, tuple(lines))
            file, lines = None, []
    if file is not None:
        if lines:
            has_tests = has_tests or test is not None
            yield Ran(file, test, tuple(lines))
        yield Refused("the file ends within a record", {"file": file})
    if not has_tests:
        yield NO_CONTEXTS


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16
