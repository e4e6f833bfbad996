"""A request is cut by its bytes alone, and its parts together hold what it holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from engines.trace.reading.content import Broken
from engines.trace.reading.otlp_wire import Oversized, Stream, parts, varint
from engines.trace.spans import Malformed
from tests.engines.trace.reading.requests import request, requests


def pieces(content: bytes, size: int = 7) -> Iterator[bytes]:
    return iter([content[at : at + size] for at in range(0, len(content), size)])


def held(content: bytes) -> list[tuple]:
    """The spans of a request with the resource and the scope that they lie in."""
    return [
        (of_resource.resource.SerializeToString(), of_scope.scope.SerializeToString(), span.SerializeToString())
        for of_resource in ExportTraceServiceRequest.FromString(content).resource_spans
        for of_scope in of_resource.scope_spans
        for span in of_scope.spans
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(requests(), st.sampled_from([0, 1, 40, 200, 10**6]), st.integers(1, 300))
def test_parts_hold_every_span_once_in_its_resource_and_scope(body: bytes, whole: int, size: int) -> None:
    found = list(parts(Stream(pieces(body, size)), len(body), whole, 10**6))
    assert [one for part in found for one in held(part.request())] == held(body)
    if whole == 0:
        assert all(len(held(part.request())) <= 1 for part in found)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(requests(), st.data())
def test_a_truncated_request_gives_the_spans_that_are_whole(body: bytes, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, max(len(body) - 1, 0)))
    found = []
    try:
        for part in parts(Stream(pieces(body[:end])), len(body), 0, 10**6):
            found += held(part.request())
    except Malformed as error:
        assert "truncated" in str(error)
    else:
        assert end == len(body) == 0 or end == len(body)
    assert found == held(body)[: len(found)]


def test_a_resource_is_told_to_be_repeated_after_its_first_part() -> None:
    found = list(parts(Stream(pieces(request(3) + request(1) + request(0))), None, 0, 10**6))
    assert [part.repeats for part in found] == [False, True, True, False, False]


def test_a_span_that_is_too_large_is_left_out() -> None:
    body = request(1) + request(1, service="huge", url__path="x" * 900) + request(1)
    first, large, emptied, last = parts(Stream(pieces(body)), None, 0, 500)
    assert isinstance(large, Oversized) and large.size > 900
    assert [len(held(part.request())) for part in (first, emptied, last)] == [1, 0, 1]
    assert b"huge" in emptied.request()  # what its resource tells is not lost


def test_what_lies_beside_spans_without_bound_is_left_out() -> None:
    beside = b"\x0a" + varint(2**20 + 1) + bytes(2**20 + 1)
    scope = b"\x12\x06\x12\x04\x2a\x02hi"
    [part] = parts(Stream(iter([b"\x0a" + varint(len(beside + scope)) + beside + scope])), None, 0, 10**6)
    assert len(part.request()) < 50 and b"hi" in part.held


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x0b", "type 3"),
        (b"\x0c", "type 4"),
        (b"\xff" * 11, "more than 64 bits"),
        (b"\xff", "truncated"),
        (b"\x0a\x05\x12\x09", "beyond its message"),
        (b"\x0a\x05\x12\x03\x12\x09", "beyond its message"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "truncated"),
        (b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "truncated"),
        (b"\x09abc", "truncated"),
        (b"\x0dab", "truncated"),
    ],
)
def test_what_is_no_message_is_said_to_be_malformed(content: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        list(parts(Stream(pieces(content)), None, 0, 10**6))


def test_what_came_before_a_broken_stream_is_kept() -> None:
    def breaking() -> Iterator[bytes]:
        yield request(3)[:-20]
        raise Broken("the end is missing")

    for whole in (10**6, 1):
        found = []
        with pytest.raises(Broken):
            for part in parts(Stream(breaking()), None, whole, 10**6):
                found.append(part)
        assert sum(len(held(part.request())) for part in found) == 2


def test_what_is_whole_of_a_message_that_is_cut_off_is_kept() -> None:
    found = []
    with pytest.raises(Malformed, match="truncated: 20 of"):
        for part in parts(Stream(pieces(request(3)[:-20])), None, 10**6, 10**6):
            found.append(part)
    assert sum(len(held(part.request())) for part in found) == 2


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_stream_is_taken_in_any_sizes(size: int) -> None:
    stream = Stream(pieces(b"abcdefghijklmnop", size))
    assert [stream.take(1), stream.take(0), stream.take(7), stream.take(2)] == [b"a", b"", b"bcdefgh", b"ij"]
    assert stream.at == 10
    stream.skip(2)
    assert [stream.take(99), stream.take(1), stream.at] == [b"mnop", b"", 16]


@settings(deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_numbers_are_read_as_they_are_written(number: int) -> None:
    assert Stream(iter([varint(number)])).varint() == number
    assert Stream(iter([])).varint() is None
