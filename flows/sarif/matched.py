"""SARIF of a scan: matches with their rules, no warehouse needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engines.contract import Match, MatchStep, Rule, stable_id
from flows.sarif.document import Described, Place, Reported, Step, document

_SEVERITIES = ("critical", "high", "medium", "low", "note")
_CONFIDENCES = ("high", "medium", "low")
_LIKELIHOOD = {"high": 0.9, "medium": 0.6, "low": 0.3}
_IMPACT = {"critical": 100.0, "high": 80.0, "medium": 55.0, "low": 25.0, "note": 5.0}


@dataclass(frozen=True, slots=True)
class Matched:
    """A match with its rule and data flows; `suppression` is why a comment in the source dismisses it."""

    match: Match
    rule: Rule
    steps: Sequence[MatchStep] = ()
    suppression: str | None = None


def scan_document(
    found: Iterable[Matched], *, prefix: str = "", category: str = "leadline/scan/", notes: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the SARIF log of a scan, the gravest and surest first.

    Args:
        found: paths in it relative to what was scanned.
        prefix: what was scanned, relative to the root of the checkout, with a final `/`.
        category: as of `document`.
        notes: what was not scanned, a sentence each.
    """
    ordered = sorted(found, key=_order)
    rules = {one.rule.id: one.rule for one in ordered}
    equals: Counter[str] = Counter()
    reported = []
    for one in ordered:
        same = stable_id(one.match.rule_id, one.match.file, one.match.normalised_snippet)
        equals[same] += 1  # the same code twice in a file is told apart by its order
        reported.append(_reported(one, stable_id(same, equals[same]), prefix))
    return document(reported, map(described, rules.values()), category=category, notes=notes)


def described(rule: Rule) -> Described:
    """Return a rule of the packs as SARIF describes it."""
    return Described(
        id=rule.id,
        name=rule.name,
        severity=rule.severity,
        confidence=rule.confidence,
        cwes=(rule.cwe,),
        description=rule.description,
        remediation=rule.remediation,
        fix=rule.fix,
        references=rule.references,
        tags=(rule.weakness_class,),
    )


def _order(one: Matched) -> tuple[object, ...]:
    severity, confidence = _SEVERITIES.index(one.rule.severity), _CONFIDENCES.index(one.rule.confidence)
    match = one.match
    return (
        one.suppression is not None,
        severity,
        confidence,
        match.file,
        match.start_line,
        match.start_column,
        match.rule_id,
    )


def _reported(one: Matched, fingerprint: str, prefix: str) -> Reported:
    match = one.match
    by_flow: dict[int, list[Step]] = {}
    for step in sorted(one.steps, key=lambda step: (step.flow, step.step)):
        place = Place(prefix + step.step_file, step.step_line, step.step_column)
        by_flow.setdefault(step.flow, []).append(Step(place, step.message))
    return Reported(
        rule_id=match.rule_id,
        severity=one.rule.severity,
        message=match.message,
        place=Place(
            prefix + match.file,
            match.start_line,
            match.start_column,
            match.end_line,
            match.end_column,
            match.snippet,
        ),
        fingerprint=fingerprint,
        rank=_IMPACT[one.rule.severity] * _LIKELIHOOD[one.rule.confidence],
        flows=tuple(tuple(steps) for steps in by_flow.values()),
        suppression=one.suppression,
        is_in_source=one.suppression is not None,
        properties={"weaknessClass": one.rule.weakness_class, "confidence": one.rule.confidence},
    )
