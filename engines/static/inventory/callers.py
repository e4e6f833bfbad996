"""Who calls the functions that routes are declared in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Scope
from engines.static.reading.facts import Call, Member


class Callers:
    """The calls of a source by the function that they call."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._followed: set[Scope] = set()

    def is_followed(self, function: Scope) -> bool:
        """Whether the callers of a function are being looked at, so that looking again would go in a circle."""
        return function in self._followed

    @contextmanager
    def following(self, function: Scope) -> Iterator[Iterator[tuple[Scope, Call, bool]]]:
        """Give the calls of a function, which is followed as long: see `of`."""
        self._followed.add(function)
        try:
            yield self.of(function)
        finally:
            self._followed.discard(function)

    def of(self, function: Scope) -> Iterator[tuple[Scope, Call, bool]]:
        """Yield where a function is called: scope, call, and whether its first argument stands before its name."""
        extends = self._project.rules(function.module).get("extensions_are_methods")
        may_extend = extends and self._project.functions_named(function.name) == [function]
        for scope, call in self._calls_named.get(function.name, ()):
            thing = self._project.resolve(scope, call.callee)
            if thing.kind == "scope" and thing.scope is function:
                yield scope, call, False
            elif may_extend and thing.kind in ("unknown", "external") and isinstance(call.callee, Member):
                yield scope, call, True

    @cached_property
    def _calls_named(self) -> dict[str, list[tuple[Scope, Call]]]:
        found: dict[str, list[tuple[Scope, Call]]] = defaultdict(list)
        for module in self._project.modules.values():
            for scope, site in module.calls():
                if isinstance(site.expression, Call):
                    found[site.expression.name].append((scope, site.expression))
        return found
