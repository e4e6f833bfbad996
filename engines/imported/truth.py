"""What is known to be true of a system (`truth.csv`), to judge ourselves."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engines.contract import EngineError, Record, Rule, Target, Technique, Truth, stable_id
from engines.imported.reading import read_text

COLUMNS = (
    "release", "service", "file", "line", "method", "route", "parameter", "cwe", "real",
    "expected_state", "expected_trigger", "coverage", "note",
)  # fmt: skip
_WHAT = "a truth file in CSV"
_REAL = {"real": True, "true": True, "yes": True, "bait": False, "false": False, "no": False}
_COVERAGE = ("now", "later")
_LIMIT = 5_000_000


class TruthEngine:
    """Yields a `Truth` for each row about the release of this name (`4.6.0`)."""

    name = "truth"
    version = "1"
    technique = Technique.IMPORTED

    def __init__(self, path: Path, release: str) -> None:
        self._path = path
        self._release = release

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield the rows. Raises `EngineError` that names the line and what is valid."""
        reader = csv.DictReader(io.StringIO(read_text(self._path, _WHAT, _LIMIT)), strict=True)
        try:
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise EngineError(f"{self._path.name} has other columns than {', '.join(COLUMNS)}.")
            for row in reader:
                if row["release"] == self._release:
                    yield self._row(row, f"{self._path.name}, line {reader.line_num}:")
        except csv.Error as error:
            raise EngineError(f"{self._path.name}, line {reader.line_num}: it is no CSV ({error}).") from error

    def _row(self, row: Mapping[str | None, str | None], where: str) -> Truth:
        if None in row or None in row.values():
            raise EngineError(f"{where} it has not the {len(COLUMNS)} fields of the heading.")
        given = {str(key): str(value).strip() or None for key, value in row.items()}
        if (given["real"] or "").lower() not in _REAL:
            raise EngineError(f"{where} `real` is {given['real']!r}; valid are real and bait.")
        if given["coverage"] not in _COVERAGE:
            raise EngineError(f"{where} `coverage` is {given['coverage']!r}; valid are {', '.join(_COVERAGE)}.")
        if not re.fullmatch(r"CWE-\d+", given["cwe"] or ""):
            raise EngineError(f"{where} `cwe` is {given['cwe']!r}; write it as CWE-89.")
        if given["line"] and not given["line"].isdecimal():
            raise EngineError(f"{where} `line` is {given['line']!r}; it is a number or empty.")
        if not given["service"]:
            raise EngineError(f"{where} `service` is empty.")
        told = [
            given[key] for key in ("release", "service", "file", "line", "method", "route", "parameter", "cwe", "real")
        ]
        return Truth(
            service=given["service"],
            truth_id=stable_id(*told),
            file=given["file"],
            line=int(given["line"]) if given["line"] else None,
            method=given["method"],
            route=given["route"],
            parameter=given["parameter"],
            cwe=str(given["cwe"]),
            is_real=_REAL[str(given["real"]).lower()],
            expected_state=given["expected_state"],
            expected_trigger=given["expected_trigger"],
            coverage=str(given["coverage"]),
        )
