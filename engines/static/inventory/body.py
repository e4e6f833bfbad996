"""The hash of a function's body: equal after a rename, a move or reformatting, different after any change of meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from tree_sitter import Node

from engines.static.inventory.language import Language

_OWN_NAME = b"\x00name"


def body_hash(function: Node, language: Language, own_name: bytes = b"", without: frozenset[str] = frozenset()) -> str:
    """Return the md5 of the normalised tokens of a function (or of a file's top level).

    Left out: comments, decorators, the docstring, trailing commas, the kind of quotes; the function's own name counts
    as a fixed mark. `without`: node types of which nothing below is looked at. Structure counts, since in Python it is
    white space that carries it.
    """
    digest = hashlib.md5()
    for token in _tokens(function, language, own_name, without):
        digest.update(token)
        digest.update(b"\x1f")
    return digest.hexdigest()


def _tokens(node: Node, language: Language, own_name: bytes, without: frozenset[str]) -> Iterator[bytes]:
    settings = language.settings
    if node.type in settings["insignificant"] or _is_docstring(node):
        return
    if node.type in settings["quotes"]:
        yield (node.text or b"").lower().rstrip(b"\"'")
        return
    children = node.children
    if not children:
        yield _OWN_NAME if own_name and node.text == own_name else (node.text or b"")
        return
    yield b"("
    yield node.type.encode()
    for index, child in enumerate(children):
        is_trailing = child.type == "," and index + 1 < len(children) and children[index + 1].type in settings["brackets"]
        if is_trailing and not (node.type in settings["single_comma_matters_in"] and node.named_child_count == 1):
            continue
        if child.type in without:
            yield child.type.encode()
        else:
            yield from _tokens(child, language, own_name, without)
    yield b")"


def _is_docstring(node: Node) -> bool:
    """Whether a statement is a string alone at the beginning of a block."""
    if node.type != "expression_statement" or node.named_child_count != 1 or node.named_children[0].type != "string":
        return False
    block = node.parent
    first = next((child for child in block.named_children if child.type != "comment"), None) if block else None
    return first is not None and first.id == node.id
