"""The demo flow: start the bundled system, assess two releases of it for real, say what was decided and how well."""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows.release import assess, prepare
from flows.settings import ROOT, load, overlay
from flows.staging import Staging

SYSTEM = ROOT / "data" / "demo"
PYTHON = ROOT / ".venv-demo" / "bin" / "python"
RELEASES = ("4.5.1", "4.6.0")


@flow(name="demo", description="Assess two releases of the bundled demo system, started for the purpose on loopback.")
def demo(data: Path | None = None) -> dict[str, dict[str, float]]:
    """Assess every release of the demo system and return release id → stage → seconds."""
    settings = load(data)
    seconds = {}
    for name in RELEASES:
        staging = Staging(SYSTEM / "system.yaml", SYSTEM / name, PYTHON, settings.scratch / "staging" / name)
        with staging, overlay(staging.environment):
            assessment = prepare(SYSTEM / name / "leadline.yaml", None, None, None, data, False)
            assess(assessment)
            seconds[assessment.release_id] = assessment.log.seconds
    return seconds
