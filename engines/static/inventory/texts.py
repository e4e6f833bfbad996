"""The text that an expression gives, as far as it can be told: constants, concatenations, f-strings, `format`, `%`."""

from __future__ import annotations

import re

from tree_sitter import Node

from engines.static.inventory.expressions import called, string_content, text, unwrap
from engines.static.inventory.module import Scope
from engines.static.inventory.names import Project

_MAX_DEPTH = 40
_FORMAT_FIELD = re.compile(r"\{[^{}]*\}")
_PERCENT_FIELD = re.compile(r"%(?:\([^)]*\))?[#0\- +]*\d*(?:\.\d+)?[sdifrxeEgG]")
_PASSING = ("strip", "rstrip", "lstrip", "lower", "upper")  # methods that leave a text much as it is


def rendered(project: Project, scope: Scope, node: Node, hole: str | None, depth: int = 0) -> str | None:
    """Return the text of an expression with `hole` for what is not constant; None when it is no text.

    With `hole` None, also None as soon as any part is not constant.
    """
    node = unwrap(node)
    if depth > _MAX_DEPTH:
        return hole
    match node.type:
        case "string":
            return _string(project, scope, node, hole, depth)
        case "concatenated_string":
            return _joined([rendered(project, scope, child, hole, depth + 1) for child in _parts(node)])
        case "binary_operator":
            return _operation(project, scope, node, hole, depth)
        case "call":
            return _method(project, scope, node, hole, depth)
        case "identifier" | "attribute":
            thing = project.resolve(scope, node)
            if (
                thing.kind == "value"
                and thing.node is not None
                and thing.scope is not None
                and thing.node.id != node.id
            ):
                return rendered(project, thing.scope, thing.node, hole, depth + 1) or hole
            return hole
        case "integer":
            return text(node)
    return hole


def is_text(node: Node) -> bool:
    """Whether an expression is written as a text: one of its parts is a string."""
    node = unwrap(node)
    match node.type:
        case "string" | "concatenated_string":
            return True
        case "binary_operator":
            return is_text(node.child_by_field_name("left")) or is_text(node.child_by_field_name("right"))
        case "call":
            callee = called(node)
            return callee.type == "attribute" and is_text(callee.child_by_field_name("object"))
    return False


def outermost(string: Node) -> Node:
    """Return the largest expression that puts a string together with others into one text."""
    node = string
    while (parent := node.parent) is not None:
        if parent.type in ("concatenated_string", "parenthesized_expression") or _is_joining(parent):
            node = parent
        elif parent.type == "attribute" and parent.parent is not None and parent.parent.type == "call":
            if text(parent.child_by_field_name("attribute")) not in ("format", *_PASSING):
                break
            node = parent.parent
        else:
            break
    return node


def _is_joining(node: Node) -> bool:
    return node.type == "binary_operator" and node.child_by_field_name("operator").type in ("+", "%")


def _parts(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _string(project: Project, scope: Scope, node: Node, hole: str | None, depth: int) -> str | None:
    parts: list[str | None] = []
    for child in node.named_children:
        if child.type == "interpolation":
            inner = child.child_by_field_name("expression") or child.named_children[0]
            value = rendered(project, scope, inner, None, depth + 1) if inner.type != "string" else None
            parts.append(hole if value is None else value)
    pieces = string_content(node, "\x00").split("\x00")
    if len(pieces) != len(parts) + 1:  # a NUL written in the source
        return hole
    return _joined([piece for pair in zip(pieces, [*parts, ""], strict=True) for piece in pair])


def _operation(project: Project, scope: Scope, node: Node, hole: str | None, depth: int) -> str | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator").type
    first = rendered(project, scope, left, hole, depth + 1)
    if operator == "+":
        return _joined([first, rendered(project, scope, right, hole, depth + 1)])
    if operator == "%" and first is not None and hole is not None:
        return _PERCENT_FIELD.sub(lambda _: hole, first)
    return hole


def _method(project: Project, scope: Scope, node: Node, hole: str | None, depth: int) -> str | None:
    callee = called(node)
    if callee.type != "attribute":
        return hole
    name = text(callee.child_by_field_name("attribute"))
    if name in _PASSING:
        return rendered(project, scope, callee.child_by_field_name("object"), hole, depth + 1)
    if name != "format" or hole is None:
        return hole
    first = rendered(project, scope, callee.child_by_field_name("object"), hole, depth + 1)
    return _FORMAT_FIELD.sub(lambda _: hole, first) if first is not None else hole


def _joined(parts: list[str | None]) -> str | None:
    return None if any(part is None for part in parts) else "".join(part or "" for part in parts)
