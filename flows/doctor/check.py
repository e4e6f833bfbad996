"""One thing that was looked at: how it stands, what was seen, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Status = Literal["ok", "mend", "note", "unknown"]  # note: worth a look, not wrong; unknown: could not be told


@dataclass(frozen=True, slots=True)
class Check:
    """`subject`: a service, `installation` or `staging`; `remedy`: one sentence, '' where nothing is to be mended."""

    subject: str
    name: str
    status: Status
    seen: str
    remedy: str = ""
    details: tuple[str, ...] = field(default=())  # what is named one by one, such as unmatched functions


def ok(subject: str, name: str, seen: str) -> Check:
    """Return a check that found all right."""
    return Check(subject, name, "ok", seen)
