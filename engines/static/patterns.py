"""Patterns for paths as in `.gitignore` and `.gitattributes` (https://git-scm.com/docs/gitignore#_pattern_format).

They come from the source, so they run on RE2, whose time is bounded whatever the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

import re2

MAX_LENGTH = 1_000  # characters; longer ones match nothing

_QUIET = re2.Options()
_QUIET.log_errors = False
_NOTHING = re2.compile("[^\\x00-\\x{10FFFF}]", _QUIET)
_TOKENS = re.compile(
    r"(?P<some>/\*\*/)|(?P<first>^\*\*/)|(?P<last>/\*\*$)|(?P<star>\*+)|(?P<one>\?)|(?P<set>\[[^]/]+\])"
)


def matcher(pattern: str, folder: str = "") -> Any:
    """Return the expression that fully matches a path which the pattern covers, relative to the source with '/'.

    `folder` is where the pattern is written down, '' for the source itself. A pattern with a slash other than at its
    end counts from there; another one matches a name at any depth. What lies in a folder that matches, matches too.
    """
    if not pattern or len(pattern) > MAX_LENGTH:
        return _NOTHING
    name = pattern.rstrip("/")
    anchored = "/" in name
    expression, end = "", 0
    name = name.lstrip("/")
    for token in _TOKENS.finditer(name):
        expression += re2.escape(name[end : token.start()]) + _translated(token)
        end = token.end()
    expression += re2.escape(name[end:])
    before = re2.escape(folder) + "/" if folder else ""
    depth = "" if anchored else "(?:.*/)?"
    try:
        return re2.compile(f"(?s){before}{depth}(?:{expression})(?:/.*)?", _QUIET)
    except re2.error:  # a set such as [z-a]
        return _NOTHING


def matches_any(path: str, patterns: Iterable[Any]) -> bool:
    """Whether one of the expressions of `matcher` covers the path."""
    return any(pattern.fullmatch(path) for pattern in patterns)


class Attributes:
    """What the `.gitattributes` of a source say of generated and vendored files (GitHub's linguist attributes)."""

    NAMES = {"linguist-generated": "generated", "linguist-vendored": "vendored"}

    def __init__(self) -> None:
        self._lines: list[tuple[Any, str, bool]] = []

    def read(self, text: str, folder: str) -> None:
        """Take in the file of a folder; those of the folders above must have been read before."""
        for line in text.splitlines():
            pattern, *attributes = line.split() or ["#"]
            if pattern.startswith(("#", "!", "[attr]", '"')):
                continue
            for attribute in attributes:
                name, _, value = attribute.partition("=")
                reason = self.NAMES.get(name.lstrip("-!"))
                if reason:
                    is_set = not name.startswith(("-", "!")) and value not in ("false", "0")
                    self._lines.append((matcher(pattern, folder), reason, is_set))

    def of(self, path: str) -> dict[str, bool]:
        """Return `generated` and `vendored` where something is said of a path; the last word counts."""
        if not self._lines:
            return {}
        path = PurePosixPath(path).as_posix()
        return {reason: is_set for pattern, reason, is_set in self._lines if pattern.fullmatch(path)}


def _translated(token: re.Match[str]) -> str:
    kind = token.lastgroup
    if kind == "some":
        return "/(?:.*/)?"
    if kind == "first":
        return "(?:.*/)?"
    if kind == "last":
        return "/.*"
    if kind == "star":
        return "[^/]*"
    if kind == "one":
        return "[^/]"
    inner = token.group()[1:-1].replace("\\", "\\\\")
    return f"[^{inner[1:]}]" if inner[0] in "!^" and len(inner) > 1 else f"[{inner}]"
