r"""Gates: expressions that say which words a file must hold, so that semgrep leaves out the others; made quick.

A rule writes `pattern-regex: '(?s)\A.*WORDS.*\Z'`: true of a file with one of the words, its range the whole file.
PCRE2 runs such a gate slowly, since it tries every word at every character, and semgrep runs it several times for each
rule and file: most of a scan was gates. So it is given the same said differently: pass over all characters with which
no word begins (one quick loop), look for a word at the others, stop at the first.
"""

from __future__ import annotations

import re
from re import _constants as op  # the standard library's own reading of an expression, which has no public name
from re import _parser
from typing import Any

_GATE = re.compile(r"\(\?([is]+)\)\\A\.\*(.+)\.\*\\Z", re.DOTALL)
_CATEGORIES = {op.CATEGORY_WORD: r"\w", op.CATEGORY_DIGIT: r"\d", op.CATEGORY_SPACE: r"\s"}
_REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}
_ZERO_WIDTH = {op.AT, op.ASSERT, op.ASSERT_NOT}


class _Unknown(Exception):
    """The words may begin with anything, or we cannot tell."""


def quickened(value: Any) -> Any:
    """Return a pattern of a rule with all its gates written so that they are quick; the rest as it is."""
    if isinstance(value, dict):
        return {
            key: quick(inner) if key == "pattern-regex" and isinstance(inner, str) else quickened(inner)
            for key, inner in value.items()
        }
    return [quickened(inner) for inner in value] if isinstance(value, list | tuple) else value


def quick(expression: str) -> str:
    """Return an expression that matches the same texts with the same range; itself where it is no gate."""
    gate = _GATE.fullmatch(expression)
    if gate is None or "s" not in gate[1]:
        return expression
    try:
        (begin, _), (repeat, (_, _, some)), *words = _parser.parse(expression)
        if begin is not op.AT or repeat is not op.MAX_REPEAT or some[0][0] is not op.ANY:  # an `|` outside all brackets
            return expression
        firsts, is_empty = _firsts(words[:-2], "i" in gate[1])
    except (re.error, ValueError, TypeError, _Unknown):  # PCRE2 understands more than Python does
        return expression
    if is_empty or not firsts:
        return expression
    return rf"(?{gate[1]})\A(?:[^{''.join(sorted(firsts))}]++|(?!{gate[2]}).)*+.+\Z"


def _firsts(items: Any, is_caseless: bool) -> tuple[set[str], bool]:
    """What a match of these may begin with, as parts of a character class; and whether it may be empty."""
    firsts: set[str] = set()
    for kind, value in items:
        if kind in _ZERO_WIDTH:
            continue
        some, is_empty = _first(kind, value, is_caseless)
        firsts |= some
        if not is_empty:
            return firsts, False
    return firsts, True


def _first(kind: Any, value: Any, is_caseless: bool) -> tuple[set[str], bool]:
    if kind is op.LITERAL:
        return _character(value, is_caseless), False
    if kind is op.IN:
        return set().union(*(_member(*member, is_caseless) for member in value)), False
    if kind is op.SUBPATTERN:
        _, added, removed, inner = value
        return _firsts(inner, (is_caseless or bool(added & re.IGNORECASE)) and not removed & re.IGNORECASE)
    if kind is op.BRANCH:
        branches = [_firsts(branch, is_caseless) for branch in value[1]]
        return set().union(*(some for some, _ in branches)), any(is_empty for _, is_empty in branches)
    if kind in _REPEATS:
        least, _, inner = value
        some, is_empty = _firsts(inner, is_caseless)
        return some, is_empty or least == 0
    raise _Unknown


def _member(kind: Any, value: Any, is_caseless: bool) -> set[str]:
    if kind is op.LITERAL:
        return _character(value, is_caseless)
    if kind is op.CATEGORY and value in _CATEGORIES:
        return {_CATEGORIES[value]}
    if kind is op.RANGE and not is_caseless and value[1] < 128:
        return {rf"\x{value[0]:02x}-\x{value[1]:02x}"}
    raise _Unknown


def _character(code: int, is_caseless: bool) -> set[str]:
    if code > 127:
        raise _Unknown
    forms = {chr(code), chr(code).lower(), chr(code).upper()} if is_caseless else {chr(code)}
    return {form if form.isalnum() else rf"\x{ord(form):02x}" for form in forms}
