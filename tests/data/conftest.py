"""The demo system, started from any tree of a release."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.staging import Staging

PYTHON = Path(__file__).resolve().parents[2] / ".venv-demo" / "bin" / "python"


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """Return a context manager that runs the system of a release's folder."""
    if not PYTHON.exists():
        pytest.fail(f"{PYTHON} is missing; make it with `make setup`")

    @contextmanager
    def running(folder: Path) -> Iterator[Staging]:
        with Staging(folder / "system.yaml", tmp_path_factory.mktemp("staging"), PYTHON) as staging:
            yield staging

    return running


@pytest.fixture(scope="session")
def run_qa(tmp_path_factory):
    """Return a function that runs the QA suite of a folder against a system and returns the path of its JUnit file."""

    def run(folder: Path, staging: Staging) -> Path:
        reports = tmp_path_factory.mktemp("qa")
        environment = os.environ | staging.environment
        environment |= {"LEADLINE_QA_DIR": str(reports), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [str(PYTHON), "-m", "pytest", "qa", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return reports / "junit.xml"

    return run
