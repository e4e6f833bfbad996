"""Of what kind a file is, told from its name and, for scripts without an ending, from their first line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

LANGUAGES = Path(__file__).parent / "languages"

_LONGEST_LINE = 200  # bytes of a first line that are looked at
_INTERPRETER = re.compile(rb"#!\s*(?:\S*/)?(?:env\s+(?:-S\s+|-\w+\s+|\w+=\S*\s+)*(?:\S*/)?)?([A-Za-z][\w-]*)")


@cache
def extensions() -> Mapping[str, str]:
    """Extension → language, of every language we can name."""
    return yaml.safe_load((LANGUAGES / "extensions.yaml").read_text(encoding="utf-8"))


@cache
def knowledge() -> Mapping[str, Any]:
    """What `files.yaml` says."""
    return yaml.safe_load((LANGUAGES / "files.yaml").read_text(encoding="utf-8"))


@cache
def _kinds() -> Mapping[str, str]:
    return {ending: kind for kind, endings in knowledge()["kinds"].items() for ending in endings}


def language_of_name(name: str) -> str | None:
    """Return the language that a file's name tells, None where it tells none."""
    return extensions().get(PurePosixPath(name).suffix.lower()) or knowledge()["names"].get(name)


def ending_of(name: str) -> str:
    """Return what groups files that are no code: the ending with its dot, else the whole name, in lower case."""
    return PurePosixPath(name).suffix.lower() or name.lower()


def kind_of(ending: str) -> str | None:
    """Return the kind of files with this ending (or name): documents, pictures …; None where it is not known."""
    is_setting = ending.startswith((".git", "dockerfile")) or ending.endswith(("ignore", "rc"))
    return _kinds().get(ending) or ("settings" if is_setting else None)


def interpreter_of(path: Path) -> str | None:
    """Return the program that a script's first line names, without its version; None where it names none.

    Raises `OSError` when the file cannot be read.
    """
    with path.open("rb") as file:
        found = _INTERPRETER.match(file.readline(_LONGEST_LINE))
    return found.group(1).decode("ascii").lower().rstrip("0123456789") if found else None


def language_of_interpreter(interpreter: str) -> str | None:
    """Return the language that a program runs."""
    return knowledge()["interpreters"].get(interpreter)
