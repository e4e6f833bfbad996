"""What the app reads is what the models promise: the contracts of the dbt marts hold every column that is read."""

from pathlib import Path

import pytest
import yaml

from tests.app.contract import MARTS, columns_of

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "marts"

KINDS = {
    "int": {"integer", "bigint", "int", "hugeint", "smallint"},
    "double": {"double", "float", "decimal"},
    "bool": {"boolean", "bool"},
    "timestamp": {"timestamp"},
    "int[]": {"integer[]", "bigint[]"},
    "varchar[]": {"varchar[]", "text[]"},
    "varchar": {"varchar", "text", "string"},
}


def promised() -> dict[str, dict[str, str]]:
    """Return the columns of every mart as its contract states them."""
    found = {}
    for path in sorted(MODELS.rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text()) or {}).get("models", []):
            found[model["name"]] = {c["name"]: str(c.get("data_type", "")).lower() for c in model.get("columns", [])}
    return found


@pytest.mark.parametrize("mart", MARTS)
def test_the_models_promise_what_the_app_reads(mart):
    models = promised()
    assert mart in models
    missing = set(columns_of(mart)) - set(models[mart])
    assert missing == set()
    wrong = {n: models[mart][n] for n, kind in columns_of(mart).items() if models[mart][n] not in KINDS[kind]}
    assert wrong == {}
