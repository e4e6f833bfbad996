"""Values that others wrote are taken for what they mean, of whatever type they are."""

from __future__ import annotations

import pytest

from engines.trace.reading.values import fields, identity, known_names, members, refused, text, whole
from engines.trace.spans import Malformed

ODD = [None, True, 7, 7.5, float("nan"), "x", [], [1], {}, {"a": 1}, 10**400]


def test_each_type_is_kept_and_the_others_are_empty() -> None:
    assert [fields(one) for one in ODD] == [{}] * 9 + [{"a": 1}, {}]
    assert [members(one) for one in ODD] == [[]] * 7 + [[1]] + [[]] * 3
    assert [text(one) for one in ODD] == [""] * 5 + ["x"] + [""] * 5


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (10**400, 10**400),
        (7.9, 7),
        ("7", 7),
        (-7, 0),
        ("-7", 0),
        (True, 0),
        (float("inf"), 0),
        ("9" * 40, 0),
        ("٧", 0),
        (None, 0),
    ],
)
def test_numbers_are_whole_and_not_negative(value, number: int) -> None:
    assert whole(value) == number


@pytest.mark.parametrize("value", ["1", "00ff", "FF", "f" * 16])
def test_an_id_is_hex_of_any_length_up_to_its_size(value: str) -> None:
    assert identity(value, 8, "span id") == int(value, 16)


@pytest.mark.parametrize("value", ["", "0", "0x1", "-1", "1_0", " 1", "f" * 17, "g", None, 7, ["1"], "٧"])
def test_anything_else_is_no_id(value) -> None:
    with pytest.raises(Malformed, match="is not 8 bytes"):
        identity(value, 8, "span id")


def test_the_name_of_opentelemetry_comes_first() -> None:
    told = [("http.path", "/old"), ("url.path", "/new"), ("sql.query", "select 1"), (7, "x")]
    assert known_names(iter(told)) == {
        "http.path": "/old", "url.path": "/new", "sql.query": "select 1", "db.statement": "select 1"}  # fmt: skip


def test_what_is_refused_is_bounded() -> None:
    one = refused("r" * 1_000, {"a": "x" * 10_000}, "file@7")
    assert (len(one.reason), len(one.content), one.origin) == (300, 2_000, "file@7")
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert refused("r", deep, "").content == b"list"
