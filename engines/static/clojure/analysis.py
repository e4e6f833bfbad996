"""All functions of a source, read callees first, each giving a summary that its callers use.

A summary says what a function gives back in terms of its parameters and of sources, and at which sinks its parameters
arrive, here or further down. Functions that call each other in a circle are read a second time with what the first
reading found (Sharir and Pnueli, "Two approaches to interprocedural data flow analysis", 1981: the functional approach,
cut off after two rounds).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engines.static.clojure.definitions import Function, Unit
from engines.static.clojure.evaluator import Evaluator, TooMuch
from engines.static.clojure.forms import LIST, MAP, STRING, SYMBOL, VECTOR, Form
from engines.static.clojure.knowledge import Knowledge
from engines.static.clojure.summaries import Flow, Place, Summary
from engines.static.clojure.values import MAX_STEPS, Step, Taint, Value

MAX_FLOWS_OF_A_MATCH = 3
MAX_FLOWS_OF_A_FUNCTION = 60


@dataclass(frozen=True)
class Finding:
    """A match before it has lines: byte range, block, and the flows that lead there."""

    block: int
    file: str
    start: int
    end: int


class Analysis:
    """One source with one set of rules. `findings` fill while `run` goes on; `skipped`: file, offset, why."""

    def __init__(self, units: Sequence[Unit], knowledge: Knowledge) -> None:
        self.units = units
        self.knowledge = knowledge
        self.functions: dict[str, list[Function]] = {}
        self.values: dict[str, Value] = {}
        self.findings: dict[Finding, list[tuple[Place, ...]]] = {}
        self.skipped: list[tuple[Unit, int, str]] = []
        self._summaries: dict[Function, list[Summary]] = {}
        self._inner: set[Function] = set()  # called in the source, and nowhere handed over: their callers are known
        for unit in units:
            for function in unit.functions:
                self.functions.setdefault(function.name, []).append(function)

    def run(self) -> None:
        """Read everything."""
        self._read_constants()
        calls = self._calls()
        for group, is_circle in _callees_first(calls):
            for function in group * (2 if is_circle else 1):
                self._read_function(function)
        for unit in self.units:
            self._read_rest(unit)

    def summaries(self, function: Function) -> Sequence[Summary]:
        """The summaries of a function's arities; empty ones before it was read."""
        found = self._summaries.get(function)
        if found is None:
            found = self._summaries[function] = [Summary() for _ in function.arities]
        return found

    def is_known(self, name: str) -> bool:
        """Whether a full name means something here or to a rule."""
        return name in self.functions or name in self.values or self.knowledge.is_known(name)

    # ── what evaluators tell ──────────────────────────────────────────────────────────────────────────────

    def found(self, bit: int, file: str, form: Form) -> None:
        """A search matched."""
        self.findings.setdefault(Finding(bit, file, form.start, form.end), [])

    def sink_flow(self, bit: int, file: str, form: Form, where: str, is_path: bool) -> Flow:
        """The flow that is only its sink."""
        return Flow(bit, file, form.start, form.end, ((file, form.start, f"arrives at {where}"),), is_path)

    def arrived(self, evaluator: Evaluator, flow: Flow, taint: Taint) -> None:
        """Tainted data arrived at a sink: a finding for each source, a flow of the summary for each parameter."""
        for origin, trail in taint.items():
            if origin[0] == "source" or (origin[0] == "stream" and not flow.is_path):
                self._add(flow, (*_places(trail.step), *flow.steps))
            elif origin[0] == "parameter":
                if evaluator.is_entry:
                    self._parameter(evaluator, flow, origin[1], origin[2], trail.step)
                summary = evaluator.summary
                key = (origin[1], origin[2], flow.rule, flow.file, flow.start)
                if key not in summary.known and len(summary.flows) < MAX_FLOWS_OF_A_FUNCTION:
                    summary.known.add(key)
                    steps = (*_places(trail.step), *flow.steps)[-MAX_STEPS:]
                    summary.flows.append(replace(flow, steps=steps, parameter=origin[1], path=origin[2]))

    def _parameter(
        self, evaluator: Evaluator, flow: Flow, index: int, path: tuple[str, ...], step: Step | None
    ) -> None:
        """A parameter is itself a source for some rules, unless it is a request, whose keys are."""
        if index >= len(evaluator.parameter_names):
            return
        name, offset, is_request = evaluator.parameter_names[index]
        shown = path[-1].rpartition("/")[2] if path and not path[-1].isdigit() else name
        keys = self.knowledge.key_sources
        if is_request or any(key in keys for key in path) or not self.knowledge.parameter_rules(shown) & flow.rule:
            return
        self._add(flow, ((evaluator.file, offset, f"parameter `{shown}`"), *_places(step), *flow.steps))

    def _add(self, flow: Flow, steps: tuple[Place, ...]) -> None:
        flows = self.findings.setdefault(Finding(flow.rule, flow.file, flow.start, flow.end), [])
        if len(flows) < MAX_FLOWS_OF_A_MATCH and all(known[0] != steps[0] for known in flows):
            flows.append(steps)

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────

    def _read_function(self, function: Function) -> None:
        found = []
        for parameters, body in function.arities:
            summary = Summary()
            evaluator = Evaluator(self, function.unit, summary, function not in self._inner)
            try:
                evaluator.read_arity(function, parameters, body)
            except (TooMuch, RecursionError) as error:
                self._skip(function.unit, function.form, error)
            found.append(summary)
        self._summaries[function] = found

    def _read_constants(self) -> None:
        """Values of `def` that are written out, before anything that uses them."""
        quiet = _Quiet(self.units)
        for unit in self.units:
            for name, form in unit.values.items():
                try:
                    value = Evaluator(quiet, unit, Summary()).read(form, {})
                except (TooMuch, RecursionError):
                    continue  # read again, and told, with the rest of the file
                if _is_written_out(form):
                    quiet.values[name] = value
        self.values = quiet.values

    def _read_rest(self, unit: Unit) -> None:
        for form in unit.rest:
            evaluator = Evaluator(self, unit, Summary())
            try:
                evaluator.read(form, {})
                evaluator.finish()
            except (TooMuch, RecursionError) as error:
                self._skip(unit, form, error)

    def _skip(self, unit: Unit, form: Form, error: Exception) -> None:
        why = "it takes too many steps" if isinstance(error, TooMuch) else "it nests too deeply"
        self.skipped.append((unit, form.start, why))

    def _calls(self) -> dict[Function, list[Function]]:
        """Who speaks of whom. Functions that are only ever called, never handed over, become inner ones."""
        calls: dict[Function, list[Function]] = {}
        called: set[Function] = set()
        handed_over: set[Function] = set()
        for unit in self.units:
            named = _Named(unit, self)
            for function in unit.functions:
                found: dict[Function, None] = {}
                for _, body in function.arities:
                    for form in body:
                        named.look(form, function, found, called, handed_over)
                calls[function] = list(found)
            for form in unit.rest:
                named.look(form, None, {}, called, handed_over)
        self._inner = called - handed_over
        return calls


class _Quiet(Analysis):
    """Reads values without telling anything."""

    def __init__(self, units: Sequence[Unit]) -> None:
        super().__init__(units, Knowledge(()))


_THREADS = frozenset(("->", "->>", "some->", "some->>", "as->", "cond->", "cond->>", "doto"))


class _Named:
    """Finds the functions that the forms of a file speak of."""

    def __init__(self, unit: Unit, analysis: Analysis) -> None:
        self._namespace = unit.namespace
        self._analysis = analysis
        self._resolved: dict[str, list[Function]] = {}

    def look(
        self,
        form: Form,
        inside: Function | None,
        found: dict[Function, None],
        called: set[Function],
        handed_over: set[Function],
    ) -> None:
        """Add to `found`, and to one of the sets: what is called, what is handed over as a value."""
        waiting = [(form, False)]
        while waiting:
            current, is_called = waiting.pop()
            if current.kind is SYMBOL:
                functions = self._functions(current.value)
                found.update(dict.fromkeys(functions))
                (called if is_called else handed_over).update(each for each in functions if each is not inside)
            is_thread = current.head in _THREADS
            for at, item in enumerate(current.items):
                waiting.append((item, current.kind is LIST and (at == 0 or (is_thread and at > 1))))

    def _functions(self, symbol: str) -> list[Function]:
        known = self._resolved.get(symbol)
        if known is None:
            name = self._namespace.resolve(symbol, self._analysis.is_known)
            known = self._resolved[symbol] = self._analysis.functions.get(name, [])
        return known


def _is_written_out(form: Form) -> bool:
    if form.kind in (LIST,):
        return form.head in ("str", "set", "keys", "vals", "merge", "quote", "re-pattern", "format", "str/join", "into")
    if form.kind in (VECTOR, MAP, "set"):
        return all(_is_written_out(item) for item in form.items)
    return form.kind is not SYMBOL or form.kind is STRING


def _places(step: Step | None) -> tuple[Place, ...]:
    places: list[Place] = []
    while step is not None:
        places.append((step.file, step.offset, step.message))
        step = step.before
    return tuple(reversed(places))


def _callees_first(calls: dict[Function, list[Function]]) -> Iterator[tuple[list[Function], bool]]:
    """Yield functions in groups, callees first; a group that calls itself in a circle is told (Tarjan, iterative)."""
    index: dict[Function, int] = {}
    low: dict[Function, int] = {}
    stack: list[Function] = []
    on_stack: set[Function] = set()
    for root in calls:
        if root in index:
            continue
        work: list[tuple[Function, Iterator[Function]]] = [(root, iter(calls[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            function, rest = work[-1]
            for callee in rest:
                if callee not in index:
                    index[callee] = low[callee] = len(index)
                    stack.append(callee)
                    on_stack.add(callee)
                    work.append((callee, iter(calls.get(callee, ()))))
                    break
                if callee in on_stack:
                    low[function] = min(low[function], index[callee])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[function])
                if low[function] == index[function]:
                    members = _popped(stack, on_stack, function)
                    yield members, len(members) > 1 or function in calls[function]


def _popped(stack: list[Function], on_stack: set[Function], until: Function) -> list[Function]:
    members: list[Function] = []
    while not members or members[-1] is not until:
        members.append(stack.pop())
        on_stack.discard(members[-1])
    return members
