"""What calls give: an object of a class, what a function of ours returns, a file that is required."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import UNKNOWN, Thing, instance_of, plain
from engines.static.reading.facts import Call, Items, Member, Name

if TYPE_CHECKING:
    from engines.static.inventory.names import Project

_MAX_RETURNS = 5


def result(project: Project, scope: Scope, call: Call, depth: int) -> Thing:
    """Return what a call in a scope gives."""
    rules = project.rules(scope.module)
    callee = call.callee
    if isinstance(callee, Name) and call.positional:
        if callee.text in rules.get("super", ()) and scope.owner is not None:
            return project.lookup(scope, callee.text, depth + 1)
        path = plain(call.positional[0])
        if callee.text in rules.get("require", ()) and path is not None:
            return project.find(scope.module, path, depth + 1)
    if isinstance(callee, Name) and callee.text in rules.get("super", ()):
        return project.lookup(scope, callee.text, depth + 1)
    new = made(project, scope, call, depth)
    if new.kind != "unknown":
        return new
    thing = project.resolve(scope, callee, depth + 1)
    if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "function":
        return _returned(project, thing.scope, depth)
    return instance_of(thing, scope, call)


def made(project: Project, scope: Scope, call: Call, depth: int = 0) -> Thing:
    """Return the object that `Orders.new`, or `new` within it, makes where a language makes objects so."""
    makers, callee = project.rules(scope.module).get("makers", ()), call.callee
    if isinstance(callee, Member) and callee.name in makers:
        return instance_of(project.resolve(scope, callee.holder, depth + 1), scope, call)
    if isinstance(callee, Name) and callee.text in makers and scope.owner is not None:
        return Thing("instance", scope.owner)
    return UNKNOWN


def _returned(project: Project, function: Scope, depth: int) -> Thing:
    """What a function of ours gives back, where that is one thing only."""
    returned = function.definition.returns[:_MAX_RETURNS]
    if project.rules(function.module).get("several_results"):
        returned = [each.elements[0] if isinstance(each, Items) and each.elements else each for each in returned]
    things = [project.resolve(function, each, depth + 1) for each in returned]
    known = [t for t in things if t.kind in ("made", "instance")]
    if known and len({(t.kind, t.dotted, t.scope if t.kind == "instance" else None, t.origin) for t in known}) == 1:
        return known[0]
    declared = function.definition.returned_type
    if declared is None:
        return UNKNOWN
    outside = function.parent if function.parent and function.parent.module is function.module else function.module.top
    thing = instance_of(project.type(outside, declared, depth + 1), function, None)
    return replace(thing, is_declared=True) if thing.kind != "unknown" else UNKNOWN
