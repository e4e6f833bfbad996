"""Lists and maps as they are written, and the patterns that look like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from engines.static.reading.facts import Expression, Items, Name, Pairs, Text
from engines.static.reading.limits import MAX_ELEMENTS
from engines.static.reading.table import Entry

if TYPE_CHECKING:
    from engines.static.reading.expressions import Expressions

Entries = list[tuple[Expression, Expression]]


def items(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """Return a list; with entries that have keys it is a map."""
    children = [child for child in node.named_children[:MAX_ELEMENTS] if not child.is_extra]
    if any(expressions.of.get(child.kind_id) == "pair" for child in children):
        found = pairs(expressions, node, entry, depth, full)
        if found.entries:
            return found
    if len(children) == 1 and "single" in entry.settings:
        return expressions.lower(children[0], depth, full)
    return Items(tuple([expressions.lower(child, depth, full) for child in children]))


def pairs(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Pairs:
    """Return a map with the entries of which the key is written down."""
    found: Entries = []
    for child in node.named_children[:MAX_ELEMENTS]:
        what = expressions.of.get(child.kind_id)
        if what == "through":  # `{a = 1}`: a shorthand with a default
            inner = expressions.part(child, "to")
            child, what = (inner, expressions.what(inner)) if inner is not None else (child, None)
        if what in ("pair", "keyword"):
            found += _entry(expressions, child, depth, full)
        elif what == "shorthand":
            name = expressions.text(child)
            found.append((Text((name,)), Name(name)))
        elif what == "function":
            named = child.child_by_field_name("name")
            if named is not None:
                found.append((Text((expressions.text(named),)), expressions.lower(child, depth, full)))
    return Pairs(tuple(found))


def pair(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """Return a map of one entry; without a key, its value."""
    found = _entry(expressions, node, depth, full)
    return Pairs(tuple(found)) if found else keyword(expressions, node, entry, depth, full)


def keyword(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """Return the value of a named argument."""
    value = entry.parts["value"](node)
    return expressions.lower(value, depth, full) if value is not None else expressions.other(node)


def _entry(expressions: Expressions, node: Node, depth: int, full: bool) -> Entries:
    parts = expressions.entries[node.kind_id].parts
    find = parts.get("key") or parts.get("name")
    key, value = find(node) if find is not None else None, parts["value"](node)
    if key is None or value is None or key.id == value.id:
        return []
    # A key that is no expression of the language is the text that it is written as: `{name: 1}`.
    known = key.kind_id in expressions.entries
    lowered = expressions.lower(key, depth, full) if known else Text((expressions.text(key),))
    return [(lowered, expressions.lower(value, depth, full))]
