"""What may run where a function is called: methods of derived classes, and those that say they implement it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import last_name

if TYPE_CHECKING:
    from engines.static.inventory.names import Project


class Dispatch:
    """The derived classes and the implementing methods of a source; found out when they are first asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def implementations(self, function: Scope) -> list[Scope]:
        """Return what may run instead of a function: overriding methods of derived classes, methods that name it."""
        if function.holder is None:
            return self._implementing.get(function, []) if function.definition.is_abstract else []
        found: dict[Scope, None] = {}
        pending, seen = [function.holder], set()
        while pending:
            cls = pending.pop()
            if cls in seen:
                continue
            seen.add(cls)
            for derived in self._derived.get(cls, ()):
                pending.append(derived)
                member = derived.members.get(function.name)
                if member is not None and member.kind == "function":
                    found[member] = None
        return list(found)

    @cached_property
    def _derived(self) -> dict[Scope, list[Scope]]:
        """Class → those that have it for a direct base, or all methods of it where the language asks no more."""
        found: dict[Scope, list[Scope]] = defaultdict(list)
        for module in self._project.modules.values():
            for scope in module.scopes:
                if scope.kind == "class":
                    for base in self._project.bases(scope):
                        if base.kind == "scope" and base.scope is not None:
                            found[base.scope].append(scope)
        self._derive_by_methods(found)
        return found

    def _derive_by_methods(self, derived: dict[Scope, list[Scope]]) -> None:
        """Take classes with all methods of an interface for derived, where nothing else says so (`structural`)."""
        project, family = self._project, self._project.namespaces.family
        with_method: dict[tuple[str, str], list[Scope]] = defaultdict(list)
        interfaces: list[tuple[Scope, set[str]]] = []
        for module in project.modules.values():
            for scope in module.scopes if project.rules(module).get("structural") else ():
                if scope.kind != "class":
                    continue
                above = project.with_bases(scope)
                names = {name for cls in above for name, each in cls.members.items() if each.is_method}
                if scope.definition.is_abstract:
                    interfaces.append((scope, names))
                for name in () if scope.definition.is_abstract else names:
                    with_method[family(module), name].append(scope)
        for interface, names in interfaces:
            each = [set(with_method.get((family(interface.module), name), ())) for name in names]
            for cls in sorted(set.intersection(*each) if each else (), key=repr):
                if cls not in derived[interface]:
                    derived[interface].append(cls)

    @cached_property
    def _implementing(self) -> dict[Scope, list[Scope]]:
        """Abstract function → those that name it as what they implement."""
        found: dict[Scope, list[Scope]] = defaultdict(list)
        for module in self._project.modules.values():
            for function in module.functions():
                named = function.definition.implements
                if named is not None:
                    thing = self._project.resolve(module.top, named)
                    candidates = [thing.scope] if thing.kind == "scope" and thing.scope is not None else [
                        each for each in self._project.functions_named(last_name(named)) if each.definition.is_abstract
                    ]  # fmt: skip
                    for each in candidates[:1]:
                        found[each].append(function)
        return found
