"""What is kept of the parts of the traces once they are placed: counts by path, entry and sender, and what arrived.

`take` adds a part; every other method gives the rows of one question in a fixed order, under the columns of their
record of the contract. Texts of values are raw here.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from engines.contract import Exerciser
from engines.trace.normalise import RPC, Kind
from engines.trace.partition import Part
from engines.trace.spans import SERVER
from engines.trace.store import SENDERS, Store

_TABLES = """
create table tree (path ubigint, above ubigint, node integer, value integer, entry ubigint, sender utinyint,
    calls ubigint, traces ubigint, spans ubigint, place integer);
create table sink_uses (path ubigint, entry ubigint, sender utinyint, value integer);
create table trace_paths (origin ubigint, path ubigint, node integer);
create table requests (node integer, status uinteger, sender utinyint, caller integer, path_example varchar,
    requests ubigint);
create table traffic (node integer, sender utinyint, spans ubigint, dropped ubigint, requests ubigint,
    statements ubigint, raw_statements ubigint, sampled ubigint, orphans ubigint, cut ubigint, skewed ubigint);
create table service_traces (service_number integer, sender utinyint, traces ubigint);
create table hits (path ubigint, node integer, value integer, entry ubigint, sender utinyint, origin ubigint,
    calls ubigint, text varchar);
create table left_out (node_key ubigint);
create table repeated (node integer, spans ubigint);
create table clashes (key ubigint);
create table unreached (node integer, trace_key ubigint, spans ubigint, example ubigint);
"""

_TAKE = f"""
insert into tree
select path, min(above), min(node), min(value), entry, sender, sum(calls), count(*) filter (where is_first), count(*),
    min(place)
from part where path <> 0 group by path, entry, sender;
insert into sink_uses select distinct path, entry, sender, value from part where kind = {Kind.SINK} and path <> 0;
insert into trace_paths select distinct origin, path, node from part where sender <> 0 and path <> 0;
insert into requests
select node, status, sender, caller, coalesce(min(asked_path), ''), count(*) from part
where kind = {Kind.ENDPOINT} group by node, status, sender, caller;
insert into traffic
select node, sender, count(*), sum(dropped), count(*) filter (where kind = {Kind.ENDPOINT}),
    count(*) filter (where is_statement), count(*) filter (where is_raw), count(*) filter (where is_sampled),
    count(*) filter (where is_orphan), count(*) filter (where is_cut), count(*) filter (where is_skewed)
from part group by node, sender;
insert into service_traces
select service_number, sender, count(distinct origin) from part group by service_number, sender;
insert into hits
select path, node, value, entry, sender, case when sender <> 0 then origin end as origin, sum(calls), min(text)
from part where kind = {Kind.SINK} and path <> 0 and text is not null
group by path, node, value, entry, sender, case when sender <> 0 then origin end;
insert into unreached
select node, trace_key, count(*), min(key) from part where not is_placed group by node, trace_key
"""

# What the parts have in common, once.
_TOGETHER = """
create or replace table tree as
select path, min(above) as above, min(node) as node, min(value) as value, entry, sender, sum(calls)::ubigint as calls,
    sum(traces)::ubigint as traces, sum(spans)::ubigint as spans, min(place) as place
from tree group by path, entry, sender;
create or replace table sink_uses as select distinct * from sink_uses;
create or replace table hits as
select path, node, value, entry, sender, origin, sum(calls)::ubigint as calls, min(text) as text
from hits group by path, node, value, entry, sender, origin
"""

# The same path has the same id in every release: the md5 of the path above it and of what it is itself.
_NAMED = f"""
create table named as
with recursive paths as (
    select
        path, above,
        case when n.kind = {Kind.SINK} then concat_ws(chr(31), n.identity, v.identity) else n.identity end as identity
    from (select path, min(above) as above, min(node) as node, min(value) as value from tree group by path) as t
    inner join nodes as n using (node)
    left join sink_values as v on v.number = t.value
),
walk as (
    select path, md5(concat_ws(chr(31), '', identity)) as path_id, null::varchar as parent_path_id, 0 as depth
    from paths where above = 0
    union all
    select p.path, md5(concat_ws(chr(31), w.path_id, p.identity)), w.path_id, w.depth + 1
    from walk as w inner join paths as p on p.above = w.path
)
select * from walk
"""

_ENTRIES = f"""
create table entry_points as
select symbol_key as entry, min(service) as service, min(method) as method, min(route) as route
from nodes where kind = {Kind.ENDPOINT} group by symbol_key
"""

_CALL_PATHS = f"""
with uses as (
    select path, entry, exerciser, list_sort(list_distinct(flatten(list(v.targets)))) as targets
    from sink_uses inner join senders using (sender) inner join sink_values as v on v.number = sink_uses.value
    group by all
),
folded as (
    select
        path, entry, exerciser, min(node) as node, min(value) as value, min(place) as place, sum(calls) as calls,
        sum(traces) as traces
    from tree inner join senders using (sender) group by all
)
select
    n.service, named.path_id, named.parent_path_id, named.depth, lower(k.name) as kind, n.symbol,
    nullif(p.file, '') as file, case when n.kind <> {Kind.ENDPOINT} then nullif(p.line, 0) end as line,
    case when n.kind = {Kind.ENDPOINT} then n.method end as method,
    case when n.kind = {Kind.ENDPOINT} then n.route end as route,
    coalesce(e.service, n.service) as entry_service, coalesce(e.method, '') as entry_method,
    coalesce(e.route, '') as entry_route, exerciser, nullif(n.sink_kind, '') as sink_kind,
    coalesce(u.targets, []) as sink_targets, nullif(v.operation, '') as sink_operation, calls, traces
from folded
inner join named using (path)
inner join nodes as n using (node)
inner join kinds as k on k.kind = n.kind
left join places as p on p.place = folded.place
left join entry_points as e using (entry)
left join sink_values as v on v.number = folded.value
left join uses as u using (path, entry, exerciser)
order by all
"""

_TRACE_PATHS = """
select distinct n.service, lower(hex(t.trace_id)) as trace_id, named.path_id
from trace_paths
inner join named using (path)
inner join nodes as n using (node)
inner join traces as t on t.trace_key = trace_paths.origin
order by all
"""

_REQUESTS = f"""
select
    n.service, n.method, n.route, min(r.path_example) as path_example, r.status, exerciser,
    c.service as caller_service, sum(r.requests) as requests
from requests as r
inner join senders using (sender)
inner join nodes as n using (node)
left join nodes as c on c.node = r.caller
where n.span_kind = {SERVER} and n.method not in ('', '{RPC}')
group by n.service, n.method, n.route, r.status, exerciser, c.service
order by all
"""

_SERVICES = f"""
with counted as (
    select service_number, exerciser, sum(traces) as traces
    from service_traces inner join senders using (sender) group by all
)
select
    n.service, exerciser, sum(t.spans) as spans, any_value(c.traces) as traces,
    count(distinct (n.file, n.symbol)) filter (where n.kind = {Kind.FUNCTION}) as functions,
    sum(t.dropped) as dropped,
    sum(case when n.span_kind = {SERVER} then t.requests else 0 end) as requests,
    sum(case when n.span_kind = {SERVER} and n.route <> '' then t.requests else 0 end) as routed,
    sum(case when n.is_located then t.spans else 0 end) as located,
    sum(t.statements) as statements, sum(t.raw_statements) as raw_statements, sum(t.sampled) > 0 as sampled,
    sum(t.orphans) as orphans, sum(t.cut) as cut, sum(t.skewed) as skewed
from traffic as t
inner join senders using (sender)
inner join nodes as n using (node)
inner join counted as c using (service_number, exerciser)
group by n.service, exerciser
order by n.service, exerciser
"""

_HITS = """
select
    n.service, named.path_id, lower(hex(t.trace_id)) as trace_id, n.sink_kind as kind,
    nullif(n.function, '') as function, n.file, n.line, v.shape, min(h.text) as statement, v.targets, v.operation,
    v.canaries, min(a.arrived) as arrived, exerciser, coalesce(e.service, n.service) as entry_service,
    coalesce(e.method, '') as entry_method, coalesce(e.route, '') as entry_route, sum(h.calls) as hits
from hits as h
inner join senders using (sender)
inner join named using (path)
inner join nodes as n using (node)
inner join sink_values as v on v.number = h.value
left join traces as t on t.trace_key = h.origin
left join entry_points as e using (entry)
left join arrived as a
    on a.path = h.path and a.node = h.node and a.value = h.value and a.entry = h.entry and a.sender = h.sender
    and a.origin is not distinct from h.origin
group by all
order by path_id, trace_id, file, line, function, shape, canaries, targets, entry_service, entry_method, entry_route,
    exerciser
"""

_UNREACHED = """
with examples as (
    select key, printf('%016x', any_value(span_id)) as example from spans
    where key in (select example from unreached) group by key
)
select n.service, lower(hex(any_value(t.trace_id))) as trace_id, sum(u.spans) as spans, min(e.example) as example
from unreached as u
inner join nodes as n using (node)
inner join traces as t using (trace_key)
inner join examples as e on e.key = u.example
group by n.service, u.trace_key order by all
"""

_CLASHES = """
select lower(hex(any_value(t.trace_id))) as trace_id, printf('%016x', any_value(s.span_id)) as span_id
from clashes as c
inner join spans as s using (key)
inner join traces as t using (trace_key)
group by c.key order by all
"""

_REPEATED = """
select n.service, sum(r.spans) as spans from repeated as r inner join nodes as n using (node) group by all order by all
"""

_LEFT_OUT = """
select n.service, count(*) as spans from left_out inner join nodes as n using (node_key) group by all order by all
"""


class Folded:
    """The folded tables, in the database of the store."""

    def __init__(self, store: Store, exerciser: Exerciser) -> None:
        """`exerciser`: who sent the traffic that is not recognisable by its trace id."""
        self._store = store
        names = [str(sender or exerciser) for sender in SENDERS]
        store.connection.execute(_TABLES)
        store.create("senders", pa.table({"sender": pa.array(range(len(SENDERS)), pa.uint8()), "exerciser": names}))
        store.create("kinds", pa.table({"kind": pa.array(list(Kind), pa.uint8()), "name": [k.name for k in Kind]}))

    def take(self, part: Part) -> None:
        """Add a part of the traces, the one that was placed last."""
        self._store.connection.execute(_TAKE)
        nodes, spans = np.unique(part.repeated, return_counts=True)
        self._store.insert("repeated", pa.table({"node": nodes, "spans": spans}))
        self._store.insert("clashes", pa.table({"key": part.clashes}))

    def name(self) -> None:
        """Name the paths, once all parts are taken."""
        self._store.connection.execute(_TOGETHER)
        self._store.connection.execute(_NAMED)
        self._store.connection.execute(_ENTRIES)

    def call_paths(self) -> pa.Table:
        """Rows of `CallPath`."""
        return self._store.table(_CALL_PATHS)

    def trace_paths(self) -> pa.Table:
        """Rows of `TracePath`."""
        return self._store.table(_TRACE_PATHS)

    def requests(self) -> pa.Table:
        """Rows of `Request`."""
        return self._store.table(_REQUESTS)

    def hits(self) -> pa.Table:
        """Rows of `SinkHit`, with `arrived` for what came from outside."""
        return self._store.table(_HITS)

    def services(self) -> list[dict]:
        """Rows of `TracedService`, and how many spans were `orphans`, `cut` and `skewed`."""
        return self._store.rows(_SERVICES)

    def unreached(self) -> list[dict]:
        """Spans that hang in a cycle of parents, by trace."""
        return self._store.rows(_UNREACHED)

    def clashes(self) -> list[dict]:
        """Ids that different spans have."""
        return self._store.rows(_CLASHES)

    def left_out(self) -> list[dict]:
        """How many spans of a service were not looked at, for their traces are too long."""
        return self._store.rows(_LEFT_OUT)

    def repeated(self) -> list[dict]:
        """How many spans of a service came again as they were."""
        return self._store.rows(_REPEATED)
