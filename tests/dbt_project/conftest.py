"""The library scenario, built once for all tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt_project import scenario
from tests.dbt_project.build import build


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a warehouse in which both releases of the library are landed and every model and test is built."""
    path = tmp_path_factory.mktemp("library") / "warehouse.duckdb"
    scenario.library(path)
    build(path)
    return path
