"""The vocabulary of Leadline, on one page: what an engine is, what it is given, what it may yield.

An engine is a name, a technique and one method. It yields records (or Arrow batches of records); it never
stores, scores, deduplicates, decides or reads the environment. "Not done" is a record too (`Skip`), with a reason.

Every record class below is one append-only table `raw.<TABLE>`. The landing zone adds the envelope
(`run_id, release_id, assessment, engine, engine_version, observed_at`); `service` is the first field of what has one.
Field types: `str`, `int`, `float`, `bool`, `datetime`, `tuple[str, ...]`, each optionally `| None`.
Attribute names are OpenTelemetry's with `.` → `_` where one exists.
This module imports nothing of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol

import pyarrow as pa


class Technique(StrEnum):
    """How evidence was obtained."""

    INVENTORY = "inventory"
    STATIC = "static"
    DYNAMIC = "dynamic"
    FUZZ = "fuzz"
    TRACE = "trace"
    IMPORTED = "imported"
    MANUAL = "manual"


class Exerciser(StrEnum):
    """Who sent the traffic that a trace recorded."""

    QA = "qa"
    DAST = "dast"
    FUZZ = "fuzz"
    IMPORT = "import"


def stable_id(*parts: object) -> str:
    """Return the md5 hex of the parts, `None` as empty, joined by the unit separator.

    The dbt macro `stable_id` computes the same text, so that a key made here meets a key made in SQL.
    """
    return hashlib.md5("\x1f".join("" if p is None else str(p) for p in parts).encode()).hexdigest()


# ── what an engine is given ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Target:
    """One service of one release, as the manifest declares it."""

    release_id: str
    service: str
    version: str
    build_id: str  # stable_id(service, version, source digest)
    exposure: str  # internet | partner | internal
    language: str | None = None
    source: Path | None = None  # directory of the service's source
    base_url: str | None = None  # None: not deployed on staging
    openapi: Path | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One weakness, written once for all engines (`engines/rules/packs/*.yaml`). Parts that a rule lacks are empty."""

    id: str  # <weakness class>.<name>
    name: str
    weakness_class: str
    cwe: str  # CWE-89
    severity: str  # critical | high | medium | low | note: impact if true
    confidence: str  # high | medium | low: of the static part alone
    kind: str  # flaw | known_vulnerability | bad_practice | anomaly
    description: str
    remediation: str
    references: tuple[str, ...] = ()
    fix: Mapping[str, str] = field(default_factory=dict)  # language → example
    static: tuple[Mapping[str, Any], ...] = ()  # verbatim semgrep bodies, one a block
    dynamic: Mapping[str, Any] = field(default_factory=dict)
    trace: Mapping[str, Any] = field(default_factory=dict)
    verdict: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # state → alternatives of signals
    samples: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)  # bad | good


@dataclass(frozen=True, slots=True)
class Batch:
    """Bulk rows of one record class as an Arrow table whose columns are the fields of that class."""

    record_type: type[Record]
    rows: pa.Table


class Engine(Protocol):
    """What every engine is. What it needs beyond a target and rules (scope, plan, segment) goes to its constructor."""

    name: str
    version: str
    technique: Technique

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record | Batch]:
        """Yield what was observed. Raise `EngineError` when the run as a whole cannot be trusted."""
        ...


class EngineError(Exception):
    """The engine could not do its work; the message is one sentence with the remedy. Recorded as a failed run."""


# ── what an engine may yield ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Record:
    """Base of every raw row."""

    TABLE: ClassVar[str]


@dataclass(frozen=True)
class Release(Record):
    """The release as declared by the manifest, once per assessment."""

    TABLE: ClassVar[str] = "releases"
    system: str
    name: str
    previous_release_id: str | None
    preset: str  # continuous | sprint | canary
    capacity_hours: float  # of people who test by hand, per release
    is_mutation_allowed: bool
    override_author: str | None = None
    override_reason: str | None = None


@dataclass(frozen=True)
class PolicyRule(Record):
    """A deviation of this system's gate from its preset."""

    TABLE: ClassVar[str] = "policy_rules"
    condition: str
    outcome: str  # block | test_by_hand | note


@dataclass(frozen=True)
class Service(Record):
    """One service of the manifest at this release."""

    TABLE: ClassVar[str] = "services"
    service: str
    version: str
    build_id: str
    source_digest: str | None
    language: str | None
    exposure: str
    owner: str | None
    base_url: str | None
    is_released: bool  # False: a neighbour of the release
    has_source: bool
    datastores: tuple[str, ...]


@dataclass(frozen=True)
class ExpectedEngine(Record):
    """That this engine has to run for this service (so that its absence can be seen)."""

    TABLE: ClassVar[str] = "expected_engines"
    service: str
    technique: str
    expected_engine: str


@dataclass(frozen=True)
class RuleRow(Record):
    """What correlation needs to know of a rule."""

    TABLE: ClassVar[str] = "rules"
    rule_id: str
    weakness_class: str
    name: str
    cwe: str
    severity: str
    confidence: str
    kind: str
    description: str
    remediation: str
    fix: str  # JSON object: language → example
    parts: tuple[str, ...]  # static, dynamic, trace
    dynamic_form: str | None  # probe | passive | scenario
    locations: tuple[str, ...]  # parameter places the probes apply to
    safety: str | None  # read-only | may-mutate | destructive
    max_requests: int | None
    sink_kind: str | None
    confirm_how: str | None  # token_shape | contains
    confirm_base: str | None  # role of the benign probe
    confirm_attack: str | None  # role of the attacking probe


@dataclass(frozen=True)
class RuleVerdict(Record):
    """One alternative by which a rule gives a state: all signals must hold (`not ` in front negates)."""

    TABLE: ClassVar[str] = "rule_verdicts"
    rule_id: str
    state: str  # confirmed | refuted | reached | likely
    signal: str  # trace.sink, trace.confirm, dynamic.<matcher>, each optionally behind "not "
    alternative: int  # signals with the same number must hold together


@dataclass(frozen=True)
class Function(Record):
    """A function of the source; `<module>` covers a file's top level."""

    TABLE: ClassVar[str] = "functions"
    service: str
    build_id: str
    qualified_name: str  # as the runtime reports it within the file: Class.method, outer.<locals>.inner
    module: str  # dotted
    file: str  # relative to the service's source, '/'
    start_line: int  # first line, decorators excluded
    end_line: int
    body_hash: str  # of the normalised body: equal after a rename, a move or reformatting
    line_count: int
    language: str
    kind: str  # function | method | module


@dataclass(frozen=True)
class Endpoint(Record):
    """An endpoint that the source or an API description declares."""

    TABLE: ClassVar[str] = "endpoints"
    service: str
    build_id: str
    method: str  # GET …
    route: str  # full template, parameters as {name}
    handler: str | None  # qualified_name
    file: str | None
    line: int | None
    declared_by: str  # source | openapi


@dataclass(frozen=True)
class Parameter(Record):
    """A parameter of an endpoint that the source or an API description declares."""

    TABLE: ClassVar[str] = "parameters"
    service: str
    build_id: str
    method: str
    route: str
    name: str
    place: str  # query | path | header | cookie | json | form
    type: str  # string | integer | number | boolean | unknown
    is_required: bool
    example: str | None
    declared_by: str  # source | openapi


@dataclass(frozen=True)
class Call(Record):
    """A call in the source. `kind='http'`: callee is the URL text as far as it can be told, parameters as {}."""

    TABLE: ClassVar[str] = "calls"
    service: str
    build_id: str
    caller: str  # qualified_name
    caller_file: str
    callee: str  # qualified_name of a function of this service where resolved, else the text called
    callee_file: str | None  # None: not resolved to this source
    line: int
    kind: str  # call | http
    is_approximate: bool


@dataclass(frozen=True)
class Statement(Record):
    """An SQL text in the source, for what an endpoint may touch before anyone calls it."""

    TABLE: ClassVar[str] = "statements"
    service: str
    build_id: str
    function: str
    file: str
    line: int
    statement: str
    operation: str  # read | write | destroy | other
    tables: tuple[str, ...]


@dataclass(frozen=True)
class ScannedFile(Record):
    """A file that an engine did read, so that 'nothing found' can say in how many."""

    TABLE: ClassVar[str] = "scanned_files"
    service: str
    build_id: str
    technique: str
    file: str
    digest: str
    lines: int


@dataclass(frozen=True)
class Match(Record):
    """What a static rule matched."""

    TABLE: ClassVar[str] = "matches"
    service: str
    build_id: str
    rule_id: str
    file: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int
    snippet: str  # the source lines, bounded
    normalised_snippet: str  # white space and literal-free: survives reformatting
    message: str
    is_tainted: bool  # a data-flow rule said so, not a pattern alone


@dataclass(frozen=True)
class MatchStep(Record):
    """One step of the data flow that an engine reports for a match, from source to sink."""

    TABLE: ClassVar[str] = "match_steps"
    service: str
    build_id: str
    rule_id: str  # with the next three the match that it belongs to
    file: str
    start_line: int
    start_column: int
    flow: int  # from 1: a match may be reached by several flows
    step: int  # from 1, the source
    step_file: str  # relative to the service's source, '/'
    step_line: int
    step_column: int
    message: str  # what happens there, as the engine says it; may be empty


@dataclass(frozen=True)
class MatchOrigin(Record):
    """What the report of another tool says of a match beside the match itself."""

    TABLE: ClassVar[str] = "match_origins"
    service: str
    build_id: str
    rule_id: str  # with the next three the match that it belongs to
    file: str
    start_line: int
    start_column: int
    tool: str  # as it calls itself
    tool_version: str
    tool_rule: str  # the tool's own id of the rule
    fingerprint: str | None  # the tool's own, as name=value
    logical_location: str | None  # Class.method(…) as the tool names it
    baseline: str | None  # new | unchanged | updated: against the tool's own baseline
    suppression: str | None  # accepted | underReview | rejected: a dismissal in the tool, or in its source comment
    suppression_reason: str | None


@dataclass(frozen=True)
class Skip(Record):
    """Something that was not done, and why. Silence is a defect."""

    TABLE: ClassVar[str] = "skips"
    service: str
    technique: str
    subject_kind: str  # file | endpoint | parameter | rule | attempt | service | identity | trace | case
    subject: str
    reason: str  # a short code: unparsable, too_large, out_of_scope, budget, destructive, no_base_url …
    explanation: str


@dataclass(frozen=True)
class CallPath(Record):
    """A node of the calling context tree: one distinct call path, with counts, per entry endpoint and exerciser."""

    TABLE: ClassVar[str] = "call_paths"
    service: str
    path_id: str  # stable_id(parent_path_id, symbol): the same path has the same id in every release
    parent_path_id: str | None
    depth: int  # 0 = entry endpoint
    kind: str  # endpoint | function | sink
    symbol: str  # "GET /orders/{id}", "load_order", "sql"
    file: str | None
    line: int | None  # endpoint: None; function: first line; sink: the calling line
    method: str | None
    route: str | None
    entry_service: str
    entry_method: str
    entry_route: str
    exerciser: str
    sink_kind: str | None  # sql exec file http deserialize eval template …
    sink_targets: tuple[str, ...]  # table:orders, file:/srv/exports, host:api.example
    sink_operation: str | None  # read | write | destroy | other
    calls: int
    traces: int


@dataclass(frozen=True)
class TracePath(Record):
    """That the trace of a probe or fuzz case took this path. Only for recognisable traces."""

    TABLE: ClassVar[str] = "trace_paths"
    service: str
    trace_id: str
    path_id: str


@dataclass(frozen=True)
class SinkHit(Record):
    """A value arriving at a sink. One row per trace for probes and fuzz cases, one per path and shape otherwise."""

    TABLE: ClassVar[str] = "sink_hits"
    service: str
    path_id: str
    trace_id: str | None  # None: ordinary traffic
    kind: str
    function: str | None
    file: str
    line: int  # of the call in the service's own code
    shape: str  # structure of the value at the sink: equal for benign values (`engines/statements.py`)
    statement: str  # redacted, bounded
    targets: tuple[str, ...]
    operation: str
    canaries: tuple[str, ...]
    outside_parameter: str | None  # a value of the entry request seen whole at the sink: its parameter …
    outside_value: str | None  # … and the value, redacted
    exerciser: str
    entry_service: str
    entry_method: str
    entry_route: str
    hits: int


@dataclass(frozen=True)
class Request(Record):
    """Requests that a service answered, folded."""

    TABLE: ClassVar[str] = "requests"
    service: str
    method: str
    route: str  # template; '' where none matched
    path_example: str
    status: int
    exerciser: str
    caller_service: str | None  # None: from outside
    requests: int


@dataclass(frozen=True)
class SeenParameter(Record):
    """A parameter seen in traffic with an example value (redacted)."""

    TABLE: ClassVar[str] = "seen_parameters"
    service: str
    method: str
    route: str
    name: str
    place: str
    example: str
    exerciser: str


@dataclass(frozen=True)
class TracedService(Record):
    """How much was recorded of a service in one segment."""

    TABLE: ClassVar[str] = "traced_services"
    service: str
    exerciser: str
    spans: int
    traces: int
    functions: int
    dropped: int
    requests: int  # server spans …
    routed: int  # … of them with a route template
    located: int  # spans with a code location
    statements: int  # SQL texts seen …
    raw_statements: int  # … of them with a value in the text: recorded before any sanitising
    sampled: bool  # only a sample of the traces was recorded: "not seen" says nothing


@dataclass(frozen=True)
class CoveredLines(Record):
    """Lines of a file, following each other, that ran in a test: reached, but not through an endpoint that is known."""

    TABLE: ClassVar[str] = "covered_lines"
    service: str
    format: str  # of the coverage report
    test: str | None  # None: the report does not tell which
    file: str
    start_line: int
    end_line: int


@dataclass(frozen=True)
class Attempt(Record):
    """One rule tried at one parameter of one endpoint: a base probe, its attacks and controls."""

    TABLE: ClassVar[str] = "attempts"
    service: str
    attempt_id: str  # stable_id(release_id, service, method, route, parameter, place, rule_id)
    rule_id: str
    method: str
    route: str
    parameter: str
    place: str
    identity: str | None
    plan_rank: int
    status: str  # done | aborted
    controls_sound: bool  # the benign probes were answered alike, not refused


@dataclass(frozen=True)
class Probe(Record):
    """One request of an attempt with its answer."""

    TABLE: ClassVar[str] = "probes"
    service: str
    attempt_id: str
    role: str  # base | quote | true | false | … as the rule names it; sweep: a look at where a stored value comes out
    ordinal: int
    trace_id: str
    canary: str
    method: str
    url: str
    curl: str  # redacted, replays the request
    outcome: str  # answered | timeout | refused | error
    status: int | None
    elapsed_ms: float
    response_bytes: int
    response_excerpt: str  # redacted, bounded


@dataclass(frozen=True)
class Observation(Record):
    """A matcher that was satisfied: the exchanges and their control."""

    TABLE: ClassVar[str] = "observations"
    service: str
    attempt_id: str
    rule_id: str
    signal: str  # dynamic.<matcher>
    explanation: str
    excerpt: str


@dataclass(frozen=True)
class Case(Record):
    """One fuzz case sent on the wire."""

    TABLE: ClassVar[str] = "fuzz_cases"
    service: str
    case_id: str
    method: str
    route: str
    element: str  # request line, header name, framing …
    request: str  # escaped bytes, bounded
    trace_id: str
    outcome: str  # answered | server_error | hang | closed | service_down
    status: int | None
    elapsed_ms: float
    is_anomaly: bool
    explanation: str


@dataclass(frozen=True)
class Advisory(Record):
    """A known vulnerability of a dependency."""

    TABLE: ClassVar[str] = "advisories"
    service: str
    package: str
    version: str
    advisory_id: str
    severity: str
    cwe: str | None
    fixed_version: str | None
    description: str
    source: str


@dataclass(frozen=True)
class LogEntry(Record):
    """One entry of the decision log: triage of a finding, sign-off of a manual test, waiver, request to QA."""

    TABLE: ClassVar[str] = "decision_log"
    service: str
    entry_id: str  # digest of the entry: each lands once
    subject_kind: str  # finding | manual_test | gap
    subject_id: str | None  # finding_id, trigger_id, gap_id; or told by what follows
    weakness_class: str | None
    file: str | None
    function: str | None
    method: str | None
    route: str | None
    trigger: str | None
    action: str  # false_positive accepted fixed open | passed flaw_found waived | asked
    author: str
    reason: str
    decided_at: datetime
    expires_at: datetime | None
    decided_in_release: str | None


@dataclass(frozen=True)
class TestResult(Record):
    """The verdict of one QA test."""

    __test__: ClassVar[bool] = False
    TABLE: ClassVar[str] = "test_results"
    service: str
    suite: str
    name: str
    outcome: str  # passed | failed | error | skipped
    seconds: float
    message: str


@dataclass(frozen=True)
class Truth(Record):
    """What is known to be true of a system, to judge ourselves."""

    TABLE: ClassVar[str] = "truth"
    service: str
    truth_id: str
    file: str | None
    line: int | None
    method: str | None
    route: str | None
    parameter: str | None
    cwe: str
    is_real: bool
    expected_state: str | None
    expected_trigger: str | None
    coverage: str  # now | later


@dataclass(frozen=True)
class Quarantined(Record):
    """A record that was refused on the way in, as it came (escaped, bounded)."""

    TABLE: ClassVar[str] = "quarantine"
    service: str
    table_name: str
    reason: str
    record: str
    source: str


@dataclass(frozen=True)
class Check(Record):
    """The outcome of one data-quality expectation on one landing."""

    TABLE: ClassVar[str] = "checks"
    service: str
    table_name: str
    column_name: str | None
    expectation: str
    is_met: bool
    unexpected: int
    rows: int


def record_types() -> tuple[type[Record], ...]:
    """Every record class, in the order of this page."""
    return tuple(Record.__subclasses__())
