"""Fixtures that several folders share: real runs, made once a session."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from flows.agents import Recording, unmet_needs
from flows.staging import Staging
from flows.system import load_system
from tests.command import ROOT, Ran, leadline
from tests.ports import free_port

AGENTS = ROOT / "engines" / "agents"
DEMO_PYTHON = ROOT / ".venv-demo" / "bin" / "python"


# Started in the background by a shell, we would ignore Ctrl-C, and so would every process that we start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Demo:
    """The demo, run once for real."""

    ran: Ran
    data: Path
    summary: dict[str, Any]

    @property
    def published(self) -> Path:
        return self.data / "published.duckdb"

    @property
    def not_started(self) -> dict[str, str]:
        """Service → why this machine cannot run it."""
        return unmet_needs(load_system(ROOT / "data" / "demo" / "4.6.0" / "system.yaml"), Recording(AGENTS, ""))

    def release(self, name: str) -> dict[str, Any]:
        return next(r for r in self.summary["releases"] if r["release_id"].endswith(name))


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory) -> Demo:
    """Run `leadline demo --no-app --json FILE` once; about two minutes."""
    data = tmp_path_factory.mktemp("demo")
    ran = leadline("demo", "--no-app", "--json", data / "summary.json", "--data", data, timeout=900)
    assert ran.status == 0, ran.err[-4000:]
    return Demo(ran, data, json.loads((data / "summary.json").read_text()))


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory) -> Iterator[str]:
    """Start a real Prefect server on loopback for the session; return its API's URL."""
    with prefect_running(tmp_path_factory.mktemp("prefect")) as url:
        yield url


@contextmanager
def prefect_running(home: Path) -> Iterator[str]:
    """Run a real Prefect server on loopback; yield its API's URL."""
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = dict(os.environ) | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + 120
        while not answers(f"{url}/health"):
            assert server.poll() is None and time.monotonic() < deadline, (home / "log").read_text()[-2000:]
            time.sleep(0.3)
        yield url
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


@dataclass(frozen=True)
class TinySystem:
    """The tiny system, running, and how to assess it."""

    folder: Path
    data: Path
    environment: dict[str, str]
    not_started: dict[str, str]

    def release(self, *arguments: object, env: dict[str, str] | None = None) -> Ran:
        call = ("release", self.folder / "leadline.yaml", "--data", self.data, *arguments)
        return leadline(*call, env=self.environment | (env or {}))

    def rows(self, sql: str, *values: object, warehouse: bool = False) -> list[dict[str, Any]]:
        path = self.data / ("warehouse.duckdb" if warehouse else "published.duckdb")
        with duckdb.connect(str(path), read_only=True) as connection:
            cursor = connection.execute(sql, list(values))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture(scope="session")
def running(prefect_server) -> Callable[[Path], AbstractContextManager[TinySystem]]:
    """Return a context manager that runs a written system under the agent."""

    @contextmanager
    def run(folder: Path) -> Iterator[TinySystem]:
        receiver = f"127.0.0.1:{free_port()}"
        recording = Recording(AGENTS, receiver)
        with Staging(folder / "system.yaml", folder / "staging", DEMO_PYTHON, recording=recording) as staging:
            path = os.pathsep.join([str(DEMO_PYTHON.parent), os.environ["PATH"]])
            environment = staging.environment | {"LEADLINE_TRACES": receiver, "PATH": path}
            yield TinySystem(
                folder, folder / "data", environment | {"PREFECT_API_URL": prefect_server}, staging.not_started
            )

    return run


@pytest.fixture
def run_system(running) -> Iterator[Callable[[Path], TinySystem]]:
    """Return a function that starts a written system under the agent; all is stopped at the end of the test."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(running(folder))
