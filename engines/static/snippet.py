"""The text of a match, read by ourselves (semgrep keeps it back when logged out), and what survives reformatting."""

from __future__ import annotations

import re

MAX_LINES = 12
MAX_CHARACTERS = 1_000

_STRING = re.compile(
    r"""(?P<prefix>\b[rRbBuU]{1,2})?(?P<quote>\"\"\"|'''|"|')(?:\\.|(?!(?P=quote)).)*(?P=quote)""", re.DOTALL
)
_NUMBER = re.compile(r"\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\b")
_COMMENT = re.compile(r"#[^\n]*")


def source_lines(text: str, start: int, end: int) -> str:
    """Return lines `start`..`end` (from 1), bounded."""
    return "\n".join(text.splitlines()[start - 1 : min(end, start + MAX_LINES - 1)])[:MAX_CHARACTERS]


def normalised(snippet: str) -> str:
    """Return the snippet with literals blanked and white space gone wherever it does not part two words."""
    blanked = _NUMBER.sub("0", _COMMENT.sub("", _STRING.sub('""', snippet)))
    collapsed = " ".join(blanked.split())
    return re.sub(r"\s*([^\w\s])\s*", r"\1", collapsed).replace(",)", ")").replace(",]", "]")
