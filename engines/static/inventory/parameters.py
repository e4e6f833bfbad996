"""Parameters of endpoints: of the template, of the handler's signature, and what the code reads from the request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engines.static.inventory.callbacks import callbacks
from engines.static.inventory.frameworks import Framework, knowledge, placed
from engines.static.inventory.includes import included
from engines.static.inventory.methods import ANY
from engines.static.inventory.names import Project
from engines.static.inventory.routes import Route
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.signature import signature
from engines.static.inventory.texts import written
from engines.static.inventory.things import Thing, elements, plain
from engines.static.reading.facts import Call, Constant, Expression, Index, Member, Name, Pairs

_MAX_DEPTH = 5
_ANYWHERE = "any"


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

    def __init__(self, project: Project, handled: Mapping[Scope, Framework]) -> None:
        self._project = project
        self._handled = handled
        self._by_function: dict[Scope, dict[Found, None]] = defaultdict(dict)
        self._callees: dict[Scope, list[Scope]] = defaultdict(list)
        for module in project.modules.values():
            known = knowledge(module.language)
            self._places = {dotted: place for f in known["frameworks"] for dotted, place in f["reads"].items()}
            self._readers = {dotted: place for f in known["frameworks"] for dotted, place in f["readers_of"].items()}
            self._methods = {dotted.rsplit(".", 1)[-1] for dotted in self._readers} | set(known["readers"])
            if self._places or self._readers:
                self._read_module(module)

    def _read_module(self, module: Module) -> None:
        for scope, call in module.calls_named(frozenset(self._methods)):
            self._note(scope, call)
        for scope, expression in module.reads():
            self._note(scope, expression)

    def _note(self, scope: Scope, expression: Expression) -> None:
        if isinstance(expression, Call) and self._note_keys(scope, expression):
            return
        found = self._read(scope, expression)
        if found is not None:
            self._by_function[scope.function][found] = None

    def _note_keys(self, scope: Scope, call: Call) -> bool:
        """Note each key of a map, or each name of a list, that a call reads: `validate(["name" => "required"])`."""
        direct = self._direct(scope, call)
        if not isinstance(direct, Mapping) or "keys" not in direct:
            return False
        before = call.callee.holder if isinstance(call.callee, Member) else None
        is_inside = isinstance(before, Call) and before.name == direct.get("inside")
        outer = plain(placed(before, [0])) if is_inside else None
        places = range(len(call.positional)) if direct["keys"] == ["all"] else direct["keys"]
        for given in (placed(call, [place]) for place in places):
            named = [key for key, _ in given.entries] if isinstance(given, Pairs) else elements(given)
            for name in filter(None, map(plain, named)):
                whole = f"{outer}[{name}]" if outer else name
                self._by_function[scope.function][Found(whole, direct["place"], "string", False)] = None
        return True

    def of(self, route: Route) -> list[Found]:
        """Return what the handler of a route, and the functions that it calls directly or that run around it, read."""
        if route.handler is None:
            return []
        written = [route.written, *_nested(route.written)] if route.written is not None else []
        handler = route.handler
        around = [function for function, _ in callbacks(self._project, handler)]
        functions = dict.fromkeys([*written, handler, *_nested(handler), *self._called(handler), *around])
        return [found for function in functions for found in self._by_function.get(function, ())]

    def _called(self, handler: Scope) -> Iterator[Scope]:
        for scope, site in handler.module.calls():
            if scope.function is handler and isinstance(site.expression, Call):
                yield from (file.top for file in included(self._project, scope, site.expression))
                thing = self._project.resolve(scope, site.expression.callee)
                if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "function":
                    yield thing.scope

    def _read(self, scope: Scope, expression: Expression, depth: int = 0) -> Found | None:
        """What an expression reads: `args["x"]`, `query.x`, `args.get("x")`, `context.Query("x")`."""
        if depth > _MAX_DEPTH:
            return None
        default = kind = None
        match expression:
            case Index(holder=holder, key=key):
                name, required = plain(key), True
            case Member(name=name) if name in self._methods:
                return None
            case Member(holder=holder, name=name):
                required = False
                if isinstance(holder, Name) and scope.kind == "module":
                    return None
            case Call(callee=Name(text=method)) if method in self._methods:  # request("x")
                thing, name = self._project.resolve(scope, expression.callee), plain(placed(expression, [0]))
                direct = self._readers.get(thing.dotted) if thing.kind in ("unknown", "external") else None
                is_one = isinstance(direct, str) and name
                return Found(name, direct, "string", False, _example(placed(expression, [1]))) if is_one else None
            case Call(callee=Member(holder=holder, name=method)) if method in self._methods:
                name, required = plain(placed(expression, [0])), False
                default, kind = placed(expression, [1, "default"]), placed(expression, ["type"])
                direct = self._direct(scope, expression)
                if isinstance(direct, Mapping):  # `chi.URLParam(r, "id")`
                    name, default, direct = plain(placed(expression, direct["name"])), None, direct["place"]
                if direct is not None:
                    return Found(name, direct, "string", False, _example(default)) if name else None
                if method not in knowledge(scope.module.language)["readers"]:
                    return None
            case _:
                return None
        if not name:
            return None
        is_local = isinstance(holder, Name)
        outer = self._value(scope, holder, depth) if is_local else self._read(scope, holder, depth + 1)
        if outer is not None:  # a value inside a JSON object
            return replace(outer, name=f"{outer.name}.{name}", is_required=required) if outer.place == "json" else None
        place = self._place(scope, holder)
        if place is None:
            return None
        types = knowledge(scope.module.language)["types"]
        type_ = types.get(written(kind), "unknown") if kind is not None else "unknown" if place == "json" else "string"
        return Found(name, place, type_, required, _example(default))

    def _value(self, scope: Scope, holder: Name, depth: int) -> Found | None:
        """What a local name was read from: `owner = body["owner"]`, of which something inside is read."""
        thing = self._project.resolve(scope, holder)
        if thing.kind == "value" and isinstance(thing.expression, Index) and thing.scope is not None:
            return self._read(thing.scope, thing.expression, depth + 1)
        if thing.kind == "external" and isinstance(scope.definition.values.get(holder.text), Call | Index):
            return self._read(scope, scope.definition.values[holder.text], depth + 1)
        return None

    def _direct(self, scope: Scope, call: Call) -> str | Mapping[str, Any] | None:
        thing = self._project.resolve(scope, call.callee)
        place = self._readers.get(thing.dotted) if thing.kind in ("external", "made") else None
        return place or self._by_convention(scope, call.callee, self._readers)

    def _place(self, scope: Scope, holder: Expression, depth: int = 0) -> str | None:
        thing = self._project.resolve(scope, holder)
        if thing.kind in ("external", "made"):
            return self._places.get(thing.dotted)
        if thing.kind == "value" and isinstance(thing.expression, Member | Name) and thing.expression is not holder:
            return self._place(thing.scope or scope, thing.expression, depth + 1) if depth < _MAX_DEPTH else None
        if isinstance(holder, Name) and depth < _MAX_DEPTH:  # data = request.post()
            here = scope
            while here.is_part and holder.text not in here.definition.values and here.parent is not None:
                here = here.parent  # a closure sees the names of what is around it
            value = here.definition.values.get(holder.text)
            if isinstance(value, Call | Member):
                return self._place(here, value, depth + 1)
        return self._by_convention(scope, holder, self._places)

    def _by_convention(self, scope: Scope, expression: Expression, table: Mapping[str, Any]) -> Any:
        """The place that `request.args` means where nothing defines `request`, or it is the handler's own parameter."""
        first, _, rest = written(expression).replace("()", "").partition(".")
        if not first:
            return None
        for name in self._objects(scope, first):
            place = table.get(f"{name}.{rest}" if rest else name)
            if place is not None:
                return place
        return None

    def _objects(self, scope: Scope, first: str) -> Iterator[str]:
        handled = self._handled.get(scope.function)
        parameters = [each.name for each in scope.function.definition.parameters]
        if handled is not None and first in parameters:
            listed = handled.entry.get("request_arguments", ())
            position = parameters.index(first)
            if position < len(listed):
                yield listed[position]
        if self._project.lookup(scope, first).kind == "unknown":
            for framework in knowledge(scope.module.language)["frameworks"]:
                name = framework["request_names"].get(first)
                if name and framework.is_used_by(scope.module):
                    yield name


def parameters(project: Project, route: Route, reads: Reads) -> list[Found]:
    """Return the parameters of an endpoint, each (name, place) once; the signature says more than the code."""
    found: dict[tuple[str, str], Found] = {
        (name, "path"): Found(name, "path", kind, True) for name, kind in route.path_types.items()
    }
    found |= {(name, place): Found(name, place, "unknown", False) for name, place in route.parameters}
    if route.handler is not None and route.framework["signature"]:
        for name, place, type_, required, example in signature(
            project, route.handler, route.framework, set(route.path_types)
        ):
            if place == _ANYWHERE:
                place = _usual(route)
            found[name, place] = Found(name, place, type_, required, example)
    for each in _without_parents(_told(reads.of(route), route)):
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


def takes_a_body(route: Route, reads: Reads) -> bool:
    """Whether the handler of a route reads something that only a request with a body has."""
    return any(found.place in ("json", "form", _ANYWHERE) for found in reads.of(route))


def _told(found: Iterable[Found], route: Route) -> Iterator[Found]:
    """Yield each with its place: where a framework has one place for all, the template and the method tell it."""
    for each in found:
        if each.place != _ANYWHERE:
            yield each
        elif each.name not in route.path_types:
            yield replace(each, place=_usual(route))


def _usual(route: Route) -> str:
    """Where the parameters of a method are, if a framework does not ask."""
    return "query" if route.method in ("GET", "DELETE", ANY) else "form"


def _without_parents(found: Iterable[Found]) -> list[Found]:
    """Leave out objects of which a value inside is read."""
    listed = list(dict.fromkeys(found))
    return [f for f in listed if not any(g.place == f.place and g.name.startswith(f.name + ".") for g in listed)]


def _nested(function: Scope) -> Iterator[Scope]:
    # What a file defines does not run because the file does.
    for scope in function.module.scopes if function.kind != "module" else ():
        if scope.kind == "function" and scope is not function:
            here = scope.parent
            while here is not None and here is not function:
                here = here.parent
            if here is function:
                yield scope


def _example(default: Expression | None) -> str | None:
    if isinstance(default, Constant) and default.text[:1].isdigit():
        return default.text
    return plain(default) or None


__all__ = ["Found", "Reads", "Thing", "parameters", "takes_a_body"]
