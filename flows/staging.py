"""A staging system on this machine: processes described by data, on loopback, each under the recording agent.

`system.yaml` says what to start (see `SystemSpec`). In a command and in an environment, `${NAME}` stands for

- `PYTHON`, `HOST`, `PORT`, `DATA`: the services' interpreter, the service's own address and folder for its data;
- the `url` variable of any service: its base URL; the same name with `_AUTHORITY`: its `host:port`;
- any variable of the system's `environment`.

A service that `needs` what this machine lacks is left out and said to be: the others start, its variable is unset.

Names of services, ports and variables come from that file; nothing here knows a system.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import TracebackType

import httpx

from flows import lifeline, settings
from flows.agents import Recording, under_agent, unmet_needs
from flows.system import ProcessSpec, StagingError, load_system

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
RECEIVER = "LEADLINE_TRACES"  # variable that tells a manifest where traces are received
_LAST_LINES = 8  # of a log, shown when its service died
_GRACE = 5.0  # seconds between SIGTERM and SIGKILL
_POLL = 0.05  # seconds


@dataclass(slots=True)
class _Running:
    name: str
    spec: ProcessSpec
    process: subprocess.Popen[bytes]
    log: Path
    base_url: str


class Staging:
    """The processes of a system, started on entering and stopped on leaving, whatever happens in between: also when
    this process is killed (see `flows/lifeline.py`).

    Attributes:
        environment: what a caller needs to talk to the system: base URLs, credentials. For the manifest and for QA.
        urls: service → base URL, of those that are started.
        logs: service → file of its output.
        not_started: service → why it is left out and what mends that, one sentence.
    """

    def __init__(
        self,
        system: Path,
        data: Path,
        python: Path,
        *,
        recording: Recording | None = None,
        ports: Mapping[str, int] | None = None,
        deadline: float = 120.0,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            system: the `system.yaml`.
            data: folder for the processes' logs and data, created.
            python: interpreter of the services (`${PYTHON}`).
            recording: the agents and where they report; None starts every process bare.
            ports: service → port; free ones are taken for those not named.
            deadline: seconds in which the whole system must be up.
        """
        self._folder = system.resolve().parent
        self._spec = load_system(system)
        self._data = data.resolve()
        self._python = python.absolute()  # not resolved: a virtual environment's python is a link out of it
        self._recording = recording
        self._deadline = deadline
        self._running: list[_Running] = []
        unknown = sorted(set(ports or {}) - set(self._spec.services))
        if unknown:
            raise StagingError(f"{system} has no service {', '.join(unknown)}; name a port only for one that it lists")
        self.not_started = unmet_needs(self._spec, recording)
        self._services = {name: spec for name, spec in self._spec.services.items() if name not in self.not_started}
        self._ports = _free_ports(self._spec.services, ports or {})
        self.urls = {name: f"http://{HOST}:{self._ports[name]}" for name in self._services}
        self.logs = {name: self._data / "logs" / f"{name}.log" for name in self._services}
        outer = settings.environment()
        self.environment = {name: outer.get(name) or value for name, value in self._spec.environment.items()}
        if recording:
            self.environment[RECEIVER] = recording.receiver
        self.environment |= {spec.url: self.urls[name] for name, spec in self._services.items() if spec.url}

    def __enter__(self) -> Staging:
        try:
            (self._data / "logs").mkdir(parents=True, exist_ok=True)
            for reason in self.not_started.values():
                log.warning(reason)
            for name, spec in self._services.items():
                self._start(name, spec)
            until = time.monotonic() + self._deadline
            for running in self._running:
                self._wait(running, until)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop every process with all its children: SIGTERM, after a grace SIGKILL. May be called again."""
        running, self._running = self._running, []
        try:
            for one in running:
                _signal(one.process, signal.SIGTERM)
            until = time.monotonic() + _GRACE
            for one in running:
                _outlast(one, until)
        finally:  # also when interrupted while waiting
            for one in running:
                _signal(one.process, signal.SIGKILL)  # the group: its children may outlive it
                one.process.wait()
                lifeline.untie(one.process)

    def _start(self, name: str, spec: ProcessSpec) -> None:
        values = self._values(name)
        cwd = self._folder / spec.cwd
        outer = settings.environment()
        environment = {k: v for k, v in outer.items() if not k.lower().endswith("_proxy")}  # loopback only
        environment |= self.environment | self._filled(spec.environment, values, name)
        environment |= {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}  # the source tree stays as it is
        command = [_fill(part, values, f"{name}: command") for part in spec.command]
        if self._recording:
            command, told = under_agent(self._recording, name, spec, command, cwd, self._python, environment)
            environment |= told
        _require_free(name, self._ports[name])
        try:
            with self.logs[name].open("wb") as output:
                process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise StagingError(f"{name} cannot be started in {cwd}: {error}; check its command and cwd") from None
        lifeline.tie(process)
        self._running.append(_Running(name, spec, process, self.logs[name], self.urls[name]))

    def _values(self, name: str) -> dict[str, str]:
        data = self._data / name
        data.mkdir(parents=True, exist_ok=True)
        authorities = {
            f"{spec.url}_AUTHORITY": f"{HOST}:{self._ports[other]}"
            for other, spec in self._spec.services.items()
            if spec.url
        }
        own = {"PYTHON": str(self._python), "HOST": HOST, "PORT": str(self._ports[name]), "DATA": str(data)}
        urls = {
            spec.url: f"http://{HOST}:{self._ports[other]}" for other, spec in self._spec.services.items() if spec.url
        }
        return urls | self.environment | authorities | own

    def _filled(self, environment: Mapping[str, str], values: Mapping[str, str], name: str) -> dict[str, str]:
        return {key: _fill(value, values, f"{name}: environment.{key}") for key, value in environment.items()}

    def _wait(self, running: _Running, until: float) -> None:
        url = running.base_url + running.spec.health
        with httpx.Client(timeout=2.0, trust_env=False) as client:
            while True:
                if (status := running.process.poll()) is not None:
                    raise StagingError(
                        f"{running.name} died at start with status {status}; mend what its log {running.log} "
                        f"ends with: {_tail(running.log)}"
                    )
                if _answers(client, url):
                    return
                if time.monotonic() > until:
                    raise StagingError(
                        f"{running.name} did not answer {url} within {self._deadline:g} s; mend it or give it more "
                        f"time, its log {running.log} ends with: {_tail(running.log)}"
                    )
                time.sleep(_POLL)


def _free_ports(services: Mapping[str, ProcessSpec], given: Mapping[str, int]) -> dict[str, int]:
    """Return service → port; all sockets are held until every port is chosen, so that no two are equal."""
    sockets: list[socket.socket] = []
    ports = dict(given)
    try:
        for name in services:
            if name not in ports:
                sockets.append(socket.create_server((HOST, 0)))
                ports[name] = sockets[-1].getsockname()[1]
    finally:
        for one in sockets:
            one.close()
    return ports


def _require_free(name: str, port: int) -> None:
    try:
        socket.create_server((HOST, port)).close()
    except (OSError, OverflowError) as error:
        raise StagingError(
            f"port {port} for {name} is not free ({error}); stop what listens there or name another port"
        ) from None


def _fill(text: str, values: Mapping[str, str], where: str) -> str:
    try:
        return Template(text).substitute(values)
    except KeyError as error:
        raise StagingError(f"{where} names ${{{error.args[0]}}}; known: {', '.join(sorted(values))}") from None
    except ValueError as error:
        raise StagingError(f"{where} is not a template ({error}); write a dollar sign as $$") from None


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code < 500
    except httpx.HTTPError:
        return False


def _outlast(running: _Running, until: float) -> None:
    try:
        running.process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        log.warning("%s did not stop within %.0f s and is killed", running.name, _GRACE)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass  # the whole group is gone
    except PermissionError:
        pass  # macOS says this of a group of which only the unreaped leader is left


def _tail(file: Path) -> str:
    lines = [line.strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return " | ".join(lines[-_LAST_LINES:]) or "(nothing)"
