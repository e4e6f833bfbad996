"""The nodes, the values at sinks and the links of a store, described: Python looks at each that is distinct once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from engines.trace.normalise import Node, authority_of, node_of
from engines.trace.partition import Nodes
from engines.trace.spans import CLIENT, CONSUMER, SERVER
from engines.trace.store import Store
from engines.trace.values import Value, value_of

_ROUNDS = 64  # traces that follow each other through queues and are still known to belong together

_NODES = pa.schema({
    "node_key": pa.uint64(), "kind": pa.uint8(), **dict.fromkeys(("service", "symbol", "file"), pa.string()),
    "line": pa.uint32(), **dict.fromkeys(("function", "method", "route", "sink_kind", "identity"), pa.string()),
    "is_located": pa.bool_(), "is_call": pa.bool_(), "span_kind": pa.uint8(),
})  # fmt: skip
_VALUES = pa.schema({
    "value_key": pa.uint64(), "shape": pa.string(), "targets": pa.list_(pa.string()), "operation": pa.string(),
    "canaries": pa.list_(pa.string()), "lasting": pa.string(),
})  # fmt: skip

_NUMBERED_NODES = """
select
    *,
    (row_number() over (order by node_key) - 1)::integer as node,
    (dense_rank() over (order by service) - 1)::integer as service_number,
    dense_rank() over (order by nullif(file, ''), nullif(line, 0))::integer as place,
    hash(identity) as symbol_key
from given
"""
_NUMBERED_VALUES = """
select
    *, (row_number() over (order by value_key) - 1)::integer as number,
    concat_ws(chr(31), operation, lasting) as identity, hash(identity) as symbol_key
from given
"""

# Who answered a call, by the address that was called.
_ANSWERED = f"""
select distinct regexp_extract(caller.value, '^[^/?#]*//[^/?#]*') as url, n.service
from {{table}} as answer
inner join nodes as n on n.node_key = answer.node_key and n.span_kind = {SERVER}
inner join {{table}} as caller on caller.key = answer.parent_key and caller.value is not null
inner join nodes as c on c.node_key = caller.node_key and (c.span_kind = {CLIENT} or c.sink_kind = 'http')
"""

_LINKS = f"""
select distinct trace_key, link_trace_key from spans inner join nodes using (node_key)
where span_kind = {CONSUMER} and link_key <> 0 and link_trace_key <> trace_key
"""
_LINKED = """
create or replace table linked_traces as
with pairs as (select trace_key, link_trace_key from links union select link_trace_key, trace_key from links)
select trace_key, least(trace_key, min(link_trace_key)) as group_key from pairs group by trace_key
"""
_JOINED = """
create or replace table linked_traces as
with pairs as (select trace_key, link_trace_key from links union select link_trace_key, trace_key from links)
select own.trace_key, least(own.group_key, min(other.group_key)) as group_key
from linked_traces as own
inner join pairs using (trace_key)
inner join linked_traces as other on other.trace_key = pairs.link_trace_key
group by own.trace_key, own.group_key
"""
_DISTANCE = "select sum(group_key::hugeint) from linked_traces"


def describe(store: Store, hosts: Mapping[str, str], root: str = "") -> Nodes:
    """Create `nodes`, `places`, `sink_values` and `linked_traces` in the store; return the nodes as columns.

    `hosts`: services by the `host[:port]` they answer at, as far as known; others are told by who answered a call.
    """
    store.buckets.seal()
    nodes = (
        _columns(_NODES, [row["node_key"] for row in rows], [node_of(row, root) for row in rows])
        for rows in store.batches("select * from node_texts")
    )
    store.create("nodes", pa.RecordBatchReader.from_batches(_NODES, nodes), _NUMBERED_NODES)
    store.connection.execute("create or replace table places as select distinct place, file, line from nodes")
    services = _answered(store) | dict(hosts)
    values = (
        _columns(_VALUES, [row["value_key"] for row in rows], [value_of(row, services) for row in rows])
        for rows in store.batches("select * from value_texts")
    )
    store.create("sink_values", pa.RecordBatchReader.from_batches(_VALUES, values), _NUMBERED_VALUES)
    store.connection.execute("create or replace table traces as select distinct * from traces")
    _link(store)
    store.buckets.join()
    return _as_columns(store)


def _columns(schema: pa.Schema, keys: list[int], described: list[Node] | list[Value]) -> pa.RecordBatch:
    columns = (keys, *zip(*described, strict=True))
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _answered(store: Store) -> dict[str, str]:
    """Return the service that answered at each address: addresses differ between deployments, services do not."""
    answered: dict[str, str] = {}
    for table in store.buckets.tables():
        for row in store.rows(_ANSWERED.format(table=table)):
            host = authority_of(row["url"])
            answered[host] = min(answered.get(host, row["service"]), row["service"])
    return answered


def _link(store: Store) -> None:
    """Give traces that follow each other through queues one group."""
    connection = store.connection
    connection.execute(f"create or replace table links as {_LINKS}")
    connection.execute(_LINKED)
    before, [now] = None, connection.execute(_DISTANCE).fetchone()
    for _ in range(_ROUNDS):
        if now == before or now is None:
            break
        connection.execute(_JOINED)
        before, [now] = now, connection.execute(_DISTANCE).fetchone()


def _as_columns(store: Store) -> Nodes:
    found = store.table("select kind, span_kind, service_number, place, is_call from nodes order by node")
    return Nodes(*(np.asarray(found[name]) for name in found.column_names))
