"""Handlers of a route with the methods that they take: all, those of their class, or those a decorator leaves."""

from __future__ import annotations

from collections.abc import Iterator

from engines.static.inventory.frameworks import Framework
from engines.static.inventory.handlers import Handled, handlers
from engines.static.inventory.methods import ANY, methods_of
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Scope
from engines.static.inventory.sections import as_calls, decorator_entries
from engines.static.reading.facts import Expression


def narrowed(
    project: Project,
    scope: Scope,
    given: Expression | None,
    methods: tuple[str, ...],
    framework: Framework,
    space: str = "",
) -> Iterator[Handled]:
    """Yield the functions that handle a route, each with the methods that it takes."""
    for handler, allowed in handlers(project, scope, given, methods, framework, space):
        yield handler, (_left(project, handler, framework) if ANY in allowed and handler else ()) or allowed


def _left(project: Project, handler: Scope, framework: Framework) -> tuple[str, ...]:
    """The methods that a decorator leaves to a handler: `@require_http_methods(["GET"])`."""
    outside = handler.parent or handler.module.top
    for call in as_calls(handler):
        for of, entry in decorator_entries(project, handler.module, outside, call.callee, "decorators"):
            if of.name == framework.name and entry.get("narrows"):
                return methods_of(project, outside, call, entry)
    return ()
