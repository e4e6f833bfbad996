"""The paths that declarations of routes and prefixes tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.static.inventory.frameworks import placed
from engines.static.inventory.names import Project
from engines.static.inventory.routers import Router
from engines.static.inventory.scopes import Scope
from engines.static.inventory.texts import rendered
from engines.static.inventory.things import elements, plain
from engines.static.inventory.untold import Untold
from engines.static.reading.facts import Anonymous, Call, Expression, Items, Member, Name, Symbol, Text


class Paths:
    """Reads paths; what is no constant is noted in `untold`."""

    def __init__(self, project: Project, untold: Untold) -> None:
        self._project = project
        self._untold = untold

    def of(self, scope: Scope, call: Call, entry: Mapping[str, Any], router: Router | None) -> list[str]:
        """The paths of a declaration; one that is no constant is noted and none."""
        given = placed(call, entry.get("path"))
        if given is None or isinstance(given, Anonymous):
            return [""] if entry.get("path_optional") or not call.positional else []
        found = []
        listed = elements(given)
        if isinstance(given, Items) and any(isinstance(each, Symbol) for each in listed):
            listed = listed[:1]  # a path with patterns of its parameters: ["/orders/:id" :id #"[0-9]+"]
        for each in listed:
            path = plain(each)
            if path is None:
                path = rendered(self._project, scope, each, None)
            if path is None:
                if isinstance(each, Text | Name | Member | Call) or router is None or not router.is_static:
                    self._untold.note(scope.module, call.line, "route_unknown", "The path is no constant.")
            elif _is_path(path, router):
                found.append(path)
        return found

    def prefix(self, scope: Scope, expression: Expression, line: int) -> str:
        """Return a prefix's text; '' where it cannot be told, which is noted."""
        if isinstance(expression, Items) and any(isinstance(each, Symbol) for each in expression.elements):
            expression = expression.elements[0]  # with patterns of its parameters: ["/orders/:id" :id #"[0-9]+"]
        prefix = plain(expression) or rendered(self._project, scope, expression, None)
        if prefix is None:
            why = "The prefix of a router is no constant; its routes are listed without it."
            self._untold.note(scope.module, line, "prefix_unknown", why)
        return prefix or ""


def _is_path(path: str, router: Router | None) -> bool:
    # On an object known by its name alone, only what looks like a path makes an endpoint.
    return router is None or router.is_static or not router.is_guess or path.startswith("/")


def join(prefix: str, path: str) -> str:
    """Join two parts of a path with one slash; nothing added to nothing is the root."""
    joined = prefix.rstrip("/") + ("/" + path.lstrip("/") if path else "")
    if joined and not joined.startswith("/"):
        joined = "/" + joined
    return joined or "/"
