"""Macros and special forms, each read by its shape; which name has which shape is data (`taint.yaml`: shapes)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engines.static.clojure import transfer
from engines.static.clojure.definitions import arities, methods
from engines.static.clojure.destructuring import bind, is_type, parameters_of
from engines.static.clojure.forms import KEYWORD, LIST, MAP, STRING, SYMBOL, VECTOR, Form
from engines.static.clojure.values import FIXED, UNKNOWN, Trail, Value, flat, join, literal

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Environment, Evaluator

Handler = Callable[["Evaluator", Form, "Environment"], Value]

_THREADED = "\0threaded"  # no symbol can be written so


def handler(evaluator: Evaluator, name: str, form: Form, environment: Environment) -> Handler | None:
    """Return what reads a list with this head, None where it is an ordinary call."""
    shape = evaluator.knowledge.shape(name)
    if shape is not None:
        return _SHAPES[shape]
    if name in evaluator.analysis.functions:
        return None
    # A macro that nobody described and that binds names: (with-connection [c db] …), (p/let [x y] …).
    short = name.rpartition("/")[2]
    if len(form.items) > 2 and form.items[1].kind is VECTOR and (short.startswith("with-") or short.endswith("let")):
        pairs = form.items[1].items
        if len(pairs) >= 2 and all(each.kind in (SYMBOL, MAP, VECTOR) for each in pairs[::2]):
            return _let
    return None


# ── binding ───────────────────────────────────────────────────────────────────────────────────────────────


def _bind_pairs(evaluator: Evaluator, vector: Form, environment: Environment) -> Environment:
    environment = dict(environment)
    items = vector.items
    for at in range(0, len(items) - 1, 2):
        value = evaluator.read(items[at + 1], environment)
        if items[at].kind is SYMBOL and items[at + 1].kind is STRING:
            evaluator.named_literal(items[at].value, value, Form(LIST, "", (), items[at].start, items[at + 1].end))
        bind(evaluator, items[at], value, environment)
    return environment


def _let(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    if len(form.items) < 2 or form.items[1].kind is not VECTOR:
        return _do(evaluator, form, environment)
    return evaluator.body(form.items[2:], _bind_pairs(evaluator, form.items[1], environment))


def _if_let(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
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
                narrow_by(evaluator, right, environment, True)
        else:
            bind(evaluator, left, transfer.element(evaluator.read(right, environment)), environment)
    value = evaluator.body(form.items[2:], environment)
    return _sequence_of(value)


def _sequence_of(value: Value) -> Value:
    """A sequence whose elements are all like one value."""
    return Value(None, {"0": value}) if value.fields else flat(value)


def _fn(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    from engines.static.clojure.evaluator import Closure  # each needs the other

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
        evaluator.named_literal(form.items[1].value, value, form)
    evaluator.named(form.items[1].value, value, form)
    return value


# ── conditions ────────────────────────────────────────────────────────────────────────────────────────────


def _if(evaluator: Evaluator, form: Form, environment: Environment, is_negated: bool = False) -> Value:
    if len(form.items) < 3:
        return _do(evaluator, form, environment)
    test = form.items[1]
    evaluator.read(test, environment)
    values = []
    for number, branch in enumerate(form.items[2:4]):
        inner = dict(environment)
        narrow_by(evaluator, test, inner, (number == 0) != is_negated)
        values.append(evaluator.read(branch, inner))
    return join(*values) if len(values) > 1 else values[0]


def _if_not(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return _if(evaluator, form, environment, is_negated=True)


def _when(evaluator: Evaluator, form: Form, environment: Environment, is_negated: bool = False) -> Value:
    if len(form.items) < 2:
        return FIXED
    evaluator.read(form.items[1], environment)
    inner = dict(environment)
    narrow_by(evaluator, form.items[1], inner, not is_negated)
    return evaluator.body(form.items[2:], inner)


def _when_not(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return _when(evaluator, form, environment, is_negated=True)


def _cond(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    values = []
    environment = dict(environment)
    for at in range(1, len(form.items) - 1, 2):
        test = form.items[at]
        evaluator.read(test, environment)
        inner = dict(environment)
        narrow_by(evaluator, test, inner, True)
        values.append(evaluator.read(form.items[at + 1], inner))
        narrow_by(evaluator, test, environment, False)
    return join(*values) if values else FIXED


def _case(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    if len(form.items) < 3:
        return FIXED
    evaluator.read(form.items[1], environment)
    known = dict(environment)  # in a branch the value is one of those that are written
    _clear(form.items[1], known, -1)
    clauses = form.items[2:]
    values = [evaluator.read(clauses[at + 1], known) for at in range(0, len(clauses) - 1, 2)]
    if len(clauses) % 2:
        values.append(evaluator.read(clauses[-1], environment))
    return join(*values)


def _condp(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    values = [evaluator.read(item, environment) for item in form.items[2:]]
    return join(*values[2::2], *values[-1:]) if values else FIXED


def _either(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    """`or`: one of them. `and`: the last, behind the tests of those before it."""
    environment = dict(environment)
    values = []
    is_and = form.head.endswith("and")
    for item in form.items[1:]:
        values.append(evaluator.read(item, environment))
        narrow_by(evaluator, item, environment, is_and)
    if not values:
        return FIXED
    return values[-1] if is_and else join(*values)


def narrow(evaluator: Evaluator, form: Form, environment: Environment) -> None:
    """What is known behind a form of a body: `(when-not (allowed? x) (throw …))`, `(assert (allowed? x))`."""
    head = form.head
    if len(form.items) < 2:
        return
    if head == "assert":
        narrow_by(evaluator, form.items[1], environment, True)
    elif head in ("when", "when-not", "if", "if-not") and len(form.items) > 2 and _is_end(form.items[-1]):
        is_two_armed = len(form.items) == 4 and head.startswith("if")
        holds = head.endswith("-not") if not is_two_armed else not head.endswith("-not")
        narrow_by(evaluator, form.items[1], environment, holds)
    elif form.kind is LIST and form.items[0].kind is SYMBOL and head not in environment:
        _narrow_by_call(evaluator, form, environment)
    elif form.kind is MAP and form.items[0].value == "pre":
        for check in form.items[1].items:
            narrow_by(evaluator, check, environment, True)


def _narrow_by_call(evaluator: Evaluator, form: Form, environment: Environment) -> None:
    """`(validate-name name)`: a function of the source that throws unless its argument is as it should be."""
    functions = evaluator.analysis.functions.get(
        evaluator.namespace.resolve(form.head, evaluator.analysis.is_known), ()
    )
    for function in functions if len(functions) == 1 else ():
        for (parameters, _), summary in zip(function.arities, evaluator.analysis.summaries(function), strict=True):
            if len(parameters_of(parameters)) == len(form.items) - 1:
                for index, rules in summary.checks.items():
                    _clear(form.items[index + 1], environment, rules)


def _is_end(form: Form) -> bool:
    if form.head in ("do", "let") and form.items[-1] is not form.items[0]:
        return _is_end(form.items[-1])
    return form.head in ("throw", "throw+", "s/throw+", "bad-request!", "not-found!", "forbidden!", "ex/raise")


def narrow_by(evaluator: Evaluator, test: Form, environment: Environment, holds: bool) -> None:
    """Make safe what a test looked at, where it is known that the test holds (or does not)."""
    head = test.head
    if head == "not" and len(test.items) == 2:
        narrow_by(evaluator, test.items[1], environment, not holds)
    elif (head == "and" and holds) or (head == "or" and not holds):
        for part in test.items[1:]:
            narrow_by(evaluator, part, environment, holds)
    elif not holds or test.kind is not LIST or not test.items:
        return
    elif test.items[0].kind is SYMBOL:
        if head in environment:
            checked = environment[head].function
            rules = -1 if checked is not None and checked[0] == "lookup" else 0
        else:
            name = evaluator.namespace.resolve(head, evaluator.analysis.is_known)
            rules = 0
            for bit in evaluator.knowledge.checks[name]:
                rules |= bit
            known = evaluator.analysis.values.get(name)
            if known is not None and known.function is not None and known.function[0] == "lookup":
                rules = -1  # (allowed x), where `allowed` is a set of constants
        if rules:
            for argument in test.items[1:]:
                _clear(argument, environment, rules)
    elif evaluator.read(test.items[0], environment).function and test.items[0].kind in ("set", "map"):
        for argument in test.items[1:]:
            _clear(argument, environment, -1)


def _clear(form: Form, environment: Environment, rules: int) -> None:
    for inner in form.walk():
        value = environment.get(inner.value) if inner.kind is SYMBOL else None
        if value is not None and (value.taint or value.fields):
            environment[inner.value] = _made_safe(value, rules)


def _made_safe(value: Value, rules: int) -> Value:
    if rules == -1:
        return Value(None, None, None, True, value.function)
    taint = {
        origin: Trail(trail.rules & ~rules, trail.step)
        for origin, trail in (value.taint or {}).items()
        if trail.rules & ~rules
    }
    fields = None if value.fields is None else {key: _made_safe(each, rules) for key, each in value.fields.items()}
    return Value(taint or None, fields, value.text, value.is_fixed, value.function)


# ── threading ─────────────────────────────────────────────────────────────────────────────────────────────


def _step(evaluator: Evaluator, step: Form, value: Value, environment: Environment, is_first: bool) -> Value:
    """Read `(f a)` as `(f value a)` or `(f a value)`; the value stands there under a name nobody can write."""
    threaded = Form(SYMBOL, _THREADED, (), step.start, step.end)
    if step.kind is LIST and step.items and step.head not in ("fn", "fn*", "quote"):
        head, *arguments = step.items
        items = (head, threaded, *arguments) if is_first else (head, *arguments, threaded)
    else:
        items = (step, threaded)
    return evaluator.read(Form(LIST, "", items, step.start, step.end), {**environment, _THREADED: value})


def _thread(is_first: bool) -> Handler:
    def read(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
        value = evaluator.read(form.items[1], environment) if len(form.items) > 1 else FIXED
        for step in form.items[2:]:
            value = _step(evaluator, step, value, environment, is_first)
        return value

    return read


def _thread_if(is_first: bool) -> Handler:
    def read(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
        value = evaluator.read(form.items[1], environment) if len(form.items) > 1 else FIXED
        for at in range(2, len(form.items) - 1, 2):
            evaluator.read(form.items[at], environment)
            value = join(value, _step(evaluator, form.items[at + 1], value, environment, is_first))
        return value

    return read


def _thread_as(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    if len(form.items) < 3:
        return UNKNOWN
    value = evaluator.read(form.items[1], environment)
    for step in form.items[3:]:
        inner = dict(environment)
        bind(evaluator, form.items[2], value, inner)
        value = evaluator.read(step, inner)
    return value


def _doto(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    value = evaluator.read(form.items[1], environment) if len(form.items) > 1 else FIXED
    put_in = [_step(evaluator, step, value, environment, True) for step in form.items[2:]]
    return Value(flat(value, *put_in).taint, value.fields, None, False, value.function)


def _dots(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    value = evaluator.read(form.items[1], environment) if len(form.items) > 1 else FIXED
    for step in form.items[2:]:
        name, *arguments = step.items if step.kind is LIST and step.items else (step,)
        values = [value, *(evaluator.read(argument, environment) for argument in arguments)]
        value = evaluator.call(f".{name.value}", values, Form(LIST, "", (), step.start, step.end))
    return value


def _dot(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    """`(. target method x)` and `(. target (method x))`."""
    if len(form.items) < 3:
        return UNKNOWN
    member = form.items[2]
    name, *arguments = member.items if member.kind is LIST and member.items else form.items[2:]
    target = evaluator.read(form.items[1], environment)
    values = [evaluator.read(argument, environment) for argument in arguments]
    return evaluator.call(f".{name.value.lstrip('-')}", [target, *values], form)


def _new(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    if len(form.items) < 2:
        return UNKNOWN
    values = [evaluator.read(argument, environment) for argument in form.items[2:]]
    return evaluator.call(evaluator.namespace.constructor(form.items[1].value), values, form)


# ── the rest ──────────────────────────────────────────────────────────────────────────────────────────────


def _do(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return evaluator.body(form.items[1:], environment)


def _try(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    values = []
    body: list[Form] = []
    for item in form.items[1:]:
        if item.head == "catch" and len(item.items) > 2:
            rules, caught = evaluator.knowledge.exception_sources, UNKNOWN
            if rules:
                caught = evaluator.sourced(UNKNOWN, rules, item.start, "an exception is caught")
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


def _route(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    """`(GET "/parts/:id" [id :as request] …)`: a vector binds parameters, a map or a name the request."""
    if len(form.items) < 4:
        return _do(evaluator, form, environment)
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
    evaluator.response(value, form)
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
            found = evaluator.sourced(found, rules, form.start, f"`{form.value}` of the route")
        bind(evaluator, form, FIXED if is_safe else found, environment)
        at += 3 if is_marked else 1


def _nothing(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return UNKNOWN


_SHAPES: dict[str, Handler] = {
    "let": _let,
    "if-let": _if_let,
    "for": _for,
    "fn": _fn,
    "letfn": _letfn,
    "methods": _methods,
    "def": _def,
    "if": _if,
    "if-not": _if_not,
    "when": _when,
    "when-not": _when_not,
    "cond": _cond,
    "case": _case,
    "condp": _condp,
    "either": _either,
    "thread-first": _thread(True),
    "thread-last": _thread(False),
    "thread-if-first": _thread_if(True),
    "thread-if-last": _thread_if(False),
    "thread-as": _thread_as,
    "doto": _doto,
    "dots": _dots,
    "dot": _dot,
    "new": _new,
    "body": _do,
    "try": _try,
    "quote": _quote,
    "var": _var,
    "route": _route,
    "nothing": _nothing,
}
