"""What keeps to the letter of the protocol is decoded to types; anything else is left to others."""

from __future__ import annotations

import json

import pytest

from engines.trace.reading.otlp_json_typed import columns, dropped, typed
from engines.trace.spans import SPANS, Dropped
from tests.engines.trace.reading.requests import as_json, request


def content(**told: str | int) -> bytes:
    return json.dumps(as_json(request(2, **told))).encode()


def test_a_request_by_the_letter_is_decoded_and_becomes_columns() -> None:
    requests = [typed(content(http__route="/a")), typed(content(http__status_code=404))]
    batch = columns(requests)
    batch.validate(full=True)
    assert batch.schema == SPANS
    assert [(row["span_id"], row["route"], row["status"]) for row in batch.to_pylist()] == [
        (1, "/a", None), (2, "/a", None), (1, None, 404), (2, None, 404),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [b"", b"7", b"{}", b'{"resource_spans": []}', b'{"resourceSpans": [{"instrumentationLibrarySpans": []}]}',
     b'{"resourceSpans":' * 9_999, content().replace(b'"kind": 2', b'"kind": "SPAN_KIND_SERVER"')],
)  # fmt: skip
def test_anything_else_is_not_decoded(text: bytes) -> None:
    assert typed(text) is None


@pytest.mark.parametrize(
    "change",
    [(b"74" * 16, b"74" * 15), (b"74" * 16, b"00" * 16), (b"74" * 16, b"zz" * 16), (b"74" * 16, b" 7 4" * 8),
     (b'"name"', b'"startTimeUnixNano": "soon", "name"'), (b'"name"', b'"endTimeUnixNano": -1, "name"')],
)  # fmt: skip
def test_ids_and_times_that_are_none_raise(change: tuple[bytes, bytes]) -> None:
    request = typed(content().replace(*change))
    assert request is not None
    with pytest.raises((ValueError, OverflowError)):
        columns([request])


def test_what_senders_lost_is_told() -> None:
    assert list(dropped(typed(content()))) == []
    assert list(dropped(typed(json.dumps(as_json(request(1, dropped=3))).encode()))) == [Dropped("shop", 3)]
