"""Conditions: both branches count, and what a test looked at is safe where it is known to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engines.static.clojure.destructuring import parameters_of
from engines.static.clojure.forms import LIST, MAP, SYMBOL, Form
from engines.static.clojure.values import FIXED, Trail, Value, join

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Environment, Evaluator


def read_if(evaluator: Evaluator, form: Form, environment: Environment, is_negated: bool = False) -> Value:
    if len(form.items) < 3:
        return evaluator.body(form.items[1:], environment)
    test = form.items[1]
    evaluator.read(test, environment)
    values = []
    for number, branch in enumerate(form.items[2:4]):
        inner = dict(environment)
        narrow_by(evaluator, test, inner, (number == 0) != is_negated)
        values.append(evaluator.read(branch, inner))
    return join(*values) if len(values) > 1 else values[0]


def read_if_not(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return read_if(evaluator, form, environment, is_negated=True)


def read_when(evaluator: Evaluator, form: Form, environment: Environment, is_negated: bool = False) -> Value:
    if len(form.items) < 2:
        return FIXED
    evaluator.read(form.items[1], environment)
    inner = dict(environment)
    narrow_by(evaluator, form.items[1], inner, not is_negated)
    return evaluator.body(form.items[2:], inner)


def read_when_not(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    return read_when(evaluator, form, environment, is_negated=True)


def read_cond(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
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


def read_case(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
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


def read_condp(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
    values = [evaluator.read(item, environment) for item in form.items[2:]]
    return join(*values[2::2], *values[-1:]) if values else FIXED


def read_either(evaluator: Evaluator, form: Form, environment: Environment) -> Value:
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
