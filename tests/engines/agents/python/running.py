"""Starts services and scripts under the agent, each from the environment of its interpreter."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engines.agents.python.environments import AGENT

SERVICES = Path(__file__).resolve().parent / "services"


def environment(name: str, endpoint: str, **extra: str) -> dict[str, str]:
    """Return the environment of a service called `name` that sends to `endpoint`."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("OTEL_", "LEADLINE_", "PYTHON"))}
    return {**ours, "PYTHONPATH": str(AGENT), "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_SERVICE_NAME": name,
            **extra}  # fmt: skip


def command(python: Path, roots: Path, *arguments: str) -> list[str]:
    """Return the command that starts Python, or a program beside it, under the agent."""
    program = [str(python)] if arguments[0].startswith("-") or arguments[0].endswith(".py") else []
    beside = str(python.parent / arguments[0]) if not program else arguments[0]
    return [str(python), "-m", "leadline_agent", "--roots", str(roots), "--", *program, beside, *arguments[1:]]


@contextmanager
def service(
    name: str, python: Path, folder: Path, arguments: list[str], endpoint: str, port: int | None,
    **extra: str,
) -> Iterator[list[str]]:  # fmt: skip
    """Run a service until the block ends; yields what it wrote on standard error, complete only behind the block.

    One without a port is not waited for.
    """
    written: list[str] = []
    errors = tempfile.TemporaryFile("w+")  # no pipe: what a service leaves behind would hold it open
    process = subprocess.Popen(
        command(python, folder, *arguments), cwd=folder, env=environment(name, endpoint, PORT=str(port or ""), **extra),
        stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
    )  # fmt: skip
    try:
        if port is not None:
            _answers(process, port)
        yield written
    finally:
        _end(process)
        errors.seek(0)
        written += errors.read().splitlines()
        errors.close()


def _end(process: subprocess.Popen) -> None:
    """End a process, and then whatever it started and left behind."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


@contextmanager
def peer(python: Path, script: Path, port: int) -> Iterator[None]:
    """Run a script, which is given its port, without the agent until the block ends."""
    process = subprocess.Popen([str(python), str(script), str(port)], stderr=subprocess.PIPE, text=True)
    try:
        _answers(process, port)
        yield
    finally:
        process.kill()
        process.communicate()


def _answers(process: subprocess.Popen, port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            if process.poll() is not None:
                raise AssertionError(f"{process.args} ended with {process.returncode}") from None
            time.sleep(0.1)
    raise AssertionError(f"no service on port {port}")
