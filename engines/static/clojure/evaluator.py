"""Reads the body of one function: follows values through forms and tells what arrives at sinks.

No code is run. A form is read for the values that it may have; both branches of a condition count. Macros are read by
their shape (`special.py`), well-known functions by what they do with their arguments (`transfer.py`), functions of
the same source by their summaries, and of all else the result is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engines.static.clojure import conditions, elements, parts, special, summaries, transfer, watch
from engines.static.clojure.definitions import Function, Unit
from engines.static.clojure.destructuring import bind, is_request, parameters_of
from engines.static.clojure.forms import (
    CONSTANT,
    KEYWORD,
    LIST,
    MAP,
    NUMBER,
    SET,
    STRING,
    SYMBOL,
    TAGGED,
    VECTOR,
    Form,
)
from engines.static.clojure.values import (
    FIXED,
    MAX_FIELDS,
    UNKNOWN,
    Closure,
    Taint,
    Trail,
    Value,
    flat,
    join,
    literal,
    merged,
    opened,
    whole,
    without,
)

if TYPE_CHECKING:
    from engines.static.clojure.analysis import Analysis, Summary

MAX_FORMS = 200_000  # forms read for one function; what needs more is told
MAX_CALLS = 4  # times that one function value is read with different arguments
EVERY_RULE = -1

Environment = dict[str, Value]


class TooMuch(Exception):
    """A function takes more work than one may."""


class Evaluator:
    """Reads one function, or the top level of a file."""

    def __init__(self, analysis: Analysis, unit: Unit, summary: Summary, is_entry: bool = False) -> None:
        self.analysis = analysis
        self.knowledge = analysis.knowledge
        self.unit = unit
        self.file = unit.path
        self.namespace = unit.namespace
        self.summary = summary
        self.is_entry = is_entry  # nobody in the source calls it: its parameters come from elsewhere
        self.closures: list[Closure] = []
        self.parameter_names: list[tuple[str, int, bool]] = []  # name, offset, is a request
        self._left = MAX_FORMS

    # ── a function as a whole ─────────────────────────────────────────────────────────────────────────────

    def read_arity(self, function: Function, parameters: Form, body: Sequence[Form]) -> None:
        """Read one arity; what it gives back and where its parameters arrive goes into the summary."""
        environment: Environment = dict.fromkeys(function.fields, UNKNOWN)
        names = parameters_of(parameters)
        for index, (pattern, _) in enumerate(names):
            taint: Taint = {("parameter", index, ()): Trail(EVERY_RULE, None)}
            request = is_request(self, pattern)
            if request:
                taint[("request", self.file, pattern.start)] = Trail(self.knowledge.request_rules, None)
            is_told = request or function.name.endswith("/-main")  # whoever starts the program is not outside
            self.parameter_names.append((self.unit.source.text(pattern), pattern.start, is_told))
            bind(self, pattern, Value(taint), environment, is_parameter=True)
        self.summary.returns = self.run(body, environment)
        self.summary.checks = self._checked(names, environment)
        watch.named(self, function.name.rpartition("/")[2], self.summary.returns, function.form.items[1])
        self.finish()

    def finish(self) -> None:
        """Read the function values that nobody called: handlers, callbacks."""
        for closure in self.closures:  # grows while it is read
            if not closure.calls:
                self.call_closure(closure, None)

    # ── forms ─────────────────────────────────────────────────────────────────────────────────────────────

    def _checked(self, names: Sequence[tuple[Form, bool]], environment: Environment) -> dict[int, int]:
        """Parameters that are safe for some rules whenever the function came to its end without an exception."""
        checks = {}
        for index, (pattern, _) in enumerate(names):
            value = environment.get(pattern.value) if pattern.kind is SYMBOL else None
            if value is not None:
                trail = (value.taint or {}).get(("parameter", index, ()))
                if trail is None or trail.rules != EVERY_RULE:
                    checks[index] = EVERY_RULE if trail is None else ~trail.rules
        return checks

    def body(self, forms: Sequence[Form], environment: Environment) -> Value:
        """Read forms in order; the value is that of the last."""
        return self.run(forms, dict(environment))

    def run(self, forms: Sequence[Form], environment: Environment) -> Value:
        """The same, and the environment learns what the forms make certain."""
        value = literal("nil")
        for form in forms:
            value = self.read(form, environment)
            conditions.narrow(self, form, environment)
        return value

    def read(self, form: Form, environment: Environment) -> Value:
        """The value of a form."""
        self._left -= 1
        if self._left < 0:
            raise TooMuch
        kind = form.kind
        if kind is SYMBOL:
            return environment[form.value] if form.value in environment else self._variable(form.value)
        if kind is LIST:
            return self._list(form, environment)
        if kind is KEYWORD:
            key = self.namespace.keyword(form.value)
            return Value(text=":" + key, is_fixed=True, function=("key", key))
        if kind is VECTOR:
            values = [self.read(item, environment) for item in form.items]
            if self.knowledge.vector_sinks and len(values) > 1 and form.items[0].kind is KEYWORD:
                for sink in self.knowledge.vector_sinks.get(form.items[0].value, ()):
                    watch.arguments(self, sink, values[1:], form, f"[:{form.items[0].value} …]")
            return elements.vector(values)
        if kind is MAP:
            return self._map(form, environment)
        if kind is SET:
            value = flat(*(self.read(item, environment) for item in form.items))
            return Value(value.taint, None, None, value.is_fixed, ("lookup", value))
        if kind is TAGGED:
            return join(*(self.read(item, environment) for item in form.items)) if form.items else UNKNOWN
        text = form.value
        return literal(text) if kind in (STRING, NUMBER, CONSTANT) or text else FIXED

    def _map(self, form: Form, environment: Environment) -> Value:
        fields: dict[str, Value] = {}
        rest: list[Value] = []
        items = form.items
        for at in range(0, len(items) - 1, 2):
            key_form = items[at]
            key = self.read(key_form, environment)
            value = self.read(items[at + 1], environment)
            name = elements.key_of(key)
            if name is None or len(fields) >= MAX_FIELDS:
                rest += [key, value]
                continue
            fields[name] = value
            watch.entry(self, name, value, key_form, items[at + 1])
        loose = merged(*(whole(value) for value in rest)) if rest else None
        return Value(loose, fields, None, False, None)

    def _variable(self, symbol: str) -> Value:
        name = self.namespace.resolve(symbol, self.analysis.is_known)
        known = self.analysis.values.get(name)
        if known is not None:
            return known
        rules = 0
        for bit in self.knowledge.sources[name]:
            rules |= bit
        if rules:
            return Value({("source", self.file, 0): Trail(rules, None)}, function=("variable", name))
        return Value(is_fixed=True, function=("variable", name))

    def _list(self, form: Form, environment: Environment) -> Value:
        if not form.items:
            return FIXED
        head = form.items[0]
        if head.kind is SYMBOL and head.value not in environment:
            name = self.namespace.resolve(head.value, self.analysis.is_known)
            handler = special.handler(self, name, form, environment)
            if handler is not None:
                return handler(self, form, environment)
            values = [self.read(item, environment) for item in form.items[1:]]
            return self.call(name, values, form)
        function = self.read(head, environment)
        values = [self.read(item, environment) for item in form.items[1:]]
        return self.invoke(function, values, form)

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────────

    def invoke(self, function: Value, values: list[Value], form: Form) -> Value:
        """Call a function value."""
        what = function.function
        if what is None:
            # A map that is asked for a key; or a function that was handed over, whose result is made of what it gets.
            key = elements.key_of(values[0]) if len(values) == 1 else None
            if function.fields is not None and values:
                return transfer.KNOWN["clojure.core/get"](self, [function, *values], form)
            return parts.get(self, function, key, form.start) if key is not None else flat(*values)
        match what[0]:
            case "variable":
                return self.call(what[1], values, form)
            case "key":
                return parts.get(self, values[0], what[1], form.start) if values else UNKNOWN
            case "closure":
                return self.call_closure(what[1], values)
            case "partial":
                return self.invoke(what[1], [*what[2], *values], form)
            case "composed":
                for inner in reversed(what[1]):
                    values = [self.invoke(inner, values, form)]
                return values[0] if values else UNKNOWN
            case "constantly":
                return what[1]
            case "lookup":
                return what[1]
        return UNKNOWN

    def call_closure(self, closure: Closure, values: list[Value] | None) -> Value:
        """Read the body of a function value with these arguments; None: with arguments that nobody knows."""
        if closure.is_active or closure.calls >= MAX_CALLS:
            return flat(closure.last, *(values or ()))
        count = None if values is None else len(values)
        for parameters, body in closure.arities:
            names = parameters_of(parameters)
            rest = bool(names) and names[-1][1]
            if count is not None and not (len(names) == count or (rest and count >= len(names) - 1)):
                continue
            closure.calls += 1
            closure.is_active = True
            environment = dict(closure.environment)
            for index, (pattern, is_rest) in enumerate(names):
                value = UNKNOWN
                if values is not None:
                    value = elements.vector(values[index:]) if is_rest else values[index]
                if is_request(self, pattern):
                    request = {("request", self.file, pattern.start): Trail(self.knowledge.request_rules, None)}
                    value = Value(merged(value.taint, request), value.fields)
                bind(self, pattern, value, environment)
            try:
                closure.last = self.body(body, environment)
            finally:
                closure.is_active = False
            if count is not None:
                return closure.last
        return closure.last

    def call(self, name: str, values: list[Value], form: Form) -> Value:
        """Call by full name: rules look at the arguments, then the result is found."""
        knowledge = self.knowledge
        for sink in knowledge.sinks[name]:
            watch.arguments(self, sink, values, form, name)
        for search in knowledge.searches[name]:
            if watch.all_hold(self, search, values, None):
                self.analysis.found(search.bit, self.file, form)
        result = FIXED if knowledge.conversions[name] else self._result(name, values, form)
        cleared = 0
        for bit in knowledge.sanitizers[name]:
            cleared |= bit
        if cleared:
            taint = whole(result) or {}
            streams = {origin: trail for origin, trail in taint.items() if origin[0] == "stream"}
            result = Value(merged(without(taint, cleared), streams), None, None, result.is_fixed)
        rules = 0
        for bit in knowledge.sources[name]:
            rules |= bit
        if rules:
            result = parts.sourced(self, result, rules, form.start, f"`{name}` reads what comes from outside")
        return result

    def _result(self, name: str, values: list[Value], form: Form) -> Value:
        functions = self.analysis.functions.get(name)
        if functions is not None:
            results = [summaries.applied(self, function, values, form) for function in functions]
            self._let_callbacks_run(values)
            return join(*results) if results else UNKNOWN
        known = transfer.KNOWN.get(name)
        if known is not None:
            return known(self, values, form)
        rules = 0
        for bit in self.knowledge.propagators[name]:
            rules |= bit
        if rules or name[0] == "." or name.endswith("/new") or self.knowledge.sanitizers[name]:
            result = flat(*values)
            taint = without(result.taint, ~rules) if rules else result.taint
            if rules and not name.startswith("clojure.java.io/"):
                taint = opened(taint)
            return Value(taint, None, None, result.is_fixed)
        self._let_callbacks_run(values)
        return UNKNOWN

    def _let_callbacks_run(self, values: Sequence[Value]) -> None:
        for value in values:
            if value.function is not None and value.function[0] == "closure" and not value.function[1].calls:
                self.call_closure(value.function[1], None)
