"""Both readers of protobuf give the same rows, and of a bad request all is read but what is bad."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.trace.reading import otlp_requests
from engines.trace.reading.otlp_requests import Body, spans_of
from engines.trace.spans import Dropped, Item, Refused
from tests.engines.trace.reading.requests import others as told_beside
from tests.engines.trace.reading.requests import request, requests, rows

BAD_IDS = (b"", b"short", bytes(8), bytes(16))


@pytest.fixture(params=["native", "python"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "python":
        monkeypatch.setattr(otlp_requests, "_NATIVE", None)
    yield request.param


def read(*bodies: bytes) -> list[Item]:
    return list(spans_of(Body(body, f"body {number}") for number, body in enumerate(bodies)))


def others(items: list[Item]) -> set:
    return set(told_beside(items))


def in_python(*bodies: bytes) -> list[Item]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(otlp_requests, "_NATIVE", None)
        return read(*bodies)


def test_native_code_is_at_hand() -> None:
    assert otlp_requests._NATIVE is not None


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(requests(), min_size=1, max_size=3))
def test_native_code_and_python_give_the_same_rows(bodies: list[bytes]) -> None:
    native, python = read(*bodies), in_python(*bodies)
    assert sorted(map(str, rows(native))) == sorted(map(str, rows(python)))
    assert sorted(map(str, told_beside(native))) == sorted(map(str, told_beside(python)))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(requests(*BAD_IDS), min_size=1, max_size=3))
def test_they_agree_on_impossible_ids_as_well(bodies: list[bytes]) -> None:
    native, python = read(*bodies), in_python(*bodies)
    assert sorted(map(str, rows(native))) == sorted(map(str, rows(python)))
    assert others(native) == others(python)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(requests(), st.data())
def test_whatever_is_broken_is_refused_or_read_but_never_fails(body: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, max(len(body) - 1, 0)))
    broken = body[:at] + data.draw(st.binary(max_size=12)) + body[at + data.draw(st.integers(0, 3)) :]
    native, python = read(broken), in_python(broken)
    assert len(rows(native)) == len(rows(python))
    assert bool(native) == bool(python)


def test_what_is_told_arrives_in_its_column(reader: str) -> None:
    [batch] = read(request(2, http__route="/orders", http__status_code="404", http__response__status_code=200))
    assert [row["span_id"] for row in batch.to_pylist()] == [1, 2]
    assert (
        batch.to_pylist()[0] | {"service": "shop", "route": "/orders", "status": 200, "kind": 2} == batch.to_pylist()[0]
    )


def test_an_impossible_id_costs_its_span_alone(reader: str) -> None:
    body = request(3).replace((2).to_bytes(8, "big"), bytes(8))
    items = read(request(1), body, request(2))
    assert sorted(row["span_id"] for row in rows(items)) == [1, 1, 1, 2, 3]
    [refused] = others(items)
    assert "span id 0" in refused.reason and b"span 2" in refused.content and refused.origin == "body 1"


def test_a_span_that_cannot_be_parsed_costs_itself_alone(reader: str) -> None:
    body = request(3).replace(b"\x2a\x06span 2", b"\x2a\x7fspan 2")
    items = read(request(1), body)
    assert sorted(row["span_id"] for row in rows(items)) == [1, 1, 3]
    [refused] = others(items)
    assert refused.reason.startswith("a span that is none") and b"span 2" in refused.content


def test_a_text_that_is_no_utf8_is_read_with_marks_in_its_place(reader: str) -> None:
    items = read(request(2).replace(b"span 2", b"sp\xffn 2"))
    assert [row["name"] for row in rows(items)] == ["span 1", "sp�n 2"]
    assert {row["service"] for row in rows(items)} == {"shop"} and not others(items)
    [row] = rows(read(request(1, service="sh\x7fp").replace(b"sh\x7fp", b"sh\xffp")))
    assert row["service"] == "sh�p" and row["scope"] == "leadline"


@pytest.mark.parametrize("body", [b"\xff\xff", b"hello", b"\x08\x01", gzip.compress(b"x"), b"\x0a\xff\xff\xff\xff\x0f",
                                  b"\x0a" + b"\xff" * 9 + b"\x01a"])  # fmt: skip
def test_what_is_no_request_is_refused(reader: str, body: bytes) -> None:
    items = read(request(1), body, request(1))
    assert len(rows(items)) == 2
    [refused] = others(items)
    assert refused.reason.startswith("not an OTLP request") and refused.origin == "body 1"
    assert body.startswith(refused.content)


def test_a_request_without_spans_is_none_to_complain_of(reader: str) -> None:
    assert read(b"", request(0)) == []


@pytest.mark.parametrize("group", [b"\x1b", b"\x0b"])
def test_groups_within_groups_exhaust_no_stack(reader: str, group: bytes) -> None:
    depth = 1_000_000
    end = bytes([group[0] + 1])
    items = read(request(1), group * depth + end * depth, request(1))
    assert len(rows(items)) == 2 and len(others(items)) == 1


def test_what_a_sender_dropped_is_told_once(reader: str) -> None:
    assert others(read(request(2, dropped=7))) == {Dropped("shop", 7)}
    bad = request(3, dropped=7).replace(b"span 2", b"sp\xffn 2")
    assert [item for item in read(bad) if isinstance(item, Dropped)] == [Dropped("shop", 7)]


def test_a_large_request_is_read_in_parts(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_requests, "AT_ONCE", 1_000)
    body = request(200, dropped=3, url__path="/" + "x" * 50)
    items = read(body, body)
    assert [row["span_id"] for row in rows(items)] == [*range(1, 201), *range(1, 201)]
    assert {(row["service"], row["scope"]) for row in rows(items)} == {("shop", "leadline")}
    assert [item for item in items if isinstance(item, Dropped)] == [Dropped("shop", 3)] * 2


def test_a_large_request_that_ends_early_gives_what_is_whole(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_requests, "AT_ONCE", 1_000)
    items = read(request(200, url__path="/" + "x" * 50)[:-10])
    assert [row["span_id"] for row in rows(items)] == list(range(1, 200))
    [refused] = others(items)
    assert isinstance(refused, Refused) and "10 of" in refused.reason


def test_a_span_beyond_the_bound_is_left_out(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_requests, "AT_ONCE", 1_000)
    monkeypatch.setattr(otlp_requests, "LARGEST_SPAN", 2_000)
    items = read(request(30).replace(b"\x2a\x07span 12", b"\x2a\x07span 12"), request(1, url__path="/" + "x" * 2_500))
    assert len(rows(items)) == 30
    [refused] = others(items)
    assert "more than 2000" in refused.reason


def test_a_heavy_resource_is_repeated_for_no_span(reader: str) -> None:
    heavy = request(2_000, service="s" * 500_000)
    for body in (heavy, heavy.replace(b"span 1999", b"sp\xffn 1999")):
        items = read(body)
        assert len(rows(items)) == 2_000
        assert sum(item.nbytes for item in items) < 5_000_000
