"""From syntax nodes to the expressions of `facts.py`, by the table of the language.

An expression is bounded in depth, in elements and in the length of what is kept as text, whatever the source holds.
What an entry of the table is, is lowered by the function of that name in `LOWERINGS`; each takes the file's
`Expressions`, the node, its entry, the depth, and whether calls below are written down with all arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tree_sitter import Node

from engines.static.reading import calls, literals, operations, strings
from engines.static.reading.facts import (
    Anonymous,
    Call,
    Constant,
    Expression,
    Index,
    Items,
    Member,
    Name,
    Other,
    Symbol,
)
from engines.static.reading.language import Language
from engines.static.reading.limits import MAX_DEPTH, MAX_ELEMENTS, MAX_OTHER
from engines.static.reading.table import Entry

_MAX_KNOWN = 50_000
_MAX_PATH = 400  # bytes of a plain name with members
_PATH = re.compile(rb"\\?[A-Za-z_$][\w$]*(?:(?:\.|\?\.|->|\?->|::|\\)[A-Za-z_][\w$]*)*")
_BETWEEN = re.compile(r"\.|\?\.|->|\?->|::|\\")

Lowering = Callable[["Expressions", Node, Entry, int, bool], Expression]


class Expressions:
    """Lowers the nodes of one file. `functions`: node id → index of the definition that it is."""

    def __init__(self, language: Language, content: bytes, functions: Mapping[int, int]) -> None:
        self.table = language.table
        self.entries = language.table.entries
        self.of = language.table.of
        self.content = content
        self.functions = functions
        self.interesting = language.interesting
        self.calls: dict[int, Call] = {}
        self._known = language.paths
        self._paths = language.table.paths

    def lower(self, node: Node, depth: int = 0, full: bool = False) -> Expression:
        """Return the expression of a node; `full`: with all arguments of the calls in it."""
        kind = node.kind_id
        if kind in self._paths:
            start, end = node.start_byte, node.end_byte
            if end - start < _MAX_PATH:
                written = self.content[start:end]
                found = self._known.get(written)
                if found is None:
                    found = self._path(written)
                if found is not None:
                    return found
        entry = self.entries.get(kind)
        if entry is None or depth > MAX_DEPTH:
            return self.other(node)
        return LOWERINGS[entry.what](self, node, entry, depth + 1, full)

    def _path(self, written: bytes) -> Expression | None:
        """Names and members that are written plainly, from their bytes, which are kept."""
        if not _PATH.fullmatch(written):
            return None
        first, *rest = _BETWEEN.split(written.decode("ascii").lstrip("\\"))
        found: Expression = Name(first.lstrip(self.table.sigils) if self.table.sigils else first)
        for name in rest[:MAX_DEPTH]:
            found = Member(found, name)
        if len(self._known) > _MAX_KNOWN:
            self._known.clear()
        self._known[written] = found
        return found

    def call(self, node: Node) -> Call | None:
        """Return the call that a node is, also where without arguments it may be a member; None if it is none."""
        return calls.called(self, node)

    def text(self, node: Node) -> str:
        """Return the source text of a node."""
        return self.content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def plain(self, node: Node) -> str:
        """Return the text of a name, or the content of a plain string."""
        entry = self.entries.get(node.kind_id)
        if entry is None:
            return self.text(node)
        if entry.what == "text":
            lowered = self.lower(node)
            return "".join(p for p in getattr(lowered, "parts", ()) if isinstance(p, str))
        return self.text(node).strip(entry.strip) if entry.strip else self.text(node)

    def what(self, node: Node) -> str | None:
        """Return what a node is by the table; None where it says nothing."""
        return self.of.get(node.kind_id)

    def entry(self, node: Node) -> Entry:
        """Return what the table says of a node that is in it."""
        return self.entries[node.kind_id]

    def part(self, node: Node, name: str) -> Node | None:
        """Return a part of a node that is in the table; None where it has none."""
        find = self.entries[node.kind_id].parts.get(name)
        return find(node) if find is not None else None

    def other(self, node: Node) -> Other:
        """Return the source text of a node, bounded: what nothing is known of."""
        written = self.content[node.start_byte : min(node.end_byte, node.start_byte + 4 * MAX_OTHER)]
        return Other(written.decode("utf-8", "ignore")[:MAX_OTHER])

    def line(self, node: Node) -> int:
        """Return the line, from 1, on which a node begins."""
        return node.start_point[0] + 1


def _name(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    fixed = entry.settings.get("text")
    return Name(fixed if fixed is not None else expressions.plain(node))


def _own(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    return Member(Name(expressions.table.own), expressions.text(node).lstrip(entry.strip))


def _member(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    name = entry.parts["name"](node)
    if name is None:
        return expressions.other(node)
    holder = entry.parts["holder"](node) if "holder" in entry.parts else None
    text = calls.bare_name(expressions, name)
    return Member(expressions.lower(holder, depth, full), text) if holder is not None else Name(text)


def _index(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """`a[b]`; several keys are items, no key is the holder alone."""
    holder, key = entry.parts["holder"](node), entry.parts["key"](node)
    if holder is None:
        return expressions.other(node)
    lowered_holder = expressions.lower(holder, depth, full)
    if key is None:
        return lowered_holder
    keys = entry.every["key"](node)
    if len(keys) > 1:
        return Index(lowered_holder, Items(tuple(expressions.lower(each, depth, full) for each in keys[:MAX_ELEMENTS])))
    lowered = expressions.lower(key, depth, full)
    if type(lowered) is Items and len(lowered.elements) == 1:
        lowered = lowered.elements[0]
    return Index(lowered_holder, lowered)


def _symbol(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    return Symbol(expressions.text(node).strip(entry.strip))


def _constant(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    return Constant(expressions.text(node)[:MAX_OTHER])


def _function(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    index = expressions.functions.get(node.id)
    return Anonymous(index) if index is not None else expressions.other(node)


def _through(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    inner = entry.parts["to"](node)
    return expressions.lower(inner, depth, full) if inner is not None else expressions.other(node)


def _shorthand(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    return Name(expressions.text(node))


def _parameter(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """A parameter where an expression stands is its name, or its type where it has none (results of Go)."""
    inner = entry.parts["name"](node)
    if inner is None and "type" in entry.parts:
        inner = entry.parts["type"](node)
    return expressions.lower(inner, depth, full) if inner is not None else expressions.other(node)


def _other(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    return expressions.other(node)


LOWERINGS: Mapping[str, Lowering] = {
    "name": _name,
    "own": _own,
    "member": _member,
    "index": _index,
    "call": calls.lowered,
    "arguments": literals.items,
    "keyword": literals.keyword,
    "spread": _other,
    "text": strings.text,
    "joined": strings.joined,
    "symbol": _symbol,
    "constant": _constant,
    "operation": operations.operation,
    "items": literals.items,
    "pairs": literals.pairs,
    "pair": literals.pair,
    "shorthand": _shorthand,
    "function": _function,
    "through": _through,
    "parameter": _parameter,
    "nothing": _other,
}
