"""Spans folded into the calling context tree, in an in-memory DuckDB.

One recursive pass gives every span the id of its call path: the md5 of the path above it and of what it is itself, so
that the same path has the same id in every release. See Ammons, Ball and Larus, Exploiting hardware performance
counters with flow and context sensitive profiling, PLDI 1997, for the structure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow as pa

from engines.trace.normalise import Row

MAX_DEPTH = 64  # call paths longer than this end there
_MAX_LEVELS = 2_000  # spans below each other

_COLUMNS: dict[str, pa.DataType] = {
    **dict.fromkeys(("trace_id", "span_id", "parent_id", "service", "kind", "symbol", "file", "function"), pa.string()),
    **dict.fromkeys(("method", "route", "path", "query", "sink_kind", "value", "shape", "statement"), pa.string()),
    **dict.fromkeys(("operation", "target_key"), pa.string()),
    **dict.fromkeys(("start", "line", "calls", "dropped", "status"), pa.uint64()),
    **dict.fromkeys(("targets", "canaries"), pa.list_(pa.string())),
    "is_located": pa.bool_(),
    "exerciser": pa.string(),
    "is_recognisable": pa.bool_(),
}

_TREE = f"""
create table placed as
with recursive keyed as (
    select
        *,
        case kind
            when 'endpoint' then concat_ws(chr(31), service, symbol)
            when 'function' then concat_ws(chr(31), service, file, symbol)
            when 'sink' then concat_ws(chr(31), service, sink_kind, operation, target_key)
        end as key
    from spans
),
roots as (
    select * from keyed anti join spans as above
        on above.trace_id = keyed.trace_id and above.span_id = keyed.parent_id
),
walk as (
    select
        trace_id, span_id, key as carried_key,
        case when key is not null then md5(concat_ws(chr(31), '', key)) end as path_id,
        null::varchar as parent_path_id,
        case when kind in ('endpoint', 'function') then md5(concat_ws(chr(31), '', key)) end as carried,
        0 as depth, 1 as level, false as is_cut,
        case when kind = 'endpoint' then span_id end as entry_span,
        null::varchar as caller_service, service, true as is_root
    from roots
    union all
    select
        s.trace_id, s.span_id,
        case when s.kind in ('endpoint', 'function') then s.key else w.carried_key end,
        case
            when s.key is null then null
            when s.kind = 'function' and s.key = w.carried_key then w.carried  -- direct recursion
            when w.depth >= {MAX_DEPTH} then null
            else md5(concat_ws(chr(31), coalesce(w.carried, ''), s.key))
        end,
        case when s.kind = 'function' and s.key = w.carried_key then w.parent_path_id else w.carried end,
        case
            when s.kind not in ('endpoint', 'function') or s.key = w.carried_key or w.depth >= {MAX_DEPTH}
                then w.carried
            else md5(concat_ws(chr(31), coalesce(w.carried, ''), s.key))
        end,
        case
            when w.carried is null then 0
            when s.key is null or s.kind = 'function' and s.key = w.carried_key then w.depth
            when s.kind = 'sink' then w.depth
            else least(w.depth + 1, {MAX_DEPTH})
        end,
        w.level + 1,
        w.depth >= {MAX_DEPTH} and s.key is not null and s.key <> w.carried_key,
        coalesce(w.entry_span, case when s.kind = 'endpoint' then s.span_id end),
        w.service, s.service, false
    from walk as w
    inner join keyed as s on s.trace_id = w.trace_id and s.parent_id = w.span_id
    where w.level < {_MAX_LEVELS}
)
select * exclude (service) from walk
"""

# The entry of a trace is its first request. Another request without its caller belongs to it, unless it plainly came
# from outside as the first did.
_ENTRIES = """
create table traces as
with entries as (
    select p.trace_id, p.span_id, s.parent_id, s.start, p.is_root
    from placed as p inner join spans as s using (trace_id, span_id) where p.entry_span = p.span_id
),
firsts as (
    select trace_id, arg_min({'span_id': span_id, 'parent_id': parent_id}, (start, span_id)) as first
    from entries group by trace_id
)
select
    e.trace_id, e.span_id as own_entry,
    case
        when e.is_root and e.parent_id <> '' and e.parent_id <> f.first.parent_id then f.first.span_id
        else e.span_id
    end as entry_span,
    f.first.span_id as first_span
from entries as e inner join firsts as f using (trace_id)
"""

_WALKED = """
create table walked as
with placed_entries as (
    select p.*, coalesce(t.entry_span, f.first_span) as entry
    from placed as p
    left join traces as t on t.trace_id = p.trace_id and t.own_entry = p.entry_span
    left join (select distinct trace_id, first_span from traces) as f on f.trace_id = p.trace_id
)
select
    s.*, p.path_id, p.parent_path_id, p.depth, p.is_cut, p.is_root, p.caller_service,
    case when s.kind = 'sink' and p.parent_path_id is not null then p.depth + 1 else p.depth end as path_depth,
    coalesce(e.service, s.service) as entry_service, coalesce(e.method, '') as entry_method,
    coalesce(e.route, '') as entry_route, coalesce(e.path, '') as entry_path, coalesce(e.query, '') as entry_query
from placed_entries as p
inner join spans as s using (trace_id, span_id)
left join spans as e on e.trace_id = p.trace_id and e.span_id = p.entry
"""

_CALL_PATHS = """
select
    min(service) as service, path_id, min(parent_path_id) as parent_path_id, min(path_depth) as depth,
    min(kind) as kind, min(symbol) as symbol, min(nullif(file, '')) as file,
    min(case when kind <> 'endpoint' and line > 0 then line end) as line,
    min(case when kind = 'endpoint' then method end) as method,
    min(case when kind = 'endpoint' then route end) as route,
    entry_service, entry_method, entry_route, exerciser,
    min(nullif(sink_kind, '')) as sink_kind, list_sort(list_distinct(flatten(list(targets)))) as sink_targets,
    min(nullif(operation, '')) as sink_operation,
    sum(calls) as calls, count(distinct trace_id) as traces
from walked where path_id is not null
group by path_id, entry_service, entry_method, entry_route, exerciser
order by all
"""

_TRACE_PATHS = """
select distinct service, trace_id, path_id from walked where is_recognisable and path_id is not null order by all
"""

_REQUESTS = """
select
    service, method, route, min(path) as path_example, status, exerciser, caller_service, count(*) as requests
from walked where kind = 'endpoint' and method <> ''
group by service, method, route, status, exerciser, caller_service
order by all
"""

_SERVICES = r"""
select
    service, exerciser, count(*) as spans, count(distinct trace_id) as traces,
    count(distinct (file, symbol)) filter (where kind = 'function') as functions, sum(dropped) as dropped,
    count(*) filter (where kind = 'endpoint') as requests,
    count(*) filter (where kind = 'endpoint' and route <> '') as routed,
    count(*) filter (where is_located) as located,
    count(*) filter (where sink_kind = 'sql' and value <> '') as statements,
    count(*) filter (where sink_kind = 'sql' and regexp_matches(value, $$'[^']|(^|\W)\d$$)) as raw_statements
from spans group by service, exerciser order by all
"""

_UNREACHED = """
select s.service, s.trace_id, count(*) as spans, min(s.span_id) as example
from spans as s anti join placed as p using (trace_id, span_id)
group by s.service, s.trace_id order by all
"""

_LOOSE = """
select
    service,
    count(*) filter (where is_root and kind <> 'endpoint' and parent_id <> '') as orphans,
    count(*) filter (where is_cut) as cut
from walked group by service order by all
"""

_SINKS = """
select
    service, path_id, trace_id, sink_kind, function, file, line, shape, statement, targets, operation, canaries, value,
    exerciser, is_recognisable, entry_service, entry_method, entry_route, entry_path, entry_query, calls
from walked where kind = 'sink' and path_id is not null
order by trace_id, span_id
"""

_ENDPOINTS = """
select distinct service, method, route, path, query, exerciser
from walked where kind = 'endpoint' and method <> '' and route <> '' order by all
"""


class Fold:
    """The spans of one source, placed in the tree; every method gives the rows of one question, in a fixed order."""

    def __init__(self, rows: Iterable[tuple[Row, str, bool]]) -> None:
        """Take rows with their exerciser and whether their trace is one of ours by its id."""
        columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
        for row, exerciser, is_recognisable in rows:
            for name, column in columns.items():
                if name == "exerciser":
                    column.append(exerciser)
                elif name == "is_recognisable":
                    column.append(is_recognisable)
                else:
                    column.append(getattr(row, name))
        arrow = pa.table({name: pa.array(columns[name], kind) for name, kind in _COLUMNS.items()})
        self._connection = duckdb.connect(":memory:", config={"threads": 2})
        self._connection.register("arrow_spans", arrow)
        self._connection.execute("create table spans as select * from arrow_spans")
        for statement in (_TREE, _ENTRIES, _WALKED):
            self._connection.execute(statement)

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def _rows(self, query: str) -> list[dict[str, Any]]:
        return self._connection.execute(query).to_arrow_table().to_pylist()

    def call_paths(self) -> list[dict[str, Any]]:
        """Rows of `CallPath`."""
        return self._rows(_CALL_PATHS)

    def trace_paths(self) -> list[dict[str, Any]]:
        """Rows of `TracePath`."""
        return self._rows(_TRACE_PATHS)

    def requests(self) -> list[dict[str, Any]]:
        """Rows of `Request`; the example path is raw."""
        return self._rows(_REQUESTS)

    def services(self) -> list[dict[str, Any]]:
        """Rows of `TracedService` but for `sampled`."""
        return self._rows(_SERVICES)

    def sinks(self) -> list[dict[str, Any]]:
        """One row per sink span, with the request at the entry of its trace; the value is raw."""
        return self._rows(_SINKS)

    def endpoints(self) -> list[dict[str, Any]]:
        """Distinct requests with route, path and query, raw."""
        return self._rows(_ENDPOINTS)

    def unreached(self) -> list[dict[str, Any]]:
        """Spans that hang in a cycle of parents, by trace."""
        return self._rows(_UNREACHED)

    def loose_ends(self) -> list[dict[str, Any]]:
        """How many spans had no parent in the recording (`orphans`) and lay too deep (`cut`), by service."""
        return self._rows(_LOOSE)
