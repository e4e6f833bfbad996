"""What the first symbol of a form means: forms.yaml of a language, as one look-up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engines.static.files import LANGUAGES
from engines.static.language_data import LanguageError, load

_FILE = "forms.yaml"


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
    """Return the heads of a language.

    Raises:
        LanguageError: forms.yaml or frameworks.yaml is not valid.
    """
    folder = LANGUAGES / language
    told, content = load(folder / _FILE), (folder / _FILE).read_bytes()
    if base := told.get("extends"):
        folder = LANGUAGES / base
        if base == language or not (folder / _FILE).is_file():
            raise LanguageError(f"{language}/{_FILE}: at extends: {base!r} is no other language made of forms.")
        told, content = {**load(folder / _FILE), **told}, content + (folder / _FILE).read_bytes()
    meaning = {head: name for name, listed in told["heads"].items() for head in listed}
    path = folder / "frameworks.yaml"
    frameworks, known = (path.read_bytes(), load(path)) if path.is_file() else (b"", {})
    listed = known.get("frameworks", {}).values()
    reads = {part for each in listed for name in each.get("reads", ()) for part in name.split(".")[1:]}
    return Heads(meaning, told.get("bodies", {}), frozenset(reads), hashlib.sha256(content + frameworks).hexdigest())
