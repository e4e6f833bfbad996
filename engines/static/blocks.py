"""Static parts of rules as semgrep rules: one semgrep rule a block, its id telling rule and block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engines.contract import Rule

_SEVERITIES = {"critical": "ERROR", "high": "ERROR", "medium": "WARNING", "low": "INFO", "note": "INFO"}


def semgrep_rules(rules: Iterable[Rule]) -> Iterator[Mapping[str, Any]]:
    """Yield a semgrep rule for each block that semgrep runs; id, message and severity come from the rule."""
    for rule in rules:
        for number, block in enumerate(rule.static):
            if block.get("engine", "semgrep") == "semgrep":
                body = {key: value for key, value in block.items() if key != "engine"}
                inherited = {"message": rule.description, "severity": _SEVERITIES[rule.severity]}
                yield {**inherited, **body, "id": f"{rule.id}.{number}"}


def origin_of(semgrep_id: str) -> tuple[str, int]:
    """Return the rule's id and the number of the block that a semgrep id stands for."""
    rule_id, _, number = semgrep_id.rpartition(".")
    return rule_id, int(number)
