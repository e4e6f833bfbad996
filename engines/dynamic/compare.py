"""When two answers are alike: equal but for what changes from one request to the next anyway."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from urllib.parse import quote, quote_plus

import re2

from engines.canary import PREFIX
from engines.dynamic.exchange import ANSWERED, Exchange

_DYNAMIC = tuple(
    re2.compile(pattern)
    for pattern in (
        PREFIX + r"[0-9a-f]{13}",
        r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+\-]\d\d:?\d\d)?",
        r"\b\d\d:\d\d:\d\d(?:\.\d+)?\b",
        r"\b\d{10,}(?:\.\d+)?\b",
        r"\b[0-9a-fA-F]{16,}\b",
        r"\b[A-Za-z0-9_\-]{32,}\b",
    )
)


def normalised(exchange: Exchange, seed: str = "") -> str:
    """Return the body without what was sent (in any spelling; its seed too), canaries, times, tokens and ids."""
    text = exchange.body
    for spelling in sorted(_spellings(exchange.value) | _spellings(seed), key=len, reverse=True):
        text = text.replace(spelling, "…")
    for pattern in _DYNAMIC:
        text = pattern.sub("…", text)
    return " ".join(text.split())


def alike(exchanges: Sequence[Exchange], noise: frozenset[str] = frozenset(), seed: str = "") -> bool:
    """Tell whether all were answered with the same status and the same body but for `noise`."""
    return len({_essence(exchange, noise, seed) for exchange in exchanges}) == 1 and all(
        exchange.outcome == ANSWERED for exchange in exchanges
    )


def noise_of(repeats: Sequence[Exchange], seed: str = "") -> frozenset[str]:
    """Return the words that differ between answers to the same request: a clock, a counter, an advertisement."""
    words = [set(normalised(exchange, seed).split()) for exchange in repeats]
    return frozenset(set.union(*words) - set.intersection(*words)) if words else frozenset()


def _essence(exchange: Exchange, noise: frozenset[str], seed: str) -> tuple[object, ...]:
    text = normalised(exchange, seed)
    if noise:
        text = " ".join(word for word in text.split() if word not in noise)
    return exchange.status, _location(exchange, seed), text


def _location(exchange: Exchange, seed: str) -> str:
    return normalised(Exchange(value=exchange.value, body=exchange.header("location") or ""), seed)


def _spellings(value: str) -> set[str]:
    if len(value) < 3:  # a seed such as `1` is everywhere
        return set()
    quoted = json.dumps(value)[1:-1]
    escaped = html.escape(value)
    return {value, quoted, json.dumps(value, ensure_ascii=False)[1:-1], escaped, escaped.replace("&#x27;", "&#39;"),
            escaped.replace("&#x27;", "&#39;").replace("&quot;", "&#34;"), html.escape(quoted), quote(value, safe=""),
            quote(value), quote_plus(value)}  # fmt: skip
