"""What a result says of itself in words: its message, place in the program, fingerprints, dismissal and properties."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from engines.imported.reading import one_line
from engines.imported.sarif_log import Location, Message, Result
from engines.imported.sarif_rules import RuleOfTool

_PLACEHOLDER = re.compile(r"\{(\d{1,3})\}")


def message_of(message: Message | None, rule: RuleOfTool) -> str:
    """Return the text of a message, looked up among those of its rule and filled in."""
    if message is None:
        return rule.named
    if message.text and not message.arguments:
        return message.text
    text = message.text or message.markdown
    if not text and message.id and rule.descriptor:
        found = (rule.descriptor.message_strings or {}).get(message.id)
        text = (found and found.text) or ""
    arguments = message.arguments
    if text and arguments:
        text = _PLACEHOLDER.sub(lambda m: arguments[int(m[1])] if int(m[1]) < len(arguments) else m[0], text)
    return text or message.id or rule.named


def logical_name(location: Location) -> str | None:
    """Return what the tool calls the place in the program: a function, a class, a package."""
    for logical in location.logical_locations or ():
        if name := logical.fully_qualified_name or logical.name:
            return one_line(name, 300)
    return None


def fingerprint_of(result: Result) -> str | None:
    """Return the fingerprints that the tool gives a result, as `name=value`."""
    named = result.partial_fingerprints or result.fingerprints
    if not named:
        return None
    if result.partial_fingerprints and result.fingerprints:
        named = {**result.fingerprints, **named}
    if len(named) == 1:
        ((name, value),) = named.items()
        return one_line(f"{name}={value}", 500)
    return one_line("; ".join(f"{name}={named[name]}" for name in sorted(named)), 500)


def suppression_of(result: Result) -> tuple[str, str]:
    """Return whether a result is dismissed in its own tool, and why; one open dismissal leaves it open."""
    stated = [suppression.status or "accepted" for suppression in result.suppressions or ()]
    status = next((s for s in ("rejected", "underReview") if s in stated), "accepted")
    reasons = [
        one_line(s.justification or f"{s.kind or 'external'}, without a reason", 500) for s in result.suppressions or ()
    ]
    return status, "; ".join(dict.fromkeys(reasons))[:1_000]


def properties_of(result: Result) -> dict[str, Any]:
    """Return the property bag of a result; one that cannot be read is empty."""
    try:
        found = msgspec.json.decode(result.properties)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
