"""Routers: what routes are declared on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engines.static.inventory.callers import Callers
from engines.static.inventory.frameworks import Framework, key_of, knowledge, names_in, placed
from engines.static.inventory.grouping import Group, Groups
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.things import Origin, Thing
from engines.static.reading.facts import Call, Expression, Member, Name

_MAX_DEPTH = 20
_FILE = "<file>"  # origin of the router that a file is (lists of routes at its top level)


@dataclass(frozen=True)
class Router:
    """Something that routes are declared on.

    `origin`: where it was made, by which mounts know it. `call` and `scope`: how it was made. `group`: it is what that
    call of a group gave, or what a function in it works on. `is_static`: the same name everywhere (`Route::get`), or
    none at all: the functions around a declaration give its prefix.
    """

    framework: Framework
    origin: Origin | None = None
    scope: Scope | None = None
    call: Call | None = None
    group: Group | None = None
    is_static: bool = False

    @property
    def is_guess(self) -> bool:
        """Whether it is known by its name alone."""
        return self.call is None and self.origin is None and self.group is None


class Routers:
    """The routers of a source."""

    def __init__(self, project: Project, groups: Groups, callers: Callers) -> None:
        self._project = project
        self._groups = groups
        self._callers = callers
        self._passed_on: dict[tuple[Scope, str], Router | None] = {}

    def router(self, scope: Scope, expression: Expression | None, depth: int = 0) -> Router | None:
        """Return the router that an expression stands for, None when it is none."""
        if expression is None or depth > _MAX_DEPTH:
            return None
        if isinstance(expression, Call) and isinstance(expression.callee, Member):
            derived = self._derived(scope, expression, depth)
            if derived is not None:
                return derived
        if isinstance(expression, Name):
            group = self._groups.of_parameter(scope, expression.text)
            if group is not None:
                return Router(group.framework, group=group)
            passed = self._passed(scope, expression.text, depth)
            if passed is not None:
                return passed
        return self.known(scope.module, self._project.usable(self._project.resolve(scope, expression)), depth)

    def known(self, module: Module, thing: Thing, depth: int = 0) -> Router | None:
        """Return the router that a thing is."""
        call = thing.expression if isinstance(thing.expression, Call) else None
        if call is not None and thing.scope is not None and isinstance(call.callee, Member):
            derived = self._derived(thing.scope, call, depth + 1)
            if derived is not None:
                is_same = derived.group is None  # only another form of it
                return replace(derived, origin=derived.origin or thing.origin if is_same else thing.origin)
        for framework in knowledge(module.language)["frameworks"]:
            if self._is_router(module, thing, framework):
                is_named = thing.kind == "unknown" and thing.expression is None and thing.dotted not in (
                    framework["router_names"] or ()
                )  # fmt: skip
                is_static = (thing.kind == "external" or is_named) and thing.origin is None
                return Router(framework, thing.origin, thing.scope, call, is_static=is_static)
        return None

    def _is_router(self, module: Module, thing: Thing, framework: Framework) -> bool:
        table = framework["routers"]
        if thing.kind in ("made", "external"):
            return thing.dotted in table
        if thing.kind == "instance" and thing.scope is not None and thing.scope.kind == "class":
            names = self._project.external_bases(thing.scope)
            return any(key_of(name, False, table, by_last_name=framework.is_used_by(module)) for name in names)
        if thing.kind == "unknown" and thing.dotted and framework.is_used_by(module):
            # A constructor nobody resolved, or a bare name that is a router by convention.
            if thing.expression is not None:
                return key_of(thing.dotted, False, table, by_last_name=True) is not None
            last = thing.dotted.split(".")[-1]
            static = key_of(thing.dotted, False, table, by_last_name=True) is not None
            return static or last in framework["router_names"]
        return False

    def _derived(self, scope: Scope, call: Call, depth: int) -> Router | None:
        """`router.group("/x")` is a router under a prefix; `router.route("/x").get(h)` goes on with its holder."""
        callee = call.callee
        names = names_in(scope.module.language, "groups", "routes")
        if not isinstance(callee, Member) or callee.name not in names:
            return None
        parent = self.router(scope, callee.holder, depth + 1)
        if parent is None:
            return None
        entry = parent.framework["groups"].get(callee.name)
        if entry is not None and not (entry.get("path") or entry.get("body")):
            return parent  # the same router in another form: `router.routes()`
        if entry is not None:
            return Router(parent.framework, group=Group(scope, call, entry, parent.framework, False))
        return parent if callee.name in parent.framework["routes"] else None

    def _passed(self, scope: Scope, name: str, depth: int) -> Router | None:
        """The router that a function of ours is called with: `orders(app.group("/x"))`, `app.group("/x").orders()`."""
        function: Scope | None = scope
        while function is not None and not (function.kind == "function" and name in function.arguments):
            function = function.parent
        if function is None or function.definition.is_anonymous or self._callers.is_followed(function):
            return None
        key = (function, name)
        if key not in self._passed_on:
            self._passed_on[key] = self._passed_to(function, name, depth)
        return self._passed_on[key]

    def _passed_to(self, function: Scope, name: str, depth: int) -> Router | None:
        position = [each.name for each in function.definition.parameters].index(name) - function.has_receiver
        with self._callers.following(function) as calls:
            for where, call, is_extension in calls:
                if is_extension and position == 0 and isinstance(call.callee, Member):
                    given: Expression | None = call.callee.holder
                else:
                    given = placed(call, [position - 1 if is_extension else position, name])
                found = self.router(where, given, depth + 1) if given is not None else None
                if found is not None:
                    return found
        return None


def file_origin(module: Module) -> Origin:
    """The origin of the router that a file is."""
    return (module.path, _FILE, "")
