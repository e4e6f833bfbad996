"""The text of a match, read by ourselves (semgrep keeps it back when logged out), and what survives reformatting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engines.static.texts import LITERAL, texts_of, tokens

MAX_LINES = 12
MAX_CHARACTERS = 1_000

_CLOSING = frozenset(")]}")
# Behind these a bracket only groups: `return (x)` is `return x`.
_KEYWORDS = frozenset(
    "return in is not and or if elif else while until unless yield await assert raise throw case when lambda".split()
)


def source_lines(text: str, start: int, end: int) -> str:
    """Return lines `start`..`end` (from 1), bounded."""
    return "\n".join(text.splitlines()[start - 1 : min(end, start + MAX_LINES - 1)])[:MAX_CHARACTERS]


def matched_code(content: bytes, start: int, end: int, lines: str) -> str:
    """Return the code from byte `start` to `end`, bounded, so that what else stands on its lines does not count.

    A match that holds no call (an argument, a bare value) is told by its whole `lines` instead.
    """
    code = content[start : min(end, start + MAX_CHARACTERS)].decode("utf-8", errors="replace")
    return code if any(bracket in code for bracket in "([{") else lines


def normalised(snippet: str, language: str | None = None) -> str:
    """Return the snippet without what a formatter or another literal changes: the text of a finding's fingerprint.

    Gone are comments, white space, the text of literals (not the code within them), trailing commas, semicolons and
    brackets that only group. `language` as of `SourceFile`; one that is not known is read as most languages write.
    """
    texts = texts_of(language)
    found: Iterable[str] = tokens(snippet, language)
    if texts.joins:
        found = _joined(found)
    if texts.grouping:
        found = _ungrouped([token for token in found if token != ";"])
        found = _without_trailing_commas(found)
    return _spaced(found, texts.word)


def _joined(found: Iterable[str]) -> Iterator[str]:
    previous = ""
    for token in found:
        if token != LITERAL or previous != LITERAL:
            yield token
        previous = token


def _ungrouped(found: list[str]) -> Iterator[str]:
    """Leave out brackets that call nothing; what they hold may then be read with another precedence, by nobody."""
    kept: list[bool] = []
    previous = ""
    for token in found:
        is_dropped = False
        if token == "(":
            kept.append(_is_called(previous))
            is_dropped = not kept[-1]
        elif token == ")":
            is_dropped = bool(kept) and not kept.pop()
        if not is_dropped:
            yield token
        previous = token


def _is_called(previous: str) -> bool:
    is_name = previous[-1:].isalnum() or previous[-1:] in {"_", "$", "?", "!", '"'}
    return (is_name and previous not in _KEYWORDS) or previous in _CLOSING or previous == ">"


def _without_trailing_commas(found: Iterable[str]) -> Iterator[str]:
    held = False
    for token in found:
        if held and token not in _CLOSING:
            yield ","
        held = token == ","
        if not held:
            yield token


def _spaced(found: Iterable[str], word: re.Pattern[str]) -> str:
    """Join tokens, with a space only between two names that would run together."""
    parts: list[str] = []
    for token in found:
        if parts and word.match(parts[-1]) and word.match(token):
            parts.append(" ")
        parts.append(token)
    return "".join(parts)
