"""Routes that decorators and annotations declare, under the prefixes of the classes of their functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from engines.static.inventory.declared import Declared
from engines.static.inventory.frameworks import Framework, names_in
from engines.static.inventory.methods import methods_of
from engines.static.inventory.names import Project
from engines.static.inventory.paths import Paths
from engines.static.inventory.routers import Routers
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.sections import as_calls, decorator_entries
from engines.static.reading.facts import Call, Member


class Decorated:
    """Reads the decorators of functions."""

    def __init__(self, project: Project, routers: Routers, paths: Paths) -> None:
        self._project = project
        self._routers = routers
        self._paths = paths

    def of(self, module: Module, scope: Scope) -> Iterator[Declared]:
        """Yield the routes that decorators of a function declare: by a router's method, or by their own names."""
        outside = scope.parent or module.top
        by_name: dict[str, list[tuple[Framework, Mapping[str, Any], Call]]] = defaultdict(list)
        for call in as_calls(scope):
            if isinstance(call.callee, Member):
                yield from self._on_router(module, outside, scope, call)
            for framework, entry in decorator_entries(self._project, module, outside, call.callee, "decorators"):
                if not entry.get("narrows"):
                    by_name[framework.name].append((framework, entry, call))
        for matched in by_name.values():
            yield from self._by_decorators(module, scope, matched)

    def _on_router(self, module: Module, outside: Scope, scope: Scope, call: Call) -> Iterator[Declared]:
        callee = call.callee
        if not isinstance(callee, Member):
            return
        if callee.name not in names_in(module.language, "routes"):
            return
        router = self._routers.router(outside, callee.holder)
        entry = router.framework["routes"].get(callee.name) if router else None
        if router is None or entry is None:
            return
        for path in self._paths.of(outside, call, entry, router):
            methods = methods_of(self._project, outside, call, entry)
            yield Declared(methods, path, scope, outside, call.line, router.framework, router)

    def _by_decorators(
        self, module: Module, scope: Scope, matched: list[tuple[Framework, Mapping[str, Any], Call]]
    ) -> Iterator[Declared]:
        framework, outside = matched[0][0], scope.parent or module.top
        told: list[tuple[list[str], list[str]]] = []  # decorators that tell methods and paths at once
        methods: list[str] = []
        paths: list[str] = []
        for _, entry, call in matched:
            own = methods_of(self._project, scope, call, entry) if "methods" in entry else ()
            found = [path for path in self._paths.of(outside, call, entry, None) if path] if entry.get("path") else []
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
    ) -> Iterator[Declared]:  # fmt: skip
        """Yield the routes of a handler under the prefixes of its class."""
        if methods and not any((*paths, *prefixes)) and handler.holder is not None:
            paths = [framework.entry.get("convention", "")]
        line = handler.definition.start_line
        for allowed, under in [*told, *([(methods, paths or [""])] if methods else [])]:
            for prefix in prefixes:
                for path in dict.fromkeys(under):
                    own, whole = _filled(handler, prefix, framework), _filled(handler, path, framework)
                    if framework["absolute"] and whole.startswith(tuple(framework["absolute"])):
                        own, whole = "", whole.lstrip("~")
                    yield Declared(tuple(dict.fromkeys(allowed)), whole, handler, handler, line, framework, prefix=own)

    def _class_prefixes(self, scope: Scope, framework: Framework) -> list[str] | None:
        """The prefixes that decorators of the class give; None where routes need such a class and it is none."""
        table = framework["classes"]
        cls = scope.holder
        if not table or cls is None:
            return None if any(entry and entry.get("only") for entry in table.values()) else [""]
        found: list[str] = []
        is_marked = False
        for each in self._project.with_bases(cls):
            outside = each.parent or each.module.top
            for call in as_calls(each):
                for of, entry in decorator_entries(self._project, each.module, outside, call.callee, "classes"):
                    if of.name == framework.name:
                        if entry.get("excluded"):  # what it declares is called, not served
                            return None
                        is_marked = True
                        found += self._paths.of(each, call, entry, None) if entry.get("path") else []
            if found:
                break
        needs_mark = any(entry and entry.get("only") for entry in table.values())
        if needs_mark and not is_marked:
            return None
        return list(dict.fromkeys(found)) or [""]


def _filled(scope: Scope, path: str, framework: Framework) -> str:
    """A path with the names of the function and its class in place of tokens: `[controller]`."""
    for token, rule in framework["tokens"].items():
        if token in path:
            named = scope.holder if rule["of"] == "class" else scope
            name = (named or scope).name
            path = path.replace(token, name.removesuffix(rule.get("without", "")) or name)
    return path
