"""Parts of a recording: freed of repeats, hung together across services and queues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engines.trace import partition
from tests.engines.trace.recordings import SPANS, endpoint, function, run_documents, run_spans, span, told

CONSUMER, PRODUCER, CLIENT = 5, 4, 3
ANOTHER = "b" * 32


@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(st.randoms(use_true_random=False), st.integers(0, 40), st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9))))
def test_order_and_repetition_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, chance: Any, copies: int, edges: list[tuple[int, int]]
) -> None:
    """Any graph of spans, even with cycles, missing parents and clashing ids."""
    made = [function(20 + child, 20 + parent, f"f{child % 3}") for child, parent in edges]
    spans = SPANS + made
    folder = tmp_path_factory.mktemp("fold")
    expected = run_spans(folder, spans)
    shuffled = spans + [chance.choice(spans) for _ in range(copies)]
    chance.shuffle(shuffled)
    found = run_spans(folder, shuffled)
    for rows in (expected, found):
        rows["Skip"] = [row for row in rows.get("Skip", []) if row["reason"] != "repeated"]
    assert found == expected


def test_parts_add_up_to_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spans = [one | {"traceId": f"{n:032x}"} for n in range(1, 40) for one in SPANS[:8]]
    whole = run_spans(tmp_path, SPANS + spans)
    monkeypatch.setattr(partition, "_SPANS", 20)
    assert run_spans(tmp_path, SPANS + spans) == whole


def test_no_trace_is_held_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "_SPANS", 20)
    monkeypatch.setattr(partition, "MAX_TRACE", 30)
    found = run_spans(tmp_path, [endpoint(1, 0, "/a", "/a"), *(function(n, 1, "f") for n in range(2, 50))])
    [traced] = found["TracedService"]
    assert traced["spans"] == 30
    assert [(row["reason"], row["explanation"][:2]) for row in found["Skip"]] == [("too_long", "19")]


def test_a_span_sent_again_counts_once_and_is_told(tmp_path: Path) -> None:
    found = run_spans(tmp_path, [*SPANS, *SPANS[:2]])
    assert [row["reason"] for row in found["Skip"]] == ["repeated"] and "2 spans" in found["Skip"][0]["explanation"]
    assert found["CallPath"] == run_spans(tmp_path, SPANS)["CallPath"]


def test_two_spans_with_one_id_are_told(tmp_path: Path) -> None:
    [refused] = run_spans(tmp_path, [*SPANS, function(2, 1, "another")])["Quarantined"]
    assert refused["reason"] == "another span with the same id" and f"span {2:016x}" in refused["record"]


def test_cycles_are_told_and_orphans_begin_their_own_path(tmp_path: Path) -> None:
    found = run_spans(tmp_path, [*SPANS, function(31, 32, "a"), function(32, 31, "b"), function(33, 99, "lost")])
    [quarantined] = found["Quarantined"]
    assert quarantined["reason"] == "parents form a cycle" and "2 spans" in quarantined["record"]
    [lost] = [row for row in found["CallPath"] if row["symbol"] == "lost"]
    assert lost["parent_path_id"] is None and lost["entry_route"] == "/orders/{owner}"
    assert [row["reason"] for row in found["Skip"]] == ["orphans"]


def paths(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """Return what stands above each symbol, from the entry down."""
    by_id = {row["path_id"]: row for row in found["CallPath"]}

    def above(row: dict[str, Any] | None) -> list[str]:
        return [] if row is None else [*above(by_id.get(row["parent_path_id"])), row["symbol"]]

    return {row["symbol"]: above(row)[:-1] for row in by_id.values()}


def published(**linked: Any) -> dict[str, list[dict[str, Any]]]:
    return {
        "shop": [
            endpoint(1, 0, "/orders", "/orders"),
            function(2, 1, "publish"),
            span(3, 2, PRODUCER, messaging__system="kafka", messaging__destination__name="mails"),
        ],
        "mailer": [
            span(4, 0, CONSUMER, messaging__destination__name="mails", **linked),
            function(5, 4, "send", linked.get("trace", "a" * 32)),
        ],
    }


def test_a_consumer_goes_on_where_its_message_was_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The consumer works in a trace of its own and links to the span that published."""
    linked = {"trace": ANOTHER, "link": ("a" * 32, 3)}
    for size in (500_000, 1):  # in one part or several, linked traces stay together
        monkeypatch.setattr(partition, "_SPANS", size)
        found = run_documents(tmp_path, published(**linked))
        assert paths(found)["send"] == ["GET /orders", "publish", "CONSUME mails"]
        assert {row["entry_route"] for row in found["CallPath"]} == {"/orders"}
        [message] = [row for row in found["CallPath"] if row["kind"] == "sink"]
        assert (message["sink_kind"], message["sink_targets"]) == ("message", ["queue:mails"])
        assert {row["route"] for row in found["Request"]} == {"/orders"}


def test_a_consumer_below_the_span_that_published_is_an_endpoint(tmp_path: Path) -> None:
    spans = published()
    spans["mailer"][0]["parentSpanId"] = f"{3:016x}"
    assert paths(run_documents(tmp_path, spans))["send"] == ["GET /orders", "publish", "CONSUME mails"]


def test_a_consumer_without_any_publisher_begins_its_own_path(tmp_path: Path) -> None:
    found = run_documents(tmp_path, published(trace=ANOTHER))
    assert paths(found)["send"] == ["CONSUME mails"]
    assert {r["entry_method"] for r in found["CallPath"] if r["service"] == "mailer"} == {"CONSUME"}


def test_a_consumer_that_its_own_service_started_only_links(tmp_path: Path) -> None:
    spans = {"mailer": [function(1, 0, "poll"), span(2, 1, CONSUMER), function(3, 2, "handle")]}
    assert paths(run_documents(tmp_path, spans))["handle"] == ["poll"]


@pytest.mark.parametrize("answered", [True, False])
def test_a_call_that_a_service_answered_is_no_third_partys(tmp_path: Path, answered: bool) -> None:
    shop = [endpoint(1, 0, "/a", "/a"), span(2, 1, CLIENT, url__full="http://stock:81/x", http__request__method="GET")]
    spans = {"shop": shop} | ({"stock": [endpoint(3, 2, "/x", "/x")]} if answered else {})
    found = run_documents(tmp_path, spans)
    assert ("http" in paths(found)) is not answered
    assert not answered or paths(found)["GET /x"] == ["GET /a"]


def test_clocks_that_differ_are_told_and_change_no_path(tmp_path: Path) -> None:
    spans = {"shop": [endpoint(1, 0, "/a", "/a"), span(2, 1, CLIENT)], "stock": [endpoint(3, 2, "/x", "/x")]}
    expected = told(run_documents(tmp_path, spans), "CallPath")
    spans["stock"][0]["startTimeUnixNano"] = "1"
    found = run_documents(tmp_path, spans)
    assert told(found, "CallPath") == expected
    assert [(row["service"], row["reason"]) for row in found["Skip"] if row["reason"] == "clock_skew"] == [
        ("stock", "clock_skew")
    ]
