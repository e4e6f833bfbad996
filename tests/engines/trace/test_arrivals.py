"""Values of requests are found whole at sinks, and examples of parameters are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.trace.arrivals import EXAMPLES, example
from tests.engines.trace.recordings import endpoint, run_spans, sql

FIND = "SELECT * FROM orders WHERE owner = '{}'"


def arrived(tmp_path: Path, query: str, statement: str, path: str = "/a/17") -> tuple[str | None, str | None]:
    found = run_spans(tmp_path, [endpoint(1, 0, path, "/a/{id}", url__query=query), sql(2, 1, statement)])
    [hit] = found["SinkHit"]
    return hit["outside_parameter"], hit["outside_value"]


@pytest.mark.parametrize(
    ("query", "statement", "expected"),
    [
        ("q=alice", FIND.format("Alice"), ("q", "alice")),
        ("q=a%20lice", FIND.format("a lice"), ("q", "a lice")),
        ("q=a%20lice", FIND.format("a%20lice"), ("q", "a lice")),
        ("q=Stra%C3%9Fe", FIND.format("STRASSE"), ("q", "Straße")),
        ("q=lice", FIND.format("alice"), (None, None)),
        ("q=alice", FIND.format("%E9"), (None, None)),
        ("x=1&y=alice&z=alice", FIND.format("alice"), ("y", "alice")),
        ("token=s3cr3t", FIND.format("s3cr3t"), ("token", "[redacted]")),
    ],
)
def test_a_value_that_stands_whole_at_a_sink_is_told(
    tmp_path: Path, query: str, statement: str, expected: tuple
) -> None:
    assert arrived(tmp_path, query, statement) == expected


def test_a_value_of_the_path_arrives_as_well(tmp_path: Path) -> None:
    assert arrived(tmp_path, "", FIND.format("bob/x"), "/a/bob%2Fx") == ("id", "bob/x")


def test_a_value_belongs_to_the_request_at_the_entry(tmp_path: Path) -> None:
    spans: list[dict[str, Any]] = [
        endpoint(1, 0, "/a", "/a", url__query="q=alice"),
        endpoint(2, 1, "/b", "/b", url__query="q=other"),
        sql(3, 2, FIND.format("alice")),
    ]
    [hit] = run_spans(tmp_path, spans)["SinkHit"]
    assert (hit["entry_route"], hit["outside_parameter"]) == ("/a", "q")


def test_some_examples_of_every_parameter_are_kept(tmp_path: Path) -> None:
    spans = [endpoint(n, 0, f"/a/{n}", "/a/{id}", url__query=f"q={n}&page=1") for n in range(1, 20)]
    seen = run_spans(tmp_path, spans)["SeenParameter"]
    places = {(row["name"], row["place"]): row["exerciser"] for row in seen}
    assert places == {("id", "path"): "qa", ("q", "query"): "qa", ("page", "query"): "qa"}
    assert len([row for row in seen if row["name"] == "q"]) == EXAMPLES
    assert len([row for row in seen if row["name"] == "page"]) == 1


def test_an_example_is_redacted_in_the_light_of_its_name() -> None:
    assert example("password", "hunter2") == "[redacted]" and example("q", "hunter2") == "hunter2"
