"""Runs `dbt build` on a warehouse, with everything dbt writes beside it in a temporary directory."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult

PROJECT = Path(__file__).parents[2] / "dbt_project"


@contextlib.contextmanager
def _environment(warehouse: Path) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update({"LEADLINE_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def invoke(warehouse: Path, *arguments: str) -> dbtRunnerResult:
    """Run one dbt command, for example `invoke(path, "build", "--select", "+findings")`."""
    with _environment(warehouse), tempfile.TemporaryDirectory() as scratch:
        try:
            return dbtRunner().invoke(
                [
                    *arguments,
                    *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                    *("--target-path", f"{scratch}/target", "--log-path", f"{scratch}/logs"),
                    *("--quiet", "--no-use-colors"),
                ]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()


def build(warehouse: Path, *arguments: str) -> dbtRunnerResult:
    """Build models, seeds and tests; raise `AssertionError` that names everything that did not succeed."""
    outcome = invoke(warehouse, "build", *arguments)
    if not outcome.success:
        nodes = [r for r in getattr(outcome.result, "results", ()) if str(r.status) not in {"success", "pass"}]
        failures = "\n".join(f"{r.node.name}: {r.status}: {r.message}" for r in nodes)
        raise AssertionError(f"dbt build failed: {outcome.exception or ''}\n{failures}")
    return outcome
