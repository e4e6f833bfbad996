"""What one scope says of a name: what is defined, imported, assigned or declared in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import Origin, Thing, instance_of
from engines.static.reading.facts import Expression, Items, Operation, Text

if TYPE_CHECKING:
    from engines.static.inventory.names import Project


def defined(project: Project, scope: Scope, name: str, depth: int) -> Thing | None:
    """Return what a name is by a scope alone, None if the scope does not say."""
    definition = scope.definition
    if name in scope.members:
        return Thing("scope", scope.members[name])
    if name in definition.imports:
        return project.find(scope.module, definition.imports[name], depth + 1)
    if scope.kind == "function":
        parameter = _parameter(project, scope, name, depth)
        if parameter is not None:
            return parameter
    declared, origin = definition.types.get(name), (scope.module.path, scope.qualified_name, name)
    if name in definition.values:
        found = project.resolve(scope, definition.values[name], depth + 1)
        is_text = isinstance(found.expression, Text | Operation | Items)  # says more than its type
        if found.kind in ("made", "instance", "scope") or declared is None or is_text:
            if found.kind == "made" and declared is not None:  # by somebody else, but of a class of ours?
                typed = of_type(project, scope, declared, origin, depth)
                found = typed if typed.kind == "instance" else found
            is_new = found.kind in ("made", "instance", "value") and found.origin is None
            return replace(found, origin=origin) if is_new else found
    return of_type(project, scope, declared, origin, depth) if declared is not None else None


def _parameter(project: Project, function: Scope, name: str, depth: int) -> Thing | None:
    argument = function.arguments.get(name)
    if argument is None:
        return None
    first = function.definition.parameters[0] is argument
    if first and function.holder is not None and name in project.rules(function.module).get("receivers", ()):
        return Thing("instance", function.holder)
    if argument.type is None or function.parent is None:
        return Thing("unknown", dotted=name)
    origin = (function.module.path, function.qualified_name, name)
    outside = function.parent if function.parent.module is function.module else function.module.top
    found = of_type(project, outside, argument.type, origin, depth)
    return found if found.kind != "unknown" else Thing("unknown", dotted=name)


def of_type(project: Project, scope: Scope, declared: Expression, origin: Origin, depth: int) -> Thing:
    """Return the object that a type declared in a scope stands for."""
    thing = instance_of(project.type(scope, declared, depth + 1), scope, None)
    if thing.kind == "unknown" and scope.kind == "class" and scope.parent is not None:
        # A field may have the name that its type begins with: `store store.Store`.
        outside = instance_of(project.type(scope.parent, declared, depth + 1), scope.parent, None)
        thing = outside if outside.kind != "unknown" else thing
    return replace(thing, origin=origin, is_declared=True) if thing.kind != "unknown" else thing
