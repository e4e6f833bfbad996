"""Static parts of rules as semgrep rules: one semgrep rule a block, its id telling rule and block."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engines.contract import Rule
from engines.static.files import extensions
from engines.static.gates import quickened

Body = Mapping[str, Any]

_SEVERITIES = {"critical": "ERROR", "high": "ERROR", "medium": "WARNING", "low": "INFO", "note": "INFO"}
# semgrep's other names of languages (https://semgrep.dev/docs/supported-languages), and what it reads alike.
_ALIASES = {
    "py": "python", "python2": "python", "python3": "python", "js": "javascript", "ts": "typescript", "kt": "kotlin",
    "golang": "go", "c#": "csharp", "c++": "cpp", "rs": "rust", "rb": "ruby", "ex": "elixir",
}  # fmt: skip
_READ_AS = {"clojurescript": "clojure"}


def semgrep_rules(rules: Iterable[Rule]) -> Iterator[Body]:
    """Yield a semgrep rule for each block that semgrep runs; id, message and severity come from the rule."""
    for rule in rules:
        for number, block in enumerate(rule.static):
            if block.get("engine", "semgrep") == "semgrep":
                body = {key: value for key, value in block.items() if key != "engine"}
                inherited = {"message": rule.description, "severity": _SEVERITIES[rule.severity]}
                yield {**inherited, **quickened(body), "id": f"{rule.id}.{number}"}


def origin_of(semgrep_id: str) -> tuple[str, int]:
    """Return the rule's id and the number of the block that a semgrep id stands for."""
    rule_id, _, number = semgrep_id.rpartition(".")
    return rule_id, int(number)


def bodies_for(language: str, bodies: Iterable[Body]) -> list[Body]:
    """Return the bodies that may match a file of a language; those for no language (`generic`, `regex`) match any."""
    read_as = _READ_AS.get(language, language)
    return [body for body in bodies if any(_covers(named, read_as) for named in body["languages"])]


def bodies_digest(bodies: Sequence[Body]) -> str:
    """Return a digest that changes with anything that semgrep is told."""
    return hashlib.sha256(json.dumps(bodies, sort_keys=True).encode()).hexdigest()


def _covers(named: str, language: str) -> bool:
    known = _ALIASES.get(named.lower(), named.lower())
    return known == language or known not in extensions().values()
