"""How frameworks write the template of a route, and how it is told: every parameter as `{name}`."""

from __future__ import annotations

import re
from functools import lru_cache

_ANGLE = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>")  # Flask and Django: <converter:name>
_ANGLE_BOTTLE = re.compile(r"<([A-Za-z_]\w*)(?::[^<>]*(?:<[^<>]*>[^<>]*)*)?>")  # Bottle: <name:filter:pattern>
_COLON_BOTTLE = re.compile(r":([A-Za-z_]\w*)(?:#[^#]*#)?")  # Bottle of old: :name#pattern#
_GROUP = re.compile(r"\(\?P<(\w+)>|\(\?[a-zA-Z-]*[:)]|\(\?<?[=!]|\((?!\?)")  # of a regular expression
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})?\??")
_BRACES = re.compile(r"\{([A-Za-z_]\w*):[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")  # Starlette, aiohttp: {name:convertor}


@lru_cache(4_096)
def flask(rule: str) -> str:
    """Return the template of a Werkzeug rule."""
    return _ANGLE.sub(r"{\1}", rule)


@lru_cache(4_096)
def braces(path: str) -> str:
    """Return the template of a path whose parameters stand in braces, with or without a convertor or a pattern."""
    return _BRACES.sub(r"{\1}", path)


@lru_cache(4_096)
def bottle(rule: str) -> str:
    """Return the template of a rule of Bottle."""
    return _COLON_BOTTLE.sub(r"{\1}", _ANGLE_BOTTLE.sub(r"{\1}", rule))


@lru_cache(4_096)
def django(route: str) -> str:
    """Return the template of a `ResolverMatch.route`, which joins the texts of `path` and the patterns of `re_path`."""
    return "/" + _of_pattern(route, [0]).lstrip("/")


def _of_pattern(route: str, unnamed: list[int]) -> str:
    found, at = "", 0
    while at < len(route):
        angle, group = _ANGLE.match(route, at), _GROUP.match(route, at)
        if angle:
            found, at = f"{found}{{{angle[1]}}}", angle.end()
        elif group:
            end = _closing(route, at)
            if group[1]:
                found += f"{{{group[1]}}}"
            elif group[0].endswith(":"):
                found += _of_pattern(route[group.end() : end - 1], unnamed)
            elif group[0] == "(":
                unnamed[0] += 1
                found += f"{{{unnamed[0]}}}"
            at = _QUANTIFIER.match(route, end).end()  # type: ignore[union-attr] - it may be empty
        elif route[at] == "\\" and at + 1 < len(route):
            found, at = found + ("" if route[at + 1] in "AZbB" else route[at + 1]), at + 2
        else:
            found, at = found + ("" if route[at] in "^$" else route[at]), at + 1
    return found


def _closing(pattern: str, at: int) -> int:
    """Return the end of the group that opens at a place, past escapes and character classes."""
    depth, in_class = 0, False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
            at += pattern.startswith(("[]", "[^]"), at) + pattern.startswith("[^]", at)
        else:
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                return at + 1
        at += 1
    return len(pattern)
