"""Mounts: routers, and files of routes, that another router serves under a prefix."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.static.inventory.frameworks import Framework, names_in, placed
from engines.static.inventory.names import Project
from engines.static.inventory.paths import Paths
from engines.static.inventory.routers import Router, Routers, file_origin
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.sections import free_key
from engines.static.inventory.things import Origin, elements, plain
from engines.static.inventory.untold import Untold
from engines.static.reading.facts import Call, Expression, Member, Name


@dataclass(frozen=True)
class Mount:
    """Where a router is served: `replaces` where the prefix holds instead of the router's own."""

    parent: Router
    prefix: str
    replaces: bool


class Mounts:
    """The mounts of a source: on routers, noted at once, and of files, noted as they are met."""

    def __init__(self, project: Project, routers: Routers, paths: Paths, untold: Untold) -> None:
        self._project = project
        self._routers = routers
        self._paths = paths
        self._untold = untold
        self._mounts: dict[Origin, list[Mount]] = defaultdict(list)
        self._mounting: set[tuple[str, Call]] = set()  # calls that mount a router: file, call
        for module in project.modules.values():
            for scope, call in module.calls_named(names_in(module.language, "mounts")):
                self._note(module, scope, call)

    def of(self, router: Router) -> Sequence[Mount]:
        """Return the mounts of a router."""
        return self._mounts.get(router.origin, ()) if router.origin else ()

    def is_mount(self, scope: Scope, call: Call) -> bool:
        """Whether a call gives another router a place, instead of a function."""
        return (scope.module.path, call) in self._mounting

    def mounts_file(
        self, module: Module, scope: Scope, call: Call, entry: Mapping[str, Any], framework: Framework, router: Router
    ) -> bool:
        """Note `path("x/", include("orders.urls"))`; whether it is one."""
        given = placed(call, entry.get("handlers"))
        if isinstance(given, Member) and given.name in (framework["mount_members"] or ()):
            why = "What is included here is no part of the source."
            self._untold.note(module, call.line, "router_unknown", why)
            return True
        if not isinstance(given, Call):
            return False
        key = free_key(self._project, module, scope, given, framework, "mount_functions")
        if key is None:
            return False
        prefixes = self._paths.of(scope, call, entry, router)
        named = placed(given, framework["mount_functions"][key]["router"])
        named = elements(named)[0] if elements(named) else named
        text = plain(named)
        thing = self._project.find(module, text) if text else self._project.resolve(scope, named)
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "module":
            for prefix in prefixes:
                mount = Mount(router, framework.cut(prefix), False)
                self._mounts[file_origin(thing.scope.module)].append(mount)
        elif not isinstance(named, Name | Member) or thing.kind in ("unknown", "external"):
            why = "What is included here cannot be told from the source, or is no part of it."
            self._untold.note(module, call.line, "router_unknown", why)
        return True

    def _note(self, module: Module, scope: Scope, call: Call) -> None:
        callee = call.callee
        if not isinstance(callee, Member):
            return
        parent = self._routers.router(scope, callee.holder)
        entry = parent.framework["mounts"].get(callee.name) if parent else None
        if parent is None or entry is None:
            return
        child, declared = placed(call, entry["router"]), call
        if child is None:
            return
        line = call.line
        through = self._around(module, scope, child, parent.framework)
        if through is not None and isinstance(child, Call):  # `mux.Handle("/x/", http.StripPrefix("/x", inner))`
            entry, call, child = through, child, placed(child, through["router"])
        thing = self._project.usable(self._project.resolve(scope, child))
        router = self._routers.known(module, thing) or self._routers.router(scope, child)
        if router is None or router.origin is None:
            if router is not None or (thing.kind == "unknown" and not entry.get("optional_path")):
                why = "Which router is meant cannot be told from the source."
                self._untold.note(module, line, "router_unknown", why)
            return
        given = placed(call, entry.get("path"))
        prefix = "" if given is None or given is child else self._paths.prefix(scope, given, line)
        is_replaced = bool(entry.get("replaces")) and given is not None
        self._mounts[router.origin].append(Mount(parent, prefix, is_replaced))
        self._mounting.add((module.path, declared))

    def _around(
        self, module: Module, scope: Scope, child: Expression, framework: Framework
    ) -> Mapping[str, Any] | None:
        """What is known of a function that stands around a router where it is mounted, and tells its prefix."""
        if not isinstance(child, Call):
            return None
        key = free_key(self._project, module, scope, child, framework, "mount_functions")
        entry = framework["mount_functions"][key] if key is not None else None
        return entry if entry is not None and entry.get("path") else None
