"""Ids that both sides of a call reported, and whose child a span is."""

from __future__ import annotations

from engines.trace.reading.shared_spans import SharedSpans


def noted(*sides: tuple[int, int, bool, str]) -> SharedSpans:
    spans = SharedSpans()
    for side in sides:
        spans.note(*side)
    spans.sort()
    return spans


def test_a_span_is_shared_where_both_sides_were_noted() -> None:
    spans = noted((1, 5, False, "a"), (1, 5, True, "b"), (1, 6, False, "a"), (2, 6, True, "b"), (2**100, 7, True, "b"))
    assert [spans.is_shared(1, 5), spans.is_shared(1, 6), spans.is_shared(2, 6), spans.is_shared(2, 5)] == [
        True, False, False, False]  # fmt: skip
    assert not noted().is_shared(1, 5)


def test_a_child_follows_the_side_of_its_service() -> None:
    spans = noted((1, 5, False, "a"), (1, 5, True, "b"), (1, 5, True, "b"))
    server = spans.server_id(1, 5)
    assert 0 < server < 2**64 and server != 5
    assert [spans.parent_of(1, 5, service) for service in ("b", "a", "c")] == [server, 5, server]
    assert spans.parent_of(1, 6, "b") == 6


def test_a_service_that_calls_itself_is_the_server() -> None:
    spans = noted((1, 5, False, "a"), (1, 5, True, "a"))
    assert spans.parent_of(1, 5, "a") == spans.server_id(1, 5)


def test_server_ids_differ_between_traces() -> None:
    spans = noted()
    assert len({spans.server_id(trace, span) for trace in range(1, 100) for span in range(1, 100)}) == 99 * 99
