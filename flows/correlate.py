"""Run the dbt project over the warehouse: staging, intermediate, marts and their tests, in one `dbt build`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from flows.settings import ROOT, Settings

PROJECT = ROOT / "dbt_project"


class CorrelationError(RuntimeError):
    """A model or a test of the dbt project failed; the message names the first ones."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    models: int
    tests: int


def correlate(settings: Settings) -> Built:
    """Build and test every model.

    Raises:
        CorrelationError: a model or test failed. The marts are then not published.
    """
    return _build(settings)


def correlate_plan(settings: Settings) -> Built:
    """Build only what the probe plan needs; its tests run with the whole build that follows the probes.

    Raises:
        CorrelationError: a model failed.
    """
    return _build(settings, "--select", "+probe_plan", "--exclude-resource-type", "test")


def _build(settings: Settings, *selection: str) -> Built:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # 2 s: only when needed
    from dbt.cli.main import dbtRunner

    os.environ["LEADLINE_WAREHOUSE"] = str(settings.warehouse)  # read by profiles.yml
    scratch = settings.scratch / "dbt"
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        outcome = dbtRunner().invoke(
            [
                *("--quiet", "--no-use-colors", "--log-level-file", "warn", "build"),
                *("--exclude-resource-type", "unit_test"),  # they prove the SQL, not the data: run by the tests
                *selection,
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")),
            ]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()  # else this process holds the file's lock for ever
    nodes = getattr(outcome.result, "results", None) or []
    wrong = [n for n in nodes if n.status in ("error", "fail", "runtime error")]
    if not outcome.success or wrong:
        named = "; ".join(f"{n.node.name}: {_first_line(n.message)}" for n in wrong[:3]) or str(outcome.exception)
        raise CorrelationError(f"{len(wrong)} dbt nodes failed ({named}); the full log is {_shown(scratch / 'logs')}")
    kinds = [n.node.resource_type for n in nodes]
    return Built(models=kinds.count("model"), tests=kinds.count("test"))


def _first_line(message: str | None) -> str:
    return next((line.strip() for line in (message or "").splitlines() if line.strip()), "no message")


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
