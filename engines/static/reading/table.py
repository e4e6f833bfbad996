"""The table of expressions of a language (`expressions` of language.yaml), compiled for its grammar.

A part of a node is named by steps joined by '/': a field of the grammar, a position among the named children (from the
end where negative), a node type, or a place beside the node: `previous(TYPE)` and `next(TYPE)` siblings, `next(=)` what
stands behind that sign, `following(TYPE)` the first such sibling of the node or of what surrounds it. A list holds
alternatives; the first that is there counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tree_sitter import Language as Grammar
from tree_sitter import Node

_MAX_OUTWARDS = 8

Part = Callable[[Node], Node | None]
Parts = Callable[[Node], list[Node]]
Written = str | int | Sequence[str | int]


class TableError(Exception):
    """An entry of the table does not fit the grammar; the message is one sentence."""


class Entry:
    """What one node type is: `what` is its kind, `parts` find its parts, `settings` is the entry as written."""

    __slots__ = ("every", "parts", "patterns", "settings", "strip", "what")

    def __init__(self, grammar: Grammar, name: str, settings: Mapping[str, Any]) -> None:
        self.what: str = settings["is"]
        self.settings = settings
        self.strip: str = settings.get("strip", "")
        self.parts: dict[str, Part] = {}
        self.every: dict[str, Parts] = {}
        self.patterns: dict[str, re.Pattern[bytes]] = {}
        for key in ("holder", "name", "key", "callee", "arguments", "block", "value", "left", "right", "to", "type",
                    "default", "decorators", "body"):  # fmt: skip
            if key in settings:
                self.parts[key] = part(grammar, name, settings[key])
        for key in ("name", "key", "decorators"):
            if key in settings:
                self.every[key] = every(grammar, name, settings[key])
        for key in ("interpolates", "raw", "constant"):
            if isinstance(settings.get(key), str):
                self.patterns[key] = re.compile(settings[key].encode())
        if isinstance(settings.get("variadic"), str | int) and settings["variadic"] not in (True, False):
            self.parts["variadic"] = part(grammar, name, settings["variadic"])
        operator = settings.get("operator")
        if operator is not None and grammar.field_id_for_name(str(operator)):
            self.parts["operator"] = part(grammar, name, operator)


class Table:
    """Node kinds of a grammar → entries.

    `paths`: kinds of names and members; `handed`: of what is handed over as it is, names and functions.
    """

    def __init__(self, grammar: Grammar, settings: Mapping[str, Any], siblings: Sequence[Grammar] = ()) -> None:
        """`siblings`: other grammars of the language, which may have node types that this one lacks."""
        self.entries: dict[int, Entry] = {}
        for name, entry in settings["expressions"].items():
            is_of_sibling = any(each.id_for_node_kind(name, True) for each in siblings)
            if grammar.id_for_node_kind(name, True) or not is_of_sibling:
                self.entries[kind(grammar, name)] = Entry(grammar, name, entry)
        self.receivers = frozenset(settings.get("receivers", ()))
        self.own = next(iter(settings.get("receivers", ())), "self")
        self.sigils = "".join(e.settings.get("strip", "") for e in self.entries.values() if e.what == "name")
        self.of = {id_: entry.what for id_, entry in self.entries.items()}
        self.paths = self.kinds("name", "member")
        self.handed = self.kinds("name", "member", "own", "function")

    def kinds(self, *whats: str) -> frozenset[int]:
        """Return the node kinds that are one of these."""
        return frozenset(id_ for id_, what in self.of.items() if what in whats)


def kind(grammar: Grammar, name: str) -> int:
    """Return the id of a named node type."""
    found = grammar.id_for_node_kind(name, True)
    if not found:
        raise TableError(f"the grammar has no node type {name!r}.")
    return found


def part(grammar: Grammar, entry: str, written: Written) -> Part:
    """Return a function that finds the part of a node."""
    if isinstance(written, str | int):
        steps = [_step(grammar, entry, step) for step in str(written).split("/")]
        return steps[0] if len(steps) == 1 else _chain(steps)
    return _first([part(grammar, entry, each) for each in written])


def every(grammar: Grammar, entry: str, written: Written) -> Parts:
    """Return a function that finds all parts of a node that are at a place."""
    alternatives = [written] if isinstance(written, str | int) else list(written)
    found: list[Parts] = []
    for each in alternatives:
        *before, last = str(each).split("/")
        find = part(grammar, entry, "/".join(before)) if before else None
        found.append(_all_at(grammar, entry, last, find))
    return lambda node: next((nodes for each in found if (nodes := each(node))), [])


def _all_at(grammar: Grammar, entry: str, step: str, before: Part | None) -> Parts:
    single = _step(grammar, entry, step)
    field, wanted = grammar.field_id_for_name(step), grammar.id_for_node_kind(step, True)

    def find(node: Node) -> list[Node]:
        start = before(node) if before is not None else node
        if start is None:
            return []
        if field and (nodes := start.children_by_field_id(field)):
            return nodes
        if wanted:
            return [child for child in start.named_children if child.kind_id == wanted]
        found = None if field else single(start)
        return [found] if found is not None else []

    return find


def _chain(steps: Sequence[Part]) -> Part:
    def find(node: Node) -> Node | None:
        found: Node | None = node
        for step in steps:
            if found is None:
                return None
            found = step(found)
        return found

    return find


def _first(alternatives: Sequence[Part]) -> Part:
    def find(node: Node) -> Node | None:
        return next((found for each in alternatives if (found := each(node)) is not None), None)

    return find


def _step(grammar: Grammar, entry: str, step: str) -> Part:
    if re.fullmatch(r"-?\d+", step):
        return _position(int(step))
    beside = re.fullmatch(r"(previous|next|following)\((.+)\)", step)
    if beside:
        if beside[2].isidentifier() and not grammar.id_for_node_kind(beside[2], True):
            raise TableError(f"at {entry}: the grammar has no node type {beside[2]!r}.")
        return {"previous": _previous, "next": _next, "following": _following}[beside[1]](beside[2])
    field, wanted = grammar.field_id_for_name(step), grammar.id_for_node_kind(step, True)
    if field and wanted:  # `modifiers` of Java: a field of some nodes, a child of others
        return lambda node: node.child_by_field_id(field) or _child(node, wanted)
    if field:
        return lambda node: node.child_by_field_id(field)
    if not wanted:
        raise TableError(f"at {entry}: the grammar has neither a field nor a node type {step!r}.")
    return lambda node: _child(node, wanted)


def _child(node: Node, kind: int) -> Node | None:
    return next((child for child in node.named_children if child.kind_id == kind), None)


def _previous(kind: str) -> Part:
    def find(node: Node) -> Node | None:
        found = node.prev_named_sibling
        return found if found is not None and found.type == kind else None

    return find


def _next(kind: str) -> Part:
    def find(node: Node) -> Node | None:
        found = node.next_sibling
        if found is None or found.type != kind:
            return None
        return found if found.is_named else found.next_named_sibling

    return find


def _following(kind: str) -> Part:
    def find(node: Node) -> Node | None:
        around: Node | None = node
        for _ in range(_MAX_OUTWARDS):
            sibling = around.next_named_sibling if around is not None else None
            while sibling is not None and sibling.type != kind:
                sibling = sibling.next_named_sibling
            if sibling is not None or around is None:
                return sibling
            around = around.parent
        return None

    return find


def _position(position: int) -> Part:
    def find(node: Node) -> Node | None:
        at = position if position >= 0 else node.named_child_count + position
        found = node.named_child(at) if 0 <= at < node.named_child_count else None
        if found is not None and found.is_extra:  # a comment
            children = [child for child in node.named_children if not child.is_extra]
            found = children[position] if -len(children) <= position < len(children) else None
        return found

    return find
