"""The prefixes under which routes are served: of routers, mounts and groups, and of who calls what declares them."""

from __future__ import annotations

import re

from engines.static.inventory.callers import Callers
from engines.static.inventory.declared import Declared
from engines.static.inventory.frameworks import key_of, knowledge, placed
from engines.static.inventory.grouping import Group, Groups
from engines.static.inventory.mounts import Mounts
from engines.static.inventory.names import Project
from engines.static.inventory.paths import Paths, join
from engines.static.inventory.resources import nested_prefix, resource_path
from engines.static.inventory.routers import Router, Routers
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.things import Origin
from engines.static.reading.facts import Anonymous, Call, Member

_MAX_PREFIXES = 50


class Prefixes:
    """Tells the prefixes of routers, groups and places of a source."""

    def __init__(
        self, project: Project, groups: Groups, callers: Callers, routers: Routers, mounts: Mounts, paths: Paths
    ) -> None:
        self._project = project
        self._groups = groups
        self._callers = callers
        self._routers = routers
        self._mounts = mounts
        self._paths = paths

    def of_route(self, declared: Declared) -> list[str]:
        """Return the prefixes under which a declared route is served."""
        router = declared.router
        if declared.under is not None:
            return list(declared.under)
        if router is None or (router.is_static and router.group is None):
            return self.around(declared.scope, declared.call)
        return self.of(router)

    def of(self, router: Router, above: tuple[Origin, ...] = ()) -> list[str]:
        """Return the prefixes under which a router's routes are served; one nobody includes stands alone."""
        if router.group is not None and router.origin is None:
            return self._of_group(router.group, above)
        own = "" if router.group is not None else self._own(router)
        bases = self._of_group(router.group, above) if router.group is not None else [""]
        mounts = self._mounts.of(router)
        if not mounts or router.origin is None or router.origin in above:
            return [join(base, own) if own else base for base in bases]
        found: list[str] = []
        for mount in mounts:
            here = mount.prefix if mount.replaces else join(mount.prefix, own) if own else mount.prefix
            for outer in self.of(mount.parent, (*above, router.origin)):
                found.append(join(outer, here) if here and here != "/" else outer)
        return list(dict.fromkeys(found))[:_MAX_PREFIXES]

    def around(self, scope: Scope, call: Call | None) -> list[str]:
        """Return the prefixes of the groups in whose lists a call stands, or within whose functions a scope lies."""
        listed = self._groups.of_call(scope, call)
        if listed is not None:
            return self._of_group(listed, ())
        here: Scope | None = scope
        while here is not None:
            group = self._groups.of_function(here)
            if group is not None:
                return self._of_group(group, ())
            called = self._where_called(here) if here.kind == "function" and not here.definition.is_anonymous else []
            if called:
                return called
            here = here.parent
        group = self._groups.of_file(scope.module)
        return self._of_group(group, ()) if group is not None else [_of_file(scope.module)]

    def of_resource(self, resource: Group, kind: str) -> list[str]:
        """Return the prefixes of what belongs to the `collection`, or to each `member`, of a resource."""
        path = resource_path(resource.call, resource.entry, kind)
        outer = self.around(resource.scope, resource.call)
        return list(dict.fromkeys(join(each, path) for each in outer))[:_MAX_PREFIXES]

    def _where_called(self, function: Scope) -> list[str]:
        """Return the prefixes of the groups from which a function is called that declares routes."""
        if self._callers.is_followed(function):
            return []
        with self._callers.following(function) as calls:
            found = [prefix for scope, call, _ in calls for prefix in self.around(scope, call)]
        return list(dict.fromkeys(found))[:_MAX_PREFIXES]

    def _of_group(self, group: Group, above: tuple[Origin, ...]) -> list[str]:
        if group.entry.get("of_resource"):
            resource = self._groups.resource_around(group.scope)
            if resource is not None:
                return self.of_resource(resource, str(group.entry["of_resource"]))
        if group.is_resource:
            path = nested_prefix(group.call, group.entry)
        elif (given := placed(group.call, group.entry.get("path"))) is None or isinstance(given, Anonymous):
            path = ""
        else:
            path = self._paths.prefix(group.scope, given, group.call.line)
        if group.is_free:
            outer = self.around(group.scope, group.call)
        else:
            holder = group.call.callee.holder if isinstance(group.call.callee, Member) else None
            parent = self._routers.router(group.scope, holder)
            if parent is None:
                outer = [""]
            elif parent.is_static or (parent.origin is None and parent.group is None):
                outer = self.around(group.scope, group.call)
            else:
                outer = self.of(parent, above)
        return list(dict.fromkeys(join(each, path) if path and path != "/" else each for each in outer))[:_MAX_PREFIXES]

    def _own(self, router: Router) -> str:
        table = router.framework["routers"]
        if router.call is None or router.scope is None:
            return ""
        thing = self._project.resolve(router.scope, router.call.callee)
        key = key_of(thing.dotted, thing.kind != "unknown", table, by_last_name=True)
        given = placed(router.call, table.get(key)) if key else None
        return self._paths.prefix(router.scope, given, router.call.line) if given else ""


def _of_file(module: Module) -> str:
    """The prefix that a framework gives to the routes of some files unless somebody says otherwise."""
    for framework in knowledge(module.language)["frameworks"]:
        for pattern, prefix in framework["file_prefixes"].items():
            if re.search(pattern, module.path) and framework.is_used_by(module):
                return str(prefix)
    return ""
