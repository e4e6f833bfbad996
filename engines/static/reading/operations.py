"""Expressions with an operator: those that may join texts, fallbacks, and methods that are called like operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from engines.static.reading.calls import arguments
from engines.static.reading.facts import Call, Expression, Member, Operation
from engines.static.reading.limits import MAX_DEPTH, MAX_TERMS
from engines.static.reading.table import Entry

if TYPE_CHECKING:
    from engines.static.reading.expressions import Expressions


def operation(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """Return the leftmost operand and what is joined to it, without recursion: sums of many terms are common."""
    settings, parts = entry.settings, entry.parts
    if "calls" in settings and _operator(expressions, node, entry)[:1].isalpha():
        return _infix_call(expressions, node, entry, depth, full)
    rights: list[tuple[str, Node]] = []
    left: Node | None = node
    while left is not None and left.kind_id == node.kind_id:
        operator = _operator(expressions, left, entry)
        if operator not in settings.get("first_of", ()):
            right = parts["right"](left)
            if operator not in settings.get("keeps", (operator,)) or right is None:
                break
            rights.append((operator, right))
        left = parts["left"](left)
    if left is None or left.id == node.id:
        return expressions.other(node)
    rights = rights[-MAX_TERMS:]
    inner = min(depth + len(rights), MAX_DEPTH)  # each term is one level more
    is_same = left.kind_id == node.kind_id  # an operator that is not kept
    found = expressions.other(left) if is_same else expressions.lower(left, inner, full)
    for operator, right in reversed(rights):
        found = Operation(operator, found, expressions.lower(right, depth, full))
    return found


def is_kept(expressions: Expressions, node: Node) -> bool:
    """Return whether an operation is one that may join texts."""
    entry = expressions.entry(node)
    return _operator(expressions, node, entry) in entry.settings.get("keeps", ())


def _operator(expressions: Expressions, node: Node, entry: Entry) -> str:
    find = entry.parts.get("operator")
    found = find(node) if find is not None else None
    return expressions.text(found) if found is not None else str(entry.settings["operator"])


def _infix_call(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """`list map f`: the method `map` of `list`."""
    left, right = entry.parts["left"](node), entry.parts["right"](node)
    if left is None:
        return expressions.other(node)
    name = _operator(expressions, node, entry)
    is_full = full or name in expressions.interesting
    positional, named, has_more = arguments(expressions, right, None, depth, is_full)
    callee = Member(expressions.lower(left, depth), name)
    return Call(callee, positional, named, expressions.line(node), has_more, not is_full)
