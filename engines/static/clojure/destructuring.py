"""Binding names: symbols, `[a b & more :as all]`, `{:keys [a] :strs [b] c :c :or {…} :as all}`, nested at will."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from engines.static.clojure import elements, parts, watch
from engines.static.clojure.blocks import names_in
from engines.static.clojure.forms import KEYWORD, MAP, STRING, SYMBOL, VECTOR, Form
from engines.static.clojure.knowledge import language_lists
from engines.static.clojure.values import FIXED, Value, join, with_step

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Environment, Evaluator


@cache
def typed() -> frozenset[str]:
    """The names of types that leave no free text."""
    return frozenset(names_in(language_lists()["typed"]))


def parameters_of(vector: Form) -> list[tuple[Form, bool]]:
    """The patterns of a parameter vector, each with whether it takes the rest; schemas (`x :- T`) are left out."""
    found: list[tuple[Form, bool]] = []
    is_rest, skips = False, 0
    for form in vector.items:
        if skips:
            skips -= 1
        elif form.kind is SYMBOL and form.value == "&":
            is_rest = True
        elif form.kind is KEYWORD:
            skips = 1
        else:
            found.append((form, is_rest))
            is_rest = False
    return found


def is_request(evaluator: Evaluator, pattern: Form) -> bool:
    """Whether a parameter is a whole request: by its name, or by keys that only requests have."""
    if pattern.kind is SYMBOL:
        return evaluator.knowledge.is_request_name(pattern.value)
    if pattern.kind is not MAP:
        return False
    keys = evaluator.knowledge.key_sources
    for at in range(0, len(pattern.items) - 1, 2):
        left, right = pattern.items[at], pattern.items[at + 1]
        if left.value == "as" and evaluator.knowledge.is_request_name(right.value):
            return True
        if right.kind is KEYWORD and left.kind is not KEYWORD and right.value in keys:
            return True
        if left.value in ("keys", "strs") and any(name.value in keys for name in right.items):
            return True
    return False


def bind(
    evaluator: Evaluator, pattern: Form, value: Value, environment: Environment, is_parameter: bool = False
) -> None:
    """Add what a pattern binds to the environment."""
    if pattern.kind is SYMBOL:
        _bind_name(evaluator, pattern, value, environment, is_parameter)
    elif pattern.kind is VECTOR:
        _bind_vector(evaluator, pattern.items, value, environment, is_parameter)
    elif pattern.kind is MAP:
        _bind_map(evaluator, pattern.items, value, environment, is_parameter)


def is_typed(form: Form) -> bool:
    """Whether a name carries a type that leaves no free text."""
    return any(map(is_type, form.meta))


def is_type(form: Form) -> bool:
    """Whether a hint or schema (`^Long`, `s/Int`, `java.util.UUID`) leaves no free text: it refuses or converts it."""
    return form.name.rpartition(".")[2] in typed()


def _bind_name(evaluator: Evaluator, pattern: Form, value: Value, environment: Environment, is_parameter: bool) -> None:
    name = pattern.value
    if pattern.meta and is_typed(pattern):
        value = FIXED
    elif value.taint and not is_parameter:
        taint = with_step(value.taint, evaluator.file, pattern.start, f"becomes `{name}`")
        value = Value(taint, value.fields, value.text, value.is_fixed, value.function)
    rules = evaluator.knowledge.named_rules(name)
    if rules and not value.is_fixed:
        value = parts.sourced(evaluator, value, rules, pattern.start, f"`{name}`")
    if not is_parameter:
        watch.named(evaluator, name, value, pattern)
    environment[name] = value


def _bind_vector(
    evaluator: Evaluator, items: Sequence[Form], value: Value, environment: Environment, is_parameter: bool
) -> None:
    at, number = 0, 0
    while at < len(items):
        form = items[at]
        if form.kind is SYMBOL and form.value == "&" and at + 1 < len(items):
            bind(evaluator, items[at + 1], elements.rest_of(value, number), environment, is_parameter)
            at += 2
        elif form.kind is KEYWORD and at + 1 < len(items):
            if form.value == "as":
                bind(evaluator, items[at + 1], value, environment, is_parameter)
            at += 2
        else:
            found = parts.get(evaluator, value, str(number), form.start)
            bind(evaluator, form, found, environment, is_parameter)
            number += 1
            at += 1


def _bind_map(
    evaluator: Evaluator, items: Sequence[Form], value: Value, environment: Environment, is_parameter: bool
) -> None:
    defaults: dict[str, Form] = {}
    for at in range(0, len(items) - 1, 2):
        if items[at].value == "or" and items[at].kind is KEYWORD:
            entries = items[at + 1].items
            defaults = {entries[i].value: entries[i + 1] for i in range(0, len(entries) - 1, 2)}

    def bind_default(form: Form, found: Value) -> None:
        if form.kind is SYMBOL and form.value in defaults:
            default = evaluator.read(defaults[form.value], environment)
            watch.named_literal(evaluator, form.value, default, form)
            found = Value(found.taint, found.fields) if found.taint or found.fields else join(found, default)
        bind(evaluator, form, found, environment, is_parameter)

    for at in range(0, len(items) - 1, 2):
        left, right = items[at], items[at + 1]
        if left.kind is not KEYWORD:
            found = _under(evaluator, value, right, environment)
            bind_default(left, found)
            continue
        space, _, kind = left.value.rpartition("/")
        if kind in ("keys", "strs", "syms") or left.value == ":keys":
            space = evaluator.namespace.keyword(left.value).rpartition("/")[0] if left.value[0] == ":" else space
            for name in right.items:
                full = evaluator.namespace.keyword(name.value) if name.kind is KEYWORD else name.value
                key = full if "/" in full or not space else f"{space}/{full}"
                local = Form(SYMBOL, name.name.lstrip(":"), (), name.start, name.end, name.meta)
                bind_default(local, parts.get(evaluator, value, key, name.start))
        elif kind == "as":
            bind(evaluator, right, value, environment, is_parameter)


def _under(evaluator: Evaluator, value: Value, key: Form, environment: Environment) -> Value:
    if key.kind is KEYWORD:
        return parts.get(evaluator, value, evaluator.namespace.keyword(key.value), key.start)
    if key.kind is STRING:
        return parts.get(evaluator, value, key.value, key.start)
    name = elements.key_of(evaluator.read(key, environment))
    return parts.get(evaluator, value, name, key.start) if name is not None else elements.element(value)
