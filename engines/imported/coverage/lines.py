"""What every coverage format is read into: lines that ran, by file and, where the format tells it, by test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_LINE = 10_000_000


@dataclass(frozen=True, slots=True)
class Ran:
    """Lines of one file that ran. `test`: who ran them, None where the report does not tell."""

    path: str
    test: str | None
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A part of a report that makes no sense."""

    reason: str
    record: object


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of the machine that made the report, below which its paths begin."""

    path: str


@dataclass(frozen=True, slots=True)
class Untold:
    """What the format cannot tell: a short code and a sentence."""

    reason: str
    explanation: str


Item = Ran | Refused | Root | Untold

NO_CONTEXTS = Untold("no_contexts", "The report does not tell which test ran a line: only that one did.")


def is_line(number: object) -> bool:
    """Whether this may be the number of a line."""
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number <= MAX_LINE


def ranges(lines: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of the runs of lines that follow each other, in order."""
    first = last = None
    for line in sorted(set(lines)):
        if last is None or line != last + 1:
            if first is not None and last is not None:
                yield first, last
            first = line
        last = line
    if first is not None and last is not None:
        yield first, last
