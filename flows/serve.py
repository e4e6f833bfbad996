"""Long-running processes for a team on one machine: Prefect's server and worker, and the app. Loopback only."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from engines.contract import EngineError
from flows import lifeline
from flows.progress import console
from flows.settings import ROOT, Settings

_POOL = "leadline"
_LOOPBACK = "127.0.0.1"
_GRACE = 10  # seconds between SIGTERM and SIGKILL


def run_app(settings: Settings, port: int) -> None:
    """Run the app in the foreground until interrupted.

    Raises:
        EngineError: the port is taken, or nothing has been published.
    """
    if not settings.published.exists():
        raise EngineError("nothing has been published yet; run `leadline demo` or `leadline release leadline.yaml`")
    _refuse_taken(port, "--port")
    console.print(f"app on http://{_LOOPBACK}:{port} (Ctrl-C ends it)")
    with _started(_app_command(port)) as process, contextlib.suppress(KeyboardInterrupt):
        process.wait()


def serve(settings: Settings, manifest: Path, port: int, server_port: int) -> None:
    """Run server, worker and app until interrupted or one of them dies; then end all of them.

    Raises:
        EngineError: a port is taken, or a part does not come up.
    """
    _refuse_taken(port, "--port")
    _refuse_taken(server_port, "--server-port")
    api = f"http://{_LOOPBACK}:{server_port}/api"
    os.environ |= {"PREFECT_API_URL": api, "LEADLINE_MANIFEST": str(manifest), "PREFECT_LOGGING_LEVEL": "INFO"}
    prefect = [sys.executable, "-m", "prefect"]
    with contextlib.ExitStack() as stack:
        parts = {
            "server": [*prefect, "server", "start", "--host", _LOOPBACK, "--port", str(server_port)],
        }
        running = {name: stack.enter_context(_started(command)) for name, command in parts.items()}
        _wait_for(f"{api}/health", running["server"])
        deploy(prefect)
        worker = [*prefect, "worker", "start", "--pool", _POOL, "--type", "process", "--name", "leadline"]
        running["worker"] = stack.enter_context(_started(worker))
        running["app"] = stack.enter_context(_started(_app_command(port)))
        console.print(
            f"app on http://{_LOOPBACK}:{port}, Prefect on http://{_LOOPBACK}:{server_port} (Ctrl-C ends all)"
        )
        try:
            with contextlib.suppress(KeyboardInterrupt):
                _watch(running)
        finally:
            for process in running.values():  # all at once: each may take its time
                _end(process)


def deploy(prefect: list[str]) -> None:
    """Create the work pool and the deployments of `prefect.yaml` on the server of `$PREFECT_API_URL`."""
    for arguments in (
        ["work-pool", "create", _POOL, "--type", "process", "--overwrite"],
        ["--no-prompt", "deploy", "--all", "--prefect-file", str(ROOT / "prefect.yaml")],
    ):
        done = subprocess.run([*prefect, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=180)
        if done.returncode:
            raise EngineError(f"`prefect {' '.join(arguments)}` failed: {(done.stderr or done.stdout).strip()[-400:]}")


def _app_command(port: int) -> list[str]:
    options = ["--server.port", str(port), "--server.address", _LOOPBACK, "--server.headless", "true"]
    return [sys.executable, "-m", "streamlit", "run", str(ROOT / "app" / "streamlit_app.py"), *options]


@contextlib.contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process in a group of its own and end the whole group afterwards, also when this process is killed."""
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
    lifeline.tie(process)
    try:
        yield process
    finally:
        _end(process)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            _end(process, signal.SIGKILL)
            process.wait()
        lifeline.untie(process)


def _end(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _wait_for(url: str, process: subprocess.Popen[bytes], limit: float = 120) -> None:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EngineError(f"the Prefect server ended with status {process.returncode}; its output is above")
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).is_success:
                return
        time.sleep(0.5)
    raise EngineError(f"the Prefect server did not answer at {url} within {limit:.0f} s")


def _watch(running: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        for name, process in running.items():
            if process.poll() is not None:
                raise EngineError(f"the {name} ended with status {process.returncode}; all parts were stopped")
        time.sleep(1)


def _refuse_taken(port: int, option: str) -> None:
    with socket.socket() as probe:
        if probe.connect_ex((_LOOPBACK, port)) == 0:
            raise EngineError(f"port {port} is taken; choose another with {option}")
