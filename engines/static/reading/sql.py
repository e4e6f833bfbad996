"""Texts that begin like an SQL statement, each as the largest expression that is one text."""

from __future__ import annotations

import re

from tree_sitter import Node

from engines.static.reading.definitions import Scopes
from engines.static.reading.facts import Site
from engines.static.reading.language import Language
from engines.static.reading.operations import is_kept

_WORDS = rb"(?i:select|insert|update|delete|replace|merge|drop|truncate|alter|create|with)(?=[\s\"'`\\])"
_AFTER_QUOTE = re.compile(rb"[\"'`](?:[\s(]|\\[nrt])*" + _WORDS)
_HERE_DOCUMENT = re.compile(rb"<<[-~<]?[ \t]{0,4}[\"']?\w{1,80}[\"']?[^\n]{0,200}\n\s*" + _WORDS)
_MAX_UP = 4
_MAX_TEXTS = 2_000  # in one file
_MAX_OUTWARDS = 200


def sql_texts(language: Language, scopes: Scopes, root: Node, content: bytes) -> list[Site]:
    """Return the texts of a file that begin like SQL; one that stands alone as a statement is documentation."""
    expressions, found, seen = scopes.expressions, [], set()
    alone = language.settings.get("texts", {}).get("alone_in", ())
    beginnings = [match.end() - 1 for match in _AFTER_QUOTE.finditer(content)]
    if b"<<" in content:
        beginnings += [match.end() - 1 for match in _HERE_DOCUMENT.finditer(content)]
    for place in sorted(set(beginnings))[:_MAX_TEXTS]:
        text = _text_at(scopes, root, place)
        if text is None:
            continue
        whole, parent = _outermost(language, scopes, text)
        if whole.id in seen or parent is None or parent.type in alone:
            continue
        seen.add(whole.id)
        found.append(Site(scopes.at(whole.start_byte), expressions.lower(whole, full=True), expressions.line(whole)))
    return found


def _text_at(scopes: Scopes, root: Node, place: int) -> Node | None:
    node = root.descendant_for_byte_range(place, place)
    for _ in range(_MAX_UP):
        if node is None or scopes.expressions.what(node) == "text":
            return node
        node = node.parent
    return None


def _outermost(language: Language, scopes: Scopes, node: Node) -> tuple[Node, Node | None]:
    """The largest expression that puts a text together with others into one, and what holds it."""
    expressions = scopes.expressions
    for _ in range(_MAX_OUTWARDS):
        parent = node.parent
        if parent is None:
            return node, None
        match expressions.what(parent):
            case "joined":
                node = parent
            case "through" if not _is_assignment(parent):
                node = parent
            case "operation" if is_kept(expressions, parent):
                node = parent
            case "member" | "call":
                outer = _method_call(language, scopes, node, parent)
                if outer is None:
                    return node, parent
                node = outer
            case _:
                return node, parent
    return node, node.parent


def _is_assignment(node: Node) -> bool:
    return node.child_by_field_name("left") is not None or node.child_by_field_name("name") is not None


def _method_call(language: Language, scopes: Scopes, holder: Node, parent: Node) -> Node | None:
    """The call of a text's own method (`"…".format(…)`) whose receiver is `holder`."""
    expressions = scopes.expressions
    if expressions.what(parent) == "member":
        called, call = expressions.part(parent, "name"), parent.parent
        if call is None or expressions.what(call) != "call" or expressions.part(call, "callee") != parent:
            return None
    else:
        called, call = expressions.part(parent, "name"), parent
    receiver = expressions.part(parent, "holder")
    if called is None or receiver is None or receiver != holder:
        return None
    return call if expressions.text(called) in language.text_methods else None
