"""Services are known by who answered, and traces that follow each other by their links."""

from __future__ import annotations

from typing import Any

import pytest

from engines.trace.described import describe
from engines.trace.spans import CLIENT, CONSUMER, SERVER, Batches
from engines.trace.store import Store


def store_of(*spans: dict[str, Any]) -> Store:
    batches, store = Batches(), Store()
    for told in spans:
        resource = {"service.name": told.pop("service", "shop")}
        attributes = told.pop("attributes", {})
        batches.add(**told, resource=resource, attributes=attributes)
    store.add(batches.rest())
    store.settle()
    return store


@pytest.mark.parametrize("hosts", [{}, {"10.0.0.7:81": "stock"}])
def test_an_address_stands_for_the_service_that_answers_there(hosts: dict[str, str]) -> None:
    call = {"trace_id": b"t" * 16, "span_id": 1, "kind": CLIENT, "attributes": {"url.full": "http://10.0.0.7:81/x"}}
    answer = {"trace_id": b"t" * 16, "span_id": 2, "parent_id": 1, "kind": SERVER, "service": "stock"}
    with store_of(call, *([] if hosts else [answer])) as store:
        describe(store, hosts)
        assert store.rows("select targets, lasting from sink_values") == [
            {"targets": ["host:10.0.0.7:81"], "lasting": "host:stock"}
        ]


def test_files_are_named_below_the_given_root() -> None:
    told = {"code.function": "f", "code.filepath": "/src/shop/app.py", "code.lineno": 7}
    with store_of({"trace_id": b"t" * 16, "span_id": 1, "attributes": told}) as store:
        describe(store, {}, "/src/shop")
        assert store.rows("select file, line from nodes") == [{"file": "app.py", "line": 7}]


def test_traces_that_follow_each_other_are_of_one_group() -> None:
    ids = [bytes([n]) * 16 for n in range(1, 7)]
    consumers = [
        {"trace_id": own, "span_id": 1, "kind": CONSUMER, "link": (before, 1)}
        for before, own in zip(ids, ids[1:], strict=False)
    ]
    with store_of({"trace_id": b"x" * 16, "span_id": 1}, *consumers) as store:
        describe(store, {})
        groups = store.rows("select trace_key, group_key from linked_traces")
    assert len(groups) == len(ids) and len({row["group_key"] for row in groups}) == 1
