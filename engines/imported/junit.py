"""Verdicts of tests from a JUnit XML file, as pytest, Maven and others write it.

Read with expat, event by event; a document type is refused as a whole, so that no entity is ever declared or fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.parsers import expat

from engines.contract import EngineError, Record, Rule, Target, Technique, TestResult
from engines.imported.reading import read_text
from engines.redact import bounded, printable, redact

_WHAT = "a JUnit XML file"
_OUTCOMES = {"failure": "failed", "error": "error", "skipped": "skipped"}
_GRAVITY = ("passed", "skipped", "failed", "error")
_MAX_DEPTH = 50
_MAX_MESSAGE = 1_000


class JUnitEngine:
    """Yields a `TestResult` for each test case of the file."""

    name = "junit"
    version = "1"
    technique = Technique.IMPORTED

    def __init__(self, path: Path) -> None:
        self._path = path

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield the verdicts. Raises `EngineError` when the file is no JUnit XML or carries a document type."""
        reader = _Reader(target.service, self._path.name)
        try:
            reader.parser.Parse(read_text(self._path, _WHAT).encode(), True)
        except expat.ExpatError as error:
            raise EngineError(f"{self._path.name} is no well-formed XML ({error}): {_WHAT} was expected.") from error
        if not reader.is_junit:
            raise EngineError(f"{self._path.name} holds no <testsuite>: {_WHAT} was expected.")
        yield from reader.results


class _Reader:
    """Collects test cases from expat's events."""

    def __init__(self, service: str, file: str) -> None:
        self.results: list[TestResult] = []
        self.is_junit = False
        self._service, self._file = service, file
        self._open: list[str] = []
        self._suites: list[str] = []
        self._case: Mapping[str, str] | None = None
        self._outcome, self._message = "passed", ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _refuse(self, *_: object) -> None:
        raise EngineError(f"{self._file} declares a document type or entities, which {_WHAT} does not need: remove it.")

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._open.append(tag)
        if len(self._open) > _MAX_DEPTH:
            raise EngineError(f"{self._file} nests deeper than {_MAX_DEPTH} elements: {_WHAT} was expected.")
        if tag in ("testsuite", "testsuites"):
            self.is_junit = True
            self._suites.append(attributes.get("name", ""))
        elif tag == "testcase":
            self._case, self._outcome, self._message = attributes, "passed", ""
        elif tag in _OUTCOMES and self._case is not None:
            self._outcome = max(self._outcome, _OUTCOMES[tag], key=_GRAVITY.index)
            self._message = self._message or attributes.get("message", "")

    def _characters(self, text: str) -> None:
        in_verdict = self._case is not None and bool(self._open) and self._open[-1] in _OUTCOMES
        if in_verdict and len(self._message) < _MAX_MESSAGE:
            self._message += ("\n" if self._message else "") + text

    def _end(self, tag: str) -> None:
        self._open.pop()
        if tag in ("testsuite", "testsuites"):
            self._suites.pop()
        elif tag == "testcase" and self._case is not None:
            suite = self._case.get("classname") or (self._suites[-1] if self._suites else "")
            self.results.append(
                TestResult(
                    service=self._service,
                    suite=bounded(printable(suite), 300),
                    name=bounded(printable(self._case.get("name", "")), 300),
                    outcome=self._outcome,
                    seconds=_seconds(self._case.get("time", "")),
                    message=bounded(printable(redact(self._message.strip())), _MAX_MESSAGE),
                )
            )
            self._case = None


def _seconds(text: str) -> float:
    try:
        seconds = float(text.replace(",", ""))
    except ValueError:
        return 0.0
    return seconds if 0 <= seconds < 1e9 else 0.0  # also turns NaN away
