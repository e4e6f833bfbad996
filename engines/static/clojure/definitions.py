"""The functions that a file defines, with the forms of their bodies, whatever macro defines them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engines.static.clojure.forms import KEYWORD, LIST, MAP, STRING, SYMBOL, VECTOR, Form, Source, read
from engines.static.clojure.namespaces import Namespace, read_namespace

_WRAPPERS = frozenset(("do", "let", "when", "if", "when-not", "compile-if", "binding", "with-redefs"))
_VALUES = frozenset(("def", "defonce", "def-"))
_RECORDS = frozenset(("defrecord", "deftype", "defcomponent"))
_EXTENSIONS = frozenset(("extend-type", "extend-protocol"))
_NO_FUNCTIONS = frozenset(("defmulti", "defprotocol", "definterface", "defmacro", "defstruct", "defproject", "deftest"))


@dataclass(frozen=True, eq=False)
class Function:
    """A function: several arities, each with its parameters (a vector) and the forms of its body."""

    name: str  # full: namespace/name
    unit: Unit
    form: Form
    arities: tuple[tuple[Form, tuple[Form, ...]], ...]
    fields: tuple[str, ...] = ()  # of the record whose method it is


@dataclass(eq=False)
class Unit:
    """A file: its names, its functions, and the forms of the top level that are no functions."""

    path: str
    source: Source
    namespace: Namespace
    functions: list[Function] = field(default_factory=list)
    rest: list[Form] = field(default_factory=list)
    values: dict[str, Form] = field(default_factory=dict)  # full name → what `def` gives it


def read_unit(path: str, content: bytes, extension: str) -> Unit:
    """Return what a file defines."""
    source = read(content, extension)
    namespace = read_namespace(source.forms)
    unit = Unit(path, source, namespace)
    for form in source.forms:
        _collect(form, unit)
    return unit


def arities(items: Sequence[Form]) -> Iterator[tuple[Form, tuple[Form, ...]]]:
    """Yield parameters and body of each arity in what follows a function's name: `[x] …` or `([x] …) ([x y] …)`."""
    rest = list(items)
    while rest and not (rest[0].kind is VECTOR or _is_arity(rest[0])):
        rest.pop(0)
    if rest and rest[0].kind is VECTOR:
        yield rest[0], tuple(rest[1:])
        return
    for form in rest:
        if _is_arity(form):
            yield form.items[0], form.items[1:]


def methods(items: Sequence[Form]) -> Iterator[tuple[str, str, Form]]:
    """Yield protocol, name and form of each method in the body of a record, type, `reify` or extension."""
    protocol = ""
    for form in items:
        if form.kind is SYMBOL:
            protocol = form.value
        elif form.kind is LIST and len(form.items) > 1 and form.items[0].kind is SYMBOL:
            yield protocol, form.items[0].value, form


def _is_arity(form: Form) -> bool:
    return form.kind is LIST and bool(form.items) and form.items[0].kind is VECTOR


def _collect(form: Form, unit: Unit) -> None:
    head = form.head.rpartition("/")[2]
    if head in _WRAPPERS and form.head == head:
        inner = form.items[1:] if head == "do" else form.items[2:]
        if any(each.head.rpartition("/")[2].startswith("def") for each in inner):
            for each in inner:
                _collect(each, unit)
            return
    if head == "ns" or len(form.items) < 2:
        if form.kind is LIST and head != "ns":
            unit.rest.append(form)
        return
    if head in _VALUES:
        _value(form, unit)
    elif head == "defmethod":
        _function(form, unit, form.items[3:])
    elif head in _RECORDS:
        fields = next((item for item in form.items[2:3] if item.kind is VECTOR), None)
        _methods(form, unit, tuple(each.value for each in fields.items) if fields else ())
    elif head in _EXTENSIONS:
        _methods(form, unit, ())
        unit.rest.append(form)
    elif head.startswith("def") and head not in _NO_FUNCTIONS:
        unit.namespace.own.add(form.items[1].value)
        if not _function(form, unit, form.items[2:]):
            unit.rest.append(form)
    elif head in ("defmulti", "defmacro"):
        unit.namespace.own.add(form.items[1].value)
    elif head in ("defprotocol", "definterface"):
        unit.namespace.own.update(name for _, name, _ in methods(form.items[2:]))
    else:
        unit.rest.append(form)


def _full(name: Form, unit: Unit) -> str:
    return unit.namespace.resolve(name.value) if "/" in name.value else f"{unit.namespace.name}/{name.value}"


def _function(form: Form, unit: Unit, items: Sequence[Form]) -> bool:
    name = form.items[1]
    if name.kind not in (SYMBOL, KEYWORD, STRING) or name.kind is STRING:
        return False
    found = tuple(arities(items))
    if not found or not any(body for _, body in found):
        return False
    full = _full(name, unit)
    if form.head.endswith("defmethod") and name.value in unit.namespace.referred:
        full = unit.namespace.referred[name.value]
    unit.functions.append(Function(full, unit, form, found))
    return True


def _value(form: Form, unit: Unit) -> None:
    name, value = form.items[1], form.items[-1] if len(form.items) > 2 else None
    unit.namespace.own.add(name.value)
    if value is not None and value.head in ("fn", "fn*", "clojure.core/fn"):
        unit.functions.append(Function(_full(name, unit), unit, form, tuple(arities(value.items[1:]))))
        return
    if value is not None:
        unit.values[_full(name, unit)] = value
    unit.rest.append(form)


def _methods(form: Form, unit: Unit, fields: tuple[str, ...]) -> None:
    is_protocol_first = form.head.endswith("extend-protocol")
    start = 2 if is_protocol_first or form.head.endswith("extend-type") else 3
    for protocol, name, method in methods(form.items[start:]):
        owner = form.items[1].value if is_protocol_first else protocol
        alias, slash, _ = owner.partition("/")
        space = unit.namespace.aliases.get(alias, alias) if slash else unit.namespace.name
        if not slash and owner in unit.namespace.referred:
            space = unit.namespace.referred[owner].partition("/")[0]
        found = tuple(arities(method.items[1:]))
        if found:
            unit.functions.append(Function(f"{space}/{name}", unit, method, found, fields))


__all__ = ["MAP", "Function", "Unit", "arities", "methods", "read_unit"]
