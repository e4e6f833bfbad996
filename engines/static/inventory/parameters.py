"""Parameters of endpoints: of the template, of the handler's signature, and what the code reads from the request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tree_sitter import Node

from engines.static.inventory.expressions import argument, called, literal, text
from engines.static.inventory.module import Module, Scope
from engines.static.inventory.names import Project, Thing
from engines.static.inventory.routes import Route, imported_framework
from engines.static.inventory.signature import signature


@dataclass(frozen=True)
class Found:
    """A parameter as `Parameter` records it, without its endpoint."""

    name: str
    place: str
    type: str
    is_required: bool
    example: str | None = None


class Reads:
    """Which parameters each function reads from the request by name."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._by_function: dict[Scope, list[Found]] = {}
        for module in project.modules.values():
            known: dict[str, str] = {}
            for framework in module.language.frameworks["frameworks"].values():
                known |= framework["reads"]
            # Calls and subscripts alike: `args.get("x")`, `args["x"]`.
            for scope, node in [*module.calls, *module.subscripts]:
                found = self._read(scope, node, known)
                if found is not None:
                    self._by_function.setdefault(scope.function, []).append(found)

    def of(self, route: Route) -> list[Found]:
        """Return what the handler of a route, and the functions that it calls directly, read."""
        if route.handler is None:
            return []
        functions = [route.handler, *_nested(route.handler), *self._callees(route.handler)]
        return [found for function in functions for found in self._by_function.get(function, ())]

    def _callees(self, handler: Scope) -> Iterator[Scope]:
        for scope, node in handler.module.calls:
            if scope.function is handler:
                thing = self._project.resolve(scope, called(node))
                if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "function":
                    yield thing.scope

    def _read(self, scope: Scope, node: Node, known: Mapping[str, str], depth: int = 0) -> Found | None:
        frameworks = scope.module.language.frameworks
        if node.type == "subscript":
            holder, key, required = node.child_by_field_name("value"), node.child_by_field_name("subscript"), True
        elif node.type == "call" and called(node).type == "attribute":
            if text(called(node).child_by_field_name("attribute")) not in frameworks["readers"]:
                return None
            holder, key, required = called(node).child_by_field_name("object"), argument(node, 0, None), False
        else:
            return None
        name = literal(key)
        if name is None or depth > 5:
            return None
        outer = self._read(scope, holder, known, depth + 1)
        if outer is not None:  # a value inside a JSON object
            return replace(outer, name=f"{outer.name}.{name}", is_required=required) if outer.place == "json" else None
        thing = self._project.resolve(scope, holder)
        place = known.get(thing.dotted) or _by_request_name(scope, holder, thing, known)
        if place is None:
            return None
        default = argument(node, 1, "default") if node.type == "call" else None
        kind = argument(node, None, "type") if node.type == "call" else None
        types = frameworks["types"]
        type_ = types.get(text(kind), "unknown") if kind is not None else "unknown" if place == "json" else "string"
        return Found(name, place, type_, required, _example(default))


def _by_request_name(scope: Scope, holder: Node, thing: Thing, known: Mapping[str, str]) -> str | None:
    """The place that `request.args` means where `request` is a parameter of the function, known by its name alone."""
    if thing.kind != "unknown":
        return None
    framework = imported_framework(scope.module)
    first, _, rest = text(holder).partition(".")
    name = framework["request_names"].get(first) if framework else None
    return known.get(f"{name}.{rest.removesuffix('()')}") if name else None


def parameters(project: Project, route: Route, reads: Reads) -> list[Found]:
    """Return the parameters of an endpoint, each (name, place) once; the signature says more than the code."""
    found: dict[tuple[str, str], Found] = {
        (name, "path"): Found(name, "path", kind, True) for name, kind in route.path_types.items()
    }
    if route.handler is not None and "signature" in route.framework:
        for name, place, type_, required, example in signature(
            project, route.handler, route.framework, set(route.path_types)
        ):
            found[name, place] = Found(name, place, type_, required, example)
    for each in _without_parents(reads.of(route)):
        earlier = found.get((each.name, each.place))
        if earlier is None:
            found[each.name, each.place] = each
        elif earlier.place != "path":
            found[each.name, each.place] = replace(
                earlier,
                is_required=earlier.is_required or each.is_required,
                example=earlier.example if earlier.example is not None else each.example,
            )
    return list(found.values())


def _without_parents(found: Iterable[Found]) -> list[Found]:
    """Leave out objects of which a value inside is read."""
    listed = list(found)
    return [f for f in listed if not any(g.place == f.place and g.name.startswith(f.name + ".") for g in listed)]


def _nested(function: Scope) -> Iterator[Scope]:
    for member in function.members.values():
        yield member
        yield from _nested(member)


def _example(default: Node | None) -> str | None:
    if default is None:
        return None
    if default.type in ("integer", "float"):
        return text(default)
    return literal(default) or None


def module_of(route: Route) -> Module:
    """Return the file that declares a route, or that of its handler."""
    return route.handler.module if route.handler is not None else route.module
