"""The trace engine: a segment or an OTLP file in, call paths, sink hits, requests and parameters out."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints

import pyarrow as pa

from engines.canary import exerciser_of
from engines.contract import (
    Batch,
    CallPath,
    EngineError,
    Exerciser,
    Quarantined,
    Record,
    Request,
    Rule,
    SeenParameter,
    SinkHit,
    Skip,
    Target,
    Technique,
    TracedService,
    TracePath,
)
from engines.redact import bounded, printable, redact
from engines.trace import otlp, outside, source
from engines.trace.fold import Fold
from engines.trace.normalise import ENDPOINT, LINK, SINK, Row, authority_of, row_of, service_of

log = logging.getLogger(__name__)

_EXAMPLES = 5  # distinct values of a parameter
_VALUE_LIMIT = 200
_RECORD_LIMIT = 2_000
_FOREIGN = 0xFFFFFFFF


class TraceEngine:
    """Reads one recording of the whole system.

    `source`: a segment of ours or an OTLP file (see `engines/trace/source.py`); `exerciser`: who sent the traffic that
    is not recognisable by its trace id; `hosts`: services by the `host[:port]` they answer at, as far as known (others
    are told by the recording). Rules and the target's source are not needed; the target names the recording.
    """

    name = "otlp"
    version = "1"
    technique = Technique.TRACE

    def __init__(self, source: Path, exerciser: Exerciser, hosts: Mapping[str, str] | None = None) -> None:
        self.source = source
        self.hosts = dict(hosts or {})
        self.exerciser = exerciser

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record | Batch]:
        """Yield what the recording tells. Raises `EngineError` when nothing of it can be read."""
        recording = _Recording(self.source, target, self.hosts)
        yield from recording.refused
        if not recording.rows:
            yield Skip(target.service, self.technique, "trace", self.source.name, "no_traces",
                       "The recording holds no spans, so that nothing is known of what the code did.")  # fmt: skip
            return
        fold = Fold((row, *self._sender(row)) for row in recording.rows)
        try:
            yield from self._observed(fold, recording)
        finally:
            fold.close()

    def _sender(self, row: Row) -> tuple[str, bool]:
        exerciser = exerciser_of(row.trace_id, self.exerciser)
        return str(exerciser), exerciser_of(row.trace_id, Exerciser.IMPORT) is not Exerciser.IMPORT

    def _observed(self, fold: Fold, recording: _Recording) -> Iterator[Record | Batch]:
        yield _batch(CallPath, fold.call_paths())
        yield _batch(TracePath, fold.trace_paths())
        yield _batch(SinkHit, _sink_hits(fold))
        yield _batch(Request, _requests(fold))
        yield _batch(SeenParameter, _seen_parameters(fold))
        services = fold.services()
        located: Counter[str] = Counter()
        for row in services:
            located[row["service"]] += row["located"]
            row["sampled"] = row["service"] in recording.sampled
            if row["exerciser"] == self.exerciser:
                row["dropped"] += recording.dropped.pop(row["service"], 0)
        yield _batch(TracedService, services)
        yield from self._untold(fold, located, recording)

    def _untold(self, fold: Fold, located: Counter[str], recording: _Recording) -> Iterator[Record]:
        def skip(service: str, subject: str, reason: str, explanation: str) -> Skip:
            return Skip(service, self.technique, "trace", subject, reason, explanation)

        for service, count in sorted(located.items()):
            if not count:
                yield skip(service, service, "no_code_locations",
                           "No span here names a code location: which ones ran is unknown.")  # fmt: skip
        for service in sorted(recording.sampled):
            yield skip(service, service, "sampled", "Only a sample of the traces was recorded: counts are too low.")
        for row in fold.loose_ends():
            if row["orphans"]:
                yield skip(row["service"], row["service"], "orphans",
                           f"{row['orphans']} spans lack their parent: paths begin there.")  # fmt: skip
            if row["cut"]:
                yield skip(row["service"], row["service"], "too_deep", f"{row['cut']} spans lie too deep to be kept.")
        for row in fold.unreached():
            yield Quarantined(row["service"], "spans", "parents form a cycle",
                              f"trace {row['trace_id']}, {row['spans']} spans, one is {row['example']}",
                              self.source.name)  # fmt: skip


class _Recording:
    """The distinct spans of a source, normalised and in a fixed order, and what was refused."""

    def __init__(self, path: Path, target: Target, hosts: Mapping[str, str]) -> None:
        self.refused: list[Quarantined] = []
        self.dropped: Counter[str] = Counter()
        self.sampled: set[str] = set()
        self._target = target
        self._root = str(target.source.resolve()) if target.source else ""
        self._spans: dict[tuple[str, str], Row] = {}
        self._clashes: set[str] = set()
        for item in source.payloads(path):
            if isinstance(item, source.Refused):
                self._refuse(item.reason, item.content, item.origin)
            else:
                self._read(item)
        if self.refused and not self._spans and not _is_segment(path):
            raise EngineError(
                f"Nothing in {path.name} can be read as OTLP ({self.refused[0].reason}); export it again."
            )
        for clash in sorted(self._clashes):
            self._refuse("another span with the same id", clash.encode(), path.name)
        self.rows = [self._spans[key] for key in sorted(self._spans)]
        self._name_hosts(hosts)
        self.refused.sort(key=lambda record: (record.source, record.reason, record.record))

    def _name_hosts(self, hosts: Mapping[str, str]) -> None:
        """Call a host by the service that answered there: addresses differ between deployments, services do not."""
        answered: dict[str, str] = {}
        for row in self.rows:
            caller = self._spans.get((row.trace_id, row.parent_id))
            if row.kind == ENDPOINT and caller is not None and caller.kind in (LINK, SINK):
                host = authority_of(caller.value)
                answered[host] = min(answered.get(host, row.service), row.service)
        for row in self.rows:
            if row.sink_kind == "http" and row.target_key:
                host = row.target_key.removeprefix("host:")
                row.target_key = f"host:{hosts.get(host) or answered.get(host, host)}"

    def _read(self, payload: source.Payload) -> None:
        try:
            for told in otlp.spans_of(payload.content):
                if isinstance(told, otlp.Malformed):
                    self._refuse(str(told), b"", payload.origin)
                elif isinstance(told, otlp.Span):
                    self._add(told)
                else:
                    self._note(told)
        except otlp.Malformed as error:
            content = payload.content if isinstance(payload.content, bytes) else repr(payload.content)[:2_000].encode()
            self._refuse(str(error), content[:2_000], payload.origin)

    def _note(self, resource: otlp.Attributes) -> None:
        dropped = resource.get("leadline.dropped")
        if isinstance(dropped, int) and 0 < dropped < _FOREIGN:
            self.dropped[service_of(resource)] += dropped

    def _add(self, span: otlp.Span) -> None:
        has_functions = span.scope == "leadline" or span.resource.get("telemetry.distro.name") == "leadline"
        row = row_of(span, has_functions=has_functions, root=self._root)
        if "th:" in span.trace_state and "th:0" not in span.trace_state:
            self.sampled.add(row.service)
        key = (row.trace_id, row.span_id)
        known = self._spans.get(key)
        if known is None:
            self._spans[key] = row
        elif known != row:  # an exporter repeats itself; two spans with one id are not the same
            self._clashes.add(f"trace {row.trace_id} span {row.span_id}")
            self._spans[key] = min(known, row)

    def _refuse(self, reason: str, content: bytes, origin: str) -> None:
        record = bounded(printable(redact(printable(content))), _RECORD_LIMIT)
        self.refused.append(
            Quarantined(self._target.service, "spans", bounded(printable(redact(reason)), 300), record, origin)
        )


def _is_segment(path: Path) -> bool:
    return path.is_dir() or source.spool.is_segment(path)


def _sink_hits(fold: Fold) -> list[dict[str, Any]]:
    hits: dict[tuple, dict[str, Any]] = {}
    for row in fold.sinks():
        is_ours, value = row.pop("is_recognisable"), row.pop("value")
        calls = row.pop("calls")
        request = outside.parameters(row["entry_route"], row.pop("entry_path"), row.pop("entry_query"))
        arrived = outside.arriving(row["sink_kind"], value, request)
        row["kind"] = row.pop("sink_kind")
        row["trace_id"] = row["trace_id"] if is_ours else None
        row["function"] = row["function"] or None
        key = tuple(
            tuple(part) if isinstance(part, list) else part for name, part in row.items() if name != "statement"
        )
        told = (arrived[0], _example(*arrived)) if arrived else None
        hit = hits.setdefault(key, {**row, "hits": 0, "arrived": told})
        hit["hits"] += calls
        hit["statement"] = min(hit["statement"], row["statement"])
        if told is not None and (hit["arrived"] is None or told < hit["arrived"]):
            hit["arrived"] = told
    for hit in hits.values():
        hit["outside_parameter"], hit["outside_value"] = hit.pop("arrived") or (None, None)
        if hit["outside_parameter"]:
            hit["outside_parameter"] = bounded(printable(hit["outside_parameter"]), _VALUE_LIMIT)
    return sorted(hits.values(), key=repr)


def _requests(fold: Fold) -> list[dict[str, Any]]:
    rows = fold.requests()
    for row in rows:
        row["path_example"] = bounded(printable(redact(row["path_example"])), _VALUE_LIMIT)
    return rows


def _seen_parameters(fold: Fold) -> list[dict[str, Any]]:
    examples: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in fold.endpoints():
        if row["exerciser"] not in (Exerciser.QA, Exerciser.IMPORT):
            continue  # a probe's value is no example of what the service expects
        for place, name, value in outside.parameters(row["route"], row["path"], row["query"]):
            key = (row["service"], row["method"], row["route"], bounded(printable(name), _VALUE_LIMIT), place)
            examples[(*key, row["exerciser"])].add(_example(name, value))
    return [
        dict(zip(("service", "method", "route", "name", "place", "exerciser", "example"), (*key, value), strict=True))
        for key, values in sorted(examples.items())
        for value in sorted(values)[:_EXAMPLES]
    ]


def _example(name: str, value: str) -> str:
    """Return a value redacted in the light of its name."""
    told = redact(f"{name}={value}")
    shown = told[len(name) + 1 :] if told.startswith(f"{name}=") else redact(value)
    return bounded(printable(shown), _VALUE_LIMIT)


_ARROW = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), datetime: pa.timestamp("us")}


def _batch(record_type: type[Record], rows: list[dict[str, Any]]) -> Batch:
    columns = {}
    for name, hint in get_type_hints(record_type).items():
        if name == "TABLE":
            continue
        kinds = [kind for kind in _ARROW if kind is hint or kind in getattr(hint, "__args__", ())]
        is_tuple = getattr(hint, "__origin__", None) is tuple
        kind = pa.list_(pa.string()) if is_tuple else _ARROW[kinds[0]]
        columns[name] = pa.array([row[name] for row in rows], kind)
    return Batch(record_type, pa.table(columns))
