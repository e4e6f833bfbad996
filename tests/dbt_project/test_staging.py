"""Staging mirrors raw: every table of the contract is a source, and has one model with the same columns."""

from __future__ import annotations

from pathlib import Path

import yaml

from engines.contract import record_types
from flows.warehouse import ENVELOPE, RUN_COLUMNS, columns_of, reading
from tests.dbt_project.build import PROJECT


def test_every_raw_table_is_a_source_and_nothing_else_is() -> None:
    declared = yaml.safe_load((PROJECT / "models/staging/sources.yml").read_text())["sources"]
    names = {table["name"] for source in declared for table in source["tables"]}
    assert names == {"runs"} | {record_type.TABLE for record_type in record_types()}


def test_every_raw_table_has_a_staging_model_with_its_columns(library: Path) -> None:
    staged = {path.stem: path.read_text() for path in (PROJECT / "models/staging").glob("stg_*.sql")}
    with reading(library) as connection:
        for record_type in record_types():
            models = [n for n, sql in staged.items() if f"source('raw', '{record_type.TABLE}')" in sql]
            assert len(models) == 1, f"raw.{record_type.TABLE} is staged by {models}"
            columns = [row[0] for row in connection.execute(f"describe staging.{models[0]}").fetchall()]
            assert columns == [*ENVELOPE, *columns_of(record_type)], models[0]
        columns = [row[0] for row in connection.execute("describe staging.stg_runs").fetchall()]
        assert columns == list(RUN_COLUMNS)


def test_every_model_is_described() -> None:
    described = {
        model["name"]: model.get("description", "")
        for path in (PROJECT / "models").rglob("*.yml")
        for model in yaml.safe_load(path.read_text()).get("models", [])
    }
    models = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    assert {name for name in models if not described.get(name)} == set()
    assert set(described) - models == set()
