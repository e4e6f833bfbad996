"""The trace engine: a recording in, call paths, sink hits, requests and parameters out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import get_type_hints

import pyarrow as pa
import pyarrow.compute as pc

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
from engines.sql_secrets import hide_inserted
from engines.trace import spool
from engines.trace.arrivals import VALUE_LIMIT, Arrivals
from engines.trace.described import describe
from engines.trace.folded import Folded
from engines.trace.normalise import clean
from engines.trace.partition import parts_of
from engines.trace.reading.formats import recognise
from engines.trace.spans import Dropped, Item, Refused, Untold
from engines.trace.store import Store

STATEMENT_LIMIT = 2_000
_RECORD_LIMIT = 2_000
_REASON_LIMIT = 300


class TraceEngine:
    """Reads one recording of the whole system.

    `source`: a recording of any format that is known (`engines/trace/reading/formats.py`); `exerciser`: who sent the
    traffic that is not recognisable by its trace id; `hosts`: services by the `host[:port]` they answer at, as far as
    known (others are told by the recording). Rules are not needed; of the target its name, and its source, to which
    absolute names of files are made relative. `traces` is how many there were, when all of the recording is read.
    """

    name = "otlp"
    version = "2"
    technique = Technique.TRACE

    def __init__(self, source: Path, exerciser: Exerciser, hosts: Mapping[str, str] | None = None) -> None:
        self.source = source
        self.hosts = dict(hosts or {})
        self.exerciser = exerciser
        self.traces = 0

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record | Batch]:
        """Yield what the recording tells. Raises `EngineError` when nothing of it can be read."""
        with Store() as store:
            read = _Read(_items(self.source, self.hosts), store)
            self.traces = store.rows("select count(distinct trace_key) as traces from traces")[0]["traces"]
            if not store.spans and read.refused and not _is_segment(self.source):
                raise EngineError(
                    f"Nothing in {self.source.name} can be read as traces ({read.refused[0].reason}); export it again."
                )
            yield from self._refused(target, read.refused)
            for untold in read.untold:
                yield self._skip(target.service, self.source.name, untold.reason, untold.explanation)
            if not store.spans:
                yield self._skip(target.service, self.source.name, "no_traces", _NO_TRACES)
                return
            nodes = describe(store, self.hosts, str(target.source.resolve()) if target.source else "")
            folded, arrivals = Folded(store, self.exerciser), Arrivals(store)
            for part in parts_of(store, nodes):
                folded.take(part)
                arrivals.take()
            arrivals.settle()
            folded.name()
            yield from self._observed(folded, arrivals)
            yield from self._told(target, folded, read.dropped)

    def _observed(self, folded: Folded, arrivals: Arrivals) -> Iterator[Batch]:
        yield _batch(CallPath, folded.call_paths())
        yield _batch(TracePath, folded.trace_paths())
        yield _batch(SinkHit, _landable(folded.hits()))
        yield _batch(Request, _redacted(folded.requests(), "path_example", VALUE_LIMIT))
        seen = arrivals.examples() if self.exerciser in (Exerciser.QA, Exerciser.IMPORT) else []
        yield _batch(SeenParameter, [row | {"exerciser": self.exerciser} for row in seen])

    def _told(self, target: Target, folded: Folded, dropped: Counter[str]) -> Iterator[Record | Batch]:
        """Yield how much was recorded of each service, and what limits that."""
        services = folded.services()
        for row in services:
            if row["exerciser"] == self.exerciser:
                row["dropped"] += dropped.pop(row["service"], 0)
        yield _batch(TracedService, services)
        limits: Counter[tuple[str, str]] = Counter()
        for row in services:
            for limit in ("located", "sampled", "orphans", "cut", "skewed"):
                limits[row["service"], limit] += row[limit]
        limits.update({(row["service"], "repeated"): row["spans"] for row in folded.repeated()})
        limits.update({(row["service"], "left_out"): row["spans"] for row in folded.left_out()})
        for service in sorted({service for service, _ in limits}):
            if not limits[service, "located"]:
                yield self._skip(service, service, "no_code_locations",
                                 "No span here names a code location: which ones ran is unknown.")  # fmt: skip
            for limit, (reason, explanation) in _LIMITS.items():
                if count := limits[service, limit]:
                    yield self._skip(service, service, reason, explanation.format(count))
        for row in folded.unreached():
            record = f"trace {row['trace_id']}, {row['spans']} spans, one is {row['example']}"
            yield Quarantined(row["service"], "spans", "parents form a cycle", record, self.source.name)
        for row in folded.clashes():
            record = f"trace {row['trace_id']} span {row['span_id']}"
            yield Quarantined(target.service, "spans", "another span with the same id", record, self.source.name)

    def _refused(self, target: Target, refused: Iterable[Refused]) -> Iterator[Quarantined]:
        for one in refused:
            yield Quarantined(target.service, "spans", one.reason, one.content.decode(), one.origin)

    def _skip(self, service: str, subject: str, reason: str, explanation: str) -> Skip:
        return Skip(service, self.technique, "trace", subject, reason, explanation)


_NO_TRACES = "The recording holds no spans, so that nothing is known of what the code did."
_LIMITS = {
    "sampled": ("sampled", "Only a sample of the traces was recorded: counts are too low, and what was not reached "
                           "may have been."),
    "orphans": ("orphans", "{} spans lack their parent: paths begin there."),
    "cut": ("too_deep", "{} spans lie too deep to be kept."),
    "left_out": ("too_long", "{} spans were left out: they are the last of traces with too many."),
    "skewed": ("clock_skew", "{} spans start before their caller in another service: clocks differ. Who called whom "
                             "is taken from the spans' parents, never from their times."),
    "repeated": ("repeated", "{} spans were sent again as they were: they count once."),
}  # fmt: skip


class _Read:
    """Takes all that a reader yields: spans into the store, the rest, landable and in a fixed order, aside."""

    def __init__(self, items: Iterable[Item], store: Store) -> None:
        self.refused: list[Refused] = []
        self.untold: list[Untold] = []
        self.dropped: Counter[str] = Counter()
        dropped: list[Dropped] = []
        began = 2**64  # the first start of a span, nanoseconds
        for item in items:
            match item:
                case Refused():
                    content = bounded(printable(redact(printable(item.content))), _RECORD_LIMIT).encode()
                    self.refused.append(
                        Refused(bounded(printable(redact(item.reason)), _REASON_LIMIT), content, item.origin)
                    )
                case Dropped():
                    dropped.append(item)
                case Untold():
                    self.untold.append(item)
                case _:
                    began = min(began, _first_start(item))
                    store.add(item)
        store.settle()
        for one in dropped:
            if not one.until or one.until >= began // 10**9:  # what was lost while nobody recorded is not missing here
                self.dropped[clean(redact(one.service or "unknown"))] += one.spans
        self.refused.sort(key=lambda one: (one.origin, one.reason, one.content))


def _first_start(batch: pa.RecordBatch) -> int:
    """Return the least start of its spans that tell theirs, 2⁶⁴ where none does."""
    told = pc.min(pc.if_else(pc.greater(batch["start"], 0), batch["start"], None)).as_py()
    return 2**64 if told is None else told


def _items(path: Path, hosts: Mapping[str, str]) -> Iterator[Item]:
    try:
        known = recognise(path)
        if known is None:
            raise EngineError(f"{path.name} holds no traces in a format that is known; record or export it again.")
        for item in known.read(path):
            yield _named(item, hosts) if hosts and isinstance(item, pa.RecordBatch) else item
    except OSError as error:
        raise EngineError(f"Cannot read the traces {path.name}: {error.strerror}; does the file exist?") from error


def _named(spans: pa.RecordBatch, hosts: Mapping[str, str]) -> pa.RecordBatch:
    """Call services by their names where a recording from outside has only the hosts that they answer at."""
    usual = {host.removesuffix(port): name for host, name in hosts.items() for port in (":80", ":443")}
    names = usual | dict(hosts)
    services = spans["service"]
    found = pa.array(names.values(), pa.string()).take(pc.index_in(services, pa.array(names, pa.string())))
    return spans.set_column(spans.schema.names.index("service"), "service", pc.coalesce(found, services))


def _is_segment(path: Path) -> bool:
    return path.is_dir() or spool.is_segment(path)


def _landable(hits: pa.Table) -> list[dict]:
    rows = _redacted(hits, "statement", STATEMENT_LIMIT)
    for row in rows:
        arrived = row.pop("arrived") or {"name": None, "example": None}
        row["outside_parameter"], row["outside_value"] = arrived["name"], arrived["example"]
    return rows


def _redacted(table: pa.Table, column: str, limit: int) -> list[dict]:
    """Return rows with a text that may land; what is cut from it far behind the limit cannot change the rest."""
    rows = table.to_pylist()
    for row in rows:
        row[column] = bounded(printable(redact(hide_inserted(row[column][: limit * 4]))), limit)
    return rows


_ARROW = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), datetime: pa.timestamp("us")}


def _batch(record_type: type[Record], rows: list[dict] | pa.Table) -> Batch:
    """Return rows or columns as a batch of that record, without what it does not have."""
    fields = []
    for name, hint in get_type_hints(record_type).items():
        if name == "TABLE":
            continue
        kinds = [kind for kind in _ARROW if kind is hint or kind in getattr(hint, "__args__", ())]
        is_tuple = getattr(hint, "__origin__", None) is tuple
        fields.append(pa.field(name, pa.list_(pa.string()) if is_tuple else _ARROW[kinds[0]]))
    schema = pa.schema(fields)
    if isinstance(rows, pa.Table):
        return Batch(record_type, rows.select(schema.names).cast(schema))
    return Batch(record_type, pa.Table.from_pylist(rows, schema))
