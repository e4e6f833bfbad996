"""A finding of a scan, and which one is told where several rules found the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engines.contract import Match, MatchStep, Rule
from flows.local.suppressions import Suppression

SEVERITIES = ("note", "low", "medium", "high", "critical")
_CONFIDENCES = ("low", "medium", "high")


@dataclass(frozen=True)
class Opening:
    """An endpoint from which calls lead to a place; `is_likely`: some of them are told by their name alone."""

    method: str
    route: str
    is_likely: bool


@dataclass(frozen=True)
class Finding:
    """A match with its rule; `suppression` is the comment by which it is left out.

    `also`: other rules that found the same weakness at the same place, and say less. `openings`: where the outside
    comes in.
    """

    match: Match
    rule: Rule
    language: str
    steps: tuple[MatchStep, ...] = ()
    suppression: Suppression | None = None
    also: tuple[str, ...] = ()
    openings: tuple[Opening, ...] = ()


def rank(severity: str) -> int:
    """Return where a severity stands, the gravest highest."""
    return SEVERITIES.index(severity)


def place(finding: Finding) -> tuple[str, int, int, str]:
    """Return what orders findings: file, place, rule."""
    match = finding.match
    return match.file, match.start_line, match.start_column, match.rule_id


def one_each(found: Iterable[Finding]) -> Iterator[Finding]:
    """Leave one finding of each weakness (by CWE) at a place: the one that is graver, surer, or follows the data.

    That a parameter is evaluated says nothing more where it was found that request data is.
    """
    at: dict[tuple[str, int, str], list[Finding]] = defaultdict(list)
    for finding in found:
        at[finding.match.file, finding.match.start_line, finding.rule.cwe].append(finding)
    for group in at.values():
        told: list[Finding] = []
        for finding in sorted(group, key=_says_more, reverse=True):
            same = next((one for one in told if _overlap(one.match, finding.match)), None)
            if same is None:
                told.append(finding)
            elif finding.rule.id not in (same.rule.id, *same.also):
                told[told.index(same)] = replace(same, also=(*same.also, finding.rule.id))
        yield from told


def _says_more(finding: Finding) -> tuple[int, int, bool]:
    rule = finding.rule
    return rank(rule.severity), _CONFIDENCES.index(rule.confidence), finding.match.is_tainted


def _overlap(one: Match, other: Match) -> bool:
    begins = max((one.start_line, one.start_column), (other.start_line, other.start_column))
    return begins < min((one.end_line, one.end_column), (other.end_line, other.end_column))
