"""Spans become call paths, in any order and however they hang together."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.contract import stable_id
from tests.engines.trace.recordings import SPANS, endpoint, function, run_spans


def test_paths_are_folded_with_counts_and_stable_ids(tmp_path: Path) -> None:
    paths = {(row["symbol"], row["exerciser"]): row for row in run_spans(tmp_path, SPANS)["CallPath"]}
    root, listing = paths["GET /orders/{owner}", "qa"], paths["list_orders", "qa"]
    assert root["path_id"] == stable_id("", "shop", "GET /orders/{owner}") and root["parent_path_id"] is None
    assert listing["path_id"] == stable_id(root["path_id"], "shop", "app.py", "list_orders")
    assert (listing["depth"], listing["line"], listing["entry_route"]) == (1, 7, "/orders/{owner}")
    assert paths["again", "qa"]["calls"] == 3 and paths["again", "qa"]["depth"] == 2  # direct recursion is one path
    assert paths["sql", "qa"]["sink_targets"] == ["table:orders"] and paths["sql", "qa"]["depth"] == 2
    assert paths["GET /prices", "qa"]["parent_path_id"] == paths["again", "qa"]["path_id"]
    assert paths["sql", "dast"]["exerciser"] == "dast"


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 40), st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9))))
def test_order_and_repetition_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random, copies: int, edges: list[tuple[int, int]]
) -> None:
    """Any graph of spans, even with cycles, missing parents and clashing ids."""
    made = [function(20 + child, 20 + parent, f"f{child % 3}") for child, parent in edges]
    spans = SPANS + made
    folder = tmp_path_factory.mktemp("fold")
    expected = run_spans(folder, spans)
    shuffled = spans + [chance.choice(spans) for _ in range(copies)]
    chance.shuffle(shuffled)
    assert run_spans(folder, shuffled) == expected


def test_cycles_are_told_and_orphans_begin_their_own_path(tmp_path: Path) -> None:
    found = run_spans(tmp_path, [*SPANS, function(31, 32, "a"), function(32, 31, "b"), function(33, 99, "lost")])
    [quarantined] = found["Quarantined"]
    assert quarantined["reason"] == "parents form a cycle" and "2 spans" in quarantined["record"]
    [lost] = [row for row in found["CallPath"] if row["symbol"] == "lost"]
    assert lost["parent_path_id"] is None and lost["entry_route"] == "/orders/{owner}"
    assert [row["reason"] for row in found["Skip"]] == ["orphans"]


def test_very_deep_paths_are_cut_and_told(tmp_path: Path) -> None:
    deep = [endpoint(1, 0, "/a", "/a")] + [function(n, n - 1, f"f{n % 7}") for n in range(2, 300)]
    found = run_spans(tmp_path, deep)
    assert max(row["depth"] for row in found["CallPath"]) == 64
    assert [row["reason"] for row in found["Skip"]] == ["too_deep"]


def test_a_second_request_of_a_trace_belongs_to_its_first_unless_it_came_from_outside(tmp_path: Path) -> None:
    spans = [
        endpoint(1, 0xEE, "/first", "/first"),
        endpoint(2, 0xEE, "/sibling", "/sibling"),
        endpoint(3, 0xDD, "/inner", "/inner"),
    ]
    entries = {row["symbol"]: row["entry_route"] for row in run_spans(tmp_path, spans)["CallPath"]}
    assert entries == {"GET /first": "/first", "GET /sibling": "/sibling", "GET /inner": "/first"}
