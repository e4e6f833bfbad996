"""Nested arrays of requests become flat columns; what is impossible or was lost is told by request."""

from __future__ import annotations

import ptars
import pyarrow as pa
import pytest

from engines.trace.reading.otlp_columns import Flattened, flattened
from engines.trace.reading.otlp_messages import OUTER_REQUEST
from engines.trace.spans import SHARED_LIMIT, SPANS, Dropped
from tests.engines.trace.reading.requests import request


def flat(*bodies: bytes) -> Flattened:
    native = ptars.HandlerPool([OUTER_REQUEST.file]).get_for_message(OUTER_REQUEST)
    return flattened(native.list_to_record_batch(list(bodies)).column(0))


def test_spans_of_all_requests_follow_each_other_with_what_their_resource_tells() -> None:
    found = flat(request(2, "shop"), request(0), request(1, "prices", http__route="/p"))
    found.spans.validate(full=True)
    assert found.spans.schema == SPANS
    told = [(row["service"], row["span_id"], row["route"], row["scope"]) for row in found.spans.to_pylist()]
    assert told == [("shop", 1, None, "leadline"), ("shop", 2, None, "leadline"), ("prices", 1, "/p", "leadline")]


def test_requests_that_do_not_fit_are_named() -> None:
    impossible = request(2).replace(b"t" * 16, bytes(16))
    odd = request(2, "sh", http__route="/a").replace(
        b"\x0a\x0ahttp.route\x12\x04\x0a\x02/a", b"\x12\x04\x0a\x02/a\x0a\x0ahttp.route"
    )
    odd_resource = request(2, "sh").replace(
        b"\x0a\x0cservice.name\x12\x04\x0a\x02sh", b"\x12\x04\x0a\x02sh\x0a\x0cservice.name"
    )
    assert request(2, "sh") != odd_resource and odd.index(b"/a") < odd.index(b"http.route")
    found = flat(request(1), impossible, request(1), odd, odd_resource)
    assert found.spans is None and found.unfit == [1, 3, 4]


def test_a_text_that_is_no_utf8_raises() -> None:
    with pytest.raises(pa.ArrowInvalid):
        flat(request(1, url__path="/a").replace(b"/a", b"/\xff"))


def test_what_senders_lost_is_told_with_their_names() -> None:
    found = flat(request(1, dropped=3), request(0), request(0, "prices", dropped=4))
    assert found.dropped == [(0, Dropped("shop", 3)), (2, Dropped("prices", 4))]


def test_texts_that_all_spans_share_are_bounded() -> None:
    [row] = flat(request(1, "ü" * 10_000)).spans.to_pylist()
    assert row["service"] == "ü" * SHARED_LIMIT


def test_nothing_gives_no_rows() -> None:
    assert flat().spans.num_rows == flat(b"", request(0)).spans.num_rows == 0
