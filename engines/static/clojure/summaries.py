"""What a function does, as its callers need to know it, and what that means for a call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engines.static.clojure import elements, parts
from engines.static.clojure.definitions import Function
from engines.static.clojure.destructuring import parameters_of
from engines.static.clojure.elements import vector
from engines.static.clojure.forms import Form
from engines.static.clojure.values import UNKNOWN, Taint, Trail, Value, after, join, whole, without

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Evaluator

Place = tuple[str, int, str]  # file, byte, what happens there


@dataclass(frozen=True, slots=True)
class Flow:
    """The way to a sink from a parameter of the function that is read, or from a source (`parameter` −1)."""

    rule: int
    file: str
    start: int
    end: int
    steps: tuple[Place, ...]
    is_path: bool = False  # a stream that is opened there is none
    parameter: int = -1
    path: tuple[str, ...] = ()

    def continued(self, file: str, offset: int, message: str) -> Flow:
        """The same, entered through a call."""
        return replace(self, steps=((file, offset, message), *self.steps))


@dataclass(eq=False)
class Summary:
    """What one arity does, as its callers need to know it."""

    returns: Value = UNKNOWN
    flows: list[Flow] = field(default_factory=list)
    known: set[tuple[object, ...]] = field(default_factory=set)
    checks: dict[int, int] = field(default_factory=dict)  # parameter → rules for which it is safe behind a call


def applied(evaluator: Evaluator, function: Function, values: list[Value], form: Form) -> Value:
    results = []
    for (parameters, _), summary in zip(function.arities, evaluator.analysis.summaries(function), strict=True):
        names = parameters_of(parameters)
        has_rest = bool(names) and names[-1][1]
        if len(names) == len(values) and not has_rest:
            results.append(_substitute(evaluator, summary, function, values, form))
        elif has_rest and len(values) >= len(names) - 1:
            last = len(names) - 1
            rest = elements.keyword_arguments(vector(values[last:]))
            results.append(_substitute(evaluator, summary, function, [*values[:last], rest], form))
    return join(*results) if results else UNKNOWN


def _substitute(evaluator: Evaluator, summary: Summary, function: Function, values: list[Value], form: Form) -> Value:
    for flow in summary.flows:
        value = parts.below(evaluator, values[flow.parameter], flow.path, form.start)
        taint = without(whole(value), ~flow.rule)
        if taint:
            through = f"goes to `{function.name}`"
            evaluator.analysis.arrived(evaluator, flow.continued(evaluator.file, form.start, through), taint)
    return _filled(evaluator, summary.returns, values, form, function.name, 3)


def _filled(evaluator: Evaluator, template: Value, values: list[Value], form: Form, name: str, depth: int) -> Value:
    taint: Taint = {}
    for origin, trail in (template.taint or {}).items():
        if origin[0] == "parameter" and origin[1] < len(values):
            value = parts.below(evaluator, values[origin[1]], origin[2], form.start)
            for inner, before in (whole(value) or {}).items():
                rules = before.rules & trail.rules
                if rules:
                    step = after(before.step, evaluator.file, form.start, f"goes through `{name}`")
                    taint[inner] = Trail(rules, step)
        elif origin[0] in ("source", "stream"):
            taint[origin] = Trail(trail.rules, after(trail.step, evaluator.file, form.start, f"comes from `{name}`"))
    fields = None
    if template.fields is not None and depth:
        fields = {
            key: _filled(evaluator, field, values, form, name, depth - 1) for key, field in template.fields.items()
        }
    return Value(taint or None, fields, template.text, template.is_fixed)
