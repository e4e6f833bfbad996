"""Groups of routes: the functions, lists and files that stand under a group's prefix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engines.static.inventory.frameworks import Framework, knowledge, names_in, placed
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.sections import free_key
from engines.static.inventory.texts import rendered
from engines.static.reading.facts import Anonymous, Call, Expression, Items, Member, Name


@dataclass(frozen=True)
class Group:
    """A call that puts what stands in its function, list or file under a prefix: `entry` tells how.

    `is_free`: it is called without a router. `is_resource`: it declares routes of its own, too.
    """

    scope: Scope
    call: Call
    entry: Mapping[str, Any]
    framework: Framework
    is_free: bool
    is_resource: bool = False


class Groups:
    """The groups of a source."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._bodies: dict[Scope, Group] = {}
        self._of_files: dict[str, Group] = {}  # path of a file whose routes stand in a group
        self._inside: dict[tuple[str, Call], Group] = {}  # calls that are written in a group's list
        for module in project.modules.values():
            names = names_in(module.language, "groups", "group_functions", "resources", "router_resources")
            for scope, call in module.calls_named(names):
                self._note(module, scope, call)

    def of_function(self, function: Scope) -> Group | None:
        """Return the group that runs a function."""
        return self._bodies.get(function)

    def of_file(self, module: Module) -> Group | None:
        """Return the group of another file that names this one."""
        group = self._of_files.get(module.path)
        return group if group is not None and group.scope.module is not module else None

    def of_call(self, scope: Scope, call: Call | None) -> Group | None:
        """Return the group in whose list a call is written."""
        return self._inside.get((scope.module.path, call)) if call is not None and self._inside else None

    def of_parameter(self, scope: Scope, name: str) -> Group | None:
        """Return the group that runs the function around a scope whose parameter a name is."""
        here: Scope | None = scope
        is_own = name in self._project.rules(scope.module).get("this", ())
        while here is not None:
            if here.kind == "function" and name in here.arguments:
                return self._bodies.get(here)
            if is_own and here in self._bodies and not here.arguments:  # what runs a function may be its object
                return self._bodies[here]
            here = here.parent
        return None

    def around(self, scope: Scope) -> Iterator[Group]:
        """Yield the groups around a scope, the innermost first."""
        here: Scope | None = scope
        while here is not None:
            group = self._bodies.get(here)
            if group is not None:
                yield group
            here = here.parent

    def resource_around(self, scope: Scope) -> Group | None:
        """Return the innermost resource around a scope."""
        return next((group for group in self.around(scope) if group.is_resource), None)

    def _note(self, module: Module, scope: Scope, call: Call) -> None:
        """Note the function that a group runs, so that what it declares stands under the group's prefix."""
        for framework in knowledge(module.language)["frameworks"]:
            for entry, is_free, is_resource in self._entries(module, scope, call, framework):
                body = placed(call, entry.get("body"))
                if isinstance(body, Items) and framework.is_used_by(module):
                    for each in body.elements:
                        if isinstance(each, Call):
                            self._inside[module.path, each] = Group(scope, call, entry, framework, is_free)
                named = self._file(scope, body) if entry.get("files") and framework.is_used_by(module) else None
                if named is not None:
                    self._of_files.setdefault(named.path, Group(scope, call, entry, framework, is_free))
                function = self._function(scope, body)
                if function is not None and framework.is_used_by(module):
                    self._bodies[function] = Group(scope, call, entry, framework, is_free, is_resource)
                    return

    def _entries(
        self, module: Module, scope: Scope, call: Call, framework: Framework
    ) -> Iterator[tuple[Mapping[str, Any], bool, bool]]:
        if isinstance(call.callee, Member) and call.callee.name in framework["groups"]:
            yield framework["groups"][call.callee.name], False, False
        if isinstance(call.callee, Member) and call.callee.name in framework["router_resources"]:
            yield framework["router_resources"][call.callee.name], False, True
        for section, is_resource in (("group_functions", False), ("resources", True)):
            key = free_key(self._project, module, scope, call, framework, section)
            if key is not None:
                yield framework[section][key], True, is_resource

    def _function(self, scope: Scope, body: Expression | None) -> Scope | None:
        if isinstance(body, Anonymous):
            return scope.module.scopes[body.definition]
        thing = self._project.resolve(scope, body) if isinstance(body, Name | Member) else None
        found = thing.scope if thing is not None and thing.kind == "scope" else None
        return found if found is not None and found.kind == "function" else None

    def _file(self, scope: Scope, body: Expression | None) -> Module | None:
        """The file that a group names, instead of a function: `group(base_path("routes/api.php"))`."""
        while isinstance(body, Call) and body.positional:
            body = body.positional[0]
        path = rendered(self._project, scope, body, "") if body is not None else None
        if not path:
            return None
        ending = "/" + path.lstrip("./")
        found = [module for module in self._project.modules.values() if f"/{module.path}".endswith(ending)]
        return found[0] if len(found) == 1 else None
