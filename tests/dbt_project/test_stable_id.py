"""A key made in Python meets the same key made in SQL."""

from __future__ import annotations

import json
from pathlib import Path

from engines.contract import stable_id
from flows.warehouse import writing
from tests.dbt_project.build import invoke

PARTS: list[tuple[object, ...]] = [
    ("orders", "GET", "/orders/{id}"),
    ("a", None, "b"),
    ("a", "", "b"),
    (None,),
    ("ab", "c"),
    ("a", "bc"),
    ("line", 17),
    ("naïve 🐍", "it's"),
]


def literal(part: object) -> str:
    """A part as SQL text inside a Jinja string."""
    if part is None:
        return "null"
    return str(part) if isinstance(part, int) else "'" + str(part).replace("'", "''") + "'"


def test_the_macro_equals_the_python_function(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with writing(warehouse):
        pass
    columns = (f"{{{{ stable_id({json.dumps([literal(p) for p in parts], ensure_ascii=False)}) }}}}" for parts in PARTS)
    query = "select unnest([" + ", ".join(columns) + "]) as id"
    outcome = invoke(warehouse, "show", "--inline", query, "--limit", "100")
    assert outcome.success, outcome.exception
    shown = [row[0] for row in outcome.result.results[0].agate_table.rows]
    assert shown == [stable_id(*parts) for parts in PARTS]
    assert len(set(shown)) == len(PARTS) - 1, "null and '' are the same part, all else differs"
