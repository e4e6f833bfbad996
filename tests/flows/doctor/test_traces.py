"""What the traces of a release tell is judged by service; each shortcoming comes with its remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.decision import NoDecision
from flows.doctor.check import Check
from flows.doctor.traces import traces

GOOD = {
    "release_id": "shop-2", "service": "orders", "language": "python", "base_url": "http://127.0.0.1:1",
    "exercisers": ["dast", "qa"], "spans": 900, "traces": 80, "requests": 80, "routed": 80, "located": 700,
    "statements": 40, "raw_statements": 3, "is_sampled": False, "dropped": 0, "executed_functions": 200,
    "matched_functions": 200,
}  # fmt: skip
UNMATCHED = {
    "release_id": "shop-2", "service": "orders", "file": "made.py", "symbol": "made", "line": 7, "calls": 4,
    "exercisers": ["qa"], "unmatched_because": "unknown_file",
}  # fmt: skip


def published(folder: Path, quality: list[dict[str, Any]], unmatched: list[dict[str, Any]]) -> Path:
    path = folder / "published.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.releases as from (values ('shop-1', 1), ('shop-2', 2)) t(release_id, assessed_at)"
        )
        for name, example, rows in (
            ("trace_quality", GOOD, quality),
            ("unmatched_functions", UNMATCHED, unmatched),
        ):
            values = ", ".join(f"${column}" for column in example)
            names = ", ".join(example)
            connection.execute(
                f"create table marts.{name} as select * from (select {values}) t({names}) limit 0", example
            )
            for row in rows:
                connection.execute(f"insert into marts.{name} values ({values})", {**example, **row})
    return path


def look(folder: Path, unmatched: list[dict[str, Any]] | None = None, **told: Any) -> dict[str, Check]:
    release, checks = traces(published(folder, [{**GOOD, **told}], unmatched or []), None)
    assert release == "shop-2"
    return {check.name: check for check in checks}


def test_a_service_that_tells_all_has_nothing_to_mend(tmp_path: Path) -> None:
    seen = look(tmp_path)
    assert {name: check.status for name, check in seen.items()} == dict.fromkeys(
        ("traces", "routes", "code locations", "SQL", "functions"), "ok"
    )
    assert seen["traces"].seen == "900 spans in 80 traces, from dast, qa"
    assert "200 of 200" in seen["functions"].seen


@pytest.mark.parametrize(
    ("told", "name", "status", "remedy"),
    [
        ({"spans": 0}, "traces", "mend", "python -m leadline_agent"),
        ({"spans": 0, "language": "clojure"}, "traces", "mend", "-javaagent"),
        ({"spans": 0, "language": "cobol"}, "traces", "mend", "docs/opentelemetry.md"),
        ({"spans": 0, "base_url": None}, "traces", "note", "base_url"),
        ({"requests": 0, "routed": 0}, "routes", "mend", "server spans"),
        ({"routed": 79}, "routes", "mend", "http.route"),
        ({"located": 0}, "code locations", "mend", "Leadline's agent"),
        ({"raw_statements": 0}, "SQL", "note", "sanitises"),
        ({"statements": 0, "raw_statements": 0}, "SQL", "note", ""),
        ({"executed_functions": 0, "matched_functions": 0}, "functions", "mend", "Leadline's agent"),
        ({"matched_functions": 150}, "functions", "mend", "--roots"),
        ({"is_sampled": True}, "sampling", "mend", "always_on"),
        ({"dropped": 12}, "dropped", "mend", "scope.rate"),
    ],
)
def test_each_shortcoming_comes_with_its_remedy(
    tmp_path: Path, told: dict[str, Any], name: str, status: str, remedy: str
) -> None:
    check = look(tmp_path, **told)[name]
    assert check.status == status
    assert remedy in check.remedy


def test_a_handful_of_statements_without_values_says_nothing(tmp_path: Path) -> None:
    assert look(tmp_path, statements=4, raw_statements=0)["SQL"].status == "ok"


def test_functions_that_the_inventory_does_not_know_are_named(tmp_path: Path) -> None:
    many = [{**UNMATCHED, "symbol": f"made_{n}"} for n in range(25)]
    functions = look(tmp_path, many, matched_functions=175)["functions"]
    assert functions.details[0] == "made_0 (made.py:7): the inventory has no such file"
    assert len(functions.details) == 21 and functions.details[-1] == "… and 5 more"


def test_without_a_release_there_is_nothing_to_judge_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    assert traces(tmp_path / "absent.duckdb", None) == (None, [])
    with pytest.raises(NoDecision, match="known: shop-2, shop-1"):
        traces(published(tmp_path, [], []), "shop-9")
