"""The code that a result marks: its lines, read from the release's own source where that is at hand."""

from __future__ import annotations

from pathlib import Path

from engines.imported.places import Placed
from engines.imported.sarif_log import Region
from engines.redact import printable, redact
from engines.static.files import extensions
from engines.static.snippet import MAX_CHARACTERS, MAX_LINES, normalised

_MAX_BYTES = 5_000_000  # of a source file
_MAX_FILES = 300  # kept in memory


class Code:
    """Lines of source files and their normal form, each file read once as long as few are in use."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], list[str]] = {}
        self._snippets: dict[tuple[str, str, int, int], tuple[str, str]] = {}

    def of(self, placed: Placed, start: int, end: int, region: Region | None) -> tuple[str, str, bool]:
        """Return the marked lines, their normal form, and whether the file has no such line.

        Without a source the report's own snippet counts; its language is not known then, so white space alone is
        normalised.
        """
        lines = self.lines(placed) if placed.source else []
        if start <= len(lines):
            key = (placed.service, placed.file, start, end)
            if key not in self._snippets:
                text = "\n".join(lines[start - 1 : min(end, start + MAX_LINES - 1)])[:MAX_CHARACTERS]
                language = extensions().get(Path(placed.file).suffix)
                self._snippets[key] = (text, normalised(text, language))
            return *self._snippets[key], False
        text = region.snippet.text[:MAX_CHARACTERS] if region and region.snippet else ""
        if not text.isprintable():
            text = "\n".join(printable(redact(line.replace("\t", "    "))) for line in text.splitlines()[:MAX_LINES])
        return text, " ".join(text.split()), bool(lines)

    def lines(self, placed: Placed) -> list[str]:
        """Return the lines of a file of a source; none when it cannot be read, leaves the source, or is huge."""
        key = (placed.service, placed.file)
        if key not in self._files:
            if len(self._files) >= _MAX_FILES:
                self._files.pop(next(iter(self._files)))
            self._files[key] = self._read(placed)
        return self._files[key]

    def _read(self, placed: Placed) -> list[str]:
        if placed.source is None:
            return []
        path = (placed.source / placed.file).resolve()
        try:
            if not path.is_relative_to(placed.source.resolve()) or path.stat().st_size > _MAX_BYTES:
                return []
            return path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []


def lines_of(region: Region | None, placed: Placed, code: Code) -> tuple[int, int, int, int]:
    """Return first line, first column, last line and last column of a region, from 1.

    No region means the file, shown at its first line. A region of more lines than a snippet holds marks a declaration,
    not a statement: it counts at its first line, so that it does not swallow what else is weak in it.
    """
    if region is None:
        return 1, 1, 1, 1
    start, column = region.start_line, region.start_column
    if start < 1:
        start, column = _line_at(region.char_offset, code.lines(placed)) if region.char_offset >= 0 else (1, 1)
    if column < 1:
        column = 1
    end = region.end_line if start <= region.end_line < start + MAX_LINES else start
    return start, column, end, region.end_column if region.end_column > 0 else column


def _line_at(offset: int, lines: list[str]) -> tuple[int, int]:
    for number, line in enumerate(lines, start=1):
        if offset <= len(line):
            return number, offset + 1
        offset -= len(line) + 1
    return 1, 1
