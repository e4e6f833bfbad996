"""The diff of a published release: whole for machines, bounded and harmless for people."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from rich.console import Console

from flows.decision import NoDecision
from flows.diff import as_json, read_diff, show_diff

MARTS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"
MANY = 30

FUNCTION = {"release_id": "shop-2", "service": "web", "file": "app.py", "line": 3, "endpoints": 1, "findings": 0}
ENDPOINT = {"release_id": "shop-2", "service": "web", "method": "GET", "changed_parameters": 0, "is_outside": True}
ROWS: dict[str, list[dict[str, Any]]] = {
    "releases": [
        {"release_id": "shop-1", "assessed_at": "2026-01-01"},
        {"release_id": "shop-2", "previous_release_id": "shop-1", "assessed_at": "2026-02-01"},
        {"release_id": "shop-3", "previous_release_id": "shop-2", "assessed_at": "2026-03-01"},
    ],
    "function_changes": [
        FUNCTION | {"change": "new", "qualified_name": "[bold]evil\x1b[2J"},
        FUNCTION | {"change": "moved", "qualified_name": "pay", "previous_qualified_name": "pay",
                    "previous_file": "old.py"},
        *(FUNCTION | {"change": "removed", "qualified_name": f"gone_{number}"} for number in range(MANY)),
    ],
    "endpoint_changes": [
        ENDPOINT | {"change": "renamed", "route": "/all", "previous_method": "GET", "previous_route": "/list",
                    "findings": 2},
        ENDPOINT | {"change": "handler_changed", "route": "/pay", "handler": "pay_now", "previous_handler": "pay",
                    "changed_share": 0.4, "findings": 0},
    ],
    "parameter_changes": [
        {"release_id": "shop-2", "service": "web", "method": "GET", "route": "/all", "name": "page", "place": "query",
         "change": "retyped", "type": "integer", "previous_type": "string", "is_required": True},
    ],
}  # fmt: skip


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A published file with the marts that a diff reads, as their contracts state them."""
    contracts = [yaml.safe_load(file.read_text()) for file in MARTS.rglob("*.yml")]
    models = {model["name"]: model for contract in contracts for model in contract["models"]}
    path = tmp_path / "published.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for mart, rows in ROWS.items():
            columns = ", ".join(f"{c['name']} {c['data_type']}" for c in models[mart]["columns"])
            connection.execute(f"create table marts.{mart} ({columns})")
            for row in rows:
                marks = ", ".join("?" for _ in row)
                connection.execute(f"insert into marts.{mart} ({', '.join(row)}) values ({marks})", [*row.values()])
    return path


def shown(published: Path, *releases: str, limit: int = 5) -> str:
    output = StringIO()
    show_diff(read_diff(published, *releases), limit, Console(file=output, width=200, highlight=False))
    return output.getvalue()


def test_people_read_counts_and_then_what_changed(published):
    told = shown(published, "shop-2", limit=MANY + 2)
    assert "shop-2 against shop-1" in told
    assert "+ 1 new · − 30 removed · ↷ 1 moved" in told
    assert "GET /all  was GET /list · outside · 2 findings" in told
    assert "GET /pay  handler pay → pay_now · 40% of its code · outside" in told
    assert "GET /all page  query · string → integer · required" in told
    assert "pay (app.py:3)  was pay (old.py) · 1 endpoint" in told


def test_what_is_printed_is_bounded_and_says_what_was_left_out(published):
    told = shown(published, "shop-2", limit=5)
    assert told.count("gone_") == 4 and "and 27 more" in told
    assert shown(published, "shop-2", limit=0).count("gone_") == 0


def test_names_cannot_command_the_terminal(published):
    told = shown(published, "shop-2")
    assert "[bold]evil\\x1b[2J" in told and "\x1b" not in told


def test_machines_read_all_of_it_with_counts(published):
    (step,) = as_json(read_diff(published, "shop-2"))
    assert len(step["functions"]) == MANY + 2
    assert step["counts"] == {
        "endpoints": {"renamed": 1, "handler_changed": 1},
        "parameters": {"retyped": 1},
        "functions": {"new": 1, "removed": MANY, "moved": 1},
    }


def test_the_newest_release_is_the_default_and_a_quiet_one_says_so(published):
    assert [step.release_id for step in read_diff(published)] == ["shop-3"]
    assert shown(published).count("unchanged") == 3


def test_against_an_older_release_every_step_is_told(published):
    steps = read_diff(published, "shop-3", "shop-1")
    assert [(s.release_id, s.previous_release_id) for s in steps] == [("shop-3", "shop-2"), ("shop-2", "shop-1")]


def test_a_baseline_has_nothing_to_be_compared_with(published):
    assert "shop-1 is a baseline" in shown(published, "shop-1")


@pytest.mark.parametrize(
    ("releases", "said"),
    [
        (("shop-9",), "known: shop-3, shop-2, shop-1"),
        (("shop-2", "shop-9"), "against shop-1"),
        (("shop-2", "shop-2"), "against nothing"),
        (("shop-1", "shop-2"), "against nothing"),
    ],
)
def test_what_cannot_be_compared_is_told_with_what_can(published, releases, said):
    with pytest.raises(NoDecision, match=said):
        read_diff(published, *releases)


def test_nothing_published_says_what_to_run(tmp_path):
    with pytest.raises(NoDecision, match="leadline release"):
        read_diff(tmp_path / "none.duckdb")
