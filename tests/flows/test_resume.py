"""A release that was killed at any stage and called again ends as if nothing had happened.

Three of the ten stages of `tests/flows/killing.py`, on a tiny system; all ten, on the demo, are `tests/bench/kill.py`.
"""

import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import systems
from tests.conftest import DEMO_PYTHON
from tests.flows.comparing import Tables, differences, half_runs, marts
from tests.flows.killing import Victim, addresses


@dataclass(frozen=True)
class Undisturbed:
    """The tiny system, and the marts of its assessment that nobody killed."""

    victim: Victim
    tables: Tables
    status: int


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, prefect_server) -> Undisturbed:
    folder = systems.write_leaky(tmp_path_factory.mktemp("leaky"))
    victim = Victim(folder, folder / "state", DEMO_PYTHON, *addresses(["colours"]), prefect_server)
    ran = victim.assess(folder / "undisturbed")
    assert ran.returncode == 20, ran.stderr + ran.stdout
    return Undisturbed(victim, marts(folder / "undisturbed"), ran.returncode)


def test_the_undisturbed_run_has_something_to_lose(undisturbed):
    states = {dict(row)["state"] for row in undisturbed.tables["findings"]}
    assert "'confirmed'" in states
    empty = {name for name, rows in undisturbed.tables.items() if not rows}
    assert not empty & {"findings", "evidence", "lead_paths", "probes", "attempts", "coverage", "runs", "checks"}


@pytest.mark.parametrize("stage", ["landing static rows", "first dbt build", "probing"])
def test_a_killed_release_called_again_is_as_one_undisturbed(undisturbed, stage, tmp_path):
    killed = undisturbed.victim.assess(tmp_path, stage)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert half_runs(tmp_path) == []
    ran = undisturbed.victim.assess(tmp_path)
    assert ran.returncode == undisturbed.status, ran.stderr + ran.stdout
    assert "kept from before" in ran.stderr, "it began anew instead of going on"
    assert half_runs(tmp_path) == []
    assert differences(undisturbed.tables, marts(tmp_path)) == []
    assert left_behind(tmp_path) == []


def left_behind(data: Path) -> list[Path]:
    return list(data.glob("*.new"))
