"""Spans become call paths, however they hang together."""

from __future__ import annotations

import numpy as np
import pytest

from engines.trace.fold import MAX_DEPTH, MAX_LEVELS, SHALLOW, Origins, Placed, entries, place
from engines.trace.normalise import Kind

E, F, S, L = Kind.ENDPOINT, Kind.FUNCTION, Kind.SINK, Kind.LINK


def tree(*spans: tuple[int | None, Kind, str]) -> Placed:
    """Place spans given as (row of the parent, kind, name)."""
    parent = np.array([len(spans) if above is None else above for above, _, _ in spans], np.int32)
    symbol = np.array([int.from_bytes(name.encode().ljust(8, b"."), "big") for _, _, name in spans], np.uint64)
    return place(parent, np.array([kind for _, kind, _ in spans], np.uint8), symbol)


def chain(*names: str) -> Placed:
    return tree((None, E, "entry"), *((row, F, name) for row, name in enumerate(names)))


def test_a_path_is_told_by_all_that_is_above_it() -> None:
    placed = tree((None, E, "a"), (0, F, "f"), (0, F, "f"), (1, S, "sql"), (2, S, "sql"), (0, S, "sql"))
    assert placed.path[1] == placed.path[2] and placed.path[3] == placed.path[4] != placed.path[5]
    assert placed.above.tolist() == [0, *placed.path[[0, 0, 1, 1, 0]].tolist()]
    assert placed.entry.tolist() == [0] * 6


def test_a_link_only_joins_what_is_above_and_below() -> None:
    placed = tree((None, F, "f"), (0, L, "client"), (1, E, "b"))
    assert placed.path[1] == 0 and placed.above[2] == placed.path[0] and placed.entry.tolist() == [3, 3, 2]


def test_direct_recursion_is_one_path() -> None:
    placed = chain("f", "f", "f", "g")
    assert len(set(placed.path[1:4])) == 1 and placed.above[4] == placed.path[1]


def test_functions_that_call_each_other_in_turn_stand_on_deep_paths_once() -> None:
    placed = chain(*["f", "g", "h"] * 100)
    assert len(set(placed.path)) <= SHALLOW + 4 and not placed.is_cut.any()
    assert set(placed.above) <= {0, *placed.path}


def test_very_deep_paths_are_cut_and_told() -> None:
    placed = chain(*(f"f{n}" for n in range(100)))
    assert (placed.path != 0).sum() == MAX_DEPTH + 1 == (~placed.is_cut).sum()


def test_no_chain_of_spans_is_followed_without_end() -> None:
    length = MAX_LEVELS * 2
    placed = tree((None, E, "a"), *((row, L, "link") for row in range(length)))
    assert placed.is_placed.all() and placed.is_cut.sum() == length - MAX_LEVELS


@pytest.mark.parametrize("spans", [[(0, F, "a")], [(1, F, "a"), (0, F, "b")], [(1, F, "a"), (2, F, "b"), (1, F, "c")]])
def test_a_cycle_of_parents_is_not_placed_nor_is_what_hangs_below(spans: list) -> None:
    n = len(spans)
    placed = tree(*spans, (0, F, "below"), (None, E, "fine"), (n + 1, F, "f"))
    assert placed.is_placed.tolist() == [False] * (n + 1) + [True, True]
    assert not placed.path[: n + 1].any() and placed.path[n + 1 :].all()


def entered(*spans: tuple[int | None, Kind, int, int]) -> list[int]:
    """Entries of one trace, of spans given as (row of the parent, kind, key of the parent it names, start)."""
    placed = tree(*((above, kind, str(row)) for row, (above, kind, _, _) in enumerate(spans)))
    n = len(spans)
    parent = np.array([n if above is None else above for above, *_ in spans], np.int32)
    parent_key, start = (np.array([span[at] for span in spans], np.uint64) for at in (2, 3))
    told = Origins(np.ones(n, np.uint64), parent_key, start, np.arange(n, dtype=np.uint64))
    return entries(placed, parent, told).tolist()


def test_a_request_whose_caller_was_not_recorded_belongs_to_the_first_of_its_trace() -> None:
    assert entered((None, E, 0xEE, 1), (None, E, 0xDD, 2), (1, F, 9, 3)) == [0, 0, 0]


def test_requests_of_one_caller_outside_are_entries_each() -> None:
    assert entered((None, E, 0xEE, 1), (None, E, 0xEE, 2)) == [0, 1]


def test_parenthood_counts_more_than_clocks() -> None:
    assert entered((None, E, 0, 50), (0, F, 9, 1), (1, E, 9, 0), (None, E, 0xDD, 5)) == [0, 0, 0, 0]


def test_what_lost_its_parent_belongs_to_the_first_request() -> None:
    assert entered((None, F, 9, 1), (None, E, 0, 5)) == [1, 1]
    assert entered((None, F, 9, 1)) == [1]  # there is none
