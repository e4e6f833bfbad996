"""Reads the body of one function: follows values through forms and tells what arrives at sinks.

No code is run. A form is read for the values that it may have; both branches of a condition count. Macros are read by
their shape (`special.py`), well-known functions by what they do with their arguments (`transfer.py`), functions of
the same source by their summaries, and of all else the result is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engines.static.clojure import special, transfer
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
from engines.static.clojure.knowledge import Condition, Search, Sink, fits
from engines.static.clojure.values import (
    FIXED,
    MAX_FIELDS,
    MAX_PATH,
    UNKNOWN,
    Origin,
    Taint,
    Trail,
    Value,
    after,
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


class Closure:
    """A function value written in place, with what its body sees."""

    __slots__ = ("arities", "calls", "environment", "is_active", "last", "name")

    def __init__(self, name: str, arities: Sequence[tuple[Form, tuple[Form, ...]]], environment: Environment) -> None:
        self.name = name
        self.arities = arities
        self.environment = environment
        self.calls = 0
        self.is_active = False
        self.last = UNKNOWN


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
        self.named(function.name.rpartition("/")[2], self.summary.returns, function.form.items[1])
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
            special.narrow(self, form, environment)
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
                    self._arguments(sink, values[1:], form, f"[:{form.items[0].value} …]")
            return self.vector(values)
        if kind is MAP:
            return self._map(form, environment)
        if kind is SET:
            value = flat(*(self.read(item, environment) for item in form.items))
            return Value(value.taint, None, None, value.is_fixed, ("lookup", value))
        if kind is TAGGED:
            return join(*(self.read(item, environment) for item in form.items)) if form.items else UNKNOWN
        text = form.value
        return literal(text) if kind in (STRING, NUMBER, CONSTANT) or text else FIXED

    def vector(self, values: Sequence[Value]) -> Value:
        """A vector of known elements."""
        if len(values) > MAX_FIELDS:
            return flat(*values)
        return Value(None, {str(at): value for at, value in enumerate(values)}, None, False)

    def _map(self, form: Form, environment: Environment) -> Value:
        fields: dict[str, Value] = {}
        rest: list[Value] = []
        items = form.items
        for at in range(0, len(items) - 1, 2):
            key_form = items[at]
            key = self.read(key_form, environment)
            value = self.read(items[at + 1], environment)
            name = transfer.key_of(key)
            if name is None or len(fields) >= MAX_FIELDS:
                rest += [key, value]
                continue
            fields[name] = value
            self.entry(name, value, key_form, items[at + 1])
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
            key = transfer.key_of(values[0]) if len(values) == 1 else None
            if function.fields is not None and values:
                return transfer.KNOWN["clojure.core/get"](self, [function, *values], form)
            return self.get(function, key, form.start) if key is not None else flat(*values)
        match what[0]:
            case "variable":
                return self.call(what[1], values, form)
            case "key":
                return self.get(values[0], what[1], form.start) if values else UNKNOWN
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
                    value = self.vector(values[index:]) if is_rest else values[index]
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
            self._arguments(sink, values, form, name)
        for search in knowledge.searches[name]:
            if self._all_hold(search, values, None):
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
            result = self.sourced(result, rules, form.start, f"`{name}` reads what comes from outside")
        return result

    def _result(self, name: str, values: list[Value], form: Form) -> Value:
        functions = self.analysis.functions.get(name)
        if functions is not None:
            results = [self._apply(function, values, form) for function in functions]
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

    def _apply(self, function: Function, values: list[Value], form: Form) -> Value:
        results = []
        for (parameters, _), summary in zip(function.arities, self.analysis.summaries(function), strict=True):
            names = parameters_of(parameters)
            has_rest = bool(names) and names[-1][1]
            if len(names) == len(values) and not has_rest:
                results.append(self._substitute(summary, function, values, form))
            elif has_rest and len(values) >= len(names) - 1:
                last = len(names) - 1
                rest = transfer.keyword_arguments(self.vector(values[last:]))
                results.append(self._substitute(summary, function, [*values[:last], rest], form))
        return join(*results) if results else UNKNOWN

    def _substitute(self, summary: Summary, function: Function, values: list[Value], form: Form) -> Value:
        for flow in summary.flows:
            value = self.path(values[flow.parameter], flow.path, form.start)
            taint = without(whole(value), ~flow.rule)
            if taint:
                through = f"goes to `{function.name}`"
                self.analysis.arrived(self, flow.continued(self.file, form.start, through), taint)
        return self._filled(summary.returns, values, form, function.name, 3)

    def _filled(self, template: Value, values: list[Value], form: Form, name: str, depth: int) -> Value:
        taint: Taint = {}
        for origin, trail in (template.taint or {}).items():
            if origin[0] == "parameter" and origin[1] < len(values):
                value = self.path(values[origin[1]], origin[2], form.start)
                for inner, before in (whole(value) or {}).items():
                    rules = before.rules & trail.rules
                    if rules:
                        step = after(before.step, self.file, form.start, f"goes through `{name}`")
                        taint[inner] = Trail(rules, step)
            elif origin[0] in ("source", "stream"):
                taint[origin] = Trail(trail.rules, after(trail.step, self.file, form.start, f"comes from `{name}`"))
        fields = None
        if template.fields is not None and depth:
            fields = {key: self._filled(field, values, form, name, depth - 1) for key, field in template.fields.items()}
        return Value(taint or None, fields, template.text, template.is_fixed)

    # ── parts of values ───────────────────────────────────────────────────────────────────────────────────

    def path(self, value: Value, keys: Sequence[str], offset: int) -> Value:
        """What lies below a path of keys."""
        for key in keys:
            value = self.get(value, key, offset)
        return value

    def look(self, value: Value, keys: Sequence[str]) -> Value:
        """The same without taking note of sources, for conditions."""
        for key in keys:
            found = (value.fields or {}).get(key)
            if found is None:
                return literal("nil") if value.fields is not None and not value.taint else Value(value.taint)
            value = found
        return value

    def get(self, value: Value, key: str, offset: int) -> Value:
        """What is under a key; reading a request's keys is where outside data enters."""
        known = value.fields.get(key) if value.fields else None
        named = self.knowledge.named_rules(key)
        if known is not None:
            if named and not known.is_fixed:
                return self.sourced(known, named, offset, f"`{key}`")
            return known
        if value.fields is not None and not value.taint:
            return literal("nil")
        if value.is_fixed and not value.taint:
            return FIXED
        knowledge = self.knowledge
        safe = knowledge.safe_keys.get(key, 0)
        rules = knowledge.key_sources.get(key, 0)
        taint: dict[Origin, Trail] = {}
        for origin, trail in (value.taint or {}).items():
            if origin[0] == "parameter":
                path = origin[2]
                if path:
                    rules |= knowledge.key_sources.get(f"{path[-1]}.{key}", 0)
                taint[("parameter", origin[1], (*path, key) if len(path) < MAX_PATH else path)] = trail
            elif origin[0] == "request":
                rules |= knowledge.request_key_sources.get(key, 0)
            else:
                taint[origin] = trail
        found = Value(without(taint, safe) or None)
        if rules:
            kind = "stream" if key in knowledge.stream_keys else "source"
            found = self.sourced(found, rules, offset, f"`:{key}` of the request", kind)
        return self.sourced(found, named, offset, f"`{key}`") if named else found

    def sourced(self, value: Value, rules: int, offset: int, message: str, kind: str = "source") -> Value:
        """The value as one that comes from outside (for these rules) here."""
        origin = (kind, self.file, offset)
        taint = dict(value.taint or {})
        known = taint.get(origin)
        step = known.step if known else after(None, self.file, offset, message)
        taint[origin] = Trail(rules | (known.rules if known else 0), step)
        return Value(taint, value.fields, value.text, False, value.function)

    # ── what rules look at ────────────────────────────────────────────────────────────────────────────────

    def entry(self, key: str, value: Value, key_form: Form, value_form: Form) -> None:
        """Take note of a map entry."""
        knowledge = self.knowledge
        for sink in knowledge.entry_sinks.get(key, ()):
            self._arrive(sink, value, [], Form(MAP, "", (), key_form.start, value_form.end), f"entry `{key}`")
        for search in knowledge.entry_searches:
            if search.names.search(key) and self._all_hold(search, [], value):
                self.analysis.found(search.bit, self.file, Form(MAP, "", (), key_form.start, value_form.end))
        self.named(key, value, value_form)
        if value_form.kind is STRING:
            self.named_literal(key, value, Form(MAP, "", (), key_form.start, value_form.end))

    def named(self, name: str, value: Value, form: Form) -> None:
        """Take note of a value that is given a name."""
        for pattern, excepted, sink in self.knowledge.named_sinks:
            if value.taint or value.fields:
                if fits(name, pattern, excepted):
                    self._arrive(sink, value, [], form, f"`{name}`")

    def named_literal(self, name: str, value: Value, form: Form) -> None:
        """Take note of a text that is given a name."""
        for search in self.knowledge.binding_searches:
            if search.names.search(name) and self._all_hold(search, [], value):
                self.analysis.found(search.bit, self.file, form)

    def response(self, value: Value, form: Form) -> None:
        """Take note of what a route answers with."""
        for sink in self.knowledge.response_sinks:
            self._arrive(sink, value, [], form, "the response")

    def _arguments(self, sink: Sink, values: Sequence[Value], form: Form, name: str) -> None:
        for at, value in enumerate(values, 1):
            if sink.takes(at):
                self._arrive(sink, value, values, form, f"`{name}`")

    def _arrive(self, sink: Sink, value: Value, values: Sequence[Value], form: Form, where: str) -> None:
        reached = self.path(value, sink.path, form.start) if sink.path else value
        taint = transfer.markup(reached) if sink.content == "markup" else whole(reached)
        if not taint:
            return
        taint = without(taint, ~sink.bit)
        if taint and self._all_hold(sink, values, reached):
            flow = self.analysis.sink_flow(sink.bit, self.file, form, where, sink.content == "path")
            self.analysis.arrived(self, flow, taint)

    def _all_hold(self, spec: Sink | Search, values: Sequence[Value], value: Value | None) -> bool:
        def holds(condition: Condition) -> bool:
            return condition.holds(values, value, self.look)

        return all(map(holds, spec.where)) and not any(map(holds, spec.unless))
