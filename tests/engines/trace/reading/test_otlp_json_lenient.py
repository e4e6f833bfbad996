"""A decoded request is read value by value: what is none is refused, the rest goes into batches."""

from __future__ import annotations

from typing import Any

from engines.trace.reading.otlp_json_lenient import spans_in
from engines.trace.reading.otlp_requests import SHOWN, Body
from engines.trace.spans import Batches, Dropped, Item, Refused
from tests.engines.trace.reading.requests import as_json, request, rows


def read(value: Any, repeats: bool = False) -> tuple[list[dict[str, Any]], list[Item]]:
    batches = Batches()
    items = list(spans_in(value, Body(b"as it came", "here", repeats), batches))
    rest = batches.rest()
    return rows([rest] if rest is not None else []), items


def test_spans_are_read_with_their_resource_and_scope() -> None:
    found, items = read(as_json(request(2, "shop", http__route="/a")))
    assert [(row["span_id"], row["service"], row["scope"], row["route"]) for row in found] == [
        (1, "shop", "leadline", "/a"), (2, "shop", "leadline", "/a"),
    ]  # fmt: skip
    assert items == []


def test_values_of_any_kind_are_refused_where_a_span_is_due() -> None:
    document = as_json(request(1))
    document["resourceSpans"][0]["scopeSpans"][0]["spans"] += [7, None, [], "x", {}, {"traceId": {}, "spanId": []}]
    found, items = read(document)
    assert len(found) == 1 and len(items) == 6
    assert all(isinstance(item, Refused) and item.origin == "here" for item in items)


def test_a_resource_that_is_none_costs_itself_alone() -> None:
    document = as_json(request(1))
    document["resourceSpans"] += [7, {"resource": 3}, {"scopeSpans": [3]}, {"resource": {"attributes": [3]}}]
    found, items = read(document)
    assert len(found) == 1
    assert [item.reason.split(":")[0] for item in items] == ["a resource that is none"] * 4


def test_what_is_shown_is_bounded() -> None:
    document = as_json(request(1))
    document["resourceSpans"][0]["scopeSpans"][0]["spans"] = [{"traceId": "x" * 10_000}]
    _, [refused] = read(document)
    assert len(refused.content) <= SHOWN and len(refused.reason) < 500


def test_what_senders_lost_is_told_but_for_parts_that_repeat_it() -> None:
    document = as_json(request(1, dropped=3))
    assert read(document)[1] == [Dropped("shop", 3)] and read(document, repeats=True)[1] == []
