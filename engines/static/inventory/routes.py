"""Endpoints: routes declared on routers, under the prefixes of everything that includes or mounts those routers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tree_sitter import Node

from engines.static.inventory.expressions import argument, called, elements, line, literal, text
from engines.static.inventory.module import Module, Scope
from engines.static.inventory.names import Project, Thing
from engines.static.inventory.texts import rendered

Origin = tuple[str, str, str]
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# HEAD and OPTIONS are what frameworks answer by themselves: no endpoints of their own.
_AUTOMATIC = ("HEAD", "OPTIONS")
_MAX_PREFIXES = 50


@dataclass(frozen=True)
class Route:
    """One endpoint: `path_types` are the parameters of the template; `framework` is its entry of frameworks.yaml."""

    method: str
    template: str
    path_types: Mapping[str, str]
    handler: Scope | None
    module: Module
    line: int
    framework: Mapping[str, Any]


@dataclass
class Routing:
    """What `read_routes` found: the routes, and what could not be told (subject, reason code, explanation)."""

    routes: list[Route] = field(default_factory=list)
    untold: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Declared:
    """A route as declared on a router, before prefixes."""

    methods: tuple[str, ...]
    path: str
    handler: Scope | None
    module: Module
    line: int
    framework: Mapping[str, Any]
    router: Thing


def read_routes(project: Project) -> Routing:
    """Return all routes of a source with their full templates, each (method, template) once."""
    routing = Routing()
    prefixes = _Prefixes(project, routing)
    declared: list[_Declared] = []
    for module in project.modules.values():
        declared += _decorated(project, module, routing)
        for scope, node in module.calls:
            prefixes.register(scope, node)
            declared += _added(project, scope, node, routing)
    seen: set[tuple[str, str]] = set()
    for each in declared:
        for prefix in prefixes.of(each.router, each.framework):
            template, types = normalised(_join(prefix, each.path), each.framework)
            for method in each.methods:
                if (method, template) not in seen and method not in _AUTOMATIC:
                    seen.add((method, template))
                    routing.routes.append(
                        Route(method, template, types, each.handler, each.module, each.line, each.framework)
                    )
    return routing


def normalised(path: str, framework: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return a template with its parameters as `{name}`, and their types as far as the template tells them."""
    types: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        types[match.group(2)] = framework["converters"].get(match.group(1) or "", "string")
        return "{" + match.group(2) + "}"

    return re.sub(framework["placeholder"], name, path), types


def framework_of(project: Project, module: Module, router: Thing) -> Mapping[str, Any] | None:
    """Return the framework that a router belongs to; for an unknown object, the one that the file imports."""
    frameworks = module.language.frameworks["frameworks"].values()
    names = {router.dotted} if router.kind == "made" else set()
    if router.kind == "instance" and router.scope is not None:
        names = {base.dotted for cls in project.with_bases(router.scope) for base in project.bases(cls)}
    for framework in frameworks:
        if names & set(framework["routers"]):
            return framework
    if router.kind == "unknown":
        return imported_framework(module)
    return None


def imported_framework(module: Module) -> Mapping[str, Any] | None:
    """Return the first framework that a file imports."""
    imported = {dotted.split(".")[0] for scope in [module.top, *module.scopes] for dotted in scope.imports.values()}
    frameworks = module.language.frameworks["frameworks"].values()
    return next((framework for framework in frameworks if framework["package"] in imported), None)


def _decorated(project: Project, module: Module, routing: Routing) -> Iterator[_Declared]:
    for scope in module.scopes:
        for decorator in scope.decorators:
            call = decorator.named_children[0]
            if call.type != "call" or called(call).type != "attribute" or scope.parent is None:
                continue
            router = project.resolve(scope.parent, called(call).child_by_field_name("object"))
            framework = framework_of(project, module, router)
            attribute = text(called(call).child_by_field_name("attribute"))
            if framework is None or attribute not in framework["decorators"]:
                continue
            path = _path(project, scope.parent, argument(call, 0, "path") or argument(call, None, "rule"), router)
            if path is None:
                if router.kind != "unknown":
                    routing.untold.append(
                        (f"{module.file.path}:{line(call)}", "route_unknown", "The path is no constant.")
                    )
                continue
            method = framework["decorators"][attribute]
            methods = (method,) if method else _methods(project, scope.parent, call)
            for handler, allowed in _handlers(scope, methods):
                yield _Declared(allowed, path, handler, module, line(call), framework, router)


def _added(project: Project, scope: Scope, node: Node, routing: Routing) -> Iterator[_Declared]:
    callee = called(node)
    if callee.type != "attribute":
        return
    attribute = text(callee.child_by_field_name("attribute"))
    known = scope.module.language.frameworks["frameworks"].values()
    if not any(attribute in framework["additions"] for framework in known):
        return
    router = project.resolve(scope, callee.child_by_field_name("object"))
    framework = framework_of(project, scope.module, router)
    place = framework["additions"].get(attribute) if framework else None
    if framework is None or place is None:
        return
    path = _path(project, scope, argument(node, *place["path"]), router)
    if path is None:
        where = f"{scope.module.file.path}:{line(node)}"
        routing.untold.append((where, "route_unknown", "The path is no constant."))
        return
    given = argument(node, *place["handler"])
    if given is not None and given.type == "call" and called(given).type == "attribute":
        given = called(given).child_by_field_name("object")  # Class.as_view("name")
    thing = project.resolve(scope, given) if given is not None else None
    handler = thing.scope if thing is not None and thing.kind == "scope" else None
    for each, allowed in _handlers(handler, _methods(project, scope, node)):
        yield _Declared(allowed, path, each, scope.module, line(node), framework, router)


def _handlers(scope: Scope | None, methods: tuple[str, ...]) -> Iterator[tuple[Scope | None, tuple[str, ...]]]:
    """Yield the functions that handle a route: the function itself, or the methods of a view class by their names."""
    if scope is None or scope.kind != "class":
        yield scope, methods
        return
    for name, member in scope.members.items():
        if name.upper() in _METHODS and member.kind == "function":
            yield member, (name.upper(),)


def _methods(project: Project, scope: Scope, call: Node) -> tuple[str, ...]:
    given = argument(call, None, "methods")
    if given is None:
        return ("GET",)
    thing = project.resolve(scope, given)
    listed = elements(thing.node) if thing.kind == "value" and thing.node is not None else elements(given)
    return tuple(name.upper() for name in map(literal, listed) if name) or ("GET",)


def _path(project: Project, scope: Scope, node: Node | None, router: Thing) -> str | None:
    path = rendered(project, scope, node, None) if node is not None else None
    # On an object we know nothing of, only what looks like a path makes an endpoint.
    return None if path is not None and router.kind == "unknown" and not path.startswith("/") else path


def _join(prefix: str, path: str) -> str:
    joined = prefix.rstrip("/") + ("/" + path.lstrip("/") if path else "")
    return joined or "/"


class _Prefixes:
    """Which router is included in which, under which prefix."""

    def __init__(self, project: Project, routing: Routing) -> None:
        self._project = project
        self._routing = routing
        self._parents: dict[Origin, list[tuple[Thing, str | None, bool]]] = defaultdict(list)

    def register(self, scope: Scope, node: Node) -> None:
        """Note what a call says if it includes or mounts a router."""
        callee = called(node)
        if callee.type != "attribute":
            return
        attribute = text(callee.child_by_field_name("attribute"))
        for framework in scope.module.language.frameworks["frameworks"].values():
            place = framework["registrations"].get(attribute)
            if place is None:
                continue
            parent = self._project.resolve(scope, callee.child_by_field_name("object"))
            if framework_of(self._project, scope.module, parent) is not framework:
                continue
            child = argument(node, place["router"], place.get("router_keyword", "router"))
            thing = self._project.resolve(scope, child) if child is not None else None
            where = f"{scope.module.file.path}:{line(node)}"
            if thing is None or thing.origin is None:
                if thing is None or framework_of(self._project, scope.module, thing) is not None:
                    why = "Which router is meant cannot be told from the source."
                    self._routing.untold.append((where, "router_unknown", why))
                continue
            given = argument(node, place.get("prefix_position"), place["prefix"])
            prefix = self._constant(scope, given, where) if given is not None else None
            self._parents[thing.origin].append((parent, prefix, bool(place.get("replaces"))))

    def of(self, router: Thing, framework: Mapping[str, Any], above: tuple[Origin, ...] = ()) -> list[str]:
        """Return the prefixes under which a router's routes are served; one nobody includes stands alone."""
        own = self._own(router, framework)
        parents = self._parents.get(router.origin, []) if router.origin else []
        if not parents or router.origin in above:
            return [own]
        found: list[str] = []
        for parent, prefix, replaces in parents:
            here = prefix if replaces and prefix is not None else _join(prefix or "", own) if own else prefix or ""
            for outer in self.of(parent, framework, (*above, router.origin)):
                found.append(_join(outer, here) if here and here != "/" else outer)
        return list(dict.fromkeys(found))[:_MAX_PREFIXES]

    def _own(self, router: Thing, framework: Mapping[str, Any]) -> str:
        keyword = framework["routers"].get(router.dotted) if router.kind == "made" else None
        given = argument(router.node, None, keyword) if keyword and router.node is not None else None
        if given is None or router.origin is None:
            return ""
        module = self._project.modules[router.origin[0]]
        scope = next((each for each in module.scopes if each.qualified_name == router.origin[1]), module.top)
        return self._constant(scope, given, f"{module.file.path}:{line(given)}")

    def _constant(self, scope: Scope, node: Node, where: str) -> str:
        prefix = rendered(self._project, scope, node, None)
        if prefix is None:
            untold = (
                where,
                "prefix_unknown",
                "The prefix of a router is no constant; its routes are listed without it.",
            )
            if untold not in self._routing.untold:
                self._routing.untold.append(untold)
        return prefix or ""
