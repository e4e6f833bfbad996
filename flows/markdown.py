"""A decision as Markdown: the Prefect artifact, fit for a comment on a change too. All text from data is escaped."""

from __future__ import annotations

import html
import re

from flows.decision import WORDS, Decision

_MARKS = re.compile(r"([\\`*_\[\]|~#])")
_GROUPS = {
    "block": "Blocks",
    "could_not_assess": "Could not be assessed",
    "test_by_hand": "Needs a person",
    "note": "Noted",
}


def decision_markdown(decision: Decision) -> str:
    """Return the decision with every reason as Markdown."""
    change = "" if decision.risk_change is None else f" ({decision.risk_change:+.0f})"
    lines = [
        f"# {WORDS[decision.decision]}: {_escaped(decision.release_id)}",
        f"Risk {decision.risk_score:.0f}{change} of 100, uncertainty {decision.uncertainty:.0%}, "
        f"exit status {decision.exit_status}.",
    ]
    for outcome, heading in _GROUPS.items():
        reasons = [r for r in decision.reasons if r.outcome == outcome]
        if reasons:
            lines += ["", f"## {heading} ({len(reasons)})", ""]
            lines += [
                f"- **{_escaped(r.title)}** {_escaped(r.detail)}" + (f" → {_escaped(r.remedy)}" if r.remedy else "")
                for r in reasons
            ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
