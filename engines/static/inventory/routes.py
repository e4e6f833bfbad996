"""Endpoints: routes that the source declares, whatever the way, with their full templates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from engines.static.inventory.frameworks import Framework, key_of, knowledge, names_in, placed
from engines.static.inventory.handlers import Handled, by_text, handlers
from engines.static.inventory.handlers import handler as handler_of
from engines.static.inventory.names import Project, elements, plain
from engines.static.inventory.pages import pages
from engines.static.inventory.resources import class_named, expanded, filled
from engines.static.inventory.routers import Router, Routers, chain, file_origin, join
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.tables import all_rows
from engines.static.inventory.texts import rendered
from engines.static.reading.facts import Anonymous, Call, Expression, Items, Member, Name, Pairs, Symbol, Text

# HEAD and OPTIONS are what frameworks answer by themselves: no endpoints of their own.
_AUTOMATIC = ("HEAD", "OPTIONS")
ANY = "ANY"


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


@dataclass(frozen=True)
class _Declared:
    """A route as declared, before prefixes. `router` None: the groups around `scope` give the prefixes."""

    methods: tuple[str, ...]
    path: str
    handler: Scope | None
    scope: Scope
    line: int
    framework: Framework
    router: Router | None = None
    call: Call | None = None
    prefix: str = ""  # of the class that the handler belongs to
    under: tuple[str, ...] | None = None  # prefixes that hold instead of those around
    written: Scope | None = None  # see `Route`
    parameters: tuple[tuple[str, str], ...] = ()


def read_routes(project: Project) -> Routing:
    """Return all routes of a source, each (method, template) once."""
    routing = Routing()
    routers = Routers(project)
    declared: list[_Declared] = []
    reader = _Reader(project, routers)
    for module in project.modules.values():
        if not knowledge(module.language)["frameworks"]:
            continue
        for scope in module.scopes:
            if scope.definition.decorators and scope.kind == "function":
                declared += reader.decorated(module, scope)
        for scope, call in module.calls_named(
            names_in(module.language, "routes", "functions", "resources", "router_resources")
        ):
            declared += reader.called(module, scope, call)
        for path, framework in pages(project, module):
            declared.append(_Declared((ANY,), path, module.top, module.top, 1, framework, Router(framework)))
    declared += reader.tables()
    seen: set[tuple[str, str]] = set()
    # Of what is declared twice, an interface that nothing implements (a client) is not what serves it.
    declared.sort(key=lambda each: each.handler is not None and each.handler.definition.is_abstract)
    for each in declared:
        for prefix in _prefixes(routers, each):
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
                            method,
                            template,
                            types,
                            each.handler,
                            each.scope.module,
                            each.line,
                            each.framework,
                            each.written,
                            each.parameters,
                        )  # fmt: skip
                    )
    routing.untold = list(routers.untold)
    return routing


def _prefixes(routers: Routers, declared: _Declared) -> list[str]:
    router = declared.router
    if declared.under is not None:
        return list(declared.under)
    if router is None or (router.is_static and router.group is None):
        return routers.around(declared.scope, declared.call)
    return routers.prefixes(router)


def _of_class(cls: Expression, name: str, framework: Framework) -> Expression:
    """The method of a class, which is a name, or a text that names it (`orders`)."""
    text = plain(cls)
    return Items((cls, Text((name,)))) if text is None else Text((f"{text}#{name}",))


def _with_first(call: Call, first: Expression) -> Call:
    """Return a call with another first argument."""
    rest = call.positional[1:]
    return Call(call.callee, (first, *rest), call.named, call.line, call.has_more, call.is_thin)


class _Reader:
    """Reads declarations of routes, one function or call at a time."""

    def __init__(self, project: Project, routers: Routers) -> None:
        self._project = project
        self._routers = routers

    # ── decorators ────────────────────────────────────────────────────────────────────────────────────

    def decorated(self, module: Module, scope: Scope) -> Iterator[_Declared]:
        """Yield the routes that decorators of a function declare: by a router's method, or by their own names."""
        outside = scope.parent or module.top
        by_name: dict[str, list[tuple[Framework, Mapping[str, Any], Call]]] = defaultdict(list)
        for decorator in scope.definition.decorators:
            call = decorator if isinstance(decorator, Call) else Call(decorator, (), (), scope.definition.start_line)
            if isinstance(call.callee, Member):
                yield from self._on_router(module, outside, scope, call)
            for framework, entry in self._named(module, outside, call.callee, "decorators"):
                if not entry.get("narrows"):
                    by_name[framework.name].append((framework, entry, call))
        for matched in by_name.values():
            yield from self._by_decorators(module, scope, matched)

    def _on_router(self, module: Module, outside: Scope, scope: Scope, call: Call) -> Iterator[_Declared]:
        callee = call.callee
        if not isinstance(callee, Member):
            return
        if callee.name not in names_in(module.language, "routes"):
            return
        router = self._routers.router(outside, callee.holder)
        entry = router.framework["routes"].get(callee.name) if router else None
        if router is None or entry is None:
            return
        for path in self._paths(outside, call, entry, router):
            methods = self._methods(outside, call, entry)
            yield _Declared(methods, path, scope, outside, call.line, router.framework, router)

    def _by_decorators(
        self, module: Module, scope: Scope, matched: list[tuple[Framework, Mapping[str, Any], Call]]
    ) -> Iterator[_Declared]:
        framework, outside = matched[0][0], scope.parent or module.top
        told: list[tuple[list[str], list[str]]] = []  # decorators that tell methods and paths at once
        methods: list[str] = []
        paths: list[str] = []
        for _, entry, call in matched:
            own = self._methods(scope, call, entry) if "methods" in entry else ()
            found = [path for path in self._paths(outside, call, entry, None) if path] if entry.get("path") else []
            if own and found:
                told.append((list(own), found))
            else:
                methods += own
                paths += found
        if not methods and not told:
            methods = [method for _, entry, _ in matched for method in entry.get("otherwise", ())]
        if not methods and not told:
            return
        # What an interface declares is served by what implements it.
        served = self._project.implementations(scope) if scope.definition.is_abstract else []
        for handler in served or [scope]:
            prefixes = self._class_prefixes(handler, framework)
            if prefixes is not None:
                yield from self._under(prefixes, told, methods, paths, handler, framework)

    def _under(
        self, prefixes: list[str], told: list[tuple[list[str], list[str]]], methods: list[str], paths: list[str],
        handler: Scope, framework: Framework,
    ) -> Iterator[_Declared]:  # fmt: skip
        """Yield the routes of a handler under the prefixes of its class."""
        if methods and not any((*paths, *prefixes)) and handler.holder is not None:
            paths = [framework.entry.get("convention", "")]
        line = handler.definition.start_line
        for allowed, under in [*told, *([(methods, paths or [""])] if methods else [])]:
            for prefix in prefixes:
                for path in dict.fromkeys(under):
                    own, whole = self._tokens(handler, prefix, framework), self._tokens(handler, path, framework)
                    if framework["absolute"] and whole.startswith(tuple(framework["absolute"])):
                        own, whole = "", whole.lstrip("~")
                    yield _Declared(tuple(dict.fromkeys(allowed)), whole, handler, handler, line, framework, prefix=own)

    def _class_prefixes(self, scope: Scope, framework: Framework) -> list[str] | None:
        """The prefixes that decorators of the class give; None where routes need such a class and it is none."""
        table = framework["classes"]
        cls = scope.holder
        if not table or cls is None:
            return None if any(entry and entry.get("only") for entry in table.values()) else [""]
        found: list[str] = []
        is_marked = False
        for each in self._project.with_bases(cls):
            for decorator in each.definition.decorators:
                call = decorator if isinstance(decorator, Call) else Call(decorator, (), (), 0)
                for of, entry in self._named(each.module, each.parent or each.module.top, call.callee, "classes"):
                    if of.name == framework.name:
                        if entry.get("excluded"):  # what it declares is called, not served
                            return None
                        is_marked = True
                        found += self._paths(each, call, entry, None) if entry.get("path") else []
            if found:
                break
        needs_mark = any(entry and entry.get("only") for entry in table.values())
        if needs_mark and not is_marked:
            return None
        return list(dict.fromkeys(found)) or [""]

    @staticmethod
    def _tokens(scope: Scope, path: str, framework: Framework) -> str:
        for token, rule in framework["tokens"].items():
            if token in path:
                named = scope.holder if rule["of"] == "class" else scope
                name = (named or scope).name
                path = path.replace(token, name.removesuffix(rule.get("without", "")) or name)
        return path

    def _named(
        self, module: Module, scope: Scope, callee: Expression, section: str
    ) -> Iterator[tuple[Framework, Mapping[str, Any]]]:
        """Yield the frameworks in whose section a decorator stands, with its entry there."""
        last = callee.text if isinstance(callee, Name) else callee.name if isinstance(callee, Member) else ""
        if last not in names_in(module.language, section):
            return
        for framework in knowledge(module.language)["frameworks"]:
            table = framework[section]
            thing = self._project.resolve(scope, callee)
            is_known = thing.kind in ("external", "made")
            dotted = thing.dotted if is_known else last if thing.kind == "unknown" else ""
            key = key_of(dotted, is_known, table, by_last_name=framework.is_used_by(module)) if dotted else None
            if key is not None:
                yield framework, table[key] or {}

    # ── lists ─────────────────────────────────────────────────────────────────────────────────────────

    def tables(self) -> Iterator[_Declared]:
        """Yield the routes written as data: of the framework that a file imports, else of any in the source."""
        by_framework: dict[Framework, list[tuple[Scope, Items, int]]] = defaultdict(list)
        modules = self._project.modules.values()
        for language in {module.language for module in modules if module.facts.tables}:
            files = [module for module in modules if module.language == language]
            frameworks = [each for each in knowledge(language)["frameworks"] if each["tables"]]
            used = [each for each in frameworks if any(map(each.is_used_by, files))]
            for module in files:
                own = [each for each in used if each.is_used_by(module)] if module.facts.tables else []
                for site in module.facts.tables:
                    for framework in own or used:
                        by_framework[framework].append((module.scopes[site.scope], site.expression, site.line))
        for framework, tables in by_framework.items():
            for row, line in all_rows(self._project, framework["tables"], tables):
                written = self._written(row.scope, row.handler)
                for each, allowed in self._handlers(row.scope, row.handler, (row.method or ANY,), framework):
                    yield _Declared(
                        allowed, row.path, each, row.scope, line, framework, Router(framework),
                        written=written, parameters=row.parameters,
                    )  # fmt: skip

    @staticmethod
    def _written(scope: Scope, handler: Expression | None) -> Scope | None:
        return scope.module.scopes[handler.definition] if isinstance(handler, Anonymous) else None

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────

    def called(self, module: Module, scope: Scope, call: Call) -> Iterator[_Declared]:
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
                if self._routers.is_mount(scope, call):
                    return
                yield from self._declared(scope, call, entry, router.framework, router)
                return
        for framework in frameworks:
            key = self._routers.free_key(module, scope, call, framework, "functions")
            if key is not None:
                yield from self._free(module, scope, call, framework["functions"][key] or {}, framework)
                return
            key = self._routers.free_key(module, scope, call, framework, "resources")
            if key is not None:
                yield from self._resources(scope, call, framework["resources"][key], framework)
                return

    def _declared(
        self, scope: Scope, call: Call, entry: Mapping[str, Any], framework: Framework, router: Router | None
    ) -> Iterator[_Declared]:
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
                methods = self._methods(scope, call, entry)
                for each, allowed in self._handlers(scope, given, methods, framework, self._space(scope)):
                    yield _Declared(allowed, "", each, scope, call.line, framework, router, call)
                return
            given = None
        if given is None:
            given = placed(call, entry.get("action"))
        if given is None and not (entry.get("handler_from_path") or entry.get("handler_optional")):
            return
        space = self._space(scope)
        methods = self._methods(scope, call, entry)
        under = self._placed_by_option(scope, call, entry)
        given = self._in_class(scope, call, plain(given), framework) or given
        for path in [entry["fixed"]] if "fixed" in entry else self._paths(scope, call, entry, router):
            if entry.get("method_in_path") and " " in path:  # "GET /orders/{id}"
                method, _, path = path.partition(" ")
                methods = (method,)
            if given is None and entry.get("handler_from_path"):  # get "orders/show", or in a resource `get :preview`
                *above, name = path.strip("/").rsplit("/", 1)
                named = Text((f"{above[0]}#{name}" if above else name,))
                told = self._in_class(scope, call, plain(named), framework) or named
                found = by_text(self._project, scope, plain(told), framework, space)
                yield _Declared(methods, path, found, scope, call.line, framework, router, call, under=under)
                continue
            written = self._written(scope, given)
            for each, allowed in self._handlers(scope, given, methods, framework, space):
                yield _Declared(
                    allowed, path, each, scope, call.line, framework, router, call, under=under, written=written
                )

    def _placed_by_option(self, scope: Scope, call: Call, entry: Mapping[str, Any]) -> tuple[str, ...] | None:
        """The prefixes of a route that is said to belong to the members, or the collection, of a resource."""
        kind = plain(placed(call, entry.get("belongs")))
        resource = self._routers.resource_around(scope) if kind else None
        return tuple(self._routers.of_resource(resource, kind or "")) if resource is not None else None

    def _free(
        self, module: Module, scope: Scope, call: Call, entry: Mapping[str, Any], framework: Framework
    ) -> Iterator[_Declared]:
        router = None
        if entry.get("router") is False:
            router = Router(framework, file_origin(module))
            if self._mounts_file(module, scope, call, entry, framework, router):
                return
        yield from self._declared(scope, call, entry, framework, router)

    def _mounts_file(
        self, module: Module, scope: Scope, call: Call, entry: Mapping[str, Any], framework: Framework, router: Router
    ) -> bool:
        """Note `path("x/", include("orders.urls"))`; whether it is one."""
        given = placed(call, entry.get("handlers"))
        where = f"{module.path}:{call.line}"
        if isinstance(given, Member) and given.name in (framework["mount_members"] or ()):
            self._routers.untold[where, "router_unknown", "What is included here is no part of the source."] = None
            return True
        if not isinstance(given, Call):
            return False
        key = self._routers.free_key(module, scope, given, framework, "mount_functions")
        if key is None:
            return False
        prefixes = self._paths(scope, call, entry, router)
        named = placed(given, framework["mount_functions"][key]["router"])
        named = elements(named)[0] if elements(named) else named
        text = plain(named)
        thing = self._project.find(module, text) if text else self._project.resolve(scope, named)
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "module":
            for prefix in prefixes:
                self._routers.mount_file(thing.scope.module, router, framework.cut(prefix))
        elif not isinstance(named, Name | Member) or thing.kind in ("unknown", "external"):
            why = "What is included here cannot be told from the source, or is no part of it."
            self._routers.untold[where, "router_unknown", why] = None
        return True

    def _resources(
        self, scope: Scope, call: Call, entry: Mapping[str, Any], framework: Framework, router: Router | None = None
    ) -> Iterator[_Declared]:
        space = self._space(scope)
        given = placed(call, entry.get("class"))
        for methods, path, action, text in expanded(call, entry, partial(scope.module.chained, call)):
            if given is not None and plain(given) is None:
                named: Expression | None = Items((given, Text((action,))))
                found = handler_of(self._project, scope, named, framework, space)
            else:
                told = f"{plain(given)}@{action}" if given is not None else text
                found = by_text(self._project, scope, told, framework, space)
            yield _Declared(methods, path, found, scope, call.line, framework, router, call)

    def _in_class(self, scope: Scope, call: Call, name: str | None, framework: Framework) -> Expression | None:
        """A handler that a plain text names within a group or resource which tells the class."""
        pattern = framework["handlers"].get("text", r"(?!)")
        if not name or re.fullmatch(pattern, name):
            return None
        for each in chain(call):
            entry = framework["groups"].get(each.name) or {}
            if entry.get("class") and (cls := placed(each, entry["class"])) is not None:
                return _of_class(cls, name, framework)
        for _, around, entry in self._routers.groups_around(scope):
            for each in chain(around):
                of = entry if each is around else framework["groups"].get(each.name) or {}
                if of.get("class") and (cls := placed(each, of["class"])) is not None:
                    return _of_class(cls, name, framework)
            if entry.get("handler") and (text := class_named(around, entry)):
                return Text((text.replace("{action}", name.replace("-", "_")),))
        return None

    def _space(self, scope: Scope) -> str:
        """The namespace that groups around a route put before the names of its controllers."""
        parts = []
        for _, call, entry in self._routers.groups_around(scope):
            place = entry.get("class_prefix")
            name = plain(placed(call, entry["path"] if place is True else place)) if place else None
            if name:
                parts.append(filled("{name|camel}", {"name": name.strip("/")}))
        return ".".join(reversed(parts))

    # ── handlers ──────────────────────────────────────────────────────────────────────────────────────

    def _handlers(
        self, scope: Scope, given: Expression | None, methods: tuple[str, ...], framework: Framework, space: str = ""
    ) -> Iterator[Handled]:
        """Yield the functions that handle a route, each with the methods that it takes."""
        for handler, allowed in handlers(self._project, scope, given, methods, framework, space):
            yield handler, (self._narrowed(handler, framework) if ANY in allowed and handler else ()) or allowed

    def _narrowed(self, handler: Scope, framework: Framework) -> tuple[str, ...]:
        """The methods that a decorator leaves to a handler: `@require_http_methods(["GET"])`."""
        outside = handler.parent or handler.module.top
        for decorator in handler.definition.decorators:
            call = decorator if isinstance(decorator, Call) else Call(decorator, (), (), handler.definition.start_line)
            for of, entry in self._named(handler.module, outside, call.callee, "decorators"):
                if of.name == framework.name and entry.get("narrows"):
                    return self._methods(outside, call, entry)
        return ()

    # ── parts ─────────────────────────────────────────────────────────────────────────────────────────

    def _methods(self, scope: Scope, call: Call, entry: Mapping[str, Any]) -> tuple[str, ...]:
        told = entry.get("methods", [ANY])
        narrowed = scope.module.chained(call, entry["narrowed_by"]) if "narrowed_by" in entry else None
        if narrowed is not None:  # `router.HandleFunc("/x", f).Methods("GET", "PUT")`
            found = [method for each in narrowed.positional for method in self._method_names(scope, each, entry)]
            return tuple(found) or (ANY,)
        if isinstance(told, list):
            return tuple(told)
        given = placed(call, told["place"])
        found = self._method_names(scope, given, told) if given is not None else []
        return tuple(found) or tuple(told.get("default", ["GET"]))

    def _method_names(self, scope: Scope, given: Expression, told: Mapping[str, Any]) -> list[str]:
        """The methods that an argument names: a text, a symbol, a constant, or a list of them."""
        thing = self._project.resolve(scope, given)
        listed = elements(thing.expression if thing.kind == "value" and thing.expression is not None else given)
        names = [plain(each) or (each.name if isinstance(each, Member) else None) for each in listed]
        names += [each.text for each in listed if isinstance(each, Name)]
        return [name.removeprefix(told.get("without", "")).upper() for name in names if name]

    def _paths(self, scope: Scope, call: Call, entry: Mapping[str, Any], router: Router | None) -> list[str]:
        """The paths of a declaration; one that is no constant is noted and none."""
        given = placed(call, entry.get("path"))
        if given is None or isinstance(given, Anonymous):
            return [""] if entry.get("path_optional") or not call.positional else []
        found = []
        listed = elements(given)
        if isinstance(given, Items) and any(isinstance(each, Symbol) for each in listed):
            listed = listed[:1]  # a path with patterns of its parameters: ["/orders/:id" :id #"[0-9]+"]
        for each in listed:
            path = plain(each)
            if path is None:
                path = rendered(self._project, scope, each, None)
            if path is None:
                if isinstance(each, Text | Name | Member | Call) or router is None or not router.is_static:
                    where = f"{scope.module.path}:{call.line}"
                    self._routers.untold[where, "route_unknown", "The path is no constant."] = None
            elif self._is_path(path, router):
                found.append(path)
        return found

    @staticmethod
    def _is_path(path: str, router: Router | None) -> bool:
        # On an object known by its name alone, only what looks like a path makes an endpoint.
        is_guess = router is not None and router.call is None and router.origin is None and router.group is None
        return not is_guess or router is None or router.is_static or path.startswith("/")
