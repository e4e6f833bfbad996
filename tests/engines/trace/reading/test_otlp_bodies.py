"""Requests of both kinds are read in the order they come in, packed or not."""

from __future__ import annotations

import gzip
import json

import zstandard

from engines.trace.reading import otlp_bodies
from engines.trace.reading.otlp_bodies import Packed, spans_of
from engines.trace.reading.otlp_requests import Body
from engines.trace.spans import Refused
from tests.engines.trace.reading.requests import as_json, others, request, rows


def test_both_kinds_are_read_in_their_order() -> None:
    as_text = json.dumps(as_json(request(1, "b"))).encode()
    items = list(
        spans_of(
            [
                Packed(request(1, "a"), "1", False),
                Packed(gzip.compress(as_text), "2", True),
                Packed(zstandard.compress(as_text), "3"),
                Packed(gzip.compress(request(1, "c")), "4"),
                Body(request(1, "d"), "5"),
                Refused("no frame", b"", "6"),
            ]
        )
    )
    assert [row["service"] for row in rows(items)] == ["a", "b", "b", "c", "d"]
    assert others(items) == [Refused("no frame", b"", "6")]


def test_what_cannot_be_inflated_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(otlp_bodies, "MAX_BODY", 1_000)
    bodies = [Packed(gzip.compress(bytes(2_000)), "1"), Packed(gzip.compress(request(1))[:-3], "2")]
    items = list(spans_of([*bodies, Packed(request(1), "3")]))
    assert len(rows(items)) == 1
    assert [(item.origin, item.reason) for item in others(items)] == [
        ("1", "more than 1000 bytes when inflated"), ("2", "truncated: the end of the gzip stream is missing"),
    ]  # fmt: skip
