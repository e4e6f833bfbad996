"""Routers and the prefixes under which their routes are served: own ones, mounts, groups, functions run in a group."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from engines.static.inventory.frameworks import Framework, key_of, knowledge, names_in, placed
from engines.static.inventory.names import Origin, Project, Thing, plain
from engines.static.inventory.resources import nested_prefix, resource_path
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.texts import rendered, written
from engines.static.reading.facts import Anonymous, Call, Expression, Items, Member, Name, Symbol

_MAX_PREFIXES = 50
_MAX_DEPTH = 20
FILE = "<file>"  # origin of the router that a file is (lists of routes at its top level)


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
    group: _Group | None = None
    is_static: bool = False


@dataclass(frozen=True)
class _Group:
    scope: Scope
    call: Call
    entry: Mapping[str, Any]
    framework: Framework
    is_free: bool  # a function without receiver
    is_resource: bool = False


@dataclass(frozen=True)
class _Mount:
    parent: Router
    prefix: str
    replaces: bool


class Routers:
    """The routers of a source. `untold`: what could not be told (subject, reason code, explanation)."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.untold: dict[tuple[str, str, str], None] = {}
        self._bodies: dict[Scope, _Group] = {}
        self._of_files: dict[str, _Group] = {}  # path of a file whose routes stand in a group
        self._inside: dict[tuple[str, Call], _Group] = {}  # calls that are written in a group's list
        self._mounts: dict[Origin, list[_Mount]] = defaultdict(list)
        self._mounting: set[tuple[str, Call]] = set()  # calls that mount a router: file, call
        self._followed: set[Scope] = set()  # functions whose callers are being looked at
        self._passed_on: dict[tuple[Scope, str], Router | None] = {}
        for module in project.modules.values():
            names = names_in(module.language, "groups", "group_functions", "resources", "router_resources")
            for scope, call in module.calls_named(names):
                self._note_body(module, scope, call)
        for module in project.modules.values():
            for scope, call in module.calls_named(names_in(module.language, "mounts")):
                self._note_mount(module, scope, call)

    # ── what is a router ──────────────────────────────────────────────────────────────────────────────

    def router(self, scope: Scope, expression: Expression | None, depth: int = 0) -> Router | None:
        """Return the router that an expression stands for, None when it is none."""
        if expression is None or depth > _MAX_DEPTH:
            return None
        if isinstance(expression, Call) and isinstance(expression.callee, Member):
            derived = self._derived(scope, expression, depth)
            if derived is not None:
                return derived
        if isinstance(expression, Name):
            body = self._body_of_parameter(scope, expression.text)
            if body is not None:
                return Router(body.framework, group=body)
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
            return Router(parent.framework, group=_Group(scope, call, entry, parent.framework, False))
        return parent if callee.name in parent.framework["routes"] else None

    def _body_of_parameter(self, scope: Scope, name: str) -> _Group | None:
        here: Scope | None = scope
        is_own = name in self._project.rules(scope.module).get("this", ())
        while here is not None:
            if here.kind == "function" and name in here.arguments:
                return self._bodies.get(here)
            if is_own and here in self._bodies and not here.arguments:  # what runs a function may be its object
                return self._bodies[here]
            here = here.parent
        return None

    def _passed(self, scope: Scope, name: str, depth: int) -> Router | None:
        """The router that a function of ours is called with: `orders(app.group("/x"))`, `app.group("/x").orders()`."""
        function: Scope | None = scope
        while function is not None and not (function.kind == "function" and name in function.arguments):
            function = function.parent
        if function is None or function.definition.is_anonymous or function in self._followed:
            return None
        key = (function, name)
        if key not in self._passed_on:
            self._passed_on[key] = self._passed_to(function, name, depth)
        return self._passed_on[key]

    def _passed_to(self, function: Scope, name: str, depth: int) -> Router | None:
        position = [each.name for each in function.definition.parameters].index(name) - function.has_receiver
        self._followed.add(function)
        try:
            for where, call, is_extension in self._calls_of(function):
                if is_extension and position == 0 and isinstance(call.callee, Member):
                    given: Expression | None = call.callee.holder
                else:
                    given = placed(call, [position - 1 if is_extension else position, name])
                found = self.router(where, given, depth + 1) if given is not None else None
                if found is not None:
                    return found
        finally:
            self._followed.discard(function)
        return None

    def _calls_of(self, function: Scope) -> Iterator[tuple[Scope, Call, bool]]:
        """Yield where a function is called: scope, call, and whether its first argument stands before its name."""
        extends = self._project.rules(function.module).get("extensions_are_methods")
        may_extend = extends and self._project.functions_named(function.name) == [function]
        for scope, call in self._calls_named.get(function.name, ()):
            thing = self._project.resolve(scope, call.callee)
            if thing.kind == "scope" and thing.scope is function:
                yield scope, call, False
            elif may_extend and thing.kind in ("unknown", "external") and isinstance(call.callee, Member):
                yield scope, call, True

    @cached_property
    def _calls_named(self) -> dict[str, list[tuple[Scope, Call]]]:
        found: dict[str, list[tuple[Scope, Call]]] = defaultdict(list)
        for module in self._project.modules.values():
            for scope, site in module.calls():
                if isinstance(site.expression, Call):
                    found[site.expression.name].append((scope, site.expression))
        return found

    # ── what is noted beforehand ──────────────────────────────────────────────────────────────────────

    def _note_body(self, module: Module, scope: Scope, call: Call) -> None:
        """Note the function that a group runs, so that what it declares stands under the group's prefix."""
        for framework in knowledge(module.language)["frameworks"]:
            for entry, is_free, is_resource in self._groups(module, scope, call, framework):
                body = placed(call, entry.get("body"))
                if isinstance(body, Items) and framework.is_used_by(module):
                    for each in body.elements:
                        if isinstance(each, Call):
                            self._inside[module.path, each] = _Group(scope, call, entry, framework, is_free)
                named = self._file(scope, body) if entry.get("files") and framework.is_used_by(module) else None
                if named is not None:
                    self._of_files.setdefault(named.path, _Group(scope, call, entry, framework, is_free))
                function = self._function(scope, body)
                if function is not None and framework.is_used_by(module):
                    self._bodies[function] = _Group(scope, call, entry, framework, is_free, is_resource)
                    return

    def _groups(
        self, module: Module, scope: Scope, call: Call, framework: Framework
    ) -> Iterator[tuple[Mapping[str, Any], bool, bool]]:
        if isinstance(call.callee, Member) and call.callee.name in framework["groups"]:
            yield framework["groups"][call.callee.name], False, False
        if isinstance(call.callee, Member) and call.callee.name in framework["router_resources"]:
            yield framework["router_resources"][call.callee.name], False, True
        for section, is_resource in (("group_functions", False), ("resources", True)):
            key = self.free_key(module, scope, call, framework, section)
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
        ending = "/" + path.lstrip("./") if path else ""
        found = (
            [module for module in self._project.modules.values() if f"/{module.path}".endswith(ending)] if path else []
        )
        return found[0] if len(found) == 1 else None

    def free_key(self, module: Module, scope: Scope, call: Call, framework: Framework, section: str) -> str | None:
        """Return the key of a section that a call without a router stands for (`path(…)`, `namespace …`)."""
        table = framework[section]
        if not table or call.name not in names_in(module.language, section):
            return None
        name = written(call.callee)
        if not name:
            return None
        thing = self._project.resolve(scope, call.callee)
        if thing.kind in ("external", "made"):
            return key_of(thing.dotted, True, table, by_last_name=False)
        if thing.kind == "unknown" and framework.is_used_by(module):
            return key_of(name, False, table, by_last_name=True)
        return None

    def _note_mount(self, module: Module, scope: Scope, call: Call) -> None:
        callee = call.callee
        if not isinstance(callee, Member):
            return
        parent = self.router(scope, callee.holder)
        entry = parent.framework["mounts"].get(callee.name) if parent else None
        if parent is None or entry is None:
            return
        child, declared = placed(call, entry["router"]), call
        if child is None:
            return
        where = f"{module.path}:{call.line}"
        through = self._mount_function(module, scope, child, parent.framework)
        if through is not None and isinstance(child, Call):  # `mux.Handle("/x/", http.StripPrefix("/x", inner))`
            entry, call, child = through, child, placed(child, through["router"])
        thing = self._project.usable(self._project.resolve(scope, child))
        router = self.known(module, thing) or self.router(scope, child)
        if router is None or router.origin is None:
            unclear = router is not None or (thing.kind == "unknown" and not entry.get("optional_path"))
            if unclear:
                self.untold[where, "router_unknown", "Which router is meant cannot be told from the source."] = None
            return
        given = placed(call, entry.get("path"))
        prefix = "" if given is None or given is child else self.constant(scope, given, where)
        is_replaced = bool(entry.get("replaces")) and given is not None
        self._mounts[router.origin].append(_Mount(parent, prefix, is_replaced))
        self._mounting.add((module.path, declared))

    def _mount_function(
        self, module: Module, scope: Scope, child: Expression, framework: Framework
    ) -> Mapping[str, Any] | None:
        """What is known of a function that stands around a router where it is mounted, and tells its prefix."""
        key = self.free_key(module, scope, child, framework, "mount_functions") if isinstance(child, Call) else None
        entry = framework["mount_functions"][key] if key is not None else None
        return entry if entry is not None and entry.get("path") else None

    def is_mount(self, scope: Scope, call: Call) -> bool:
        """Whether a call gives another router a place, instead of a function."""
        return (scope.module.path, call) in self._mounting

    def mount_file(self, module: Module, parent: Router, prefix: str) -> None:
        """Note that a file's own routes are served under a prefix of another."""
        self._mounts[file_origin(module)].append(_Mount(parent, prefix, False))

    # ── prefixes ──────────────────────────────────────────────────────────────────────────────────────

    def prefixes(self, router: Router, above: tuple[Origin, ...] = ()) -> list[str]:
        """Return the prefixes under which a router's routes are served; one nobody includes stands alone."""
        if router.group is not None and router.origin is None:
            return self._of_group(router.group, above)
        own = "" if router.group is not None else self._own(router)
        bases = self._of_group(router.group, above) if router.group is not None else [""]
        mounts = self._mounts.get(router.origin, []) if router.origin else []
        if not mounts or router.origin is None or router.origin in above:
            return [join(base, own) if own else base for base in bases]
        found: list[str] = []
        for mount in mounts:
            here = mount.prefix if mount.replaces else join(mount.prefix, own) if own else mount.prefix
            for outer in self.prefixes(mount.parent, (*above, router.origin)):
                found.append(join(outer, here) if here and here != "/" else outer)
        return list(dict.fromkeys(found))[:_MAX_PREFIXES]

    def around(self, scope: Scope, call: Call | None) -> list[str]:
        """Return the prefixes of the groups in whose lists a call stands, or within whose functions a scope lies."""
        listed = self._inside.get((scope.module.path, call)) if call is not None and self._inside else None
        if listed is not None:
            return self._of_group(listed, ())
        here: Scope | None = scope
        while here is not None:
            group = self._bodies.get(here)
            if group is not None:
                return self._of_group(group, ())
            called = self._where_called(here) if here.kind == "function" and not here.definition.is_anonymous else []
            if called:
                return called
            here = here.parent
        group = self._of_files.get(scope.module.path)
        if group is not None and group.scope.module is not scope.module:
            return self._of_group(group, ())
        return [self._of_file(scope.module)]

    @staticmethod
    def _of_file(module: Module) -> str:
        """The prefix that a framework gives to the routes of some files unless somebody says otherwise."""
        for framework in knowledge(module.language)["frameworks"]:
            for pattern, prefix in framework["file_prefixes"].items():
                if re.search(pattern, module.path) and framework.is_used_by(module):
                    return str(prefix)
        return ""

    def _where_called(self, function: Scope) -> list[str]:
        """Return the prefixes of the groups from which a function is called that declares routes."""
        if function in self._followed:
            return []
        self._followed.add(function)
        try:
            found = [prefix for scope, call, _ in self._calls_of(function) for prefix in self.around(scope, call)]
        finally:
            self._followed.discard(function)
        return list(dict.fromkeys(found))[:_MAX_PREFIXES]

    def resource_around(self, scope: Scope) -> _Group | None:
        """Return the innermost resource around a scope."""
        here: Scope | None = scope
        while here is not None:
            group = self._bodies.get(here)
            if group is not None and group.is_resource:
                return group
            here = here.parent
        return None

    def of_resource(self, resource: _Group, kind: str) -> list[str]:
        """Return the prefixes of what belongs to the `collection`, or to each `member`, of a resource."""
        path = resource_path(resource.call, resource.entry, kind)
        outer = self.around(resource.scope, resource.call)
        return list(dict.fromkeys(join(each, path) for each in outer))[:_MAX_PREFIXES]

    def groups_around(self, scope: Scope) -> Iterator[tuple[Scope, Call, Mapping[str, Any]]]:
        """Yield the groups around a scope, the innermost first: where each stands, its call and its entry."""
        here: Scope | None = scope
        while here is not None:
            group = self._bodies.get(here)
            if group is not None:
                yield group.scope, group.call, group.entry
            here = here.parent

    def _of_group(self, group: _Group, above: tuple[Origin, ...]) -> list[str]:
        where = f"{group.scope.module.path}:{group.call.line}"
        if group.entry.get("of_resource"):
            resource = self.resource_around(group.scope)
            if resource is not None:
                return self.of_resource(resource, str(group.entry["of_resource"]))
        if group.is_resource:
            path = nested_prefix(group.call, group.entry)
        else:
            given = placed(group.call, group.entry.get("path"))
            path = "" if given is None or isinstance(given, Anonymous) else self.constant(group.scope, given, where)
        if group.is_free:
            outer = self.around(group.scope, group.call)
        else:
            holder = group.call.callee.holder if isinstance(group.call.callee, Member) else None
            parent = self.router(group.scope, holder)
            if parent is None:
                outer = [""]
            elif parent.is_static or (parent.origin is None and parent.group is None):
                outer = self.around(group.scope, group.call)
            else:
                outer = self.prefixes(parent, above)
        return list(dict.fromkeys(join(each, path) if path and path != "/" else each for each in outer))[:_MAX_PREFIXES]

    def _own(self, router: Router) -> str:
        table = router.framework["routers"]
        if router.call is None or router.scope is None:
            return ""
        thing = self._project.resolve(router.scope, router.call.callee)
        key = key_of(thing.dotted, thing.kind != "unknown", table, by_last_name=True)
        given = placed(router.call, table.get(key)) if key else None
        return self.constant(router.scope, given, f"{router.scope.module.path}:{router.call.line}") if given else ""

    def constant(self, scope: Scope, expression: Expression, where: str) -> str:
        """Return a prefix's text; '' where it cannot be told, which is noted."""
        if isinstance(expression, Items) and any(isinstance(each, Symbol) for each in expression.elements):
            expression = expression.elements[0]  # with patterns of its parameters: ["/orders/:id" :id #"[0-9]+"]
        prefix = plain(expression) or rendered(self._project, scope, expression, None)
        if prefix is None:
            why = "The prefix of a router is no constant; its routes are listed without it."
            self.untold[where, "prefix_unknown", why] = None
        return prefix or ""


def chain(call: Call) -> Iterator[Call]:
    """Yield a call and those on whose results it is called, the last one first."""
    here: Expression = call
    while isinstance(here, Call):
        yield here
        here = here.callee.holder if isinstance(here.callee, Member) else here.callee


def file_origin(module: Module) -> Origin:
    """The origin of the router that a file is."""
    return (module.path, FILE, "")


def join(prefix: str, path: str) -> str:
    """Join two parts of a path with one slash; nothing added to nothing is the root."""
    joined = prefix.rstrip("/") + ("/" + path.lstrip("/") if path else "")
    if joined and not joined.startswith("/"):
        joined = "/" + joined
    return joined or "/"
