"""What correlation needs to know of the rules, as records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from engines.contract import Rule, RuleRow, RuleVerdict


def rule_records(rules: Iterable[Rule]) -> Iterator[RuleRow | RuleVerdict]:
    """Yield one `RuleRow` a rule, each followed by its verdicts: one `RuleVerdict` a signal of an alternative."""
    for rule in rules:
        yield _row(rule)
        yield from _verdicts(rule)


def _row(rule: Rule) -> RuleRow:
    safety = rule.dynamic.get("safety", {})
    how, base, attack = _confirmation(rule)
    parts = (("static", rule.static), ("dynamic", rule.dynamic), ("trace", rule.trace))
    return RuleRow(
        rule_id=rule.id,
        weakness_class=rule.weakness_class,
        name=rule.name,
        cwe=rule.cwe,
        severity=rule.severity,
        confidence=rule.confidence,
        kind=rule.kind,
        description=rule.description,
        remediation=rule.remediation,
        fix=json.dumps(dict(rule.fix), sort_keys=True),
        parts=tuple(name for name, part in parts if part),
        dynamic_form=rule.dynamic.get("form"),
        locations=tuple(rule.dynamic.get("locations", ())),
        safety=safety.get("class"),
        max_requests=safety.get("max_requests"),
        sink_kind=rule.trace.get("sink", {}).get("kind"),
        confirm_how=how,
        confirm_base=base,
        confirm_attack=attack,
    )


def _confirmation(rule: Rule) -> tuple[str | None, str | None, str | None]:
    """How the trace confirms, and the roles of the benign and the attacking probe."""
    confirm = rule.trace.get("confirm")
    if not confirm:
        return None, None, None
    if "token_shape" in confirm:
        base, attack = confirm["compare"]
        return "token_shape", base, attack
    return "contains", confirm["on"], confirm["on"]


def _verdicts(rule: Rule) -> Iterator[RuleVerdict]:
    for state, alternatives in rule.verdict.items():
        for number, signals in enumerate(alternatives):
            for signal in signals:
                yield RuleVerdict(rule_id=rule.id, state=state, signal=signal, alternative=number)
