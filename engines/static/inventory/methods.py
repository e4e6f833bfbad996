"""The methods that a declaration of a route tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.static.inventory.frameworks import placed
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import elements, plain
from engines.static.reading.facts import Call, Expression, Member, Name

ANY = "ANY"


def methods_of(project: Project, scope: Scope, call: Call, entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the methods that a declaration tells, by its entry; `ANY` where it tells none."""
    told = entry.get("methods", [ANY])
    narrowed = scope.module.chained(call, entry["narrowed_by"]) if "narrowed_by" in entry else None
    if narrowed is not None:  # `router.HandleFunc("/x", f).Methods("GET", "PUT")`
        found = [method for each in narrowed.positional for method in _method_names(project, scope, each, entry)]
        return tuple(found) or (ANY,)
    if isinstance(told, list):
        return tuple(told)
    given = placed(call, told["place"])
    found = _method_names(project, scope, given, told) if given is not None else []
    return tuple(found) or tuple(told.get("default", ["GET"]))


def _method_names(project: Project, scope: Scope, given: Expression, told: Mapping[str, Any]) -> list[str]:
    """The methods that an argument names: a text, a symbol, a constant, or a list of them."""
    thing = project.resolve(scope, given)
    listed = elements(thing.expression if thing.kind == "value" and thing.expression is not None else given)
    names = [plain(each) or (each.name if isinstance(each, Member) else None) for each in listed]
    names += [each.text for each in listed if isinstance(each, Name)]
    return [name.removeprefix(told.get("without", "")).upper() for name in names if name]
