"""What `holder.name` stands for: a member of a file, of a class and its bases, of an object, of something external."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engines.static.inventory.definitions import of_type
from engines.static.inventory.namespaces import Namespace
from engines.static.inventory.naming import dotted_name
from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import UNKNOWN, Thing, plain
from engines.static.reading.facts import Name, Pairs

if TYPE_CHECKING:
    from engines.static.inventory.names import Project


def member(project: Project, holder: Thing, name: str, depth: int) -> Thing:
    """Return what `holder.name` stands for."""
    if holder.kind in ("external", "made"):
        return Thing("external", dotted=f"{holder.dotted}.{name}", origin=holder.origin)
    if holder.kind == "value" and isinstance(holder.expression, Pairs) and holder.scope is not None:
        for key, value in holder.expression.entries:
            if plain(key) == name or (isinstance(key, Name) and key.text == name):
                return project.resolve(holder.scope, value, depth + 1)
    if holder.kind not in ("scope", "instance") or holder.scope is None:
        return Thing("unknown", dotted=f"{holder.dotted}.{name}" if holder.dotted else name)
    if holder.scope.kind == "module":
        return of_module(project, holder.scope, name, depth)
    if holder.scope.kind == "class":
        found = of_class(project, holder.scope, name, depth)
        module = holder.scope.module
        if found.kind == "unknown" and project.rules(module)["modules"] == "global":
            known = project.namespaces.same_space(module, f"{dotted_name(holder.scope)}.{name}")
            return Thing("scope", known[0]) if known else found
        return found
    return Thing("unknown", dotted=name)


def along(project: Project, holder: Thing, names: Iterable[str], depth: int) -> Thing:
    """Return what `holder.a.b` stands for."""
    for name in names:
        holder = project.member(holder, name, depth + 1)
    return holder


def of_module(project: Project, top: Scope, name: str, depth: int) -> Thing:
    """Return what a file gives to those that import this name of it."""
    exports = top.definition.exports
    if name in exports:
        return exported(project, top, name, depth)
    found = project.own(top, name, depth + 1)
    if found is not None:
        return found
    if project.rules(top.module).get("shared"):  # another file of the package
        shared = of_group(project, project.namespaces.of(top.module), name, depth + 1)
        if shared is not None:
            return shared
    below = project.namespaces.named(top.module, ".".join(filter(None, [top.module.names[0], name])))
    if below is not None and top.module.is_index:
        return Thing("scope", below.tops[0])
    if "default" in exports and name != "default":
        default = exported(project, top, "default", depth)
        if default.kind != "unknown":
            return project.member(default, name, depth + 1)
    stars = (project.find(top.module, star, depth + 1) for star in top.module.facts.stars)
    for thing in stars:  # what is exported again
        if thing.kind == "scope" and thing.scope is not None and thing.scope is not top:
            found = project.member(thing, name, depth + 1)
            if found.kind != "unknown":
                return found
    return Thing("unknown", dotted=name)


def exported(project: Project, top: Scope, name: str, depth: int) -> Thing:
    """Return what a file exports under a name of its exports."""
    thing = project.resolve(top, top.definition.exports[name], depth + 1)
    if thing.origin is None and thing.kind in ("made", "instance", "value"):
        return replace(thing, origin=(top.module.path, top.qualified_name, name))
    return thing


def of_group(project: Project, group: Namespace, name: str, depth: int) -> Thing | None:
    """Return what any of the files that share a name defines, None if none does."""
    if group.members.get(name):
        return Thing("scope", group.members[name][0])
    top = group.assigned.get(name)
    return project.own(top, name, depth + 1) if top is not None else None


def within(project: Project, group: Namespace, parts: list[str], depth: int) -> Thing | None:
    """Return what the parts of a name behind that of a group stand for, None if another group may know better."""
    if not parts:
        return Thing("scope", group.tops[0])
    for length in range(len(parts), 1, -1):  # `Shop::Orders`, wherever it is written
        known = group.members.get(".".join(parts[:length]))
        if known:
            return along(project, Thing("scope", known[0]), parts[length:], depth)
    candidates: list[Thing] = [Thing("scope", scope) for scope in group.members.get(parts[0], ())]
    if not candidates:
        for top in group.tops:
            found = project.member(Thing("scope", top), parts[0], depth + 1)
            if found.kind != "unknown":
                candidates = [found]
                break
    for candidate in candidates:
        thing = along(project, candidate, parts[1:], depth)
        if thing.kind != "unknown":
            return thing
    return UNKNOWN if candidates or group.tops[0].module.is_index else None


def of_class(project: Project, cls: Scope, name: str, depth: int) -> Thing:
    """Return what a class, or the nearest of its bases, says of a name: a method, a field, an attribute."""
    for candidate in project.with_bases(cls, depth):
        found = project.own(candidate, name, depth + 1)
        if found is not None:
            return found
        origin = (candidate.module.path, candidate.qualified_name, name)
        for each in candidate.definition.fields:
            if each.name == name and each.type is not None:
                return of_type(project, candidate, each.type, origin, depth + 1)
        if name in candidate.definition.attributes:
            index, expression = candidate.definition.attributes[name]
            value = project.resolve(candidate.module.scopes[index], expression, depth + 1)
            return replace(value, origin=value.origin or origin)
    for base in project.bases(cls, depth + 1):
        if base.kind == "external":
            return Thing("external", dotted=f"{base.dotted}.{name}")
    return Thing("unknown", dotted=name)
