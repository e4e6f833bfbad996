"""coverage.py: its JSON report and its data file (https://coverage.readthedocs.io, "JSON reporting", "Data file").

Contexts are named by pytest-cov as `tests/test_a.py::test_x|run`, by `dynamic_context = test_function` as the dotted
name of the test.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engines.contract import EngineError
from engines.imported.coverage.lines import MAX_LINE, NO_CONTEXTS, Item, Ran, Refused, is_line
from engines.imported.reading import read_bytes

JSON, DATA = "a JSON report of coverage.py", "a data file of coverage.py"
SQLITE = b"SQLite format 3\0"
_MAX_BYTES = 500_000_000
_PHASES = ("|run", "|setup", "|teardown")  # of one test, as pytest-cov tells them apart


def read_json(path: Path) -> Iterator[Item]:
    """Yield what a JSON report tells. Raises `EngineError` when it is none."""
    try:
        document = json.loads(read_bytes(path, JSON, _MAX_BYTES))
    except (ValueError, RecursionError) as error:
        raise EngineError(f"{path.name} is no JSON ({error}): {JSON} was expected.") from error
    files = document.get("files") if isinstance(document, dict) else None
    if not isinstance(files, dict):
        raise EngineError(f"{path.name} holds no files: {JSON} was expected.")
    has_contexts = False
    for name, told in files.items():
        lines = told.get("executed_lines") if isinstance(told, dict) else None
        if not isinstance(lines, list):
            yield Refused("a file without executed_lines", {name: told})
            continue
        wrong = [line for line in lines if not is_line(line)]
        if wrong:
            yield Refused(f"{len(wrong)} entries that are no line", {name: wrong[:20]})
        by_test = _by_test(told.get("contexts"))
        has_contexts = has_contexts or bool(by_test)
        yield from (Ran(name, test, tuple(ran)) for test, ran in sorted(by_test.items()))
        named = {line for ran in by_test.values() for line in ran}
        rest = tuple(line for line in lines if is_line(line) and line not in named)
        if rest:
            yield Ran(name, None, rest)
    if not has_contexts:
        yield NO_CONTEXTS


def _by_test(contexts: Any) -> dict[str, list[int]]:
    """Return the lines by test; a context without a name is what ran outside every test."""
    found: dict[str, list[int]] = defaultdict(list)
    if isinstance(contexts, dict):
        for line, names in contexts.items():
            if isinstance(names, list) and line.isascii() and line.isdecimal() and 0 < len(line) < 9 and int(line):
                for name in {_test(name) for name in names if isinstance(name, str) and name}:
                    found[name].append(int(line))
    return found


def _test(context: str) -> str:
    for phase in _PHASES:
        context = context.removesuffix(phase)
    return context


def read_data(path: Path) -> Iterator[Item]:
    """Yield what a data file tells. Raises `EngineError` when it is none or damaged."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            # A database of somebody else: only its tables are asked, and nothing that its schema holds may run.
            connection.execute("pragma trusted_schema = off")
            connection.execute("pragma query_only = on")
            yield from _rows(connection)
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeError) as error:
        raise EngineError(f"{path.name} cannot be read ({error}): {DATA} was expected; run the tests again.") from error


def _rows(connection: sqlite3.Connection) -> Iterator[Item]:
    tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    if not {"file", "context"} <= tables:
        raise sqlite3.DatabaseError("it has no tables file and context")
    files = dict(connection.execute("select id, path from file"))
    contexts = dict(connection.execute("select id, context from context"))
    found: dict[tuple[str, str | None], set[int]] = defaultdict(set)
    if "line_bits" in tables:
        for file, context, bits in connection.execute("select file_id, context_id, numbits from line_bits"):
            if not isinstance(bits, bytes) or len(bits) > MAX_LINE // 8 or not isinstance(files.get(file), str):
                yield Refused("lines that are no bits of a known file", {"file": files.get(file), "context": context})
                continue
            found[files[file], _named(contexts.get(context))] |= _lines(bits)
    if "arc" in tables:  # with branches, lines are where arcs end
        for file, context, line in connection.execute("select distinct file_id, context_id, tono from arc"):
            if isinstance(files.get(file), str) and is_line(line):
                found[files[file], _named(contexts.get(context))].add(line)
    for (name, test), lines in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        yield Ran(name, test, tuple(sorted(lines)))
    if not any(test for _, test in found):
        yield NO_CONTEXTS


def _named(context: object) -> str | None:
    return _test(context) if isinstance(context, str) and context else None


def _lines(bits: bytes) -> set[int]:
    """Return the lines of a set of bits: line n is bit n % 8 of byte n // 8."""
    return {8 * at + bit for at, byte in enumerate(bits) if byte for bit in range(8) if byte >> bit & 1} - {0}
