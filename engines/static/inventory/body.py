"""The hash of a function's body: equal after a rename, a move or reformatting, different after a change of meaning."""

from __future__ import annotations

import hashlib

from tree_sitter import Node

from engines.static.inventory.language import Language

_OWN_NAME = b"\x00name"


def body_hash(function: Node, language: Language, own_name: bytes = b"", without: frozenset[str] = frozenset()) -> str:
    """Return the md5 of the normalised tokens of a function (or of a file's top level).

    Left out: comments, decorators, the docstring, trailing commas, the kind of quotes; the function's own name counts
    as a fixed mark. `without`: node types of which nothing below is looked at. Structure counts, since in Python it is
    white space that carries it.
    """
    tokens: list[bytes] = []
    _collect(function, tokens, language, own_name, without)
    return hashlib.md5(b"\x1f".join(tokens)).hexdigest()


def _collect(node: Node, tokens: list[bytes], language: Language, own_name: bytes, without: frozenset[str]) -> None:
    kind, settings = node.type, language.settings
    if kind in settings["insignificant"] or (kind == "expression_statement" and _is_docstring(node)):
        return
    children = node.children
    if kind in settings["quotes"]:
        tokens.append((node.text or b"").lower().rstrip(b"\"'"))
    elif not children:
        tokens.append(_OWN_NAME if own_name and node.text == own_name else (node.text or b""))
    else:
        tokens.append(b"(" + kind.encode())
        last = len(children) - 1
        for index, child in enumerate(children):
            if child.type == "," and index < last and children[index + 1].type in settings["brackets"]:
                if not (kind in settings["single_comma_matters_in"] and node.named_child_count == 1):
                    continue
            if child.type in without:
                tokens.append(child.type.encode())
            else:
                _collect(child, tokens, language, own_name, without)
        tokens.append(b")")


def _is_docstring(node: Node) -> bool:
    """Whether a statement is a string alone at the beginning of a block."""
    if node.named_child_count != 1 or node.named_children[0].type != "string":
        return False
    block = node.parent
    first = next((child for child in block.named_children if child.type != "comment"), None) if block else None
    return first is not None and first.id == node.id
