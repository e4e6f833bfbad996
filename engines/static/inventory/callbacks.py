"""Functions that a framework runs around the handlers of a class, which the class names (`before_action :find`)."""

from __future__ import annotations

from collections.abc import Iterator

from engines.static.inventory.frameworks import knowledge, names_in, placed
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import elements, plain
from engines.static.reading.facts import Call


def callbacks(project: Project, handler: Scope) -> Iterator[tuple[Scope, Call]]:
    """Yield the functions that run before or after a handler, each with the call that names it."""
    cls = handler.holder
    if cls is None:
        return
    for each in project.with_bases(cls):
        for scope, call in each.module.calls_named(names_in(each.module.language, "callbacks")):
            if scope is each and _holds_for(handler.name, call, each.module.language):
                for name in filter(None, map(plain, call.positional)):
                    members = (above.members.get(name) for above in project.with_bases(cls))
                    found = next((m for m in members if m is not None and m.kind == "function"), None)
                    if found is not None:
                        yield found, call


def _holds_for(action: str, call: Call, language: str) -> bool:
    """Whether a callback is declared for an action: some are for a few alone, or for all but a few."""
    for framework in knowledge(language)["frameworks"]:
        entry = framework["callbacks"].get(call.name)
        if entry is not None:
            only, without = (placed(call, entry.get(key)) for key in ("only", "except"))
            is_left_out = action in map(plain, elements(without))
            return not is_left_out and (only is None or action in map(plain, elements(only)))
    return False
