"""JSON gives the rows that protobuf gives, whoever wrote it, and damage costs no more than what is damaged."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.trace.reading import otlp_json_requests, otlp_requests
from engines.trace.reading.otlp_requests import Body
from engines.trace.spans import Dropped, Item
from tests.engines.trace.reading.requests import as_json, others, request, requests, rows

SNAKE = {"preserving_proto_field_name": True, "use_integers_for_enums": False}


def read(*documents: Any) -> list[Item]:
    contents = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in documents]
    return list(otlp_json_requests.spans_of(Body(one, f"body {at}") for at, one in enumerate(contents)))


def of_protobuf(*bodies: bytes) -> list[Item]:
    return list(otlp_requests.spans_of(Body(body, "") for body in bodies))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(requests(), min_size=1, max_size=3), st.sampled_from([{}, SNAKE]))
def test_json_gives_what_protobuf_gives(bodies: list[bytes], spelling: dict[str, bool]) -> None:
    found, expected = read(*(as_json(body, **spelling) for body in bodies)), of_protobuf(*bodies)
    assert sorted(map(str, rows(found))) == sorted(map(str, rows(expected)))
    dropped = [item for item in expected if isinstance(item, Dropped)]
    assert sorted(map(str, (item for item in found if isinstance(item, Dropped)))) == sorted(map(str, dropped))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(requests(), st.data())
def test_whatever_is_broken_is_refused_or_read_but_never_fails(body: bytes, data: st.DataObject) -> None:
    text = json.dumps(as_json(body)).encode()
    at = data.draw(st.integers(0, len(text)))
    broken = text[:at] + data.draw(st.binary(max_size=6)) + text[at + data.draw(st.integers(0, 3)) :]
    items = read(broken)
    assert len(rows(items)) <= len(rows(of_protobuf(body))) + 1


def spelled(**changes: Any) -> dict[str, Any]:
    document = as_json(request(1, url__path="/a"))
    document["resourceSpans"][0]["scopeSpans"][0]["spans"][0] |= changes
    return document


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": "SPAN_KIND_CONSUMER"}, {"kind": 5}),
        ({"kind": "3"}, {"kind": 3}),
        ({"kind": 77}, {"kind": 0}),
        ({"startTimeUnixNano": 17}, {"start": 17}),
        ({"startTimeUnixNano": "-1"}, {"start": 0}),
        ({"startTimeUnixNano": float("nan")}, {"start": 0}),
        ({"startTimeUnixNano": 1.7e18}, {"start": 1_700_000_000_000_000_000}),
        ({"startTimeUnixNano": None, "parentSpanId": None, "traceState": None}, {"start": 0, "parent_id": 0}),
        ({"traceId": "T" * 22 + "=="}, {"trace_id": b"M" + b"\x34\xd3\x4d" * 5}),
        ({"traceId": "AB" * 16}, {"trace_id": b"\xab" * 16}),
        ({"parentSpanId": "zz"}, {"parent_id": 0}),
        ({"status": {"code": "STATUS_CODE_ERROR"}}, {"is_error": True}),
        ({"name": "\ud800"}, {"name": "?"}),
        ({"attributes": None}, {"path": None}),
        ({"attributes": {"url.path": "/b"}}, {"path": "/b"}),
        ({"attributes": [{"key": "http.response.status_code", "value": {"intValue": 404}}]}, {"status": 404}),
        ({"attributes": [{"key": "http.response.status_code", "value": {"intValue": "9" * 30}}]}, {"status": None}),
        ({"attributes": [{"key": "url.path", "value": {"intValue": "7"}}]}, {"path": None}),
        ({"links": [{"traceId": "zz", "spanId": "1"}]}, {"link_span_id": None}),
        ({"links": [{"traceId": "ab" * 16, "spanId": "01" * 8}]}, {"link_span_id": 0x0101010101010101}),
    ],
)
def test_other_spellings_are_read(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    items = read(as_json(request(1)), spelled(**changes))
    assert others(items) == []
    assert {name: rows(items)[-1][name] for name in expected} == expected


def test_former_names_are_read() -> None:
    text = json.dumps(as_json(request(2))).replace("scopeSpans", "instrumentationLibrarySpans")
    assert [row["scope"] for row in rows(read(text.encode()))] == ["leadline"] * 2
    text = text.replace('"scope"', '"instrumentationLibrary"')
    assert [row["scope"] for row in rows(read(text.encode()))] == ["leadline"] * 2


def test_what_a_request_holds_is_read_without_it() -> None:
    assert len(rows(read(as_json(request(2))["resourceSpans"][0]))) == 2


def test_of_equal_keys_the_last_counts() -> None:
    text = json.dumps(spelled()).replace('"name": "span 1"', '"name": "span 1", "name": "other"').encode()
    assert [row["name"] for row in rows(read(text))] == ["other"]


@pytest.mark.parametrize(
    "bad",
    [{"traceId": "zz"}, {"spanId": "0" * 16}, {"traceId": None}, {"attributes": 7}, {"kind": "NO_KIND"},
     {"attributes": [7]}, {"traceId": "ab" * 15}],
)  # fmt: skip
def test_a_bad_span_costs_itself_alone(bad: dict[str, Any]) -> None:
    document = as_json(request(3))
    document["resourceSpans"][0]["scopeSpans"][0]["spans"][1] |= bad
    items = read(as_json(request(1)), document)
    assert sorted(row["span_id"] for row in rows(items)) == [1, 1, 3]
    [refused] = others(items)
    assert refused.origin == "body 1" and b"span 2" in refused.content


def test_a_damaged_span_costs_itself_alone() -> None:
    text = json.dumps(as_json(request(30, url__path="/a"))).encode()
    for at in random.Random(1).sample(range(text.index(b"span 10"), text.index(b"span 20")), 60):
        items = read(text[:at] + b'"}{]' + text[at + 4 :])
        assert len(rows(items)) in (28, 29, 30) and len(others(items)) <= 2, text[at - 10 : at + 10]


@pytest.mark.parametrize(
    "body",
    [b"", b"7", b"null", b"{}", b"hello", b"[" * 10_000, b'{"a":' * 10_000, b'{"resourceSpans": 3}',
     b'{"resourceSpans": [7]}', b'{"resourceSpans": [[]]}'],
)  # fmt: skip
def test_what_is_no_request_is_refused(body: bytes) -> None:
    items = read(as_json(request(1)), body, as_json(request(1)))
    assert len(rows(items)) == 2
    assert len(others(items)) == 1


def test_what_a_sender_dropped_is_told_once() -> None:
    document = as_json(request(3, dropped=7))
    assert others(read(document)) == [Dropped("shop", 7)]
    text = json.dumps(document).encode().replace(b'"name": "span 2"', b'"name": span 2')
    assert [item for item in others(read(text)) if isinstance(item, Dropped)] == [Dropped("shop", 7)]
