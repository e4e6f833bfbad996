"""Routes of compojure and compojure-api, whose bindings are where outside data enters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engines.static.clojure import parts, watch
from engines.static.clojure.destructuring import bind, is_type
from engines.static.clojure.forms import KEYWORD, SYMBOL, VECTOR, Form
from engines.static.clojure.values import FIXED, UNKNOWN, Trail, Value

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Environment, Evaluator


def read_route(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    """`(GET "/parts/:id" [id :as request] …)`: a vector binds parameters, a map or a name the request."""
    if len(form.items) < 4:
        return evaluator.body(form.items[1:], environment)
    evaluator.read(form.items[1], environment)
    environment = dict(environment)
    bindings, body = form.items[2], form.items[3:]
    request = Value({("request", evaluator.file, bindings.start): Trail(evaluator.knowledge.request_rules, None)})
    if bindings.kind is VECTOR:
        _bind_route(evaluator, bindings.items, request, environment)
    else:
        bind(evaluator, bindings, request, environment)
    while len(body) > 1 and body[0].kind is KEYWORD:  # compojure-api: :query-params [q :- String]
        if body[1].kind is VECTOR:
            _bind_route(evaluator, body[1].items, request, environment)
        body = body[2:]
    value = evaluator.body(body, environment)
    watch.response(evaluator, value, form)
    return UNKNOWN


def _bind_route(evaluator: Evaluator, items: Sequence[Form], request: Value, environment: Environment) -> None:
    rules = evaluator.knowledge.route_sources
    at = 0
    while at < len(items):
        form = items[at]
        following = items[at + 1 : at + 3]
        if form.kind is KEYWORD and following:
            if form.value == "as":
                bind(evaluator, following[0], request, environment)
            at += 2
            continue
        if form.kind is SYMBOL and form.value == "&":
            at += 1
            continue
        is_marked = len(following) == 2 and following[0].kind is KEYWORD and following[0].value in ("<<", "-", ":-")
        is_safe = is_marked and is_type(following[1])
        found = UNKNOWN
        if rules and not is_safe:
            found = parts.sourced(evaluator, found, rules, form.start, f"`{form.value}` of the route")
        bind(evaluator, form, FIXED if is_safe else found, environment)
        at += 3 if is_marked else 1
