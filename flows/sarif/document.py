"""A SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/) within what GitHub code scanning accepts.

https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
reads one location a result, wants paths relative to the root of the checkout, tells alerts apart by rule, file and
`primaryLocationLineHash`, and refuses a file past the limits below. What does not fit is left out from the end, the
least risk first, and a notification of the log says how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from engines.redact import bounded, printable

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 25_000
MAX_FLOWS = 10  # of one result
MAX_STEPS = 1_000  # of one result; GitHub takes 10,000 and shows as many
MAX_TAGS = 10
ROOT = "%SRCROOT%"
_MAX_MESSAGE = 1_000
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "note": "note"}
_SCORES = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "2.0",
    "note": "0.0",
}  # the middle of GitHub's ranges
_PRECISIONS = {"high": "high", "medium": "medium", "low": "low"}
_ORDER = tuple(_LEVELS)


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a file; `file` relative to the root of the checkout, lines and columns from 1, 0 for unknown."""

    file: str
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow, and what happens there."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Described:
    """A rule: what is weak, why, and how to mend it. `fix`: language → example."""

    id: str
    name: str
    severity: str
    confidence: str
    cwes: tuple[str, ...]
    description: str
    remediation: str
    fix: Mapping[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding: `fingerprint` tells it from others of its rule and file for as long as it is the same."""

    rule_id: str
    severity: str
    message: str
    place: Place
    fingerprint: str
    rank: float | None = None  # 0 to 100
    flows: tuple[tuple[Step, ...], ...] = ()
    logical: str | None = None  # the function, endpoint or package
    suppression: str | None = None  # why it is dismissed
    is_in_source: bool = False  # dismissed by a comment in the source
    baseline: str | None = None  # new | unchanged
    properties: Mapping[str, Any] = field(default_factory=dict)


def document(
    found: Sequence[Reported],
    rules: Iterable[Described],
    *,
    category: str,
    notes: Sequence[str] = (),
    properties: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the log of one run.

    Args:
        found: in the order in which they matter, the gravest first.
        rules: at least those that the findings name; others are left out.
        category: `automationDetails.id`: what stands before its last `/` tells one series of runs from another.
        notes: what was not assessed, a sentence each.
        properties: of the run.
    """
    kept = found[:MAX_RESULTS]
    used = {one.rule_id for one in kept}
    described = [rule for rule in rules if rule.id in used]
    index = {rule.id: number for number, rule in enumerate(described)}
    left_out = len(found) - len(kept)
    said = [*notes, *([f"{left_out} findings of the least risk are left out: {MAX_RESULTS} fit."] if left_out else [])]
    run: dict[str, Any] = {
        "tool": {"driver": _driver(described)},
        "automationDetails": {"id": category},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the checkout."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [_note(text) for text in said]}],
        "results": [_result(one, index) for one in kept],
        "properties": dict(properties or {}),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(rules: Sequence[Described]) -> dict[str, Any]:
    number = version("leadline")
    return {"name": "Leadline", "version": number, "semanticVersion": number, "rules": [_rule(rule) for rule in rules]}


def _rule(rule: Described) -> dict[str, Any]:
    numbers = [cwe.removeprefix("CWE-") for cwe in rule.cwes if cwe.removeprefix("CWE-").isdigit()]
    tags = ["security", *(f"external/cwe/cwe-{int(number):03}" for number in numbers), *rule.tags]
    description = rule.description.strip() or rule.name
    return {
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": bounded(rule.name, 300)},
        "fullDescription": {"text": bounded(description, _MAX_MESSAGE)},
        "help": {"text": _plain_help(rule, description), "markdown": _markdown_help(rule, description)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": list(dict.fromkeys(tags))[:MAX_TAGS],
            "precision": _PRECISIONS.get(rule.confidence, "medium"),
            "security-severity": _SCORES[rule.severity],
        },
    }


def _plain_help(rule: Described, description: str) -> str:
    return "\n\n".join(part for part in (description, rule.remediation.strip(), *rule.references) if part)


def _markdown_help(rule: Described, description: str) -> str:
    parts = [description, rule.remediation.strip()]
    for language, example in sorted(rule.fix.items()):
        fence = "`" * max(3, 1 + _longest_run(example))
        parts.append(f"{fence}{''.join(c for c in language if c.isalnum())}\n{example.rstrip()}\n{fence}")
    if rule.references:
        parts.append("\n".join(f"- <{reference}>" for reference in rule.references))
    return "\n\n".join(part for part in parts if part)


def _longest_run(text: str) -> int:
    longest = current = 0
    for character in text:
        current = current + 1 if character == "`" else 0
        longest = max(longest, current)
    return longest


def _result(one: Reported, index: Mapping[str, int]) -> dict[str, Any]:
    location = _location(one.place)
    if one.logical:
        location["logicalLocations"] = [{"fullyQualifiedName": bounded(printable(one.logical), 300)}]
    result: dict[str, Any] = {
        "ruleId": one.rule_id,
        "ruleIndex": index.get(one.rule_id, -1),
        "kind": "fail",
        "level": _LEVELS[one.severity],
        "message": {"text": _escaped(bounded(printable(one.message), _MAX_MESSAGE))},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": f"{one.fingerprint[:16]}:1", "leadline/v1": one.fingerprint},
        "properties": dict(one.properties),
    }
    if one.rank is not None:
        result["rank"] = round(min(max(one.rank, 0.0), 100.0), 1)
    if one.baseline:
        result["baselineState"] = one.baseline
    if flows := list(_flows(one.flows)):
        result["codeFlows"] = flows
    if one.suppression is not None:
        kind = "inSource" if one.is_in_source else "external"
        justification = bounded(printable(one.suppression), _MAX_MESSAGE)
        result["suppressions"] = [{"kind": kind, "status": "accepted", "justification": justification}]
    return result


def _flows(flows: Iterable[Sequence[Step]]) -> Iterable[dict[str, Any]]:
    left = MAX_STEPS
    for flow in list(flows)[:MAX_FLOWS]:
        steps = list(flow)[:left]
        left -= len(steps)
        if steps:
            yield {"threadFlows": [{"locations": [{"location": _step(step)} for step in steps]}]}


def _step(step: Step) -> dict[str, Any]:
    return _location(step.place) | {"message": {"text": _escaped(bounded(printable(step.message), 300) or "…")}}


def _location(place: Place) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": max(place.line, 1)}
    if place.column > 0:
        region["startColumn"] = place.column
    if place.end_line >= place.line > 0:
        region["endLine"] = place.end_line
        if place.end_column > 0 and (place.end_line > place.line or place.end_column >= place.column):
            region["endColumn"] = place.end_column
    if place.snippet:
        region["snippet"] = {"text": place.snippet}
    uri = quote(place.file.lstrip("/"), safe="/~!$&'()*+,;=@-._")
    if ":" in place.file.split("/")[0]:
        uri = f"./{uri}"
    return {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}, "region": region}}


def _note(text: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": _escaped(bounded(printable(text), _MAX_MESSAGE))}}


def _escaped(text: str) -> str:
    """Return a text of which nothing is taken for a link to a related location (§ 3.11.6)."""
    return text.replace("](", "] (")


def gravest(severities: Iterable[str]) -> str:
    """Return the gravest of some severities, `note` of none."""
    return min(severities, key=_ORDER.index, default="note")
