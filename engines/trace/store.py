"""The spans of one recording in a private database: numbers once a span, texts once each.

Batches of `SPANS` come in, in any order. What a span *is* (its node) and what stands at a sink (its value) are given
keys by content, so that everything that Python must look at is looked at once, however many spans share it. The hashes
live only as long as this database; nothing that is stored for good is made of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import duckdb
import pyarrow as pa

from engines.canary import PREFIX, TRACE_PREFIXES
from engines.contract import EngineError, Exerciser
from engines.statements import LIMIT
from engines.trace.buckets import Buckets
from engines.trace.spans import CLIENT, CONSUMER, INTERNAL, PRODUCER, SERVER, SPANS

MEMORY = "140MB"  # what the database may hold; the rest lies in a temporary folder
SENDERS = (None, Exerciser.DAST, Exerciser.FUZZ)  # by the `sender` of a span; None: whoever sent the ordinary traffic

_NO_ROOM = "There is no room to fold this recording; make some in the temporary folder, or record in smaller segments."
_ROWS, _BYTES = 32_768, 16 * 2**20  # spans are taken over so many at a time
_TEXT = 2_000  # characters of a name

# What tells nodes apart. Only what a node of that kind needs is kept: a name with a number in it makes no new node.
NODE = {
    "service": "service",
    "is_agents": "is_agents",
    "has_functions": "has_functions",
    "kind": "kind",
    "sink": "sink",
    "is_told": "sink_kind is not null",  # the agent says that it is a sink
    "name": f"case when kind = {SERVER} and (method is null or route is null) then name "
    f"when kind <= {INTERNAL} and sink is null and function is null and not has_functions then name end",
    "method": f"case when kind = {SERVER} then method end",
    "route": f"case when kind = {SERVER} then route end",
    "rpc": f"case when kind = {SERVER} and method is null then concat_ws('/', rpc_service, rpc_method) end",
    "queue": f"case when kind = {CONSUMER} then coalesce(messaging_destination, messaging_system) end",
    "is_located": "file is not null",
    "file": "case when is_placed then file end",
    "line": "case when is_placed then line end",
    "function": "case when is_placed then function end",
    "namespace": "case when is_placed then namespace end",
}

# What tells values at sinks apart: their skeletons, and what stands for a value where none was recorded.
VALUE = {
    "sink": "sink",
    "skeleton": "skeleton(sink, value)",
    "shell": "coalesce(sink_shell, false)",
    "mode": "case when sink in ('file', 'http') then coalesce(sink_mode, method) end",
    "marks": f"case when contains(lower(value), '{PREFIX}') then "
    f"array_to_string(regexp_extract_all(lower(value), '{PREFIX}[0-9a-f]{{13}}'), ' ') end",
    "target": "case when coalesce(value, '') = '' or sink = 'message' then target end",
    "operation": "case when coalesce(value, '') = '' then db_operation end",
}


# The text with nothing in it that its shape, its targets and its operation do not depend on (see `values.py`).
_SKELETON = r"""
create macro without_literals(statement) as regexp_replace(statement, '''(?:[^'']|'''')*''', '''0''', 'g');
create macro skeleton(sink, value) as case
    when sink = 'sql' and not contains(value, '\')
        and regexp_matches(value, '^\s*(?i:select|insert|update|delete|with)\b')
        and not regexp_matches(value, '(?i)\b(?:from|join|into|update|delete|table|from[^()'']*,)\s*[a-z]?''')
        and not regexp_matches(replace(without_literals(value), '''0''', ''),
            '[^\x00-\x7f]|[''"`$#@{}\[\]]|--|/\*|\d\.\d+\.')
        then regexp_replace(without_literals(value), '\b\d+(?:\.\d+)?\b', '0', 'g')
    when sink = 'http' and regexp_full_match(value, '[Hh][Tt][Tt][Pp][Ss]?://[^/?#\\\s]+(?:[/?#][^\\\x00-\x20]*)?')
        then regexp_extract(value, '^[^/]*//[^/?#]+')
    else value
end;
"""

_TABLES = """
create table spans (
    key ubigint, parent_key ubigint, link_key ubigint, trace_group ubigint, trace_key ubigint,
    link_trace_key ubigint, span_id ubigint, row_key ubigint, node_key ubigint, value_key ubigint, start ubigint,
    status uinteger, calls uinteger, dropped uinteger, sender utinyint, is_sampled boolean, is_statement boolean,
    is_raw boolean, value varchar, path varchar, query varchar, body varchar
);
create table traces (trace_key ubigint, trace_id blob);
"""

# What a span is a sink for, with what, and where. The agent's own spans name functions and sinks; whatever else is
# recorded beside them only links.
_SUNK = rf"""
create or replace temp view sunk as
with marked as (
    select
        * replace (left(name, {_TEXT}) as name, left(function, {_TEXT}) as function, left(file, {_TEXT}) as file,
            left(namespace, {_TEXT}) as namespace, left(route, {_TEXT}) as route, left(url, {LIMIT}) as url,
            case when kind = {SERVER} then left(body, {LIMIT}) end as body,
            left(statement, {LIMIT}) as statement, left(sink_value, {LIMIT}) as sink_value),
        coalesce(scope = 'leadline', false) as is_agents,
        is_agents or coalesce(distribution = 'leadline', false) as has_functions
    from incoming
)
select
    *,
    case
        when kind = {SERVER} then null
        when sink_kind is not null then sink_kind
        when has_functions or kind not in ({CLIENT}, {PRODUCER}) then null
        when coalesce(statement, db_system, db_collection) is not null then 'sql'
        when coalesce(messaging_system, messaging_destination) is not null
            then case when kind = {PRODUCER} or messaging_operation in ('publish', 'send', 'create') then 'message' end
        when kind = {CLIENT} and coalesce(url, method, rpc_service) is not null then 'http'
    end as sink,
    case
        when sink_kind is not null then coalesce(statement, sink_value, url, '')
        when sink = 'message' then null
        when sink is not null then coalesce(statement, sink_value, url)
        when kind = {CLIENT} then url
    end as value,
    case sink
        when 'sql' then coalesce('table:' || db_collection, 'database:' || coalesce(db_namespace, db_system))
        when 'message' then 'queue:' || coalesce(messaging_destination, sink_value, messaging_system)
        when 'http' then 'host:' || coalesce(concat_ws(':', peer, case when peer is not null then peer_port end),
            rpc_service)
    end as target,
    sink is not null or kind <= {INTERNAL} and (is_agents or not has_functions) as is_placed,
    hash({", ".join(NODE.values())}) as node_key,
    case when sink is null then 0 else hash({", ".join(VALUE.values())}) end as value_key
from marked
"""

_TOLD = rf"""
create or replace temp table told as
with addressed as (
    select
        *,
        case when kind = {SERVER}
            then coalesce(path, regexp_replace(url, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', '')) end as address,
        hash(trace_id) as trace_key,
        coalesce(try_cast('0x' || logical_parent as ubigint), parent_id) as parent
    from sunk
)
select
    hash(trace_key, span_id) as key,
    case when parent = 0 then 0 else hash(trace_key, parent) end as parent_key,
    case when link_span_id is null or link_trace_id is null then 0 else hash(hash(link_trace_id), link_span_id) end
        as link_key,
    trace_key as trace_group, trace_key, hash(link_trace_id) as link_trace_key, span_id,
    node_key, value_key, start, status, greatest(coalesce(calls, 1), 1) as calls, coalesce(dropped, 0) as dropped,
    case
        {
    " ".join(
        f"when starts_with(hex(trace_id), '{TRACE_PREFIXES[sender].upper()}') then {number}"
        for number, sender in enumerate(SENDERS)
        if sender
    )
} else 0
    end as sender,
    coalesce(regexp_matches(trace_state, '\bth:0*[1-9a-f]'), false)
        or coalesce(sampler in ('probabilistic', 'ratelimiting', 'lowerbound', 'adaptive'), false) as is_sampled,
    coalesce(sink = 'sql' and value <> '', false) as is_statement,
    is_statement and regexp_matches(value, $$'[^']|(^|\W)\d$$) as is_raw,
    hash(parent, link_key, node_key, value_key, value, address, query, body, status, start, "end", calls, dropped,
        is_sampled) as row_key,
    trace_id, value, body,
    left(regexp_extract(address, '^[^?#]*'), {_TEXT}) as path,
    case when kind = {SERVER} then left(coalesce(query, regexp_extract(address, '\?([^#]*)', 1)), {_TEXT}) end as query,
    row
from addressed
"""

_TAKEN = """
insert into spans by name select * exclude (row, trace_id) from told;
insert into traces select distinct trace_key, trace_id from told
"""


class _Texts:
    """A table of the texts of nodes or values, each once, found by a key of what tells them apart."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, key: str, named: dict[str, str], table: str) -> None:
        self._connection, self._table, self._key = connection, table, key
        self._columns = ", ".join(f"{expression} as {name}" for name, expression in named.items())

    def take(self, incoming: pa.Table) -> None:
        """Add what is new of the spans that came in and were told."""
        self._connection.execute(f"create table if not exists {self._table} as {self._select()} limit 0")
        rows = self._connection.execute(
            f"select min(row) as row from told anti join {self._table} using ({self._key}) "
            f"where {self._key} <> 0 group by {self._key}"
        ).to_arrow_table()["row"]
        if len(rows):
            self._connection.register("incoming", incoming.take(rows))
            self._connection.execute(f"insert into {self._table} {self._select()}")

    def _select(self) -> str:
        return f"select {self._key}, {self._columns} from sunk"


class Store:
    """The private database of one run; what it put on disk goes with it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="leadline-trace-")
        self.connection = duckdb.connect(
            config={
                "threads": 2,
                "memory_limit": MEMORY,
                "temp_directory": self._folder.name,
                "preserve_insertion_order": False,
            }
        )
        self.connection.execute(_SKELETON + _TABLES)
        self._texts = (
            _Texts(self.connection, "node_key", NODE, "node_texts"),
            _Texts(self.connection, "value_key", VALUE, "value_texts"),
        )
        self.buckets = Buckets(self.connection)
        self._waiting: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0
        self.spans = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self.connection.close()
        self._folder.cleanup()
        if isinstance(error, (duckdb.OutOfMemoryException, duckdb.IOException)):
            raise EngineError(_NO_ROOM) from error

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch of `SPANS`."""
        self._waiting.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= _ROWS or self._bytes >= _BYTES:
            self.settle()

    def settle(self) -> None:
        """Take over what waits."""
        if not self._waiting:
            return
        incoming = pa.Table.from_batches(self._waiting, SPANS)
        incoming = incoming.append_column("row", pa.array(range(self._rows), pa.int32()))
        self.connection.register("incoming", incoming)
        self.connection.execute(f"begin; {_SUNK}; {_TOLD}; {_TAKEN}")
        for texts in self._texts:
            texts.take(incoming)
        self.connection.execute("commit; drop table told")
        self.connection.unregister("incoming")
        self.spans += self._rows
        self.buckets.note(self._rows)
        self._waiting, self._rows, self._bytes = [], 0, 0

    def rows(self, query: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query that gives few."""
        return self.connection.execute(query, parameters).to_arrow_table().to_pylist()

    def batches(self, query: str, size: int = 8_192) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of a query that may give many, so many at a time. Other queries may run meanwhile."""
        with self.connection.cursor() as cursor:
            for batch in cursor.execute(query).to_arrow_reader(size):
                yield batch.to_pylist()

    def table(self, query: str) -> pa.Table:
        """Return the rows of a query as columns."""
        return self.connection.execute(query).to_arrow_table()

    def create(self, name: str, rows: pa.Table | pa.RecordBatchReader, select: str = "select * from given") -> None:
        """Create a table of rows, that `select` calls `given`."""
        with self._given(rows):
            self.connection.execute(f"create or replace table {name} as {select}")

    def insert(self, name: str, rows: pa.Table) -> None:
        """Add rows to a table by the names of their columns."""
        with self._given(rows):
            self.connection.execute(f"insert into {name} by name select * from given")

    @contextmanager
    def _given(self, rows: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        self.connection.register("given", rows)
        yield
        self.connection.unregister("given")
