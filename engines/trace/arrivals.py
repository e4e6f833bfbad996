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
from engines.trace.spans import SERVER
from engines.trace.store import Store

EXAMPLES = 5  # distinct values of a parameter
VALUE_LIMIT = 200  # characters of a value that lands

_WITNESSES = 8  # texts at a sink that are looked at closely, of each group of hits
_OF_ENDPOINT = 500  # different requests of ordinary traffic that are looked at, of each endpoint in one part
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
select n.route, coalesce(asked_path, '') as path, coalesce(asked_query, '') as query,
    coalesce(asked_body, '') as body, list(row) as rows
from part inner join nodes as n using (node)
where part.kind = {Kind.ENDPOINT} and n.span_kind = {SERVER}
    and (asked_query <> '' or asked_body <> '' or contains(n.route, '{{'))
group by n.node, n.route, sender, asked_path, asked_query, asked_body
qualify sender <> 0
    or row_number() over (
        partition by n.node, sender order by hash(asked_path, asked_query, asked_body)) <= {_OF_ENDPOINT}
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
    where part.sender = 0 and n.method <> '' and n.route <> '' and asked.place in ('path', 'query')
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
    where kind = {Kind.SINK} and path <> 0 and text is not null and list_bool_or(list_transform(forms, lambda form:
        contains(lower(text), form)
        or contains(text, '%') and coalesce(contains(lower(try(url_decode(text))), form), true)))
)
select * from met
qualify row_number() over (
    partition by path, node, value, entry, sender, origin order by parameters, text) <= {_WITNESSES}
"""

# The first witness of each group, or the others of the groups in which the first was none.
_CHOSEN = """
with ranked as (
    select *, row_number() over (
        partition by path, node, value, entry, sender, origin order by parameters, text) as number
    from witnesses
)
select ranked.*, n.sink_kind from ranked inner join nodes as n using (node) {condition} order by number
"""
_FIRST = "where number = 1"
_OTHERS = f"""
anti join arrived as a
    on a.path = ranked.path and a.node = ranked.node and a.value = ranked.value and a.entry = ranked.entry
    and a.sender = ranked.sender and a.origin is not distinct from ranked.origin
where number between 2 and {_WITNESSES}
"""

_EXAMPLES = f"""
select service, method, route, name, place, value from (select distinct * from seen_parameters)
qualify row_number() over (partition by service, method, route, name, place order by value) <= {EXAMPLES}
order by all
"""

_GROUP = ("path", "node", "value", "entry", "sender", "origin")


class Arrivals:
    """What arrived from outside, in the database of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.connection.execute(_TABLES)

    def take(self) -> None:
        """Add the part of the traces that was placed last."""
        requests = self._store.table(_REQUESTS).to_batches(_BATCH)
        self._store.create("asked", pa.Table.from_batches(map(_asked_of, requests), _ASKED))
        self._store.connection.execute(_SEEN + ";" + _WITNESSED)

    def settle(self) -> None:
        """Tell what stands whole at a sink, once all parts are taken."""
        for condition in (_FIRST, _OTHERS):
            found: dict[tuple, dict[str, str]] = {}
            for rows in self._store.batches(_CHOSEN.format(condition=condition)):
                for row in rows:
                    group = tuple(row[name] for name in _GROUP)
                    if group not in found and (told := _told(row)):
                        found[group] = told
            arrived = [dict(zip(_GROUP, group, strict=True)) | {"arrived": told} for group, told in found.items()]
            self._store.insert("arrived", pa.Table.from_pylist(arrived, _ARRIVED))

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


def _asked_of(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the parameters of requests, and the forms in which their values are looked for."""
    requests = batch.to_pylist()
    told = [
        outside.parameters(request["route"], request["path"], request["query"], request["body"]) for request in requests
    ]
    forms = [list({_form(value) for _, _, value in found if len(value) >= outside.MIN_LENGTH}) for found in told]
    parameters = [one for found in told for one in found]
    columns = list(zip(*parameters, strict=True)) or [[], [], []]
    texts = [pa.array(column, pa.string()) for column in columns]
    structs = pa.StructArray.from_arrays(texts, ("place", "name", "value"))
    ends = np.cumsum([0, *map(len, told)], dtype=np.int32)
    return pa.RecordBatch.from_arrays(
        [
            pa.array([request["rows"] for request in requests], _ASKED.field("rows").type),
            pa.ListArray.from_arrays(pa.array(ends), structs),
            pa.array(forms, _ASKED.field("forms").type),
        ],
        schema=_ASKED,
    )


def _form(value: str) -> str:
    """Return how a value is looked for; '' is found everywhere, for the database folds other letters otherwise."""
    return value.lower() if value.isascii() else ""
