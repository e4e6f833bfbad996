"""From syntax nodes to the expressions of `facts.py`, by the table of the language.

An expression is bounded in depth, in elements and in the length of what is kept as text, whatever the source holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tree_sitter import Node

from engines.static.reading.facts import (
    Anonymous,
    Call,
    Constant,
    Expression,
    Index,
    Items,
    Member,
    Name,
    Operation,
    Other,
    Pairs,
    Symbol,
    Text,
)
from engines.static.reading.language import Language
from engines.static.reading.strings import text_parts
from engines.static.reading.table import Entry

_MAX_DEPTH = 40
_MAX_ELEMENTS = 200
_MAX_TERMS = 60
_MAX_OTHER = 80
_MAX_KNOWN = 50_000
_PATH = re.compile(rb"\\?[A-Za-z_$][\w$]*(?:(?:\.|\?\.|->|\?->|::|\\)[A-Za-z_][\w$]*)*")
_BETWEEN = re.compile(r"\.|\?\.|->|\?->|::|\\")

Arguments = tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...], bool]


class Expressions:
    """Lowers the nodes of one file. `functions`: node id → index of the definition that it is."""

    def __init__(self, language: Language, content: bytes, functions: Mapping[int, int]) -> None:
        self.table = language.table
        self.content = content
        self.functions = functions
        self.interesting = language.interesting
        self._entries = language.table.entries
        self._lowering = {
            id_: getattr(self, f"_as_{entry.what}", self._other) for id_, entry in language.table.entries.items()
        }
        self._handed = language.table.kinds("name", "member", "own", "function")
        self._paths = language.table.kinds("name", "member")
        self._known = language.paths
        self._calls: dict[int, Call] = {}

    def lower(self, node: Node, depth: int = 0, full: bool = False) -> Expression:
        """Return the expression of a node; `full`: with all arguments of the calls in it."""
        kind = node.kind_id
        if kind in self._paths:
            found = self._path(node)
            if found is not None:
                return found
        lowering = self._lowering.get(kind)
        if lowering is None or depth > _MAX_DEPTH:
            return self._other(node)
        return lowering(node, self._entries[kind], depth + 1, full)

    def call(self, node: Node) -> Call | None:
        """Return the call that a node is, also where without arguments it may be a member; None if it is none."""
        entry = self._entries.get(node.kind_id)
        if entry is not None and entry.what == "through":
            return self._inner_call(node, entry)
        if entry is None or entry.what != "call":
            found = self.lower(node)
            if isinstance(found, Name | Member):  # called without brackets
                return Call(found, (), (), self.line(node), False, True)
            return found if isinstance(found, Call) else None
        return self._whole_call(node, entry, 1, False)

    def text(self, node: Node) -> str:
        """Return the source text of a node."""
        return self.content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def plain(self, node: Node) -> str:
        """Return the text of a name, or the content of a plain string."""
        entry = self._entries.get(node.kind_id)
        if entry is not None and entry.what == "text":
            lowered = self.lower(node)
            return "".join(p for p in lowered.parts if isinstance(p, str)) if isinstance(lowered, Text) else ""
        return self.text(node).strip(entry.settings.get("strip", "")) if entry is not None else self.text(node)

    def what(self, node: Node) -> str | None:
        """Return the kind of a node in the table."""
        return self.table.of.get(node.kind_id)

    def entry(self, node: Node) -> Entry:
        """Return what the table says of a node that is in it."""
        return self._entries[node.kind_id]

    def part(self, node: Node, name: str) -> Node | None:
        """Return a part of a node that is in the table; None where it has none."""
        find = self._entries[node.kind_id].parts.get(name)
        return find(node) if find is not None else None

    def line(self, node: Node) -> int:
        """Return the line, from 1, on which a node begins."""
        return node.start_point[0] + 1

    # ── names ─────────────────────────────────────────────────────────────────────────────────────────

    def _path(self, node: Node) -> Expression | None:
        """Names and members that are written plainly, from their bytes."""
        written = self.content[node.start_byte : node.end_byte]
        found = self._known.get(written)
        if found is None and _PATH.fullmatch(written):
            first, *rest = _BETWEEN.split(written.decode("ascii").lstrip("\\"))
            found = Name(first.lstrip(self.table.sigils) if self.table.sigils else first)
            for name in rest[:_MAX_DEPTH]:
                found = Member(found, name)
            if len(self._known) > _MAX_KNOWN:
                self._known.clear()
            self._known[written] = found
        return found

    def _as_name(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        fixed = entry.settings.get("text")
        return Name(fixed if fixed is not None else self.text(node).strip(entry.settings.get("strip", "")))

    def _as_own(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        return Member(Name(self.table.own), self.text(node).lstrip(entry.settings.get("strip", "")))

    def _as_member(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        name = entry.parts["name"](node)
        if name is None:
            return self._other(node)
        holder = entry.parts["holder"](node) if "holder" in entry.parts else None
        called = self._called(name)
        return Member(self.lower(holder, depth, full), called) if holder is not None else Name(called)

    def _called(self, node: Node) -> str:
        """The name that a node is, without the types that it is given: `Query<Order>`."""
        entry = self._entries.get(node.kind_id)
        if entry is not None and entry.what == "index":
            holder = entry.parts["holder"](node)
            return self.text(holder) if holder is not None else self.text(node)
        return self.text(node)

    def _as_index(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        holder, key = entry.parts["holder"](node), entry.parts["key"](node)
        if holder is None:
            return self._other(node)
        if key is None:
            return self.lower(holder, depth, full)
        keys = entry.every["key"](node)
        if len(keys) > 1:
            lowered: Expression = Items(tuple(self.lower(each, depth, full) for each in keys[:_MAX_ELEMENTS]))
        else:
            lowered = self.lower(key, depth, full)
            if isinstance(lowered, Items) and len(lowered.elements) == 1:
                lowered = lowered.elements[0]
        return Index(self.lower(holder, depth, full), lowered)

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────

    def _as_call(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        if "literal" in entry.settings and isinstance(self._callee(node, entry, depth, full), Other):
            given = entry.parts["arguments"](node)
            return self.lower(given, depth, full) if given is not None else self._other(node)
        if "bare" in entry.settings and not self._given(node, entry):
            return self._callee(node, entry, depth, full) or self._other(node)
        return self._whole_call(node, entry, depth, full) or self._other(node)

    def _inner_call(self, node: Node, entry: Entry) -> Call | None:
        inner = entry.parts["to"](node)
        return self.call(inner) if inner is not None else None

    def _given(self, node: Node, entry: Entry) -> bool:
        return any(key in entry.parts and entry.parts[key](node) is not None for key in ("arguments", "block"))

    def _callee(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression | None:
        if "callee" in entry.parts:
            called = entry.parts["callee"](node)
            if called is None:
                return None
            return self.lower(called, depth)
        name = entry.parts["name"](node)
        if name is None:
            return None
        holder = entry.parts["holder"](node) if "holder" in entry.parts else None
        if holder is not None:
            return Member(self.lower(holder, depth), self._called(name))
        return self.lower(name, depth) if name.kind_id in self._entries else Name(self.text(name))

    def _whole_call(self, node: Node, entry: Entry, depth: int, full: bool) -> Call | None:
        known = self._calls.get(node.id)
        if known is not None and not (full and known.is_thin):
            return known
        callee = self._callee(node, entry, depth, full)
        if callee is None:
            return None
        if isinstance(callee, Index):  # a type or function with types: `new List<X>()`
            callee = callee.holder
        given = entry.parts["arguments"](node) if "arguments" in entry.parts else None
        block = entry.parts["block"](node) if "block" in entry.parts else None
        if "curried" in entry.settings and isinstance(callee, Call) and self._is_block_alone(given, block):
            trailing = self.lower(block if block is not None else given, depth, full)
            found = Call(
                callee.callee,
                (*callee.positional, trailing),
                callee.named,
                callee.line,
                callee.has_more,
                callee.is_thin,
            )
        else:
            last = callee.name if type(callee) is Member else callee.text if type(callee) is Name else None
            is_full = full or last in self.interesting
            positional, named, has_more = self._all_arguments(given, block, depth, is_full)
            found = Call(callee, positional, named, node.start_point[0] + 1, has_more, not is_full)
        self._calls[node.id] = found
        return found

    def _is_block_alone(self, given: Node | None, block: Node | None) -> bool:
        only = given if given is not None else block
        return only is not None and (given is None or block is None) and self.what(only) == "function"

    def _all_arguments(self, given: Node | None, block: Node | None, depth: int, is_full: bool) -> Arguments:
        positional: list[Expression] = []
        named: list[tuple[str, Expression]] = []
        has_more = False
        if given is not None:
            children = given.named_children if self.what(given) == "arguments" else [given]
            for child in children[:_MAX_ELEMENTS]:
                what = self.table.of.get(child.kind_id)
                if what == "spread":
                    has_more = True
                    continue
                name, value = self._keyword(child) if what in ("keyword", "pair") else (None, child)
                if value is not None and self.table.of.get(value.kind_id) == "spread":
                    has_more = True
                    continue
                if value is None or value.is_extra or not (is_full or value.kind_id in self._handed):
                    continue
                if name is not None:
                    named.append((name, self.lower(value, depth, is_full)))
                elif not has_more:
                    positional.append(self.lower(value, depth, is_full))
        if block is not None:
            positional.append(self.lower(block, depth, is_full))
        return tuple(positional), tuple(named), has_more

    def _keyword(self, node: Node) -> tuple[str | None, Node | None]:
        """The name and the value of an argument; where both are the same node, it has no name."""
        entry = self._entries[node.kind_id]
        value = entry.parts["value"](node)
        find = entry.parts.get("name") or entry.parts.get("key")
        name = find(node) if find is not None else None
        if name is None or value is None or name.id == value.id:
            return None, value
        if entry.what == "pair" and self.what(name) == "text":  # `get "/x" => "orders#show"` hands over a map
            return None, node
        return self.plain(name), value

    # ── texts, operations, collections ────────────────────────────────────────────────────────────────

    def _as_text(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        return text_parts(self, node, entry, depth, full)

    def _as_joined(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        parts: list[str | Expression] = []
        for child in node.named_children[:_MAX_ELEMENTS]:
            lowered = self.lower(child, depth, full)
            if isinstance(lowered, Text):
                parts += lowered.parts
        return Text(tuple(parts))

    def _as_symbol(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        return Symbol(self.text(node).strip(entry.settings.get("strip", "")))

    def _as_constant(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        return Constant(self.text(node)[:_MAX_OTHER])

    def _as_operation(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        """The leftmost operand and what is joined to it, without recursion: sums of many terms are common."""
        if "calls" in entry.settings and self._operator(node, entry)[:1].isalpha():
            return self._infix_call(node, entry, depth, full)
        rights: list[tuple[str, Node]] = []
        left: Node | None = node
        while left is not None and left.kind_id == node.kind_id:
            operator = self._operator(left, entry)
            if operator not in entry.settings.get("first_of", ()):
                right = entry.parts["right"](left)
                if operator not in entry.settings.get("keeps", (operator,)) or right is None:
                    break
                rights.append((operator, right))
            left = entry.parts["left"](left)
        if left is None or (left.id == node.id):
            return self._other(node)
        inner = min(depth + len(rights[-_MAX_TERMS:]), _MAX_DEPTH)  # each term is one level more
        found = self._other(left) if left.kind_id == node.kind_id else self.lower(left, inner, full)
        for operator, right in reversed(rights[-_MAX_TERMS:]):
            found = Operation(operator, found, self.lower(right, depth, full))
        return found

    def _infix_call(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        """`list map f`: the method `map` of `list`."""
        left, right = entry.parts["left"](node), entry.parts["right"](node)
        if left is None:
            return self._other(node)
        name = self._operator(node, entry)
        is_full = full or name in self.interesting
        positional, named, has_more = self._all_arguments(right, None, depth, is_full)
        callee = Member(self.lower(left, depth), name)
        return Call(callee, positional, named, self.line(node), has_more, not is_full)

    def is_kept(self, node: Node) -> bool:
        """Return whether an operation is one that may join texts."""
        entry = self._entries[node.kind_id]
        return self._operator(node, entry) in entry.settings.get("keeps", ())

    def _operator(self, node: Node, entry: Entry) -> str:
        find = entry.parts.get("operator")
        found = find(node) if find is not None else None
        return self.text(found) if found is not None else str(entry.settings["operator"])

    def _as_items(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        children = [child for child in node.named_children[:_MAX_ELEMENTS] if not child.is_extra]
        if any(self.table.of.get(child.kind_id) == "pair" for child in children):
            pairs = self._as_pairs(node, entry, depth, full)
            if pairs.entries:
                return pairs
        if len(children) == 1 and "single" in entry.settings:
            return self.lower(children[0], depth, full)
        return Items(tuple(self.lower(child, depth, full) for child in children))

    def _as_arguments(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        return self._as_items(node, entry, depth, full)

    def _as_pairs(self, node: Node, entry: Entry, depth: int, full: bool) -> Pairs:
        entries: list[tuple[Expression, Expression]] = []
        for child in node.named_children[:_MAX_ELEMENTS]:
            match self.table.of.get(child.kind_id):
                case "pair" | "keyword":
                    entries += self._pair(child, depth, full)
                case "shorthand":
                    entries.append((Text((self.text(child),)), Name(self.text(child))))
                case "through":
                    inner = self._entries[child.kind_id].parts["to"](child)
                    if inner is not None and self.what(inner) == "shorthand":
                        entries.append((Text((self.text(inner),)), Name(self.text(inner))))
                case "function":
                    lowered = self.lower(child, depth, full)
                    name = child.child_by_field_name("name")
                    if name is not None:
                        entries.append((Text((self.text(name),)), lowered))
        return Pairs(tuple(entries))

    def _as_pair(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        pair = self._pair(node, depth, full)
        return Pairs(tuple(pair)) if pair else self._as_keyword(node, entry, depth, full)

    def _as_keyword(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        value = entry.parts["value"](node)
        return self.lower(value, depth, full) if value is not None else self._other(node)

    def _pair(self, node: Node, depth: int, full: bool) -> list[tuple[Expression, Expression]]:
        entry = self._entries[node.kind_id]
        find = entry.parts.get("key") or entry.parts.get("name")
        key, value = find(node) if find is not None else None, entry.parts["value"](node)
        if key is None or value is None or key.id == value.id:
            return []
        # A key that is no expression of the language is the text that it is written as: `{name: 1}`.
        lowered = self.lower(key, depth, full) if key.kind_id in self._entries else Text((self.text(key),))
        return [(lowered, self.lower(value, depth, full))]

    # ── the rest ──────────────────────────────────────────────────────────────────────────────────────

    def _as_function(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        index = self.functions.get(node.id)
        return Anonymous(index) if index is not None else self._other(node)

    def _as_through(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        inner = entry.parts["to"](node)
        return self.lower(inner, depth, full) if inner is not None else self._other(node)

    def _as_shorthand(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        return Name(self.text(node))

    def _as_parameter(self, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
        inner = entry.parts["name"](node)
        if inner is None and "type" in entry.parts:
            inner = entry.parts["type"](node)
        return self.lower(inner, depth, full) if inner is not None else self._other(node)

    def _other(self, node: Node, *_: object) -> Expression:
        written = self.content[node.start_byte : min(node.end_byte, node.start_byte + 4 * _MAX_OTHER)]
        return Other(written.decode("utf-8", "ignore")[:_MAX_OTHER])
