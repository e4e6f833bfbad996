"""Parameters of requests as they were seen, and those whose values arrive at a sink.

The database finds where a value of the request stands anywhere in the text at the sink; only of these few, and of a
bounded number for each sink, `outside.py` tells whether the value stands there whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from engines.redact import bounded, printable, redact
from engines.trace import outside
from engines.trace.normalise import Kind
from engines.trace.partition import Part
from engines.trace.spans import SERVER
from engines.trace.store import Store

EXAMPLES = 5  # distinct values of a parameter
VALUE_LIMIT = 200  # characters of a value that lands

_WITNESSES = 32  # texts at a sink that are looked at closely, of each group of hits
_TEXT = 1_000  # characters of a value that is kept as an example

_PARAMETERS = pa.list_(pa.struct({"place": pa.string(), "name": pa.string(), "value": pa.string()}))
_ASKED = pa.schema({"rows": pa.list_(pa.int32()), "parameters": _PARAMETERS, "forms": pa.list_(pa.string())})

_BATCH = 4_096
_PAIR = pa.struct({"name": pa.string(), "example": pa.string()})
_ARRIVED = pa.schema({
    **dict.fromkeys(("path", "entry", "origin"), pa.uint64()), **dict.fromkeys(("node", "value"), pa.int32()),
    "sender": pa.uint8(), "arrived": _PAIR,
})  # fmt: skip

_TABLES = """
create table seen_parameters (service varchar, method varchar, route varchar, name varchar, place varchar,
    value varchar);
create table witnesses (path ubigint, node integer, value integer, entry ubigint, sender utinyint, origin ubigint,
    text varchar, parameters struct(place varchar, name varchar, value varchar)[]);
create table arrived (path ubigint, node integer, value integer, entry ubigint, sender utinyint, origin ubigint,
    arrived struct(name varchar, example varchar));
"""

_REQUESTS = f"""
select n.route, coalesce(asked_path, '') as path, coalesce(asked_query, '') as query, list(row) as rows
from part inner join nodes as n using (node)
where part.kind = {Kind.ENDPOINT} and n.span_kind = {SERVER} and (asked_query <> '' or contains(n.route, '{{'))
group by all
"""

_SEEN = f"""
insert into seen_parameters
with seen as (
    select distinct n.service, n.method, n.route, asked.name, asked.place, left(asked.value, {_TEXT}) as value
    from (
        select row, unnest(parameters, recursive := true) from (select unnest(rows) as row, parameters from asked)
    ) as asked
    inner join part using (row)
    inner join nodes as n using (node)
    where part.sender = 0 and n.method <> '' and n.route <> ''
)
select service, method, route, name, place, unnest(min(value, {EXAMPLES})) from seen
group by service, method, route, name, place
"""

_WITNESSED = f"""
insert into witnesses
with requests as (
    select unnest(rows) as entry_row, parameters, forms from asked where forms <> []
),
met as (
    select distinct
        path, node, value, entry, sender, case when sender <> 0 then origin end as origin, text, parameters
    from part inner join requests using (entry_row)
    where kind = {Kind.SINK} and path <> 0 and text is not null and len(list_filter(forms, lambda form:
        contains(lower(text), form) or coalesce(contains(lower(try(url_decode(text))), form), true))) > 0
)
select * from met
qualify row_number() over (
    partition by path, node, value, entry, sender, origin order by text, parameters) <= {_WITNESSES}
"""

_CHOSEN = f"""
select w.*, n.sink_kind from witnesses as w inner join nodes as n using (node)
qualify row_number() over (
    partition by path, w.node, w.value, entry, sender, origin order by text, parameters) <= {_WITNESSES}
"""

_EXAMPLES = f"""
select service, method, route, name, place, value from (select distinct * from seen_parameters)
qualify row_number() over (partition by service, method, route, name, place order by value) <= {EXAMPLES}
order by all
"""

_FIRST = """
create or replace table arrived as
select path, node, value, entry, sender, origin, min(arrived) as arrived from arrived group by all
"""

_GROUP = ("path", "node", "value", "entry", "sender", "origin")


class Arrivals:
    """What arrived from outside, in the database of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.connection.execute(_TABLES)

    def take(self, part: Part) -> None:
        """Add a part of the traces."""
        connection = self._store.connection
        rows = pa.array(np.arange(part.size, dtype=np.int32))
        columns = part.columns.append_column("row", rows).append_column("entry_row", pa.array(part.entry))
        connection.register("part", columns)
        requests = self._store.table(_REQUESTS).to_batches(_BATCH)
        self._store.create("asked", pa.Table.from_batches((_asked(batch.to_pylist()) for batch in requests), _ASKED))
        connection.execute(_SEEN + ";" + _WITNESSED)
        connection.unregister("part")

    def settle(self) -> None:
        """Tell what stands whole at a sink, once all parts are taken."""
        for rows in self._store.batches(_CHOSEN):
            arrived = [
                {**{name: row[name] for name in _GROUP}, "arrived": told} for row in rows if (told := _told(row))
            ]
            self._store.insert("arrived", pa.Table.from_pylist(arrived, _ARRIVED))
        self._store.connection.execute(_FIRST)

    def examples(self) -> list[dict[str, str]]:
        """Rows of `SeenParameter` but for the exerciser."""
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for row in self._store.rows(_EXAMPLES):
            row["example"] = example(row["name"], row.pop("value"))
            row["name"] = bounded(printable(row["name"]), VALUE_LIMIT)
            found[tuple(row.values())] = row
        return [found[key] for key in sorted(found)]


def example(name: str, value: str) -> str:
    """Return a value redacted in the light of its name."""
    told = redact(f"{name}={value}")
    shown = told[len(name) + 1 :] if told.startswith(f"{name}=") else redact(value)
    return bounded(printable(shown), VALUE_LIMIT)


def _told(witness: dict[str, Any]) -> dict[str, str] | None:
    request = tuple((one["place"], one["name"], one["value"]) for one in witness["parameters"])
    found = outside.arriving(witness["sink_kind"], witness["text"], request)
    return {"name": bounded(printable(found[0]), VALUE_LIMIT), "example": example(*found)} if found else None


def _asked(requests: list[dict[str, Any]]) -> pa.RecordBatch:
    told = [outside.parameters(request["route"], request["path"], request["query"]) for request in requests]
    parameters = [[dict(zip(("place", "name", "value"), one, strict=True)) for one in found] for found in told]
    forms = [sorted({_form(value) for _, _, value in found if len(value) >= outside.MIN_LENGTH}) for found in told]
    columns = ([request["rows"] for request in requests], parameters, forms)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, _ASKED.types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=_ASKED)


def _form(value: str) -> str:
    """Return how a value is looked for; '' is found everywhere, for the database folds other letters otherwise."""
    return value.lower() if value.isascii() else ""
