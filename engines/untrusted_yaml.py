"""YAML that somebody else wrote: bounded before it is parsed, because the parser itself is where it hurts."""

from __future__ import annotations

import re
from typing import Any

import yaml

_MAX_BRACKETS = 64  # nested flow collections; people write three

_BRACKET = re.compile(r"[\[\]{}]")


def check_depth(text: str) -> None:
    """Raise `ValueError` where brackets nest deeper than people write: PyYAML's time grows with the square of it."""
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > _MAX_BRACKETS:
            raise ValueError(f"brackets are nested more than {_MAX_BRACKETS} deep")


def load(text: str) -> Any:
    """Return the document of a YAML text.

    Raises:
        ValueError: brackets nest too deep, or there are aliases, by which a small file unfolds into an enormous one.
        yaml.YAMLError: it is not YAML, or asks for objects.
    """
    check_depth(text)
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
        raise ValueError("YAML aliases are not accepted here")
    return yaml.safe_load(text)
