"""Calls: what is called, with which arguments, written in the ways of many grammars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from engines.static.reading.facts import Call, Expression, Index, Member, Name, Other
from engines.static.reading.limits import MAX_ELEMENTS
from engines.static.reading.table import Entry

if TYPE_CHECKING:
    from engines.static.reading.expressions import Expressions

Arguments = tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...], bool]
_NONE: Arguments = ((), (), False)
_NAMED = ("keyword", "pair")
_LEFT_OUT = Other("")  # stands for an argument that is not written down, so that those behind it keep their positions


def called(expressions: Expressions, node: Node) -> Call | None:
    """Return the call that a node is; a name or member alone is called without brackets."""
    entry = expressions.entries.get(node.kind_id)
    if entry is not None and entry.what == "call":
        return _whole(expressions, node, entry, 1, False)
    found = expressions.lower(node)
    if isinstance(found, Name | Member):
        return Call(found, (), (), expressions.line(node), False, True)
    return found if isinstance(found, Call) else None


def lowered(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """Return what a call is as an expression; without arguments it may be a member (`bare`)."""
    settings, parts = entry.settings, entry.parts
    if "literal" in settings and isinstance(_callee(expressions, node, entry, depth), Other):
        given = parts["arguments"](node)
        return expressions.lower(given, depth, full) if given is not None else expressions.other(node)
    if "bare" in settings and all(key not in parts or parts[key](node) is None for key in ("arguments", "block")):
        return _callee(expressions, node, entry, depth) or expressions.other(node)
    return _whole(expressions, node, entry, depth, full) or expressions.other(node)


def bare_name(expressions: Expressions, node: Node) -> str:
    """Return the name that a node is, without the types that it is given: `Query<Order>`."""
    entry = expressions.entries.get(node.kind_id)
    if entry is not None and entry.what == "index":
        holder = entry.parts["holder"](node)
        return expressions.text(holder if holder is not None else node)
    return expressions.text(node)


def _callee(expressions: Expressions, node: Node, entry: Entry, depth: int) -> Expression | None:
    parts = entry.parts
    if "named" in entry.settings:
        return Name(entry.settings["named"])
    if "callee" in parts:
        callee = parts["callee"](node)
        return expressions.lower(callee, depth) if callee is not None else None
    name = parts["name"](node)
    if name is None:
        return None
    holder = parts["holder"](node) if "holder" in parts else None
    if holder is not None:
        return Member(expressions.lower(holder, depth), bare_name(expressions, name))
    return expressions.lower(name, depth) if name.kind_id in expressions.entries else Name(expressions.text(name))


def _whole(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Call | None:
    known = expressions.calls.get(node.id)
    if known is not None and not (full and known.is_thin):
        return known
    callee = _callee(expressions, node, entry, depth)
    if callee is None:
        return None
    if type(callee) is Index:  # with types: `new List<X>()`
        callee = callee.holder
    parts = entry.parts
    given = parts["arguments"](node) if "arguments" in parts else None
    block = parts["block"](node) if "block" in parts else None
    if "curried" in entry.settings and type(callee) is Call and (trailing := _alone(expressions, given, block)):
        positional = (*callee.positional, expressions.lower(trailing, depth, full))
        found = Call(callee.callee, positional, callee.named, callee.line, callee.has_more, callee.is_thin)
    else:
        last = callee.name if type(callee) is Member else callee.text if type(callee) is Name else None
        is_full = full or last in expressions.interesting
        positional, named, has_more = arguments(expressions, given, block, depth, is_full)
        found = Call(callee, positional, named, node.start_point[0] + 1, has_more, not is_full)
    expressions.calls[node.id] = found
    return found


def _alone(expressions: Expressions, given: Node | None, block: Node | None) -> Node | None:
    """The function that is all that a call hands over."""
    if given is not None and block is not None:
        return None
    only = given if given is not None else block
    return only if only is not None and expressions.what(only) == "function" else None


def arguments(expressions: Expressions, given: Node | None, block: Node | None, depth: int, is_full: bool) -> Arguments:
    """Return positional and named arguments and whether more follow; if not `is_full`, only what is handed over."""
    if given is None and block is None:
        return _NONE
    positional: list[Expression] = []
    named: list[tuple[str, Expression]] = []
    has_more = False
    if given is not None:
        of, handed = expressions.of, expressions.table.handed
        children = given.named_children if of.get(given.kind_id) == "arguments" else [given]
        for child in children[:MAX_ELEMENTS]:
            kind = child.kind_id
            name, value = None, child
            what = of.get(kind)
            if what in _NAMED:
                find = expressions.entries[kind].parts["value"]
                value = find(child)
                if value is None:
                    continue
                kind = value.kind_id
                what = of.get(kind)
                if is_full or kind in handed:
                    name, value = _named(expressions, child, value)
            if what == "spread":
                has_more = True
            elif (is_full and not child.is_extra) or kind in handed:
                if name is not None:
                    named.append((name, expressions.lower(value, depth, is_full)))
                elif not has_more:
                    positional.append(expressions.lower(value, depth, is_full))
            elif not (has_more or child.is_extra or (value is not child and name is not None)):
                positional.append(_in_place(expressions, value, depth) if what == "call" else _LEFT_OUT)
    while positional and positional[-1] is _LEFT_OUT:
        positional.pop()
    if block is not None:
        positional.append(expressions.lower(block, depth, is_full))
    return tuple(positional), tuple(named), has_more


def _in_place(expressions: Expressions, node: Node, depth: int) -> Expression:
    """A call among arguments that are not written down: `register(app.group("/x"))` hands over what is interesting."""
    found = expressions.lower(node, depth)
    return found if type(found) is Call and not found.is_thin else _LEFT_OUT


def _named(expressions: Expressions, node: Node, value: Node) -> tuple[str | None, Node]:
    """The name of an argument and its value; where both are one node, it has no name."""
    entry = expressions.entries[node.kind_id]
    find = entry.parts.get("name") or entry.parts.get("key")
    name = find(node) if find is not None else None
    if name is None or name.id == value.id:
        return None, value
    if entry.what == "pair" and expressions.what(name) == "text":  # `get "/x" => "orders#show"` hands over a map
        return None, node
    return expressions.plain(name), value
