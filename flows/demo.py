"""The demo flow: start the bundled system, assess two releases of it for real, say what was decided and how well."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect import flow

from flows.agents import Recording, unmet_needs
from flows.release import assess, prepare
from flows.settings import ROOT, Settings, environment, load, overlay
from flows.staging import HOST, Staging
from flows.system import load_system

SYSTEM = ROOT / "data" / "demo"
PYTHON = ROOT / ".venv-demo" / "bin" / "python"
AGENTS = ROOT / "engines" / "agents"
RELEASES = ("4.5.1", "4.6.0")


@flow(name="demo", description="Assess two releases of the bundled demo system, started for the purpose on loopback.")
def demo(data: Path | None = None) -> dict[str, dict[str, float]]:
    """Assess every release of the demo system and return release id → stage → seconds."""
    settings = load(data)
    begin_afresh(settings)
    seconds = {}
    for name in RELEASES:
        with running(SYSTEM / name, settings.scratch / "staging" / name):
            assessment = prepare(SYSTEM / name / "leadline.yaml", None, None, None, data, False)
            assess(assessment)
            seconds[assessment.release_id] = assessment.log.seconds
    return seconds


@contextmanager
def running(release: Path, folder: Path) -> Iterator[Staging]:
    """Run one release of a system that has a `system.yaml` under the recording agent.

    While it runs, the environment holds what its manifest and its QA suite refer to.

    Raises:
        StagingError: a part does not start; all others are stopped.
    """
    receiver = f"{HOST}:{_free_port()}"
    staging = Staging(release / "system.yaml", folder, PYTHON, recording=Recording(AGENTS, receiver))
    path = os.pathsep.join([str(PYTHON.parent), environment().get("PATH", "")])  # QA runs in the services' environment
    with staging, overlay(staging.environment | {"LEADLINE_TRACES": receiver, "PATH": path}):
        yield staging


def not_started() -> list[str]:
    """Return, for each service that this machine cannot run, why and what mends that."""
    recording = Recording(AGENTS, HOST)
    reasons = [unmet_needs(load_system(SYSTEM / name / "system.yaml"), recording) for name in RELEASES]
    return list(dict.fromkeys(reason for release in reasons for reason in release.values()))


def begin_afresh(settings: Settings) -> None:
    """Forget an earlier demo in this folder: a demo shows the same two assessments every time."""
    for file in (settings.warehouse, settings.published, settings.run_log):
        file.unlink(missing_ok=True)
    settings.warehouse.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    for folder in (settings.spool, settings.scratch):
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return server.getsockname()[1]
