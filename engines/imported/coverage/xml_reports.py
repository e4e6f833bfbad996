"""Coverage as XML: JaCoCo (https://www.jacoco.org/jacoco/trunk/coverage/report.dtd) and Cobertura.

Both carry a document type, so that one is tolerated here; what it points to is never fetched, and entities are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from xml.parsers import expat

from engines.contract import EngineError
from engines.imported.coverage.lines import NO_CONTEXTS, Item, Ran, Refused, Root, is_line
from engines.imported.reading import read_bytes

JACOCO, COBERTURA = "a JaCoCo XML report", "a Cobertura XML report"
_MAX_BYTES = 500_000_000
_MAX_DEPTH = 50

Attributes = Mapping[str, str]


class _Report:
    """Follows the elements of a report and collects what each file says."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.texts: list[str] = []
        self._path: str | None = None
        self._lines: list[int] = []

    def open_file(self, path: str) -> None:
        self.close_file()
        self._path = path

    def line(self, number: str, count: str) -> None:
        """Take a line that ran `count` times."""
        if self._path is None:
            return
        if not _whole(number) or not _whole(count) or not is_line(int(number)):
            self.items.append(Refused("no line or no count", {"file": self._path, "line": number, "count": count}))
        elif int(count) > 0:
            self._lines.append(int(number))

    def close_file(self) -> None:
        if self._path is not None and self._lines:
            self.items.append(Ran(self._path, None, tuple(self._lines)))
        self._path, self._lines = None, []


def read_jacoco(path: Path) -> Iterator[Item]:
    """Yield what a JaCoCo report tells. Raises `EngineError` when it is none."""
    report, package = _Report(), [""]

    def start(tag: str, told: Attributes) -> None:
        if tag == "package":
            package[0] = told.get("name", "")
        elif tag == "sourcefile":
            report.open_file(f"{package[0]}/{told.get('name', '')}".lstrip("/"))
        elif tag == "line":
            report.line(told.get("nr", ""), told.get("ci", ""))  # ci: instructions that ran

    def end(tag: str, _: str) -> None:
        if tag == "sourcefile":
            report.close_file()

    _parse(path, JACOCO, "report", start, end)
    yield from report.items
    yield NO_CONTEXTS


def read_cobertura(path: Path) -> Iterator[Item]:
    """Yield what a Cobertura report tells. Raises `EngineError` when it is none."""
    report, methods = _Report(), [0]

    def start(tag: str, told: Attributes) -> None:
        if tag == "class":
            report.open_file(told.get("filename", ""))
        elif tag == "method":
            methods[0] += 1
        elif tag == "line" and not methods[0]:  # those of methods stand once more with the class
            report.line(told.get("number", ""), told.get("hits", ""))

    def end(tag: str, text: str) -> None:
        if tag == "class":
            report.close_file()
        elif tag == "method":
            methods[0] -= 1
        elif tag == "source" and text.strip():
            report.items.append(Root(text.strip()))

    _parse(path, COBERTURA, "coverage", start, end)
    yield from report.items
    yield NO_CONTEXTS


def _parse(
    path: Path, what: str, root: str, start: Callable[[str, Attributes], None], end: Callable[[str, str], None]
) -> None:
    content = read_bytes(path, what, _MAX_BYTES)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    open_tags: list[str] = []
    text: list[str] = []

    def refuse(*_: object) -> None:
        raise EngineError(f"{path.name} declares entities, which {what} does not need: remove them.")

    def started(tag: str, told: Attributes) -> None:
        if not open_tags and tag != root:
            raise EngineError(f"{path.name} begins with <{tag[:50]}>: {what} was expected.")
        if len(open_tags) >= _MAX_DEPTH:
            raise EngineError(f"{path.name} nests deeper than {_MAX_DEPTH} elements: {what} was expected.")
        open_tags.append(tag)
        text.clear()
        start(tag, told)

    def ended(tag: str) -> None:
        open_tags.pop()
        end(tag, "".join(text))
        text.clear()

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = text.append
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise EngineError(f"{path.name} is no well-formed XML ({error}): {what} was expected.") from error


def _whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16
