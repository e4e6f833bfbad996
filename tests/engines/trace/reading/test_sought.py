"""Elements are found in decoded documents by their places, and told by their keys."""

from __future__ import annotations

from typing import Any

import pytest

from engines.trace.reading.sought import Damaged, Sought

SOUGHT = Sought((("data",), ("log", "entries")), ("id", "name"))


@pytest.mark.parametrize(
    ("document", "elements"),
    [
        ({"data": [1, 2]}, [1, 2]),
        ({"data": {"a": 1}}, [{"a": 1}]),
        ({"data": []}, []),
        ({"log": {"entries": [1]}, "data": [2]}, [2, 1]),
        ({"log": [{"entries": [1]}, {"entries": [2, 3]}, 4]}, [1, 2, 3]),
        ({"log": {"pages": []}}, [{"log": {"pages": []}}]),
        ([{"data": [1]}, [{"data": [2]}], 3], [1, 2, 3]),
        (7, [7]),
        ([], []),
    ],
)
def test_members_of_places_are_elements_and_so_is_what_has_no_place(document: Any, elements: list[Any]) -> None:
    assert list(SOUGHT.members(document)) == elements


def test_lists_in_lists_are_looked_into_within_bounds() -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    assert len(list(SOUGHT.members(deep))) == 1
    assert list(SOUGHT.members({"log": deep}))[0]["log"] is deep


def test_an_element_has_a_key_and_holds_it_once() -> None:
    assert SOUGHT.is_element({"name": 1, "x": 2}) and not SOUGHT.is_element({"x": 2}) and not SOUGHT.is_element(["id"])
    assert SOUGHT.holds_another(b'{"id": 1, "x": {"id" : 2}') and not SOUGHT.holds_another(b'{"id": "id", "name": 2}')


def test_places_are_seen_in_text() -> None:
    assert SOUGHT.has_place(b'{"entries" : [') and not SOUGHT.has_place(b'"log": {')


def test_what_is_refused_is_bounded() -> None:
    assert len(Damaged("no JSON", b"x" * 10_000, "file@1").refused().content) == 2_000
