"""Small readings of expressions in the Python grammar: what is called, with what, under which name."""

from __future__ import annotations

from tree_sitter import Node


def text(node: Node) -> str:
    """Return the source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def unwrap(node: Node) -> Node:
    """Return what an expression is about: without `await`, brackets, and the fallback of `x or y`."""
    while True:
        if node.type in ("await", "parenthesized_expression") and node.named_children:
            node = node.named_children[0]
        elif node.type == "boolean_operator" and node.child_by_field_name("operator").type == "or":
            node = node.child_by_field_name("left")
        else:
            return node


def called(call: Node) -> Node:
    """Return the expression that a call calls."""
    return call.child_by_field_name("function")


def arguments(call: Node) -> tuple[list[Node], dict[str, Node]]:
    """Return the positional and the keyword arguments of a call; after `*args` no position is known."""
    holder = call.child_by_field_name("arguments")
    positional: list[Node] = []
    keywords: dict[str, Node] = {}
    if holder is None or holder.type != "argument_list":
        return positional, keywords
    is_position_known = True
    for child in holder.named_children:
        if child.type == "keyword_argument":
            keywords[text(child.child_by_field_name("name"))] = child.child_by_field_name("value")
        elif child.type in ("list_splat", "dictionary_splat"):
            is_position_known = False
        elif child.type != "comment" and is_position_known:
            positional.append(child)
    return positional, keywords


def argument(call: Node, position: int | None, keyword: str | None) -> Node | None:
    """Return the argument at a position or of a keyword."""
    positional, keywords = arguments(call)
    if keyword in keywords:
        return keywords[keyword]
    return positional[position] if position is not None and position < len(positional) else None


def elements(node: Node) -> list[Node]:
    """Return the elements of a list, tuple or set; any other expression is its only element."""
    if node.type in ("list", "tuple", "set", "parenthesized_expression"):
        return [child for child in node.named_children if child.type != "comment"]
    return [node]


def is_plain_string(node: Node) -> bool:
    """Whether a node is a string without interpolation and not of bytes."""
    start = node.children[0].text if node.type == "string" and node.children else b""
    return node.type == "string" and b"b" not in (start or b"").lower() and not interpolations(node)


def interpolations(string: Node) -> list[Node]:
    """Return the interpolations of an f-string."""
    return [child for child in string.named_children if child.type == "interpolation"]


def literal(node: Node | None) -> str | None:
    """Return the text of a plain string, None for anything else."""
    return string_content(node) if node is not None and is_plain_string(node) else None


def string_content(string: Node, hole: str = "") -> str:
    """Return the content of a string, `hole` for each interpolation; simple escapes are read."""
    parts: list[str] = []
    for child in string.named_children:
        if child.type == "interpolation":
            parts.append(hole)
        elif child.type == "string_content":
            is_formatted = b"f" in (string.children[0].text or b"").lower()
            content = text(child)
            parts.append(content.replace("{{", "{").replace("}}", "}") if is_formatted else content)
    return "".join(parts).replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\'", "'")


def line(node: Node) -> int:
    """Return the line, from 1, on which a node begins."""
    return node.start_point[0] + 1
