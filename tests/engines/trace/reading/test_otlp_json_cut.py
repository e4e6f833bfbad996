"""Large documents are cut into requests, damaged ones are read on behind the damage, and links are no spans."""

from __future__ import annotations

import json
import re
import tracemalloc

import pytest

from engines.trace.reading import otlp_json_cut
from engines.trace.reading.json_text import JsonText
from engines.trace.reading.otlp_json_cut import cut, singly
from engines.trace.reading.otlp_requests import Body
from engines.trace.spans import Refused
from tests.engines.trace.reading.requests import as_json, request


def pieces(*documents: object) -> JsonText:
    content = b"".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in documents)
    return JsonText(iter([content[at : at + 1_000] for at in range(0, len(content), 1_000)]))


def names(bodies: list[Body | Refused]) -> list[str]:
    contents = b"".join(body.content for body in bodies if isinstance(body, Body))
    return [name.decode() for name in re.findall(rb'"name": "(span [0-9]+)"', contents)]


NAMES = [f"span {number}" for number in range(1, 101)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_json_cut, "WHOLE", 2_000)
    monkeypatch.setattr(otlp_json_cut, "AT_ONCE", 1_000)


def test_small_documents_are_left_whole_in_a_row_or_in_a_list() -> None:
    first, second = (json.dumps(as_json(request(3, name))).encode() for name in ("shop", "prices"))
    for text in (first + second, first + b"\n" + second, b"[" + first + b",\n" + second + b"]"):
        assert [body.content for body in cut(pieces(text), "file")] == [first, second]
    assert [body.origin for body in cut(pieces(first, second), "file")] == ["file@0", f"file@{len(first)}"]


def test_a_large_document_is_cut_into_requests_with_what_stands_around_them(small: None) -> None:
    document = as_json(request(100) + request(0, "empty") + request(100, "prices"))
    bodies = list(cut(pieces(document), "file"))
    assert names(bodies) == NAMES * 2
    assert len(bodies) > 20 and max(len(body.content) for body in bodies) < 2_000
    resources = [json.loads(body.content)["resourceSpans"][0] for body in bodies]
    scopes = [one["scopeSpans"][0] for one in resources]
    assert all(scope["scope"] == {"name": "leadline"} for scope in scopes if scope["spans"])
    services = [one["resource"]["attributes"][0]["value"]["stringValue"] for one in resources]
    assert list(dict.fromkeys(services)) == ["shop", "empty", "prices"]
    assert [service for service, body in zip(services, bodies, strict=True) if not body.repeats] == [
        "shop", "empty", "prices",
    ]  # fmt: skip


def test_behind_damage_reading_goes_on_with_the_next_span(small: None) -> None:
    text = json.dumps(as_json(request(100) + request(3, "prices"))).encode()
    for wrong in (b"}", b"]", b'"', b"{", b"["):
        damaged = text.replace(b'"name": "span 50"', b'"name": ' + wrong + b'"span 50"')
        bodies = list(cut(pieces(damaged), "file"))
        assert set(NAMES) - set(names(bodies)) <= {"span 50", "span 51"}, wrong
        assert names(bodies).count("span 1") == 2 and b'"prices"' in bodies[-1].content, wrong


def test_what_ends_early_gives_what_is_whole(small: None) -> None:
    *bodies, refused = cut(pieces(json.dumps(as_json(request(100))).encode()[:-40]), "file")
    assert names(bodies) == NAMES[:-1]
    assert isinstance(refused, Refused) and "ends in the middle" in refused.reason


def test_links_of_a_damaged_span_are_no_spans(small: None) -> None:
    document = as_json(request(50))
    spans = document["resourceSpans"][0]["scopeSpans"][0]["spans"]
    spans[20]["links"] = [{"traceId": "ab" * 16, "spanId": "cd" * 8}]
    text = json.dumps(document).encode().replace(b'"name": "span 21"', b'"name": "span 21}"]')
    assert set(names(list(cut(pieces(text), "file")))) == set(NAMES[:50]) - {"span 21"}


def test_spans_can_be_had_singly() -> None:
    bodies = list(singly(Body(json.dumps(as_json(request(5))).encode(), "there")))
    assert names(bodies) == NAMES[:5]
    assert all(body.is_single and body.origin == "there" for body in bodies)


def test_what_is_too_large_is_left_out(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_json_cut, "LARGEST_SPAN", 500)
    document = as_json(request(50))
    document["resourceSpans"][0]["scopeSpans"][0]["spans"][7]["traceState"] = "x" * 600
    bodies = list(cut(pieces(document), "file"))
    assert names(bodies) == [name for name in NAMES[:50] if name != "span 8"]
    assert [body.reason for body in bodies if isinstance(body, Refused)] == ["a span larger than 500 bytes"]


@pytest.mark.parametrize("text", [b"hello", b"[[[[", b'"a"', b"7 8", b"\0\0"])
def test_what_is_no_document_is_refused(text: bytes) -> None:
    found = list(cut(pieces(text), "file"))
    assert found and all(isinstance(one, Refused) for one in found)


def test_a_large_document_of_another_kind_is_refused_once(small: None) -> None:
    [refused] = cut(pieces({"data": ["x" * 100] * 100}), "file")
    assert isinstance(refused, Refused) and "no resourceSpans" in refused.reason


def test_only_a_part_of_a_document_is_held() -> None:
    span = json.dumps(as_json(request(1, url__path="/" + "x" * 2_000))["resourceSpans"][0]["scopeSpans"][0]["spans"][0])

    def long():
        yield b'{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":['
        for _ in range(20_000):
            yield span.encode() + b","
        yield span.encode() + b"]}]}]}"

    tracemalloc.start()
    try:
        assert sum(body.content.count(b'"span 1"') for body in cut(JsonText(long()), "file")) == 20_001
        assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    finally:
        tracemalloc.stop()


def test_a_span_that_a_lost_quote_runs_into_the_next_gives_the_next() -> None:
    document = json.dumps(as_json(request(4))).replace('"span 2"', '"span 2', 1)
    spans = names(list(singly(Body(document.encode(), "file@0"))))
    assert {"span 1", "span 3", "span 4"} <= set(spans)


def test_spans_behind_a_list_that_damage_closed_are_found() -> None:
    document = json.dumps(as_json(request(4))).replace(
        '"name": "span 2"', '"x": []}, {"key": 1}]}, {"name": "span 2"', 1
    )
    spans = names(list(singly(Body(document.encode(), "file@0"))))
    assert {"span 1", "span 3", "span 4"} <= set(spans)
