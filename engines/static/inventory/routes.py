"""Endpoints: routes that the source declares, whatever the way, with their full templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engines.static.inventory.called import Called
from engines.static.inventory.callers import Callers
from engines.static.inventory.declared import Declared
from engines.static.inventory.decorated import Decorated
from engines.static.inventory.frameworks import Framework, knowledge, names_in
from engines.static.inventory.grouping import Groups
from engines.static.inventory.listed import listed
from engines.static.inventory.methods import ANY
from engines.static.inventory.mounts import Mounts
from engines.static.inventory.names import Project
from engines.static.inventory.pages import pages
from engines.static.inventory.paths import Paths, join
from engines.static.inventory.prefixes import Prefixes
from engines.static.inventory.routers import Router, Routers
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.untold import Untold

# HEAD and OPTIONS are what frameworks answer by themselves: no endpoints of their own.
_AUTOMATIC = ("HEAD", "OPTIONS")


@dataclass(frozen=True)
class Route:
    """One endpoint: `path_types` are the parameters of the template. Method `ANY`: the handler takes all of them.

    `written`: the function written in place, where it hands over to the handler; `parameters`: (name, place) that the
    declaration names.
    """

    method: str
    template: str
    path_types: Mapping[str, str]
    handler: Scope | None
    module: Module
    line: int
    framework: Framework
    written: Scope | None = None
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass
class Routing:
    """What `read_routes` found: the routes, and what could not be told (subject, reason code, explanation)."""

    routes: list[Route] = field(default_factory=list)
    untold: list[tuple[str, str, str]] = field(default_factory=list)


def read_routes(project: Project) -> Routing:
    """Return all routes of a source, each (method, template) once."""
    routing = Routing()
    untold = Untold()
    prefixes, declared = _declared(project, untold)
    seen: set[tuple[str, str]] = set()
    # Of what is declared twice, an interface that nothing implements (a client) is not what serves it.
    declared.sort(key=lambda each: each.handler is not None and each.handler.definition.is_abstract)
    for each in declared:
        for prefix in prefixes.of_route(each):
            each = replace(each, path=each.framework.cut(each.path))
            path = join(join(prefix, each.prefix) if each.prefix else prefix, each.path) if each.path else (
                join(prefix, each.prefix) if each.prefix or prefix in ("", "/") else prefix
            )  # fmt: skip
            template, types = each.framework.normalised(path)
            for method in each.methods:
                if (method, template) not in seen and method not in _AUTOMATIC:
                    seen.add((method, template))
                    routing.routes.append(
                        Route(
                            method, template, types, each.handler, each.scope.module, each.line, each.framework,
                            each.written, each.parameters,
                        )
                    )  # fmt: skip
    routing.untold = list(untold)
    return routing


def _declared(project: Project, untold: Untold) -> tuple[Prefixes, list[Declared]]:
    """Return all declarations of routes, and what tells their prefixes; mounts of files are met on the way."""
    paths, groups, callers = Paths(project, untold), Groups(project), Callers(project)
    routers = Routers(project, groups, callers)
    mounts = Mounts(project, routers, paths, untold)
    prefixes = Prefixes(project, groups, callers, routers, mounts, paths)
    decorated = Decorated(project, routers, paths)
    called = Called(project, groups, routers, mounts, prefixes, paths)
    declared: list[Declared] = []
    for module in project.modules.values():
        if not knowledge(module.language)["frameworks"]:
            continue
        for scope in module.scopes:
            if scope.definition.decorators and scope.kind == "function":
                declared += decorated.of(module, scope)
        names = names_in(module.language, "routes", "functions", "resources", "router_resources")
        for scope, call in module.calls_named(names):
            declared += called.of(module, scope, call)
        for path, framework in pages(project, module):
            declared.append(Declared((ANY,), path, module.top, module.top, 1, framework, Router(framework)))
    declared += listed(project)
    return prefixes, declared
