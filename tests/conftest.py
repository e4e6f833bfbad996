"""Fixtures that several folders share: real runs, made once a session."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEADLINE = [sys.executable, "-m", "flows.cli"]


@dataclass(frozen=True)
class Ran:
    """A call of the command line, as a user sees it."""

    status: int
    out: str
    err: str


def leadline(*arguments: object, cwd: Path = ROOT, env: dict[str, str] | None = None, timeout: float = 600) -> Ran:
    """Run the `leadline` command in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LEADLINE_", "PREFECT_"))}
    environment |= {"PYTHONPATH": str(ROOT), "COLUMNS": "160"} | (env or {})
    done = subprocess.run(
        [*LEADLINE, *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Demo:
    """The demo, run once for real."""

    ran: Ran
    data: Path
    summary: dict[str, Any]

    @property
    def published(self) -> Path:
        return self.data / "published.duckdb"

    def release(self, name: str) -> dict[str, Any]:
        return next(r for r in self.summary["releases"] if r["release_id"].endswith(name))


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory) -> Demo:
    """Run `leadline demo --no-app --json FILE` once; about two minutes."""
    data = tmp_path_factory.mktemp("demo")
    ran = leadline("demo", "--no-app", "--json", data / "summary.json", "--data", data, timeout=900)
    assert ran.status == 0, ran.err[-4000:]
    return Demo(ran, data, json.loads((data / "summary.json").read_text()))
