"""Fixtures that several folders share: real runs, made once a session."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.command import Ran, leadline


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
