"""Many spans are laid apart by their traces, and those of one group together."""

from __future__ import annotations

import pyarrow as pa
import pytest

from engines.trace import buckets
from engines.trace.buckets import Buckets
from engines.trace.store import Store


def filled(store: Store, traces: list[int]) -> Buckets:
    rows = {"trace_key": pa.array(traces, pa.uint64()), "trace_group": pa.array(traces, pa.uint64())}
    store.insert("spans", pa.table(rows | {"value": ["text"] * len(traces)}))
    return store.buckets


@pytest.mark.parametrize("at_a_time", [3, 1_000])
def test_every_span_is_in_one_piece_with_its_trace(monkeypatch: pytest.MonkeyPatch, at_a_time: int) -> None:
    monkeypatch.setattr(buckets, "_SPREAD", at_a_time)
    traces = [n * 2**59 for n in range(30)] * 2
    with Store() as store:
        for half in (traces[:30], traces[30:]):
            filled(store, half).note(len(half))
        store.buckets.seal()
        pieces = list(store.buckets.pieces())
        assert len(pieces) == (16 if at_a_time == 3 else 1)
        assert sum(spans for _, _, _, spans, _ in pieces) == len(traces)
        assert sum(texts for *_, texts in pieces) == 4 * len(traces)
        assert store.rows("select count(*) as n from spans") == [{"n": len(traces)}]
        for table, low, high, spans, _ in pieces:
            within = f"select count(*) as n from {table} where trace_group >= {low} and trace_group <= {high - 1}"
            assert store.rows(within) == [{"n": spans}]


@pytest.mark.parametrize("at_a_time", [3, 1_000])
def test_linked_traces_move_together(monkeypatch: pytest.MonkeyPatch, at_a_time: int) -> None:
    monkeypatch.setattr(buckets, "_SPREAD", at_a_time)
    first, last = 5, 2**63
    with Store() as store:
        filled(store, [first, last, last, 2**62]).note(4)
        store.buckets.seal()
        keys = pa.array([first, last], pa.uint64())
        store.create("linked_traces", pa.table({"trace_key": keys, "group_key": pa.array([first] * 2, pa.uint64())}))
        store.buckets.join()
        together = [spans for _, _, _, spans, _ in store.buckets.pieces() if spans]
        assert together == ([3, 1] if at_a_time == 3 else [4])
        assert store.rows("select count(*) as n from spans where trace_group = 5") == [{"n": 3}]
