"""Spans that are Python values come into the columns of `SPANS` in their order, each value where it belongs."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.trace.spans import (
    BATCH,
    RESOURCE_TEXTS,
    SHARED_LIMIT,
    SPAN_FLAGS,
    SPAN_NUMBERS,
    SPAN_TEXTS,
    SPANS,
    Batches,
    Malformed,
    flag_of,
    number_of,
    text_of,
)

TRACE = b"t" * 16
KEYS = [key for table in (SPAN_TEXTS, SPAN_NUMBERS, SPAN_FLAGS) for names in table.values() for key in names]
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "7", "x", "\ud800", "7" * 11])


def rows(*told: dict[str, Any], resource: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    batches = Batches()
    for number, attributes in enumerate(told, 1):
        assert batches.add(trace_id=TRACE, span_id=number, resource=resource or {}, attributes=attributes) is None
    batch = batches.rest()
    assert batch is not None and batch.schema == SPANS
    batch.validate(full=True)
    return batch.to_pylist()


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), min_size=1, max_size=4))
def test_every_attribute_is_found_in_its_column(told: list[dict[str, Any]]) -> None:
    for row, attributes in zip(rows(*told), told, strict=True):
        for table, pick in ((SPAN_TEXTS, text_of), (SPAN_NUMBERS, number_of), (SPAN_FLAGS, flag_of)):
            for column, keys in table.items():
                assert row[column] == pick(attributes, keys), column


def test_of_several_names_the_preferred_one_that_has_a_value_wins() -> None:
    assert text_of({"http.target": "/b", "url.path": "/a"}, SPAN_TEXTS["path"]) == "/a"
    assert text_of({"http.target": "/b", "url.path": ""}, SPAN_TEXTS["path"]) == "/b"
    assert text_of({"http.target": 7}, SPAN_TEXTS["path"]) is None
    assert number_of({"http.response.status_code": "x", "http.status_code": "404"}, SPAN_NUMBERS["status"]) == 404


@pytest.mark.parametrize("value", [-1, 2**31, True, 7.0, "7.0", "٣", "", "77777777777", None])
def test_what_is_no_whole_number_is_none(value: Any) -> None:
    assert number_of({"code.line.number": value}, SPAN_NUMBERS["line"]) is None


def test_a_span_keeps_what_it_is() -> None:
    batches = Batches()
    given = {
        "trace_id": TRACE, "span_id": 2**64 - 1, "parent_id": 3, "scope": "leadline", "name": "n\ud800", "kind": 5,
        "start": 2**64 - 1, "end": 1, "is_error": True, "trace_state": "ot=th:8",
    }  # fmt: skip
    batches.add(**given, link=(b"l" * 16, 9), resource={"service.name": "s" * 999}, attributes={})
    [row] = batches.rest().to_pylist()
    expected = given | {"name": "n?", "link_trace_id": b"l" * 16, "link_span_id": 9, "service": "s" * SHARED_LIMIT}
    assert {name: row[name] for name in expected} == expected
    assert all(row[name] is None for name in row if name not in expected) and set(RESOURCE_TEXTS) < set(row)


def test_what_no_column_can_hold_is_as_if_it_were_not_told() -> None:
    batches = Batches()
    for bad in (-1, 2**64):
        batches.add(trace_id=TRACE, span_id=1, parent_id=bad, kind=bad, start=bad, end=bad, resource={}, attributes={})
    for row in batches.rest().to_pylist():
        assert (row["parent_id"], row["kind"], row["start"], row["end"]) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("trace_id", "span_id"), [(b"", 1), (bytes(16), 1), (b"t" * 15, 1), (TRACE, 0), (TRACE, 2**64)]
)
def test_a_span_with_an_impossible_id_is_malformed_and_not_kept(trace_id: bytes, span_id: int) -> None:
    batches = Batches()
    with pytest.raises(Malformed, match="is not"):
        batches.add(trace_id=trace_id, span_id=span_id, resource={}, attributes={"http.route": "/"})
    assert batches.rest() is None


def test_batches_are_full_and_in_order() -> None:
    batches = Batches()
    full = [
        batch
        for number in range(1, 2 * BATCH + 2)
        if (batch := batches.add(trace_id=TRACE, span_id=number, resource={}, attributes={})) is not None
    ]
    rest = batches.rest()
    assert [batch.num_rows for batch in (*full, rest)] == [BATCH, BATCH, 1]
    assert pa.Table.from_batches([*full, rest])["span_id"].to_pylist() == list(range(1, 2 * BATCH + 2))
    assert batches.rest() is None
