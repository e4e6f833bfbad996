"""Who calls whom: calls resolved to functions of the source, and requests to other services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tree_sitter import Node

from engines.contract import Call, Target
from engines.static.inventory.expressions import argument, arguments, called, line, text
from engines.static.inventory.module import Module, Scope
from engines.static.inventory.names import Project
from engines.static.inventory.texts import rendered

_MAX_TEXT = 200
# Methods of built-in types: a function of this name in the source is no reason to think that it is called.
_EVERYDAY = frozenset(dir(str) + dir(bytes) + dir(dict) + dir(list) + dir(set) + dir(int)) | {
    "read", "write", "close", "open", "send", "execute", "commit", "fetchone", "fetchall", "cursor",
    "run", "start", "group",
}  # fmt: skip


def calls(project: Project, module: Module, target: Target) -> Iterator[Call]:
    """Yield the calls of a file, each once a line: resolved, by name only (`is_approximate`), or as text."""
    seen: set[tuple[str, str, str | None, int, str]] = set()
    for scope, node in module.calls:
        caller = scope.function
        for callee, file, kind, is_approximate in _callees(project, scope, node):
            key = (caller.qualified_name, callee, file, line(node), kind)
            if key not in seen:
                seen.add(key)
                yield Call(
                    service=target.service,
                    build_id=target.build_id,
                    caller=caller.qualified_name,
                    caller_file=module.file.path,
                    callee=callee,
                    callee_file=file,
                    line=line(node),
                    kind=kind,
                    is_approximate=is_approximate,
                )


Callee = tuple[str, str | None, str, bool]


def _callees(project: Project, scope: Scope, node: Node) -> Iterator[Callee]:
    url = requested(project, scope, node)
    if url is not None:
        yield url[:_MAX_TEXT], None, "http", False
    else:
        yield _called(project, scope, node)
    # A function handed over is likely called by whoever receives it (threads, map, dependencies).
    positional, keywords = arguments(node)
    for handed in [*positional, *keywords.values()]:
        if handed.type in ("identifier", "attribute"):
            thing = project.resolve(scope, handed)
            if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "function":
                yield thing.scope.qualified_name, thing.scope.module.file.path, "call", True


def _called(project: Project, scope: Scope, node: Node) -> Callee:
    callee = called(node)
    thing = project.resolve(scope, callee)
    if thing.kind == "scope" and thing.scope is not None:
        function: Scope | None = thing.scope
        if function.kind == "class":
            constructors = (cls.members.get("__init__") for cls in project.with_bases(function))
            function = next((each for each in constructors if each is not None), None)
        if function is not None and function.kind == "function":
            return function.qualified_name, function.module.file.path, "call", False
    if callee.type == "attribute" and thing.kind == "unknown":
        name = text(callee.child_by_field_name("attribute"))
        candidates = [f for f in project.functions_named(name) if f.parent is not None and f.parent.kind == "class"]
        if len(candidates) == 1 and name not in _EVERYDAY:
            return candidates[0].qualified_name, candidates[0].module.file.path, "call", True
    return " ".join(text(callee).split())[:_MAX_TEXT], None, "call", False


def requested(project: Project, scope: Scope, node: Node) -> str | None:
    """Return the URL text of a call that sends an HTTP request, `{}` for what is not constant; None for other calls."""
    http: Mapping[str, Any] = scope.module.language.frameworks["http"]
    callee = called(node)
    thing = project.resolve(scope, callee)
    if thing.kind != "external":
        return None
    if thing.dotted in http["functions"]:
        return _url(project, scope, node, http["functions"][thing.dotted], "")
    client, _, method = thing.dotted.rpartition(".")
    if client in http["clients"] and method in http["client_methods"]:
        holder = project.resolve(scope, callee.child_by_field_name("object"))
        keyword = http["clients"][client]
        base = argument(holder.node, None, keyword) if keyword and holder.node is not None else None
        prefix = rendered(project, _scope_of(project, scope, holder.origin), base, "{}") if base is not None else ""
        return _url(project, scope, node, http["client_methods"][method], prefix or "")
    return None


def _url(project: Project, scope: Scope, node: Node, position: int, prefix: str) -> str:
    address = argument(node, position, "url")
    path = rendered(project, scope, address, "{}") if address is not None else "{}"
    is_absolute = (path or "").startswith(("http://", "https://"))
    return path or "{}" if is_absolute or not prefix else prefix.rstrip("/") + "/" + (path or "{}").lstrip("/")


def _scope_of(project: Project, scope: Scope, origin: tuple[str, str, str] | None) -> Scope:
    """The scope in which an object was made, so that names in its constructor's arguments can be told."""
    module = project.modules.get(origin[0]) if origin else None
    if module is None or origin is None:
        return scope
    return next((each for each in module.scopes if each.qualified_name == origin[1]), module.top)
