"""Texts of a source: what stands between the quotes, with escapes read and interpolations as expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from engines.static.reading.facts import Constant, Expression, Text
from engines.static.reading.table import Entry

if TYPE_CHECKING:
    from engines.static.reading.expressions import Expressions

_OPEN = re.compile(rb"\A[A-Za-z@$#]*(\"\"\"|'''|[\"'`])")
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f", "v": "\v", "\n": "", "\r\n": ""}
_MAX_TEXT = 20_000
_MAX_PIECES = 200


def text(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """Return the text that a node is; bytes and the like are constants."""
    content, patterns = expressions.content, entry.patterns
    start, end = node.start_byte, node.end_byte
    written = content[start:end]
    constant = patterns.get("constant")
    if constant is not None and constant.search(written):
        return Constant(written[:80].decode("utf-8", "ignore"))
    raw = patterns.get("raw")
    is_raw = entry.settings.get("raw") is True or (raw is not None and raw.search(written) is not None)
    start, end = _inside(node, entry, written, start, end)
    pieces: list[str | Expression] = []
    interpolates = patterns.get("interpolates")
    if interpolates is not None and interpolates.search(written):
        doubled = entry.settings.get("doubled", "")
        body = entry.parts["body"](node) if "body" in entry.parts else node
        for child in (body or node).children[:_MAX_PIECES]:
            if child.end_byte <= start or child.start_byte >= end:
                continue  # quotes
            what = expressions.of.get(child.kind_id)
            if child.is_named and what is None:
                continue  # a piece of the text
            pieces.append(_read(content[start : child.start_byte], is_raw, doubled))
            if what is not None and what != "nothing":
                pieces.append(expressions.lower(child, depth, full))
            start = child.end_byte
        pieces.append(_read(content[start:end], is_raw, doubled))
        return Text(tuple(piece for piece in pieces if piece != ""))
    whole = _read(content[start:end], is_raw, "")
    return Text((whole,)) if whole else Text(())


def joined(expressions: Expressions, node: Node, entry: Entry, depth: int, full: bool) -> Expression:
    """Return texts that stand beside each other as one."""
    parts: list[str | Expression] = []
    for child in node.named_children[:_MAX_PIECES]:
        lowered = expressions.lower(child, depth, full)
        if isinstance(lowered, Text):
            parts += lowered.parts
    return Text(tuple(parts))


def _inside(node: Node, entry: Entry, written: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the text itself stands."""
    if "body" in entry.parts:
        body = entry.parts["body"](node)
        if body is None:
            return end, end
        written = body.text or b""
        start, end = body.start_byte, body.end_byte
    opened = _OPEN.match(written)
    if opened:
        quotes = opened[1]
        if "body" not in entry.parts or (quotes and written.endswith(quotes)):
            return start + opened.end(), max(start + opened.end(), end - len(quotes))
        return start, end
    children = node.children
    if len(children) > 1 and not children[0].is_named and not children[-1].is_named:
        return children[0].end_byte, children[-1].start_byte
    return start, end


def _read(piece: bytes, is_raw: bool, doubled: str) -> str:
    text = piece[:_MAX_TEXT].decode("utf-8", "ignore")
    if not is_raw and "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
        if any("\ud800" <= sign <= "\udfff" for sign in text):  # halves of a pair written as two escapes
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for sign in doubled:
        text = text.replace(sign + sign, sign)
    return text


def _unescaped(match: re.Match[str]) -> str:
    sign = match[1]
    if len(sign) > 2 and sign[0] in "ux":
        return chr(min(int(sign[1:].strip("{}"), 16), 0x10FFFF))
    return _SIMPLE.get(sign, sign)
