"""Routes that calls declare: on a router, or by a function of its own, one or all of a resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from engines.static.inventory.controllers import Controllers
from engines.static.inventory.declared import Declared
from engines.static.inventory.frameworks import Framework, knowledge, names_in, placed
from engines.static.inventory.grouping import Groups
from engines.static.inventory.handlers import by_text, handler, written_in_place
from engines.static.inventory.methods import methods_of
from engines.static.inventory.mounts import Mounts
from engines.static.inventory.names import Project
from engines.static.inventory.narrowed import narrowed
from engines.static.inventory.paths import Paths
from engines.static.inventory.prefixes import Prefixes
from engines.static.inventory.resources import expanded
from engines.static.inventory.routers import Router, Routers, file_origin
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.sections import free_key
from engines.static.inventory.things import plain
from engines.static.reading.facts import Anonymous, Call, Expression, Items, Member, Pairs, Text


class Called:
    """Reads calls, one at a time."""

    def __init__(
        self, project: Project, groups: Groups, routers: Routers, mounts: Mounts, prefixes: Prefixes, paths: Paths
    ) -> None:
        self._project = project
        self._groups = groups
        self._routers = routers
        self._mounts = mounts
        self._prefixes = prefixes
        self._paths = paths
        self._controllers = Controllers(groups)

    def of(self, module: Module, scope: Scope, call: Call) -> Iterator[Declared]:
        """Yield the routes that a call declares: on a router, or by a function of its own."""
        callee = call.callee
        frameworks = knowledge(module.language)["frameworks"]
        if isinstance(callee, Member) and callee.name in names_in(module.language, "routes", "router_resources"):
            router = self._routers.router(scope, callee.holder)
            resource = router.framework["router_resources"].get(callee.name) if router else None
            if router is not None and resource is not None:
                yield from self._resources(scope, call, resource, router.framework, router)
                return
            entry = router.framework["routes"].get(callee.name) if router else None
            if router is not None and entry is not None and entry.get("handlers"):
                if self._mounts.is_mount(scope, call):
                    return
                yield from self._declared(scope, call, entry, router.framework, router)
                return
        for framework in frameworks:
            key = free_key(self._project, module, scope, call, framework, "functions")
            if key is not None:
                yield from self._free(module, scope, call, framework["functions"][key] or {}, framework)
                return
            key = free_key(self._project, module, scope, call, framework, "resources")
            if key is not None:
                yield from self._resources(scope, call, framework["resources"][key], framework)
                return

    def _declared(
        self, scope: Scope, call: Call, entry: Mapping[str, Any], framework: Framework, router: Router | None
    ) -> Iterator[Declared]:
        given = placed(call, entry.get("handlers"))
        # A getter of the same name (`app.get("setting")`) has no handler.
        path_given = placed(call, entry.get("path"))
        if isinstance(path_given, Pairs) and path_given.entries:  # get "/orders" => "orders#index"
            path_given, given = path_given.entries[0]
            call = _with_first(call, path_given)
        elif given is path_given and given is not None and "fixed" not in entry:
            is_under_path = router is not None and router.group is not None
            is_alone = entry.get("path_optional") and isinstance(given, Anonymous)
            if (is_under_path or is_alone) and plain(given) is None:
                # `router.route("/x").get(handler)`: the group has told the path.
                methods = methods_of(self._project, scope, call, entry)
                space = self._controllers.space(scope)
                for each, allowed in narrowed(self._project, scope, given, methods, framework, space):
                    yield Declared(allowed, "", each, scope, call.line, framework, router, call)
                return
            given = None
        if given is None:
            given = placed(call, entry.get("action"))
        if given is None and not (entry.get("handler_from_path") or entry.get("handler_optional")):
            return
        space = self._controllers.space(scope)
        methods = methods_of(self._project, scope, call, entry)
        under = self._placed_by_option(scope, call, entry)
        given = self._controllers.in_class(scope, call, plain(given), framework) or given
        for path in [entry["fixed"]] if "fixed" in entry else self._paths.of(scope, call, entry, router):
            if entry.get("method_in_path") and " " in path:  # "GET /orders/{id}"
                method, _, path = path.partition(" ")
                methods = (method,)
            if given is None and entry.get("handler_from_path"):  # get "orders/show", or in a resource `get :preview`
                *above, name = path.strip("/").rsplit("/", 1)
                named = Text((f"{above[0]}#{name}" if above else name,))
                told = self._controllers.in_class(scope, call, plain(named), framework) or named
                found = by_text(self._project, scope, plain(told), framework, space)
                yield Declared(methods, path, found, scope, call.line, framework, router, call, under=under)
                continue
            written = written_in_place(scope, given)
            for each, allowed in narrowed(self._project, scope, given, methods, framework, space):
                yield Declared(
                    allowed, path, each, scope, call.line, framework, router, call, under=under, written=written
                )

    def _placed_by_option(self, scope: Scope, call: Call, entry: Mapping[str, Any]) -> tuple[str, ...] | None:
        """The prefixes of a route that is said to belong to the members, or the collection, of a resource."""
        kind = plain(placed(call, entry.get("belongs")))
        resource = self._groups.resource_around(scope) if kind else None
        return tuple(self._prefixes.of_resource(resource, kind or "")) if resource is not None else None

    def _free(
        self, module: Module, scope: Scope, call: Call, entry: Mapping[str, Any], framework: Framework
    ) -> Iterator[Declared]:
        router = None
        if entry.get("router") is False:
            router = Router(framework, file_origin(module))
            if self._mounts.mounts_file(module, scope, call, entry, framework, router):
                return
        yield from self._declared(scope, call, entry, framework, router)

    def _resources(
        self, scope: Scope, call: Call, entry: Mapping[str, Any], framework: Framework, router: Router | None = None
    ) -> Iterator[Declared]:
        space = self._controllers.space(scope)
        given = placed(call, entry.get("class"))
        for methods, path, action, text in expanded(call, entry, partial(scope.module.chained, call)):
            if given is not None and plain(given) is None:
                named: Expression | None = Items((given, Text((action,))))
                found = handler(self._project, scope, named, framework, space)
            else:
                told = f"{plain(given)}@{action}" if given is not None else text
                found = by_text(self._project, scope, told, framework, space)
            yield Declared(methods, path, found, scope, call.line, framework, router, call)


def _with_first(call: Call, first: Expression) -> Call:
    """Return a call with another first argument."""
    rest = call.positional[1:]
    return Call(call.callee, (first, *rest), call.named, call.line, call.has_more, call.is_thin)
