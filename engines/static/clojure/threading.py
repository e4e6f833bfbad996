"""`->` and its like: a step is read with the value standing in it under a name that nobody can write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engines.static.clojure.destructuring import bind
from engines.static.clojure.forms import LIST, SYMBOL, Form
from engines.static.clojure.values import FIXED, UNKNOWN, Value, flat, join

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Environment, Evaluator

_THREADED = "\0threaded"


def _step(evaluator: Evaluator, step: Form, value: Value, environment: Environment, is_first: bool) -> Value:
    """Read `(f a)` as `(f value a)` or `(f a value)`; the value stands there under a name nobody can write."""
    threaded = Form(SYMBOL, _THREADED, (), step.start, step.end)
    if step.kind is LIST and step.items and step.head not in ("fn", "fn*", "quote"):
        head, *arguments = step.items
        items = (head, threaded, *arguments) if is_first else (head, *arguments, threaded)
    else:
        items = (step, threaded)
    return evaluator.read(Form(LIST, "", items, step.start, step.end), {**environment, _THREADED: value})


def thread(is_first: bool) -> Callable[[Evaluator, Form, Environment], Value]:
    def read(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
        value = evaluator.read(form.items[1], environment) if len(form.items) > 1 else FIXED
        for step in form.items[2:]:
            value = _step(evaluator, step, value, environment, is_first)
        return value

    return read


def thread_if(is_first: bool) -> Callable[[Evaluator, Form, Environment], Value]:
    def read(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
        value = evaluator.read(form.items[1], environment) if len(form.items) > 1 else FIXED
        for at in range(2, len(form.items) - 1, 2):
            evaluator.read(form.items[at], environment)
            value = join(value, _step(evaluator, form.items[at + 1], value, environment, is_first))
        return value

    return read


def read_thread_as(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    if len(form.items) < 3:
        return UNKNOWN
    value = evaluator.read(form.items[1], environment)
    for step in form.items[3:]:
        inner = dict(environment)
        bind(evaluator, form.items[2], value, inner)
        value = evaluator.read(step, inner)
    return value


def read_doto(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    value = evaluator.read(form.items[1], environment) if len(form.items) > 1 else FIXED
    put_in = [_step(evaluator, step, value, environment, True) for step in form.items[2:]]
    return Value(flat(value, *put_in).taint, value.fields, None, False, value.function)


def read_dots(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    value = evaluator.read(form.items[1], environment) if len(form.items) > 1 else FIXED
    for step in form.items[2:]:
        name, *arguments = step.items if step.kind is LIST and step.items else (step,)
        values = [value, *(evaluator.read(argument, environment) for argument in arguments)]
        value = evaluator.call(f".{name.value}", values, Form(LIST, "", (), step.start, step.end))
    return value
