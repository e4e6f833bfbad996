"""Whole literals count, parts of words do not."""

from __future__ import annotations

import pytest

from engines.trace.outside import arriving, parameters, path_parameters

REQUEST = parameters("/orders/{id}", "/orders/A%20b-9", "q=Alice&n=12&host=api.example&empty=")


def test_parameters_are_decoded_and_in_order() -> None:
    assert ("path", "id", "A b-9") in REQUEST
    assert ("query", "q", "Alice") in REQUEST
    assert list(REQUEST) == sorted(REQUEST)


@pytest.mark.parametrize(
    ("route", "path", "expected"),
    [
        ("/a/{x}/b/{y}", "/a/1/b/2", [("x", "1"), ("y", "2")]),
        ("/files/{name}", "/files/a/b.txt", [("name", "a/b.txt")]),
        ("/a/{x}", "/b/1", []),
        ("/a.b/{x}", "/aXb/1", []),
        ("/{a}" * 40, "/1" * 40, []),
    ],
)
def test_path_parameters(route: str, path: str, expected: list) -> None:
    assert path_parameters(route, path) == expected


@pytest.mark.parametrize(
    ("kind", "value", "name"),
    [
        ("sql", "SELECT 1 FROM t WHERE o = 'alice'", "q"),
        ("sql", "SELECT 1 FROM t WHERE o LIKE '%alice%'", "q"),
        ("sql", "SELECT 1 FROM t WHERE o = 'malice'", None),
        ("sql", "SELECT alice FROM t WHERE o = ?", None),
        ("sql", "SELECT 1 FROM t WHERE n = 12", None),  # too short to tell
        ("sql", "SELECT 1 FROM t WHERE n = 'A b-9", None),  # broken: no literals to compare
        ("file", "/srv/A%20b-9/x", "id"),
        ("file", "/srv/alice.txt", None),
        ("http", "http://api.example/x", "host"),
        ("exec", "ping alice", "q"),
        ("exec", '["ping", "alice"]', "q"),
        ("eval", "alice", "q"),
        ("template", "Hello alice", None),
    ],
)
def test_arriving(kind: str, value: str, name: str | None) -> None:
    found = arriving(kind, value, REQUEST)
    assert (found[0] if found else None) == name


def test_parameters_of_a_body_are_those_that_the_agent_tells() -> None:
    body = '{"form": {"name": "kettle"}, "json": {"items.0.id": "17", "odd": 3}, "file": {"upload": "a.txt"}}'
    assert parameters("/a", "/a", "", body) == (("form", "name", "kettle"), ("json", "items.0.id", "17"))
    for odd in ("nonsense", "[1]", '{"form": 3}', '{"a":' * 100_000):
        assert parameters("/a", "/a", "", odd) == ()
