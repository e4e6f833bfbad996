"""What 1.1.0 of the library changes against 1.0.0, in the marts."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.warehouse import reading
from tests.dbt_project.scenario import NEW, OLD


def rows(warehouse: Path, sql: str, *values: object) -> list[tuple]:
    with reading(warehouse) as connection:
        return connection.execute(sql, list(values)).fetchall()


def test_functions_are_new_changed_or_renamed_and_link_to_their_findings(library: Path) -> None:
    changes = rows(
        library,
        """select service, change, qualified_name, previous_qualified_name, matched_by, endpoints, len(finding_ids)
        from marts.function_changes where release_id = ? order by all""",
        NEW,
    )
    assert changes == [
        ("ledger", "renamed", "make_label", "print_label", "body", 1, 1),
        ("web", "changed", "search", "search", "name", 1, 0),
        ("web", "new", "cover", None, None, 1, 1),
    ]


def test_endpoints_are_new_or_have_other_code_behind_them(library: Path) -> None:
    changes = rows(
        library,
        """select service, change, method, route, changed_share
        from marts.endpoint_changes where release_id = ? order by all""",
        NEW,
    )
    assert changes == [
        ("ledger", "parameters_changed", "POST", "/purge", 0.0),
        ("web", "changed", "GET", "/search", 1.0),
        ("web", "new", "GET", "/cover", 1.0),
    ]


def test_a_parameter_has_another_type(library: Path) -> None:
    changes = rows(
        library,
        "select route, name, change, previous_type, type from marts.parameter_changes where release_id = ?",
        NEW,
    )
    assert changes == [("/purge", "older_than", "retyped", "string", "integer")]


@pytest.mark.parametrize("mart", ["function_changes", "endpoint_changes", "parameter_changes", "release_changes"])
def test_a_baseline_changes_nothing(library: Path, mart: str) -> None:
    assert rows(library, f"select * from marts.{mart} where release_id = ?", OLD) == []


def test_the_list_of_all_changes_names_what_the_marts_hold(library: Path) -> None:
    listed = dict(
        rows(
            library,
            "select subject_kind, count(*) from marts.release_changes where release_id = ? group by all",
            NEW,
        )
    )
    assert (listed["function"], listed["endpoint"], listed["parameter"]) == (3, 3, 1)
