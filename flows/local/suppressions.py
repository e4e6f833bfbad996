"""Suppressions in code: a comment `leadline:ignore RULE reason` on the line of a finding, or alone on the line above.

RULE is a rule's id or a weakness class; several are joined by commas. Without a reason a suppression does not count:
who reads it next must be able to tell whether it still holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENT = re.compile(r"(?P<before>.*?)(?:#|//|;|--|/\*|\*|%|<!--|\"\"\"|\{-)[\s;#/*!-]*leadline:ignore\b(?P<rest>.*)")
_END = re.compile(r"\s*(?:\*/|-->|-\}|#\}|\"\"\")\s*$")


@dataclass(frozen=True)
class Suppression:
    """A comment that asks to leave out findings of `rules` at `line`; `reason` is empty where none is given."""

    line: int  # where the comment stands
    rules: tuple[str, ...]
    reason: str
    is_alone: bool  # on its line: it speaks of the next line of code

    def covers(self, rule_id: str, start: int, end: int) -> bool:
        """Whether it speaks of a finding of a rule on these lines."""
        weakness_class = rule_id.split(".", 1)[0]
        is_near = start <= self.line <= end or (self.is_alone and self.line == start - 1)
        return is_near and (rule_id in self.rules or weakness_class in self.rules)


def suppressions(text: str) -> Iterator[Suppression]:
    """Yield the suppressions of a file."""
    if "leadline:ignore" not in text:
        return
    for number, line in enumerate(text.splitlines(), 1):
        found = _COMMENT.match(line[:2_000])
        if found:
            rules, _, reason = _END.sub("", found["rest"]).strip().partition(" ")
            named = tuple(rule for rule in rules.rstrip(":").split(",") if rule)
            yield Suppression(number, named, reason.strip(), not found["before"].strip())
