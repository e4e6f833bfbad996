"""Macros and special forms, each read by its shape; which name has which shape is data (`taint.yaml`: shapes)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engines.static.clojure import conditions, elements, parts, routes, threading, watch
from engines.static.clojure.definitions import arities, methods
from engines.static.clojure.destructuring import bind
from engines.static.clojure.forms import KEYWORD, LIST, MAP, STRING, SYMBOL, VECTOR, Form
from engines.static.clojure.values import FIXED, UNKNOWN, Closure, Value, flat, join, literal

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Environment, Evaluator

Handler = Callable[["Evaluator", Form, "Environment"], Value]


def handler(evaluator: Evaluator, name: str, form: Form, environment: Environment) -> Handler | None:
    """Return what reads a list with this head, None where it is an ordinary call."""
    shape = evaluator.knowledge.shape(name)
    if shape is not None:
        return SHAPES[shape]
    if name in evaluator.analysis.functions:
        return None
    # A macro that nobody described and that binds names: (with-connection [c db] …), (p/let [x y] …).
    short = name.rpartition("/")[2]
    if len(form.items) > 2 and form.items[1].kind is VECTOR and (short.startswith("with-") or short.endswith("let")):
        pairs = form.items[1].items
        if len(pairs) >= 2 and all(each.kind in (SYMBOL, MAP, VECTOR) for each in pairs[::2]):
            return _let
    return None


def _bind_pairs(evaluator: Evaluator, vector: Form, environment: Environment) -> Environment:
    environment = dict(environment)
    items = vector.items
    for at in range(0, len(items) - 1, 2):
        value = evaluator.read(items[at + 1], environment)
        if items[at].kind is SYMBOL and items[at + 1].kind is STRING:
            written = Form(LIST, "", (), items[at].start, items[at + 1].end)
            watch.named_literal(evaluator, items[at].value, value, written)
        bind(evaluator, items[at], value, environment)
    return environment


def _let(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    if len(form.items) < 2 or form.items[1].kind is not VECTOR:
        return _do(evaluator, form, environment)
    return evaluator.body(form.items[2:], _bind_pairs(evaluator, form.items[1], environment))


def _if_let(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    if len(form.items) < 2:
        return FIXED
    inner = _bind_pairs(evaluator, form.items[1], environment)
    then = evaluator.read(form.items[2], inner) if len(form.items) > 2 else literal("nil")
    if len(form.items) > 3:
        return join(then, evaluator.read(form.items[3], environment))
    return then


def _for(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    environment = dict(environment)
    items = form.items[1].items if len(form.items) > 1 else ()
    for at in range(0, len(items) - 1, 2):
        left, right = items[at], items[at + 1]
        if left.kind is KEYWORD:
            if left.value == "let":
                environment = _bind_pairs(evaluator, right, environment)
            else:
                evaluator.read(right, environment)
                conditions.narrow_by(evaluator, right, environment, True)
        else:
            bind(evaluator, left, elements.element(evaluator.read(right, environment)), environment)
    value = evaluator.body(form.items[2:], environment)
    return _sequence_of(value)


def _sequence_of(value: Value) -> Value:
    """A sequence whose elements are all like one value."""
    return Value(None, {"0": value}) if value.fields else flat(value)


def _fn(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    items = form.items[1:]
    name = items[0].value if items and items[0].kind is SYMBOL else ""
    closure = Closure(name, tuple(arities(items)), environment)
    evaluator.closures.append(closure)
    value = Value(is_fixed=True, function=("closure", closure))
    if name:
        closure.environment = {**environment, name: value}
    return value


def _letfn(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    environment = dict(environment)
    for function in form.items[1].items if len(form.items) > 1 else ():
        if function.head:
            value = _fn(evaluator, Form(LIST, "", (function, *function.items), 0, 0), environment)
            environment[function.head] = value
            value.function[1].environment = environment  # they see each other
    return evaluator.body(form.items[2:], environment)


def _methods(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    """`reify`, `proxy`: bodies that see the locals and are called by somebody else."""
    for _, _, method in methods(form.items[1:]):
        _fn(evaluator, method, environment)
    return UNKNOWN


def _def(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    if len(form.items) < 3:
        return FIXED
    value = evaluator.read(form.items[-1], environment)
    if form.items[-1].kind is STRING:
        watch.named_literal(evaluator, form.items[1].value, value, form)
    watch.named(evaluator, form.items[1].value, value, form)
    return value


def _new(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    if len(form.items) < 2:
        return UNKNOWN
    values = [evaluator.read(argument, environment) for argument in form.items[2:]]
    return evaluator.call(evaluator.namespace.constructor(form.items[1].value), values, form)


def _dot(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    """`(. target method x)` and `(. target (method x))`."""
    if len(form.items) < 3:
        return UNKNOWN
    member = form.items[2]
    name, *arguments = member.items if member.kind is LIST and member.items else form.items[2:]
    target = evaluator.read(form.items[1], environment)
    values = [evaluator.read(argument, environment) for argument in arguments]
    return evaluator.call(f".{name.value.lstrip('-')}", [target, *values], form)


def _do(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return evaluator.body(form.items[1:], environment)


def _try(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    values = []
    body: list[Form] = []
    for item in form.items[1:]:
        if item.head == "catch" and len(item.items) > 2:
            rules, caught = evaluator.knowledge.exception_sources, UNKNOWN
            if rules:
                caught = parts.sourced(evaluator, UNKNOWN, rules, item.start, "an exception is caught")
            inner = {**environment, item.items[2].value: caught}
            values.append(evaluator.body(item.items[3:], inner))
        elif item.head == "finally":
            evaluator.body(item.items[1:], environment)
        else:
            body.append(item)
    return join(evaluator.body(body, environment), *values)


def _quote(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return FIXED


def _var(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return evaluator.read(form.items[1], {}) if len(form.items) > 1 else UNKNOWN


def _nothing(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return UNKNOWN


SHAPES: dict[str, Handler] = {
    "let": _let,
    "if-let": _if_let,
    "for": _for,
    "fn": _fn,
    "letfn": _letfn,
    "methods": _methods,
    "def": _def,
    "if": conditions.read_if,
    "if-not": conditions.read_if_not,
    "when": conditions.read_when,
    "when-not": conditions.read_when_not,
    "cond": conditions.read_cond,
    "case": conditions.read_case,
    "condp": conditions.read_condp,
    "either": conditions.read_either,
    "thread-first": threading.thread(True),
    "thread-last": threading.thread(False),
    "thread-if-first": threading.thread_if(True),
    "thread-if-last": threading.thread_if(False),
    "thread-as": threading.read_thread_as,
    "doto": threading.read_doto,
    "dots": threading.read_dots,
    "dot": _dot,
    "new": _new,
    "body": _do,
    "try": _try,
    "quote": _quote,
    "var": _var,
    "route": routes.read_route,
    "nothing": _nothing,
}
