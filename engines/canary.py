"""Marks that make our own requests recognisable in any trace, log or datastore.

A canary is `qzl` + 12 hex digits + one check digit: found by a regular expression, proved by the digit, so that chance
text is never mistaken for one. Trace ids of probes and fuzz cases begin with a fixed prefix; W3C Trace Context asks for
randomness only in the right-most seven bytes (https://www.w3.org/TR/trace-context-2/#trace-id).
"""

from __future__ import annotations

import re

from engines.contract import Exerciser, stable_id

PREFIX = "qzl"
TRACE_PREFIXES = {Exerciser.DAST: "1eadda57", Exerciser.FUZZ: "1eadf022"}

_CANARY = re.compile(PREFIX + r"([0-9a-f]{12})([0-9a-f])", re.IGNORECASE)


def _check_digit(digits: str) -> str:
    return format(sum((i + 1) * int(d, 16) for i, d in enumerate(digits)) % 16, "x")


def canary(*seed: object) -> str:
    """Return the canary that belongs to this seed: the same seed gives the same canary."""
    digits = stable_id("canary", *seed)[:12]
    return PREFIX + digits + _check_digit(digits)


def canaries_in(text: str) -> tuple[str, ...]:
    """Return the distinct canaries in a text, in order and lower-cased; with a wrong digit it is none."""
    found = (m for m in _CANARY.finditer(text))
    return tuple(dict.fromkeys(m.group(0).lower() for m in found if _check_digit(m[1].lower()) == m[2].lower()))


def trace_id(exerciser: Exerciser, *seed: object) -> str:
    """Return the 32 hex digits of the trace that belongs to this seed, behind the exerciser's prefix."""
    return TRACE_PREFIXES[exerciser] + stable_id("trace", *seed)[:24]


def traceparent(trace: str, *seed: object) -> str:
    """Return the W3C `traceparent` header for a trace id of ours, sampled."""
    return f"00-{trace}-{stable_id('span', trace, *seed)[:16]}-01"


def exerciser_of(trace: str, otherwise: Exerciser) -> Exerciser:
    """Return who sent the traffic of a trace: told by the prefix, else `otherwise`."""
    for exerciser, prefix in TRACE_PREFIXES.items():
        if trace.startswith(prefix):
            return exerciser
    return otherwise
