"""Where in a YAML file something is wrong, and what would be valid there."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from ruamel.yaml.comments import CommentedMap, CommentedSeq


def sentence(model: type[BaseModel], path: Path, tree: CommentedMap, error: Any) -> str:
    """Return what pydantic found wrong as one sentence: file, line, key, and what would be valid there."""
    where = tuple(error["loc"])
    at = f"{path}:{line_of(tree, where)}: {dotted(where)}"
    if error["type"] == "extra_forbidden":
        valid = valid_keys(model, where[:-1])
        close = difflib.get_close_matches(str(where[-1]), valid, 1)
        meant = f"; did you mean {close[0]}?" if close else ""
        return f"{at} is not a known key{meant} (valid: {', '.join(valid)})"
    if error["type"] == "missing":
        return f"{at} is missing; add it (keys here: {', '.join(valid_keys(model, where[:-1]))})"
    got = error.get("input")
    if error["type"] == "string_type" and isinstance(got, int | float):
        return f"{at}: must be text, got the number {got}; write it in quotes"
    shown = f", got {got!r:.80}" if isinstance(got, str | int | float | bool) else ""
    return f"{at}: {error['msg'].removeprefix('Value error, ')}{shown}"


def valid_keys(root: type[BaseModel], where: tuple[str | int, ...]) -> list[str]:
    """Return the keys that are valid at a place of the file."""
    model: Any = root
    for step in where:
        field = model.model_fields.get(step) if isinstance(model, type) and issubclass(model, BaseModel) else None
        annotation = field.annotation if field else model
        if isinstance(model, type) and issubclass(model, BaseModel) and field is None:
            alias = next((f for f in model.model_fields.values() if f.alias == step), None)
            annotation = alias.annotation if alias else None
        model = _inner_model(annotation) or model
    return sorted(f.alias or n for n, f in model.model_fields.items())


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if found := _inner_model(argument):
            return found
    return None


def dotted(where: tuple[str | int, ...]) -> str:
    """Return a place of the file as people write it: services.gateway.source."""
    return ".".join(str(w) for w in where) or "the file"


def line_of(tree: Any, where: tuple[str | int, ...]) -> int:
    """Return the line of a key, or of the nearest one above it that exists."""
    line, node = 1, tree
    for step in where:
        if isinstance(node, CommentedMap) and step in node:
            line, node = node.lc.key(step)[0] + 1, node[step]
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line, node = node.lc.item(step)[0] + 1, node[step]
        else:
            break
    return line
