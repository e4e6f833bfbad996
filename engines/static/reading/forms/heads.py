"""What the first symbol of a form means: forms.yaml of a language, as one look-up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from engines.static.files import LANGUAGES

_FILE = "forms.yaml"
_MEANINGS = frozenset(
    "namespace requiring function value routes method abstract protocol record anonymous local_functions binding first "
    "last first_if last_if as each get get_in quoted through".split()
)


class HeadsError(Exception):
    """forms.yaml cannot be used; the message is one sentence."""


@dataclass(frozen=True)
class Heads:
    """Heads by what they do. `meaning`: head → function, value, method … `bodies`: head → where its parts stand."""

    meaning: Mapping[str, str]
    bodies: Mapping[str, Mapping[str, Any]]
    reads: frozenset[str]  # names of what holds parameters of a request
    digest: str


def is_made_of_forms(language: str) -> bool:
    """Whether files of a language are read by this package."""
    return (LANGUAGES / language / _FILE).is_file()


@cache
def heads(language: str) -> Heads:
    """Return the heads of a language."""
    folder = LANGUAGES / language
    content = (folder / _FILE).read_bytes()
    told = yaml.safe_load(content)
    if base := told.get("extends"):
        folder = LANGUAGES / base
        inherited = (folder / _FILE).read_bytes()
        told, content = {**yaml.safe_load(inherited), **told}, content + inherited
    unknown = sorted(set(told["heads"]) - _MEANINGS)
    if unknown:
        raise HeadsError(f"{language}/{_FILE}: {unknown[0]} is no meaning; valid: {', '.join(sorted(_MEANINGS))}.")
    meaning = {head: name for name, listed in told["heads"].items() for head in listed}
    frameworks = (folder / "frameworks.yaml").read_bytes() if (folder / "frameworks.yaml").is_file() else b""
    known = (yaml.safe_load(frameworks) or {}).get("frameworks", {})
    reads = {part for each in known.values() for name in each.get("reads", ()) for part in name.split(".")[1:]}
    return Heads(meaning, told.get("bodies", {}), frozenset(reads), hashlib.sha256(content + frameworks).hexdigest())
