"""Short ways to write contract records, and to land them as an engine would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engines.canary import canary, trace_id
from engines.contract import (
    CallPath,
    Exerciser,
    Function,
    Match,
    Probe,
    Record,
    RuleRow,
    RuleVerdict,
    SinkHit,
    TracePath,
    stable_id,
)
from flows.landing import RunKey, land, land_status

BUILD = "build"


@dataclass
class Warehouse:
    """A warehouse under test: lands records the way engines do, through the landing zone."""

    path: Path
    runs: int = 0

    def land(
        self, release: str, technique: str, service: str, *records: Record, assessment: int = 1, engine: str = ""
    ) -> None:
        """Land one complete run."""
        self.runs += 1
        key = RunKey(release, assessment, engine or technique, "1", technique, service, BUILD, f"input {self.runs}")
        landed = land(self.path, key, lambda: iter(records))
        assert landed.quarantined == 0, f"{technique} of {service}: {landed}"

    def fail(self, release: str, technique: str, service: str, reason: str, assessment: int = 1) -> None:
        """Land that an engine failed."""
        self.runs += 1
        key = RunKey(release, assessment, technique, "1", technique, service, BUILD, f"input {self.runs}")
        land_status(self.path, key, "failed", reason)


def function(service: str, file: str, name: str, start: int, end: int, body: str = "") -> Function:
    """A function of the source; `body` stands for its text."""
    module = file.removesuffix(".py").replace("/", ".")
    size = end - start + 1
    kind = "module" if name == "<module>" else "function"
    return Function(service, BUILD, name, module, file, start, end, stable_id(body or name), size, "python", kind)


def match(service: str, rule: str, file: str, line: int, snippet: str, *, tainted: bool = True) -> Match:
    """A static match on one line."""
    return Match(service, BUILD, rule, file, line, 4, line, 40, snippet, snippet, f"{rule} matched", tainted)


def rule(
    rule_id: str,
    cwe: str,
    severity: str,
    *,
    kind: str = "flaw",
    form: str | None = "probe",
    sink: str | None = None,
    how: str | None = None,
    attack: str | None = None,
    verdicts: dict[str, list[list[str]]] | None = None,
) -> list[Record]:
    """A rule with its verdicts: state → alternatives, each a list of signals that must all hold."""
    parts = ("static", *(("dynamic",) if form else ()), *(("trace",) if sink else ()))
    row = RuleRow(
        rule_id=rule_id,
        weakness_class=rule_id.split(".")[0],
        name=rule_id,
        cwe=cwe,
        severity=severity,
        confidence="medium",
        kind=kind,
        description=f"What {rule_id} is.",
        remediation=f"How to mend {rule_id}.",
        fix="{}",
        parts=parts,
        dynamic_form=form,
        locations=("query", "path"),
        safety="read-only",
        max_requests=4,
        sink_kind=sink,
        confirm_how=how,
        confirm_base="base" if how else None,
        confirm_attack=attack,
    )
    given = verdicts or {}
    return [row] + [
        RuleVerdict(rule_id, state, signal, number)
        for state, alternatives in given.items()
        for number, signals in enumerate(alternatives)
        for signal in signals
    ]


@dataclass(frozen=True)
class Hop:
    """One node of a call path; `line` is a function's first line, or the calling line of a sink."""

    service: str
    kind: str
    symbol: str
    file: str | None = None
    line: int | None = None
    targets: tuple[str, ...] = ()
    operation: str | None = None


def entry(service: str, name: str) -> Hop:
    """An endpoint, for example `entry("web", "GET /loans/{id}")`."""
    return Hop(service, "endpoint", name)


def called(service: str, file: str, name: str, line: int) -> Hop:
    """A function on a path."""
    return Hop(service, "function", name, file, line)


def sink(service: str, kind: str, file: str, line: int, *targets: str, operation: str = "read") -> Hop:
    """A sink at the end of a path."""
    return Hop(service, "sink", kind, file, line, targets, operation)


def flow(exerciser: str, *hops: Hop, calls: int = 1) -> list[CallPath]:
    """The nodes of one call path, first hop the entry endpoint."""
    method, route = hops[0].symbol.split(" ", 1)
    nodes: list[CallPath] = []
    parent = None
    for depth, hop in enumerate(hops):
        path_id = stable_id(parent, f"{hop.service} {hop.symbol}")
        own = hop.symbol.split(" ", 1) if hop.kind == "endpoint" else (None, None)
        nodes.append(
            CallPath(
                service=hop.service,
                path_id=path_id,
                parent_path_id=parent,
                depth=depth,
                kind=hop.kind,
                symbol=hop.symbol,
                file=hop.file,
                line=hop.line,
                method=own[0],
                route=own[1],
                entry_service=hops[0].service,
                entry_method=method,
                entry_route=route,
                exerciser=exerciser,
                sink_kind=hop.symbol if hop.kind == "sink" else None,
                sink_targets=hop.targets,
                sink_operation=hop.operation,
                calls=calls,
                traces=calls,
            )
        )
        parent = path_id
    return nodes


def hit(
    path: list[CallPath],
    shape: str,
    statement: str,
    *,
    trace: str | None = None,
    canaries: tuple[str, ...] = (),
    outside: tuple[str, str] | None = None,
) -> SinkHit:
    """A value at the sink that ends this path, called from the function before it."""
    leaf, caller = path[-1], path[-2]
    assert leaf.kind == "sink" and leaf.file is not None and leaf.line is not None
    return SinkHit(
        service=leaf.service,
        path_id=leaf.path_id,
        trace_id=trace,
        kind=leaf.symbol,
        function=caller.symbol,
        file=leaf.file,
        line=leaf.line,
        shape=shape,
        statement=statement,
        targets=leaf.sink_targets,
        operation=leaf.sink_operation or "other",
        canaries=canaries,
        outside_parameter=outside[0] if outside else None,
        outside_value=outside[1] if outside else None,
        exerciser=leaf.exerciser,
        entry_service=leaf.entry_service,
        entry_method=leaf.entry_method,
        entry_route=leaf.entry_route,
        hits=1,
    )


def trace_of(attempt_id: str, role: str) -> str:
    """The trace id of an attempt's probe."""
    return trace_id(Exerciser.DAST, attempt_id, role)


def canary_of(attempt_id: str, role: str) -> str:
    """The canary of an attempt's probe."""
    return canary(attempt_id, role)


def probe(service: str, attempt_id: str, role: str, ordinal: int, method: str, url: str, status: int = 200) -> Probe:
    """One answered request of an attempt."""
    trace, mark = trace_of(attempt_id, role), canary_of(attempt_id, role)
    curl = f"curl -X {method} {url}"
    return Probe(
        service, attempt_id, role, ordinal, trace, mark, method, url, curl, "answered", status, 3.0, 10, "body"
    )


def took(path: list[CallPath], *traces: str) -> Iterator[TracePath]:
    """That these traces took this path, node by node."""
    return (TracePath(node.service, trace, node.path_id) for trace in traces for node in path)
