"""A part of the traces: read from the store, freed of repeats, hung together, placed in the tree.

Traces that are linked through a queue lie in the same part, so that a part can be looked at alone. All arrays have one
value a span; rows are numbers of spans within the part, and their number stands for "none".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa

from engines.trace.fold import Keys, Origins, Rows, entries, mixed, place
from engines.trace.normalise import Kind
from engines.trace.spans import CONSUMER, PRODUCER, SERVER
from engines.trace.store import Store

_READ = f"""
select
    s.key, s.parent_key, s.link_key, s.trace_key, s.row_key, s.start, coalesce(s.status, 0) as status, s.calls,
    s.dropped, s.sender, s.is_sampled, s.is_statement, s.is_raw, n.node, coalesce(v.number, -1)::integer as value,
    case when n.kind = {Kind.SINK} then hash(n.symbol_key, v.symbol_key) else n.symbol_key end as symbol,
    s.value as text, s.path as asked_path, s.query as asked_query, s.body as asked_body
from {{table}} as s
inner join nodes as n using (node_key)
left join sink_values as v using (value_key)
{{within}}
"""
_WITHIN = "where trace_group between $low and $high"

MAX_TRACE = 300_000  # spans that are looked at of one trace, or of traces that follow each other; the earliest

_LEFT_OUT = """
create or replace temp table too_many as
select rowid as row, node_key from {table}
where trace_group in (select trace_group from {table} group by trace_group having count(*) > {most})
qualify row_number() over (partition by trace_group order by start, key) > {most};
delete from {table} where rowid in (select row from too_many);
insert into left_out select node_key from too_many;
"""

_SPANS, _BYTES = 100_000, 32 * 2**20  # of spans and of their texts in a part, about


@dataclass(frozen=True, slots=True)
class Nodes:
    """What the nodes are, by number."""

    kind: np.ndarray
    span_kind: np.ndarray
    service: np.ndarray
    place: np.ndarray  # the rank of its code location
    is_call: np.ndarray


class Part:
    """One part of the traces, placed: as the view `part` of what was read and what was found, a row a span."""

    def __init__(self, read: pa.Table, nodes: Nodes, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.repeated, self.clashes = np.zeros(0, np.int32), np.zeros(0, np.uint64)
        read = self._distinct(read)
        told = {name: read[name].to_numpy() for name in read.column_names if read[name].type not in _TEXTS}
        node = told["node"]
        n = len(node)
        parent = self._parents(told["key"], told["parent_key"])
        kind = _kinds(parent, node, nodes)
        is_lost_consumer = (nodes.span_kind[node] == CONSUMER) & (kind == Kind.ENDPOINT) & (parent == n)
        linked = np.flatnonzero(is_lost_consumer & (told["link_key"] != 0))
        origin = np.arange(n)
        if len(linked):
            parent[linked] = self._parents(told["key"], told["link_key"], linked)[linked]
            origin = _roots(parent)
        trace, sender = told["trace_key"][origin], told["sender"][origin]
        placed = place(parent, kind, told["symbol"])
        entry = entries(placed, parent, Origins(trace, told["parent_key"], told["start"], told["key"]))
        entry_key = np.append(told["symbol"], np.uint64(0))[entry]
        columns = read.drop_columns(["sender", "link_key", "row_key", "symbol"])
        found = {
            "row": np.arange(n, dtype=np.int32),
            "entry_row": entry,
            "kind": kind,
            "service_number": nodes.service[node],
            "place": nodes.place[node],
            "path": placed.path,
            "above": placed.above,
            "entry": entry_key,
            "sender": sender,
            "origin": trace,
            "caller": np.append(node, np.int32(-1))[parent],
            "is_first": _firsts(placed.path, entry_key, trace),
            "is_cut": placed.is_cut,
            "is_placed": placed.is_placed,
            "is_orphan": (parent == n) & (told["parent_key"] != 0) & (kind != Kind.ENDPOINT),
            "is_skewed": _skewed(told["start"], nodes.service[node], parent),
        }
        for name, values in found.items():
            columns = columns.append_column(name, pa.array(values))
        connection.register("part", columns)

    def _distinct(self, read: pa.Table) -> pa.Table:
        """Leave of every span one, and note the nodes of what came again and the keys of what clashed."""
        key = read["key"].to_numpy()
        ordered = np.sort(key)
        if not (ordered[1:] == ordered[:-1]).any():
            return read
        row_key = read["row_key"].to_numpy()
        order = np.lexsort((row_key, key))
        again = np.append(False, key[order][1:] == key[order][:-1])
        differs = np.append(False, row_key[order][1:] != row_key[order][:-1])
        self.repeated = read["node"].to_numpy()[order[again & ~differs]]
        self.clashes = np.unique(key[order[again & differs]])
        return read.take(np.sort(order[~again]))

    def _parents(self, key: Keys, parent_key: Keys, rows: Rows | None = None) -> Rows:
        """Return the row of each span's parent, looked up for all spans or those of `rows`."""
        parent = np.full(len(key), len(key), np.int32)
        rows = np.flatnonzero(parent_key) if rows is None else rows
        key, parent_key = key.view(np.int64), parent_key.view(np.int64)  # bounds that are pushed into Arrow are signed
        self._connection.register("keys", pa.table({"row": np.arange(len(key), dtype=np.int32), "key": key}))
        self._connection.register("asked", pa.table({"row": rows.astype(np.int32), "key": parent_key[rows]}))
        found = self._connection.execute(
            "select asked.row, keys.row as parent from asked inner join keys using (key)"
        ).to_arrow_table()
        self._connection.unregister("keys")
        self._connection.unregister("asked")
        parent[found["row"].to_numpy()] = found["parent"].to_numpy()
        return parent


_TEXTS = (pa.string(),)


def _kinds(parent: Rows, node: np.ndarray, nodes: Nodes) -> np.ndarray:
    """Return the kinds of spans where their parents and children have a say.

    A consumer that its own service started only links, and so does a client's call that another service recorded: it is
    no third party's.
    """
    n = len(node)
    kind, span_kind, service = nodes.kind[node], nodes.span_kind[node], nodes.service[node]
    consumers = np.flatnonzero((span_kind == CONSUMER) & (kind == Kind.ENDPOINT) & (parent != n))
    above = parent[consumers]
    kind[consumers[(service[above] == service[consumers]) & (span_kind[above] != PRODUCER)]] = Kind.LINK
    answered = parent[np.flatnonzero((span_kind == SERVER) & (parent != n))]
    kind[answered[nodes.is_call[node[answered]]]] = Kind.LINK
    return kind


def _roots(parent: Rows) -> Rows:
    """Return the row of the topmost span above each, across traces; what hangs in a cycle is its own."""
    n = len(parent)
    rows = np.arange(n, dtype=np.int32)
    root = np.where(parent == n, rows, parent)
    for _ in range(n.bit_length()):
        root = root[root]
    return np.where(parent[root] == n, root, rows)


def _skewed(start: np.ndarray, service: np.ndarray, parent: Rows) -> np.ndarray:
    """Whether a span starts before its parent in another service, so that their clocks differ."""
    has_parent = parent != len(parent)
    above = np.where(has_parent, parent, 0)
    return has_parent & (start != 0) & (start < start[above]) & (service != service[above])


def _firsts(path: Keys, entry: Keys, trace: Keys) -> np.ndarray:
    """Whether a span is the first of its trace on its path: so that traces can be counted by adding."""
    mark = mixed(mixed(path, entry), trace)
    ordered = np.sort(mark)
    doubled = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    is_first = np.ones(len(mark), bool)
    if len(doubled):
        at = np.minimum(np.searchsorted(doubled, mark), len(doubled) - 1)
        rows = np.flatnonzero(doubled[at] == mark)
        is_first[rows] = False
        is_first[rows[np.unique(mark[rows], return_index=True)[1]]] = True
    return is_first


def parts_of(store: Store, nodes: Nodes) -> Iterator[Part]:
    """Yield all traces of a store, placed, in parts that are small enough to be held in memory."""
    connection = store.connection
    for table, low, high, spans, texts in store.buckets.pieces():
        parts = max(spans // _SPANS, texts // _BYTES) + 1
        if parts > 1:
            connection.execute(_LEFT_OUT.format(table=table, most=MAX_TRACE))
        bounds = [low + (high - low) * part // parts for part in range(parts + 1)]
        for begin, end in pairwise(bounds):
            within = {"low": begin, "high": end - 1} if parts > 1 else {}
            query = _READ.format(table=table, within=_WITHIN if within else "")
            read = connection.execute(query, within).to_arrow_table()
            if read.num_rows:
                yield Part(read, nodes, connection)
