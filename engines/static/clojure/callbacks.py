"""Functions that take functions: what those see, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engines.static.clojure import maps, parts
from engines.static.clojure.elements import element, in_order, key_of
from engines.static.clojure.forms import Form
from engines.static.clojure.values import FIXED, UNKNOWN, Value, flat, join, whole

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Evaluator


def read_mapped(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(map f xs ys)`: what f gives back; `(map f)`: a transducer."""
    if len(values) < 2:
        return Value(is_fixed=True, function=("transducer", values[0], True)) if values else UNKNOWN
    found = evaluator.invoke(values[0], [element(value) for value in values[1:]], form)
    return Value(None, {"0": found}) if found.fields else flat(found)


def read_indexed(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return UNKNOWN
    return flat(evaluator.invoke(values[0], [FIXED, element(values[1])], form))


def read_kept(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(filter f xs)`: some of the elements. A set or map of constants lets through only what is written in it."""
    if len(values) < 2:
        return Value(is_fixed=True, function=("transducer", values[0], False)) if values else UNKNOWN
    evaluator.invoke(values[0], [element(values[-1])], form)
    is_lookup = values[0].function is not None and values[0].function[0] == "lookup"
    if is_lookup and values[0].is_fixed:
        return FIXED
    return values[-1] if values[-1].fields is None else Value(None, {"0": element(values[-1])})


def transduced(evaluator: Evaluator, transducer: Value, value: Value, form: Form) -> Value:
    what = transducer.function
    if what is not None and what[0] == "composed":
        for inner in what[1]:
            value = transduced(evaluator, inner, value, form)
        return value
    if what is not None and what[0] == "transducer":
        found = evaluator.invoke(what[1], [value], form)
        return found if what[2] else value
    return value


def read_transduce(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 3:
        return flat(*values)
    inner = transduced(evaluator, values[0], element(values[-1]), form)
    start = values[2] if len(values) > 3 else FIXED
    return join(start, evaluator.invoke(values[1], [start, inner], form))


def read_into(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(into [] (map f) xs)`, and without a transducer."""
    if len(values) == 3:
        return flat(values[0], transduced(evaluator, values[1], element(values[2]), form))
    return maps.read_into(evaluator, values, form)


def read_sequence(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return flat(transduced(evaluator, values[0], element(values[-1]), form)) if len(values) > 1 else flat(*values)


def read_reduce(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return flat(*values)
    inner = element(values[-1])
    start = values[1] if len(values) > 2 else inner
    once = evaluator.invoke(values[0], [start, inner], form)
    return join(start, once, evaluator.invoke(values[0], [join(start, once), inner], form))


def read_reduce_kv(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 3:
        return flat(*values)
    inner = element(values[2])
    return join(values[1], evaluator.invoke(values[0], [values[1], Value(values[2].taint), inner], form))


def read_apply(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return UNKNOWN
    *first, last = values[1:]
    return evaluator.invoke(values[0], [*first, *in_order(last)], form)


def read_called(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(run! f xs)`, `(some f xs)`: f sees each element."""
    if len(values) > 1:
        found = evaluator.invoke(values[0], [element(value) for value in values[1:]], form)
        return flat(found)
    return UNKNOWN


def read_updated(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(update m :k f a)`."""
    if len(values) < 3:
        return flat(*values)
    key = key_of(values[1])
    before = parts.get(evaluator, values[0], key, form.start) if key is not None else element(values[0])
    changed = evaluator.invoke(values[2], [before, *values[3:]], form)
    return maps.read_assoc(evaluator, [values[0], values[1], changed], form)


def read_updated_in(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 3:
        return flat(*values)
    keys = maps.keys_of(values[1])
    before = parts.below(evaluator, values[0], keys, form.start) if keys else Value(whole(values[0]))
    changed = evaluator.invoke(values[2], [before, *values[3:]], form)
    return maps.read_assoc_in(evaluator, [values[0], values[1], changed], form)


def read_swapped(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return UNKNOWN
    return evaluator.invoke(values[1], [values[0], *values[2:]], form)


def read_partial(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return Value(is_fixed=True, function=("partial", values[0], values[1:])) if values else UNKNOWN


def read_comp(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return Value(is_fixed=True, function=("composed", values))


def read_constantly(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return Value(is_fixed=True, function=("constantly", values[0] if values else UNKNOWN))


def read_repeat(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return Value(None, {"0": values[-1]}) if values else UNKNOWN


def read_repeatedly(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return flat(evaluator.invoke(values[-1], [], form)) if values else UNKNOWN


def read_walked(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return UNKNOWN
    return flat(values[-1], evaluator.invoke(values[0], [Value(whole(values[-1]))], form))


def read_first_function(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return values[0] if values else UNKNOWN
