"""The route template of a request, through included routers and mounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def template(routes: Sequence[Any], scope: dict[str, Any]) -> str | None:
    """Return the full template of the route that Starlette or FastAPI will choose for an ASGI scope, else `None`.

    A route that fits but for the method counts when none fits fully, as the framework itself has it (405).
    """
    partial: str | None = None
    for route in routes:
        match, child = route.matches(scope)
        grade = getattr(match, "value", 0)  # Match.NONE 0, PARTIAL 1, FULL 2
        if grade == 0 or (grade == 1 and partial is not None):
            continue
        found = _of_route(route, scope, child)
        if grade == 2:
            return found
        partial = found
    return partial


def _of_route(route: Any, scope: dict[str, Any], child: dict[str, Any]) -> str | None:
    if hasattr(route, "_match"):  # FastAPI's included router: its effective routes carry the whole prefix
        _, inner_scope, inner, effective = route._match(scope)
        if effective is not None:
            return _with_inner(effective, inner, {**scope, **inner_scope})
        return _of_route(inner, scope, inner_scope) if inner is not None and inner is not route else None
    return _with_inner(route, route, {**scope, **child})


def _with_inner(described: Any, route: Any, scope: dict[str, Any]) -> str | None:
    path = getattr(described, "path_format", None) or getattr(described, "path", None)
    inner_routes = getattr(route, "routes", None)
    if inner_routes is None:
        return path
    prefix = getattr(route, "path", "") or ""  # a mount; without routes of its own (static files) the prefix is all
    if not inner_routes:
        return prefix or path
    inner = template(inner_routes, scope)
    return prefix + inner if inner is not None else None
