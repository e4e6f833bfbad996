"""Routes that are written as data: nested lists that begin with a path (`["/x" {:get show} ["/y" …]]`).

`tables` of a framework says which keys or symbols are methods, under which keys of a map the handler stands
(`handler`), under which one its parameters by their place (`parameters`, `places`: key → place), and whether a
function beside the path takes every method (`any`). A name or call between the rows may stand for further rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import plain
from engines.static.reading.facts import Anonymous, Call, Expression, Items, Member, Name, Pairs, Symbol, Text

_MAX_DEPTH = 20
_MAX_VISITS = 50_000  # lists that are looked into: hostile tables name each other over and over

Declared = tuple[str, str]  # parameter, place


@dataclass(frozen=True)
class Row:
    """A route of a table; `scope` is where it is written. Method ``: all of them."""

    method: str
    path: str
    handler: Expression | None
    scope: Scope
    parameters: tuple[Declared, ...] = ()


def written_in(project: Project, scope: Scope, expression: Expression | None) -> tuple[Scope, Items] | None:
    """Return the list, and where it stands, that a name stands for or a function of the source gives back."""
    if isinstance(expression, Call):
        function = project.resolve(scope, expression.callee).scope
        if function is None or function.kind != "function" or len(function.definition.returns) != 1:
            return None
        scope, expression = function, function.definition.returns[0]
    if isinstance(expression, Name | Member):
        thing = project.resolve(scope, expression)
        if thing.kind != "value" or thing.scope is None:
            return None
        scope, expression = thing.scope, thing.expression
    return (scope, expression) if isinstance(expression, Items) else None


class Tables:
    """The rows of the tables of a source. `used`: (file, table) of those that stand in another one."""

    def __init__(self, project: Project, rules: Mapping[str, Any]) -> None:
        self.used: set[tuple[str, Items]] = set()
        self._project = project
        self._open: set[int] = set()  # by id, as `_seen`
        self._seen: dict[int, Items] = {}
        self._visits = 0
        self._rules = rules
        self._methods: Mapping[str, str] = rules["methods"]

    def rows(self, scope: Scope, table: Expression, prefix: str = "", depth: int = 0) -> Iterator[Row]:
        """Yield the routes of a table with their full paths."""
        self._visits += 1
        if depth > _MAX_DEPTH or self._visits > _MAX_VISITS:
            return
        if isinstance(table, Name | Member | Call):
            found = written_in(self._project, scope, table)
            if found is not None and id(found[1]) not in self._open:
                if id(found[1]) not in self._seen:  # hashing a list costs its length
                    self._seen[id(found[1])] = found[1]
                    self.used.add((found[0].module.path, found[1]))
                self._open.add(id(found[1]))
                yield from self.rows(*found, prefix, depth + 1)
                self._open.discard(id(found[1]))
        elif isinstance(table, Items):
            elements = table.elements
            path = plain(elements[0]) if elements and isinstance(elements[0], Text) else None
            if path is not None:
                yield from self._entry(scope, elements[1:], prefix + path, depth)
            else:
                for each in elements:
                    yield from self.rows(scope, each, prefix, depth + 1)

    def _entry(self, scope: Scope, elements: tuple[Expression, ...], path: str, depth: int) -> Iterator[Row]:
        for at, each in enumerate(elements):
            if isinstance(each, Symbol) and each.text in self._methods:
                yield Row(self._methods[each.text], path, elements[at + 1] if at + 1 < len(elements) else None, scope)
            elif isinstance(each, Pairs):
                yield from self._map(scope, each, path)
            elif at == 0 and self._rules.get("any") and self._is_function(scope, each):
                yield Row("", path, each, scope)
            elif not isinstance(each, Symbol | Text):
                yield from self.rows(scope, each, path, depth + 1)

    def _is_function(self, scope: Scope, expression: Expression) -> bool:
        if not isinstance(expression, Name | Member | Anonymous):
            return False
        found = self._project.resolve(scope, expression)
        return found.kind == "scope" and found.scope is not None and found.scope.kind == "function"

    def _map(self, scope: Scope, pairs: Pairs, path: str) -> Iterator[Row]:
        named = {plain(key): value for key, value in pairs.entries}
        shared = self._parameters(named)
        for key, value in named.items():
            if key in self._methods:
                inner = {plain(each): one for each, one in value.entries} if isinstance(value, Pairs) else None
                handler = self._handler(inner) if inner is not None else None if isinstance(value, Text) else value
                yield Row(self._methods[key], path, handler, scope, (*shared, *self._parameters(inner or {})))
        if self._rules.get("any") and not any(key in self._methods for key in named):
            handler = self._handler(named)
            if handler is not None:
                yield Row("", path, handler, scope, shared)

    def _handler(self, named: Mapping[str | None, Expression]) -> Expression | None:
        return next((named[key] for key in self._rules.get("handler", ()) if key in named), None)

    def _parameters(self, named: Mapping[str | None, Expression]) -> tuple[Declared, ...]:
        """`:parameters {:query {:page int?}}`, or `[:map [:page int?]]`: the names under each place."""
        given = named.get(self._rules.get("parameters"))
        places: Mapping[str, str] = self._rules.get("places") or {}
        if not isinstance(given, Pairs):
            return ()
        listed = ((places.get(plain(key) or ""), value) for key, value in given.entries)
        return tuple((name, place) for place, value in listed if place for name in _keys(value))


def _keys(schema: Expression) -> Iterator[str]:
    """The keys of a map, or of a schema that lists them; an optional one is wrapped in a call."""
    listed = [key for key, _ in schema.entries] if isinstance(schema, Pairs) else [
        each.elements[0] for each in (schema.elements[1:] if isinstance(schema, Items) else ())
        if isinstance(each, Items) and each.elements
    ]  # fmt: skip
    for key in listed:
        name = plain(key.positional[0] if isinstance(key, Call) and key.positional else key)
        if name:
            yield name


def all_rows(
    project: Project, rules: Mapping[str, Any], tables: list[tuple[Scope, Items, int]]
) -> Iterator[tuple[Row, int]]:
    """Yield the routes of all tables, each with its line; those of a table that another one names stand under it."""
    read = Tables(project, rules)
    found = [(scope, table, line, list(read.rows(scope, table))) for scope, table, line in tables]
    for scope, table, line, rows in found:
        if (scope.module.path, table) not in read.used:
            yield from ((row, line) for row in rows)


__all__ = ["Row", "Tables", "all_rows", "written_in"]
