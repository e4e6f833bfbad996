"""Which endpoints of the scanned source lead to a finding: the outside end of its path."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engines.contract import Call, Endpoint, Function, Record, Target
from engines.static.cache import Cache
from flows.local.finding import Finding, Opening

_Key = tuple[str, str]  # file relative to the source, qualified name


def with_openings(findings: Sequence[Finding], root: Path, folders: Sequence[Path], cache: Cache) -> list[Finding]:
    """Return the findings with the endpoints from which calls lead to the functions that they are in.

    `folders`: each is read as a source of its own, for calls cross the whole of it. What is in none of them, at the top
    level of a file, or reached through a framework that is not known, has none: that it has none proves nothing.
    """
    told = list(findings)
    for folder in folders:
        prefix = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
        inside = [n for n, each in enumerate(told) if each.match.file.startswith(prefix) and not each.openings]
        if not inside:
            continue
        records = list(_inventory(folder, cache))
        functions, openings = _functions(records), _openings(records)
        for number in inside:
            match = told[number].match
            file = match.file.removeprefix(prefix)
            name = _around(functions.get(file, ()), match.start_line)
            if name:
                told[number] = replace(told[number], openings=openings.get((file, name), ()))
    return told


def _inventory(source: Path, cache: Cache) -> Iterator[Record]:
    from engines.static.inventory import InventoryEngine

    target = Target("", source.name, "", "", "internal", source=source)
    for record in InventoryEngine(cache).run(target, ()):
        if isinstance(record, Function | Endpoint | Call):
            yield record


def _functions(records: Sequence[Record]) -> Mapping[str, Sequence[Function]]:
    """The functions of each file by their first line."""
    by_file: dict[str, list[Function]] = defaultdict(list)
    for record in records:
        if isinstance(record, Function) and record.kind != "module":
            by_file[record.file].append(record)
    return {file: sorted(found, key=lambda each: each.start_line) for file, found in by_file.items()}


def _around(functions: Sequence[Function], line: int) -> str | None:
    """The innermost function around a line."""
    before = functions[: bisect_right(functions, line, key=lambda each: each.start_line)]
    return next((each.qualified_name for each in reversed(before) if line <= each.end_line), None)


def _openings(records: Sequence[Record]) -> Mapping[_Key, tuple[Opening, ...]]:
    """The endpoints that lead to each function, those that surely do first."""
    from engines.static.inventory.reach import reached

    endpoints = [record for record in records if isinstance(record, Endpoint)]
    found: dict[_Key, list[Opening]] = defaultdict(list)
    for (method, route), functions in reached(endpoints, (r for r in records if isinstance(r, Call))).items():
        for function, is_likely in functions.items():
            found[function].append(Opening(method, route, is_likely))
    return {key: tuple(sorted(some, key=lambda o: (o.is_likely, o.route, o.method))) for key, some in found.items()}
