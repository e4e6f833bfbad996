"""What rules look at: arguments of calls, map entries, values that are given a name, answers of routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engines.static.clojure import elements, parts
from engines.static.clojure.blocks import Condition, Search, Sink
from engines.static.clojure.forms import MAP, STRING, Form
from engines.static.clojure.values import Value, whole, without

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Evaluator


def entry(evaluator: Evaluator, key: str, value: Value, key_form: Form, value_form: Form) -> None:
    """Take note of a map entry."""
    knowledge = evaluator.knowledge
    for sink in knowledge.entry_sinks.get(key, ()):
        _arrive(evaluator, sink, value, [], Form(MAP, "", (), key_form.start, value_form.end), f"entry `{key}`")
    for search in knowledge.wanted(key).entries:
        if all_hold(evaluator, search, [], value):
            evaluator.analysis.found(search.bit, evaluator.file, Form(MAP, "", (), key_form.start, value_form.end))
    named(evaluator, key, value, value_form)
    if value_form.kind is STRING:
        named_literal(evaluator, key, value, Form(MAP, "", (), key_form.start, value_form.end))


def named(evaluator: Evaluator, name: str, value: Value, form: Form) -> None:
    """Take note of a value that is given a name."""
    if value.taint or value.fields:
        for sink in evaluator.knowledge.wanted(name).sinks:
            _arrive(evaluator, sink, value, [], form, f"`{name}`")


def named_literal(evaluator: Evaluator, name: str, value: Value, form: Form) -> None:
    """Take note of a text that is given a name."""
    for search in evaluator.knowledge.wanted(name).texts:
        if all_hold(evaluator, search, [], value):
            evaluator.analysis.found(search.bit, evaluator.file, form)


def response(evaluator: Evaluator, value: Value, form: Form) -> None:
    """Take note of what a route answers with."""
    for sink in evaluator.knowledge.response_sinks:
        _arrive(evaluator, sink, value, [], form, "the response")


def arguments(evaluator: Evaluator, sink: Sink, values: Sequence[Value], form: Form, name: str) -> None:
    """Take note of those arguments of a call that a sink takes."""
    for at, value in enumerate(values, 1):
        if sink.takes(at):
            _arrive(evaluator, sink, value, values, form, f"`{name}`")


def _arrive(evaluator: Evaluator, sink: Sink, value: Value, values: Sequence[Value], form: Form, where: str) -> None:
    reached = parts.below(evaluator, value, sink.path, form.start) if sink.path else value
    taint = elements.markup(reached) if sink.content == "markup" else whole(reached)
    if not taint:
        return
    taint = without(taint, ~sink.bit)
    if taint and all_hold(evaluator, sink, values, reached):
        flow = evaluator.analysis.sink_flow(sink.bit, evaluator.file, form, where, sink.content == "path")
        evaluator.analysis.arrived(evaluator, flow, taint)


def all_hold(evaluator: Evaluator, spec: Sink | Search, values: Sequence[Value], value: Value | None) -> bool:
    def holds(condition: Condition) -> bool:
        return condition.holds(values, value)

    return all(map(holds, spec.where)) and not any(map(holds, spec.unless))
