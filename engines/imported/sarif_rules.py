"""The rules of another tool as its SARIF log describes them: under which id, class, severity and kind they count here.

The class is that of the first CWE that a rule names and we know a family for. A CWE of no family is a class of its own
(`cwe-571`), so that two tools that name it meet; a rule without a CWE is `unclassified`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from engines.contract import Rule, RuleRow, stable_id
from engines.imported.reading import cleaned
from engines.imported.sarif_log import Component, Descriptor, Message, Reference, Result, Run

UNCLASSIFIED = "unclassified"
_CLASSES = Path(__file__).parent.parent / "rules" / "weaknesses.yaml"
_CWE = re.compile(r"\bcwe[-_ :/]{0,2}0*(\d{1,5})\b", re.IGNORECASE)
_ADVISORY = re.compile(
    r"\b(CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|SNYK(?:-[A-Z0-9]+)+-\d+|(?:PYSEC|RUSTSEC|OSV|MAL|GO|RHSA|DSA|ALSA|DLA|USN)"
    r"-\d{4}[:-]\d+(?:-\d+)?)",
    re.IGNORECASE,
)
_CWE_PAGE = re.compile(r"cwe\.mitre\.org/data/definitions/(\d{1,5})", re.IGNORECASE)
_LEVELS = {"error": "high", "warning": "medium", "note": "low", "none": "note"}
_WORDS = {
    **{name: name for name in ("critical", "high", "medium", "low", "note")},
    **{"error": "high", "moderate": "medium", "warning": "medium", "style": "low", "recommendation": "low"},
    **{"informational": "note", "info": "note", "negligible": "note"},
}
_ORDER = ("critical", "high", "medium", "low", "note")
_CONFIDENCES = {"very-high": "high", "high": "high", "medium": "medium", "low": "low"}
_UNRATED = "warning"  # the level that the standard gives where a log gives none


@dataclass
class RuleOfTool:
    """A rule as the results of a log refer to it."""

    rule_id: str  # of ours: <tool>/<rule id of the tool>
    named: str  # by the tool
    descriptor: Descriptor | None
    cwes: tuple[str, ...]
    grades: set[str] = field(default_factory=set)  # what its results say of their severity
    said: str = ""  # by a result, where the tool describes no rule

    def __post_init__(self) -> None:
        self.properties: Mapping[str, Any] = (self.descriptor and self.descriptor.properties) or {}
        found = _ADVISORY.match(self.named)
        self.advisory: str | None = found[1] if found else None  # None: the rule is about code
        self.is_told = bool(self.cwes) and "security-severity" in self.properties  # results can add nothing


class Rules:
    """The rules of one run, looked up as its results name them."""

    def __init__(self, run: Run, tool: str) -> None:
        self._tool = tool
        self._driver = run.tool.driver.rules or []
        self._extensions = run.tool.extensions or []
        self._by_name: dict[str, Descriptor] = {}
        for component in (run.tool.driver, *self._extensions):
            for descriptor in component.rules or ():
                self._by_name.setdefault(descriptor.id, descriptor)
        self._seen: dict[tuple[str | None, int, int], RuleOfTool] = {}
        self._rules: dict[str, RuleOfTool] = {}

    def of(self, result: Result) -> RuleOfTool:
        """Return the rule of a result: by its index, its name, or the part of its name before a `/`."""
        reference = result.rule
        component = reference.tool_component.index if reference and reference.tool_component else -1
        index = result.rule_index if result.rule_index >= 0 or reference is None else reference.index
        key = (result.rule_id, index, component)
        if key not in self._seen:
            self._seen[key] = self._resolve(result.rule_id or (reference and reference.id), index, component)
        return self._seen[key]

    def rows(self, known: Sequence[Rule]) -> Iterator[RuleRow]:
        """Yield a row for each rule that a result referred to; `known` tells the kind of each class."""
        kinds = {rule.weakness_class: rule.kind for rule in known}
        for rule in self._rules.values():
            yield _row(rule, kinds, self._tool)

    def _resolve(self, name: str | None, index: int, component: int) -> RuleOfTool:
        listed: Sequence[Descriptor] = self._driver
        if 0 <= component < len(self._extensions):
            listed = self._extensions[component].rules or ()
        descriptor = listed[index] if 0 <= index < len(listed) else None
        if name and descriptor and not f"{name}/".startswith(f"{descriptor.id}/"):
            descriptor = None  # an index into another list: the name is what counts
        if descriptor is None and name:
            descriptor = self._by_name.get(name) or self._by_name.get(name.partition("/")[0])
        named = name or (descriptor.id if descriptor else "unnamed")
        rule = RuleOfTool(safe_id(self._tool, named), cleaned(named, 300), descriptor, cwes_of(descriptor))
        return self._rules.setdefault(rule.rule_id, rule)


def safe_id(tool: str, named: str) -> str:
    """Return `<tool>/<rule>` of letters, digits and `. _ - / :`; what had to be changed is told apart by a digest."""
    safe = re.sub(r"[^A-Za-z0-9._/:\-]+", "-", named).strip("-")[:120]
    return f"{tool}/{safe}" if safe == named else f"{tool}/{safe or 'rule'}-{stable_id(named)[:6]}"


def slug(name: str) -> str:
    """Return a tool's name in small letters, digits and `-`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "unknown"


def tool_version(component: Component) -> str:
    """Return the version that a tool gives of itself, or nothing."""
    return cleaned(component.semantic_version or component.version or "", 60)


@cache
def families() -> Mapping[str, str]:
    """Return the weakness class of every CWE that one is known for."""
    classes = yaml.safe_load(_CLASSES.read_text(encoding="utf-8"))
    return {f"CWE-{number}": name for name, members in classes.items() for number in members}


def cwes_of(descriptor: Descriptor | None) -> tuple[str, ...]:
    """Return the CWE numbers that a rule names: in tags, properties, relationships to a taxonomy, or its help page."""
    if descriptor is None:
        return ()
    properties = descriptor.properties or {}
    found = [text for key in ("tags", "categories") for text in _texts(properties.get(key))]
    named = [_with_prefix(t) for key, v in properties.items() if "cwe" in key.lower() for t in _texts(v)]
    related = _taxa(r.target for r in descriptor.relationships or ())
    pages = [f"CWE-{n}" for n in _CWE_PAGE.findall(descriptor.help_uri or "")]
    numbers = (f"CWE-{int(n)}" for text in (*found, *named, *related, *pages) for n in _CWE.findall(text[:500]))
    return tuple(dict.fromkeys(numbers))


def cwes_of_taxa(result: Result) -> tuple[str, ...]:
    """Return the CWE numbers that a result itself refers to."""
    return tuple(f"CWE-{int(n)}" for text in _taxa(result.taxa or ()) for n in _CWE.findall(text))


def severity_of(properties: Mapping[str, Any], level: str | None) -> str | None:
    """Return a severity of ours: from a CVSS-like score, from a word, else from a level; None where nothing is said."""
    try:
        score = float(str(properties.get("security-severity"))[:10])
    except ValueError:
        score = -1.0
    if 0 <= score <= 10:
        return (
            "critical"
            if score >= 9
            else "high"
            if score >= 7
            else "medium"
            if score >= 4
            else "low"
            if score
            else "note"
        )
    for key, value in properties.items():
        if key.lower() in ("severity", "issue_severity", "problem.severity", "problemseverity"):
            if word := _WORDS.get(str(value).lower()[:20]):
                return word
    return _LEVELS.get(level or "")


def _taxa(references: Iterable[Reference | None]) -> Iterator[str]:
    for reference in references:
        component = reference.tool_component.name if reference and reference.tool_component else None
        if reference and reference.id and (component or "").upper() in ("CWE", ""):
            yield _with_prefix(reference.id) if component else reference.id


def _with_prefix(text: str) -> str:
    return f"CWE-{text}" if text.isdigit() else text


def _texts(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])[:100] if one is not None]


def _row(rule: RuleOfTool, kinds: Mapping[str, str], tool: str) -> RuleRow:
    descriptor, properties = rule.descriptor, rule.properties
    cwe = next((cwe for cwe in rule.cwes if cwe in families()), rule.cwes[0] if rule.cwes else "")
    weakness_class = families().get(cwe) or (cwe.lower() if cwe else UNCLASSIFIED)
    default = descriptor.default_configuration if descriptor else None
    severity = severity_of(properties, default.level if default else None)
    severity = severity or min(rule.grades, key=_ORDER.index, default=_LEVELS[_UNRATED])
    confidence = next((str(properties[k]).lower() for k in ("precision", "confidence") if k in properties), "medium")
    about = _text(descriptor.full_description) or _text(descriptor.short_description) if descriptor else ""
    short = descriptor and (_text(descriptor.short_description) or descriptor.name)
    also = f" Also {', '.join(c for c in rule.cwes if c != cwe)}." if len(rule.cwes) > 1 else ""
    mend = (_text(descriptor.help) or descriptor.help_uri or "") if descriptor else ""
    return RuleRow(
        rule_id=rule.rule_id,
        weakness_class=weakness_class,
        name=cleaned(short or rule.named, 200),
        cwe=cwe,
        severity=severity,
        confidence=_CONFIDENCES.get(confidence, "medium"),
        kind=kinds.get(weakness_class, "flaw" if _is_security(rule) else "bad_practice"),
        description=cleaned((about or rule.said or f"{rule.named} of {tool}") + also, 2_000),
        remediation=cleaned(mend, 4_000),
        fix="{}",
        parts=("static",),
        dynamic_form=None,
        locations=(),
        safety=None,
        max_requests=None,
        sink_kind=None,
        confirm_how=None,
        confirm_base=None,
        confirm_attack=None,
    )


def _is_security(rule: RuleOfTool) -> bool:
    tags = [text.lower() for text in _texts(rule.properties.get("tags"))]
    is_known = any(cwe in families() for cwe in rule.cwes)  # a CWE of no family may be one of tidiness
    return is_known or "security" in tags or "security-severity" in rule.properties


def _text(message: Message | None) -> str:
    return (message and (message.text or message.markdown)) or ""


def grouped(rows: Iterable[RuleRow]) -> Iterator[RuleRow]:
    """Yield one row for each id, the gravest: several runs of a tool may describe a rule, each with its own results."""
    by_id: dict[str, list[RuleRow]] = defaultdict(list)
    for row in rows:
        by_id[row.rule_id].append(row)
    for same in by_id.values():
        yield min(same, key=lambda row: _ORDER.index(row.severity))
