"""Attributes picked by arrays are what picking them one by one gives."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.trace.reading.attributes import FLAG, NUMBER, OTHER, TEXT, Attributes, Told
from engines.trace.spans import flag_of, number_of, text_of

TEXTS = {"route": ("http.route",), "path": ("url.path", "http.target", "target")}
NUMBERS = {"status": ("status", "http.status_code")}
FLAGS = {"shell": ("shell", "is.shell")}
KEYS = ["http.route", "url.path", "http.target", "target", "status", "http.status_code", "shell", "is.shell", "else"]
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.integers(0, 999).map(str), st.text(max_size=4),
    st.sampled_from(["", "2147483648", "0000000200", "00000000200", "７"]),
)  # fmt: skip
OWNERS = st.lists(st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=6), min_size=1, max_size=5)


def attributes(owners: list[list[tuple[str, Any]]]) -> Attributes:
    pairs = [(owner, key, value) for owner, told in enumerate(owners) for key, value in told]
    return Attributes(
        owner=np.array([owner for owner, _, _ in pairs], np.int64),
        keys=KEYS,
        key=np.array([KEYS.index(key) for _, key, _ in pairs], np.int64),
        kind=np.array([kind_of(value) for _, _, value in pairs], np.uint8),
        number=np.array([value if isinstance(value, int) else 0 for _, _, value in pairs], np.int64),
        text=pa.array([value if isinstance(value, str) else "" for _, _, value in pairs], pa.string()),
    )


def kind_of(value: Any) -> int:
    if isinstance(value, bool):
        return FLAG
    if isinstance(value, int):
        return NUMBER
    return TEXT if value else OTHER


@settings(max_examples=200, deadline=None)
@given(OWNERS)
def test_every_column_is_what_one_by_one_gives(owners: list[list[tuple[str, Any]]]) -> None:
    told = Told(attributes(owners), len(owners), TEXTS, NUMBERS, FLAGS)
    columns = {**told.texts(TEXTS), **told.numbers(NUMBERS), **told.flags(FLAGS)}
    for names, pick in ((TEXTS, text_of), (NUMBERS, number_of), (FLAGS, flag_of)):
        for column, keys in names.items():
            assert columns[column].to_pylist() == [pick(dict(pairs), keys) for pairs in owners], column


def test_columns_have_the_types_of_spans() -> None:
    for owners in ([[]], [[("status", "7"), ("url.path", "/"), ("shell", True)]]):
        told = Told(attributes(owners), 1, TEXTS, NUMBERS, FLAGS)
        assert {array.type for array in told.texts(TEXTS).values()} == {pa.string()}
        assert {array.type for array in told.numbers(NUMBERS).values()} == {pa.uint32()}
        assert {array.type for array in told.flags(FLAGS).values()} == {pa.bool_()}


def test_the_preferred_key_wins_and_the_last_of_equal_keys() -> None:
    owners = [[("target", "c"), ("http.target", "b"), ("url.path", "a"), ("url.path", "z")], [("http.target", "b")]]
    assert Told(attributes(owners), 2, TEXTS).texts(TEXTS)["path"].to_pylist() == ["z", "b"]


def test_texts_may_stand_apart_and_are_checked_when_they_are_taken() -> None:
    one = attributes([[("url.path", "a")], [("url.path", "b")]])
    apart = dataclasses.replace(one, text=pa.array([b"a", b"?", b"\xff"]), stride=2)
    with pytest.raises(pa.ArrowInvalid):
        Told(apart, 2, TEXTS).texts(TEXTS)
    apart = dataclasses.replace(one, text=pa.array([b"a", b"\xff", b"c"]), stride=2)
    assert Told(apart, 2, TEXTS).texts(TEXTS)["path"].to_pylist() == ["a", "c"]
