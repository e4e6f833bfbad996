"""Routes that are written as data: nested lists that begin with a path (`["/x" {:get show} ["/y" …]]`).

`tables` of a framework says which keys or symbols are methods and under which keys of a map the handler stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.static.inventory.names import plain
from engines.static.reading.facts import Expression, Items, Member, Name, Pairs, Symbol, Text

_MAX_DEPTH = 20

Row = tuple[str, str, Expression | None]  # method, path, handler


def rows(table: Expression, rules: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[Row]:
    """Yield the routes of a table with their full paths."""
    if not isinstance(table, Items) or depth > _MAX_DEPTH:
        return
    elements = table.elements
    if elements and isinstance(elements[0], Text) and (path := plain(elements[0])) is not None:
        yield from _entry(elements[1:], rules, prefix + path, depth)
    else:
        for each in elements:
            yield from rows(each, rules, prefix, depth + 1)


def _entry(elements: tuple[Expression, ...], rules: Mapping[str, Any], path: str, depth: int) -> Iterator[Row]:
    methods: Mapping[str, str] = rules["methods"]
    for at, each in enumerate(elements):
        if isinstance(each, Symbol) and each.text in methods:
            yield methods[each.text], path, elements[at + 1] if at + 1 < len(elements) else None
        elif isinstance(each, Pairs):
            yield from _map(each, rules, path)
        elif isinstance(each, Items):
            yield from rows(each, rules, path, depth + 1)


def _map(pairs: Pairs, rules: Mapping[str, Any], path: str) -> Iterator[Row]:
    for key, value in pairs.entries:
        method = rules["methods"].get(plain(key) or "")
        if method is not None:
            yield method, path, _handler(value, rules)


def _handler(value: Expression, rules: Mapping[str, Any]) -> Expression | None:
    if not isinstance(value, Pairs):
        return value if isinstance(value, Name | Member | Items) or not isinstance(value, Text) else None
    named = {plain(key): each for key, each in value.entries}
    return next((named[key] for key in rules.get("handler", ()) if key in named), None)
