"""A coverage report as evidence of reach: the lines that tests ran, placed in the sources of the release."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from engines.contract import CoveredLines, EngineError, Quarantined, Record, Rule, Skip, Target, Technique
from engines.imported.coverage import coverage_py, lcov, xml_reports
from engines.imported.coverage.lines import Item, Ran, Refused, Root, Untold, ranges
from engines.imported.places import Places, Unplaced
from engines.imported.reading import cleaned, shown

READERS: dict[str, Callable[[Path], Iterator[Item]]] = {
    "coverage.py JSON": coverage_py.read_json,
    "coverage.py data": coverage_py.read_data,
    "JaCoCo XML": xml_reports.read_jacoco,
    "Cobertura XML": xml_reports.read_cobertura,
    "LCOV": lcov.read_lcov,
}
_MAX_UNPLACED = 100  # files that are named
_NO_CALLS = Untold(
    "no_calls", "Coverage tells which lines ran: not through which endpoint or call, nor with which values."
)


class CoverageEngine:
    """Yields `CoveredLines` for each file and test.

    Args:
        path: the report.
        format: a name of `READERS`.
        services: of the release, with their sources; files are placed in them by their paths.
        only: the service that the report is of, where that is known.
    """

    version = "1"
    technique = Technique.IMPORTED

    def __init__(self, path: Path, format: str, services: Sequence[Target] = (), only: str | None = None) -> None:
        self._path, self._format = path, format
        self._services, self._only = tuple(services), only
        self.name = "coverage:" + format.split()[0].lower()

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield the lines, what could not be placed, and what the format cannot tell. Raises `EngineError`."""
        items = list(READERS[self._format](self._path))
        service = self._only or target.service
        if not any(isinstance(item, Ran) for item in items):
            if any(isinstance(item, Refused) for item in items):
                raise EngineError(f"Nothing in {self._path.name} can be read as {self._format}: make the report again.")
            yield self._skip(service, self._path.name, "empty_report", "No line of any file ran.")
        roots = tuple(item.path.rstrip("/") + "/" for item in items if isinstance(item, Root))
        places = Places(self._services, self._only, roots)
        unplaced: dict[str, Unplaced] = {}
        for item in items:
            if isinstance(item, Ran):
                placed = places.place(item.path.replace("\\", "/"))
                if isinstance(placed, Unplaced):
                    unplaced.setdefault(item.path, placed)
                    continue
                test = cleaned(item.test, 300) if item.test else None
                for first, last in ranges(item.lines):
                    yield CoveredLines(placed.service, self._format, test, cleaned(placed.file, 1_000), first, last)
            elif isinstance(item, Refused):
                yield Quarantined(
                    service, CoveredLines.TABLE, cleaned(item.reason, 300), shown(item.record), self._path.name
                )
            elif isinstance(item, Untold):
                yield self._skip(service, self._path.name, item.reason, item.explanation)
        yield self._skip(service, self._path.name, _NO_CALLS.reason, _NO_CALLS.explanation)
        yield from self._unplaced(service, list(unplaced.values()))
        yield from places.said(CoveredLines)

    def _unplaced(self, service: str, files: list[Unplaced]) -> Iterator[Skip]:
        for file in files[:_MAX_UNPLACED]:
            yield self._skip(service, cleaned(file.path, 1_000), file.reason, cleaned(file.explanation, 1_000), "file")
        if len(files) > _MAX_UNPLACED:
            more = f"{len(files) - _MAX_UNPLACED} more files of the report are in no source."
            yield self._skip(service, self._path.name, "not_in_source", more)

    def _skip(self, service: str, subject: str, reason: str, explanation: str, kind: str = "service") -> Skip:
        return Skip(service, self.technique, kind, subject, reason, explanation)
