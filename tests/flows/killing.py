"""Run `leadline release` in a process that kills itself at a named stage.

As a script, `python killing.py STAGE release …` is the `leadline` command with one function wrapped, so that the
process sends itself SIGKILL there: no handler runs, nothing is flushed. The product has no hook for this.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


# ── in the process that dies ──────────────────────────────────────────────────────────────────────────────


def die() -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_call(number: int) -> Callable[[], None]:
    """Return a function that kills the process when it is called for the given time."""
    calls, lock = iter(range(1, number + 1)), threading.Lock()

    def count() -> None:
        with lock:
            if next(calls, number) == number:
                die()

    return count


def after(module: Any, name: str, then: Callable[[], None]) -> None:
    """Do something each time that a function has returned."""
    wrapped = getattr(module, name)

    def wrapper(*arguments: Any, **options: Any) -> Any:
        done = wrapped(*arguments, **options)
        then()
        return done

    setattr(module, name, wrapper)


class _Doomed:
    """A connection that inserts everything and dies before it commits."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def commit(self) -> None:
        die()


def before_commit(technique: str) -> None:
    """Die in the first landing of a technique, all rows inserted and none committed."""
    from flows import landing

    write, writing = landing._write, landing.writing

    def doomed_write(warehouse: Path, key: Any, *rest: Any) -> Any:
        if key.technique == technique:
            landing.writing = doomed_writing
        return write(warehouse, key, *rest)

    @contextlib.contextmanager
    def doomed_writing(path: Path) -> Iterator[Any]:
        with writing(path) as connection:
            yield _Doomed(connection)

    landing._write = doomed_write


def after_declaration() -> None:
    from flows import release

    after(release, "declare", die)


def landing_static() -> None:
    before_commit("static")


def between_inventory_and_static() -> None:
    from flows import scan

    land_once = scan.land_once

    def land(warehouse: Path, key: Any, observe: Any) -> Any:
        if key.technique == "static":
            die()
        return land_once(warehouse, key, observe)

    scan.land_once = land


def running_qa() -> None:
    """Die when QA has caused some traces, and goes on."""
    from engines.trace.receiver import Receiver

    after(Receiver, "take", die_at_call(2))


def landing_qa_traces() -> None:
    before_commit("trace")


def first_build() -> None:
    from dbt.task.run import ModelRunner

    after(ModelRunner, "execute", die_at_call(40))


def probing() -> None:
    from engines.dynamic.sender import Sender

    after(Sender, "exchange", die_at_call(25))


def landing_dynamic() -> None:
    before_commit("dynamic")


def second_build() -> None:
    from flows import release

    correlate = release.correlate

    def doomed(settings: Any) -> Any:
        from dbt.task.run import ModelRunner

        after(ModelRunner, "execute", die_at_call(90))
        return correlate(settings)

    release.correlate = doomed


def publishing() -> None:
    """Die when the copy is written and not yet in its place."""
    from flows import warehouse

    class Doomed:
        replace = staticmethod(lambda *_: die())

        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

    warehouse.os = Doomed()


STAGES: dict[str, Callable[[], None]] = {
    "after the declaration": after_declaration,
    "between inventory and static": between_inventory_and_static,
    "landing static rows": landing_static,
    "running QA": running_qa,
    "landing QA traces": landing_qa_traces,
    "first dbt build": first_build,
    "probing": probing,
    "landing the dynamic run": landing_dynamic,
    "second dbt build": second_build,
    "publishing": publishing,
}


# ── in the test ───────────────────────────────────────────────────────────────────────────────────────────


def addresses(services: list[str]) -> tuple[dict[str, int], str]:
    """Return ports for the services and an address for the receiver: free now, and not lent to clients meanwhile."""
    found: list[int] = []
    while len(found) <= len(services):
        port = random.randrange(10_000, 32_000)  # below those that Linux and macOS lend
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found += [port] if port not in found else []
    *ports, receiver = found
    return dict(zip(services, ports, strict=True)), f"127.0.0.1:{receiver}"


@dataclass(frozen=True)
class Victim:
    """A system on fixed ports and how to assess it; `state` holds the services' own data."""

    folder: Path  # leadline.yaml, system.yaml
    state: Path
    python: Path
    ports: dict[str, int]
    receiver: str
    server: str  # Prefect's API

    @contextlib.contextmanager
    def running(self) -> Iterator[dict[str, str]]:
        """Start the system with fresh state; yield the environment of who assesses it."""
        from flows.agents import Recording
        from flows.staging import Staging

        shutil.rmtree(self.state, ignore_errors=True)
        recording = Recording(ROOT / "engines" / "agents", self.receiver)
        staging = Staging(self.folder / "system.yaml", self.state, self.python, recording=recording, ports=self.ports)
        with staging:
            path = os.pathsep.join([str(self.python.parent), os.environ["PATH"]])
            kept = {k: v for k, v in os.environ.items() if not k.startswith(("LEADLINE_", "PREFECT_"))}
            yield (
                kept
                | staging.environment
                | {"PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "160"}
                | {"PREFECT_API_URL": self.server}
            )

    def assess(self, data: Path, stage: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `leadline release` on the freshly started system, to its end or to its death at a stage."""
        start = ["-m", "flows.cli"] if stage is None else [str(Path(__file__)), stage]
        command = [sys.executable, *start, "release", str(self.folder / "leadline.yaml"), "--data", str(data)]
        with self.running() as environment:
            return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=600)


if __name__ == "__main__":
    STAGES[sys.argv.pop(1)]()
    from flows.cli import main

    main()
