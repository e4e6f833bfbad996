"""Spans of any instrumentation become numbers once each and texts once each."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from engines.canary import canary, trace_id
from engines.contract import EngineError, Exerciser
from engines.statements import operation_of, shape_of, targets_of
from engines.trace.spans import CLIENT, INTERNAL, PRODUCER, SERVER, Batches
from engines.trace.store import Store


def stored(store: Store, *spans: dict[str, Any]) -> list[dict[str, Any]]:
    """Take spans, given as attributes beside `kind` and what `Batches.add` takes; return the rows, in order."""
    batches = Batches()
    for number, told in enumerate(spans, 1):
        named = {key: told.pop(key) for key in ("kind", "scope", "name", "trace_id", "trace_state") if key in told}
        resource = {"service.name": "shop"}
        batches.add(**{"trace_id": b"t" * 16, "span_id": number, "resource": resource, "attributes": told, **named})
    store.add(batches.rest())
    store.settle()
    return store.rows(
        """select s.*, n.* exclude (node_key), v.* exclude (value_key) from spans as s
        join node_texts as n using (node_key) left join value_texts as v using (value_key) order by span_id"""
    )


@pytest.mark.parametrize(
    ("kind", "told", "sink", "value"),
    [
        (CLIENT, {"db.query.text": "SELECT 1"}, "sql", "SELECT 1"),
        (CLIENT, {"db.statement": "SELECT 1"}, "sql", "SELECT 1"),
        (CLIENT, {"db.system": "redis"}, "sql", None),
        (CLIENT, {"http.method": "GET", "http.url": "http://a/x"}, "http", "http://a/x"),
        (CLIENT, {"rpc.service": "Orders"}, "http", None),
        (CLIENT, {"messaging.system": "kafka", "messaging.operation": "receive"}, None, None),
        (PRODUCER, {"messaging.destination": "mails"}, "message", None),
        (INTERNAL, {"leadline.sink.kind": "exec", "leadline.sink.value": "ls"}, "exec", "ls"),
        (INTERNAL, {"leadline.sink.kind": "deserialize"}, "deserialize", ""),
        (INTERNAL, {"db.statement": "SELECT 1"}, None, None),
        (CLIENT, {}, None, None),
    ],
)
def test_sinks_are_known_by_what_is_told_of_them(kind: int, told: dict, sink: str | None, value: str | None) -> None:
    with Store() as store:
        [row] = stored(store, {"kind": kind, **told})
    assert (row["sink"], row["value"]) == (sink, value)


@pytest.mark.parametrize(
    "told",
    [
        {"url.path": "/a/1", "url.query": "q=x"},
        {"http.target": "/a/1?q=x"},
        {"http.url": "http://shop/a/1?q=x#y"},
    ],
)
def test_path_and_query_are_told_by_old_and_new_names(told: dict) -> None:
    with Store() as store:
        [row] = stored(store, {"kind": SERVER, **told})
    assert (row["path"], row["query"]) == ("/a/1", "q=x")


def test_what_is_the_same_is_stored_once() -> None:
    with Store() as store:
        calls = [
            {"kind": CLIENT, "name": f"call {n}", "db.statement": f"SELECT a FROM t WHERE b = {n}"} for n in range(9)
        ]
        rows = stored(store, *calls)
        assert len({row["value"] for row in rows}) == 9
        assert store.rows("select count(*) as n from node_texts") == [{"n": 1}]
        assert [row["skeleton"] for row in store.rows("select skeleton from value_texts")] == [
            "SELECT a FROM t WHERE b = 0"
        ]


def test_the_parent_that_an_agent_names_is_the_parent() -> None:
    with Store() as store:
        first, second = stored(store, {}, {"leadline.parent_span_id": f"{1:016x}"})
    assert second["parent_key"] == first["key"] and first["parent_key"] == 0


def test_want_of_room_is_one_sentence() -> None:
    with pytest.raises(EngineError, match="no room to fold this recording"), Store() as store:
        store.connection.execute("set memory_limit = '1MB'; set max_temp_directory_size = '1MB'")
        store.connection.execute("create table filled as select range, hash(range) from range(5_000_000)")


@pytest.mark.parametrize(
    ("told", "is_sampled"),
    [
        ({"trace_state": "ot=th:c;rv:1"}, True),
        ({"trace_state": "ot=th:08"}, True),
        ({"trace_state": "ot=th:0"}, False),
        ({"sampler.type": "probabilistic"}, True),
        ({"sampler.type": "const"}, False),
    ],
)
def test_sampling_is_noticed(told: dict, is_sampled: bool) -> None:
    with Store() as store:
        [row] = stored(store, told)
    assert row["is_sampled"] is is_sampled


def test_our_own_traffic_is_known_by_its_trace() -> None:
    with Store() as store:
        ids = [trace_id(Exerciser.DAST, 1), trace_id(Exerciser.FUZZ, 1), "ab" * 16]
        rows = stored(store, *({"trace_id": bytes.fromhex(one)} for one in ids))
    assert [row["sender"] for row in rows] == [1, 2, 0]


MARK = canary("store test")
WORDS = ["SELECT", "a", "t1", "FROM", "WHERE", "=", "'it''s'", "'1.5'", "12", "1.5", "-3", ".5", "1.2.3", "'open", '"',
         "`", "--", "/*", "*/", "\\", "x'ff'", "N'a'", "$1", "{", "?", "%s", ":1", "é1", "é", ",", "(", ")", ";",
         "DELETE", MARK, f"'{MARK}'", "1e5", "0x1F", "''", "\n", "JOIN", "INTO", "UPDATE"]  # fmt: skip


def test_a_statement_without_its_literals_is_the_same_statement() -> None:
    """Also where quotes are broken, commented out or unknown to the standard."""
    chance = random.Random(7)
    texts = [" ".join(["SELECT", *chance.choices(WORDS, k=chance.randint(0, 12))]) for _ in range(1_500)]
    texts += ["".join(chance.choices(WORDS, k=chance.randint(0, 8))) for _ in range(500)]
    with Store() as store:
        store.create("texts", pa.table({"number": range(len(texts)), "text": texts}))
        rows = store.rows("select skeleton('sql', text) as skeleton from texts order by number")
    skeletons = [row["skeleton"] for row in rows]
    assert sum(text != skeleton for text, skeleton in zip(texts, skeletons, strict=True)) > 100
    for text, skeleton in zip(texts, skeletons, strict=True):
        assert shape_of("sql", skeleton) == shape_of("sql", text), text
        assert targets_of("sql", skeleton) == targets_of("sql", text), text
        assert operation_of("sql", skeleton) == operation_of("sql", text), text


@pytest.mark.parametrize(
    "url",
    [
        "http://Api.Example:80/a/b?c=d#e", "https://me:pw@api/x", "http://api", "http://a\\@b/x", "http:///x", "/x",
        "http://[::1]:80/x", "http://[broken/x", "http://a b/x", "http://a/x y", "ftp://a/x", "http://a?b=http://c/",
        f"http://{MARK}.example/x", f"http://api/{MARK}", "http://a/\tx", "http://a\n/x",
    ],
)  # fmt: skip
def test_an_address_without_its_path_is_the_same_host(url: str) -> None:
    with Store() as store:
        [[skeleton]] = store.connection.execute("select skeleton('http', ?)", [url]).fetchall()
    assert shape_of("http", skeleton) == shape_of("http", url)
    assert targets_of("http", skeleton) == targets_of("http", url)
