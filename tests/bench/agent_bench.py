"""What the Python agent costs a service, beside nothing, standard OpenTelemetry and ddtrace with IAST.

    PYTHONPATH=. python tests/bench/agent_bench.py --peers FOLDER [--python 3.12] [--requests 400]

Builds an environment for the services and their tracers in FOLDER (once), and starts two applications in four modes:
bare, under OpenTelemetry's automatic instrumentation with its OTLP exporter, under the agent, and under ddtrace with
IAST. Each round asks all four servers of an application the same thing, in an order drawn anew, and compares the
answers' times within the round: that is fair on a machine that is busy with other things. Printed are the median
latency, the median of the ratios to bare and to OpenTelemetry, CPU time a request (all threads of the server), and
resident memory. Goal: the agent takes at most 1.05 of what OpenTelemetry takes; else the exit status is 1.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.engines.agents.python.environments import AGENT, VERSIONS, interpreter
from tests.ports import free_port

GOAL = 1.05
WARM_UP = 60  # rounds that are not counted
SERVICES = Path(__file__).parent / "agent_services"
UV = Path(sys.executable).parent / "uv"
NEEDED = (
    "flask", "waitress", "fastapi", "uvicorn", "httpx",
    "opentelemetry-distro", "opentelemetry-exporter-otlp-proto-http",
    "opentelemetry-instrumentation-flask", "opentelemetry-instrumentation-sqlite3",
    "opentelemetry-instrumentation-jinja2", "opentelemetry-instrumentation-fastapi",
    "opentelemetry-instrumentation-httpx", "ddtrace",
)  # fmt: skip
APPLICATIONS = {  # script → the path that is asked for
    "shop_flask.py": "/orders/{number}?like=thing",
    "shop_fastapi.py": "/quotes/item{number}?amount=2",
}
MODES = ("bare", "opentelemetry", "agent", "ddtrace")


@dataclass
class Server:
    """A running server of one mode, and how long each of its answers took in seconds."""

    mode: str
    process: subprocess.Popen
    connection: http.client.HTTPConnection
    times: list[float] = field(default_factory=list)
    cpu_before: float = 0.0

    def ask(self, path: str) -> float:
        """Return the seconds until the whole answer was read."""
        start = time.perf_counter()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        answer.read()
        took = time.perf_counter() - start
        if answer.status != 200:
            raise RuntimeError(f"{self.mode} answers {answer.status} to {path}")
        return took

    def cpu(self) -> float:
        """Return the seconds of CPU that the server used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> float:
        """Return the resident memory in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def built(folder: Path, version: str) -> Path:
    """Return the folder of programs of an environment for a version, made when it is missing."""
    base = interpreter(version)
    if base is None:
        raise SystemExit(f"agent_bench: no interpreter of Python {version} on PATH or under pyenv")
    place = folder.resolve() / version
    if not (place / ".ready").exists():
        subprocess.run([str(UV), "venv", "--quiet", "--clear", "--python", base, str(place)], check=True)
        python = str(place / "bin" / "python")
        subprocess.run([str(UV), "pip", "install", "--quiet", "--python", python, *NEEDED], check=True)
        (place / ".ready").touch()
    return place / "bin"


def command(mode: str, programs: Path, script: str, port: int, far: str) -> tuple[list[str], dict[str, str]]:
    """Return the command and the additional environment that start an application in a mode."""
    start = [str(programs / "python"), script, str(port), far]
    sending = {"OTEL_SERVICE_NAME": "bench", "OTEL_EXPORTER_OTLP_ENDPOINT": far}
    if mode == "opentelemetry":
        quiet = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none",
                 "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}  # fmt: skip
        return [str(programs / "opentelemetry-instrument"), *start], sending | quiet
    if mode == "agent":
        roots = ["-m", "leadline_agent", "--roots", str(SERVICES), "--"]
        return [start[0], *roots, *start], sending | {"PYTHONPATH": str(AGENT)}
    if mode == "ddtrace":
        on = {"DD_IAST_ENABLED": "true", "DD_TRACE_ENABLED": "true", "DD_TRACE_AGENT_URL": far}
        off = {"DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false", "DD_REMOTE_CONFIGURATION_ENABLED": "false"}
        return [str(programs / "ddtrace-run"), *start], on | off
    return start, {}


@contextmanager
def running(arguments: list[str], extra: dict[str, str], port: int) -> Iterator[subprocess.Popen]:
    """Run a server until the block ends. Raises RuntimeError with what it wrote when it does not start."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("OTEL_", "DD_", "PYTHON"))}
    process = subprocess.Popen(
        arguments, cwd=SERVICES, env=kept | {"PATH": f"{Path(arguments[0]).parent}:{kept['PATH']}"} | extra,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}") from None
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def measured(script: str, modes: list[str], programs: Path, requests: int) -> list[Server]:
    """Return the servers of an application with the times of their answers, after printing their figures."""
    order = random.Random(script)
    with ExitStack() as stack:
        far_port = free_port()
        far = f"http://127.0.0.1:{far_port}"
        stack.enter_context(running([sys.executable, "far_side.py", str(far_port)], {}, far_port))
        servers = []
        for mode in modes:
            port = free_port()
            arguments, extra = command(mode, programs, script, port, far)
            process = stack.enter_context(running(arguments, extra, port))
            servers.append(Server(mode, process, http.client.HTTPConnection("127.0.0.1", port, timeout=30)))
        for number in range(-WARM_UP, requests):
            if number == 0:
                for server in servers:
                    server.cpu_before = server.cpu()
            path = APPLICATIONS[script].format(number=order.randrange(50))
            for server in order.sample(servers, len(servers)):
                took = server.ask(path)
                if number >= 0:
                    server.times.append(took)
        time.sleep(1.0)  # what is still to be sent counts as well
        report(script, servers, requests)
        return servers


def paired(servers: list[Server], mode: str, other: str) -> float:
    """Return the median over the rounds of how much longer a mode took than another."""
    times = {server.mode: server.times for server in servers}
    return median(a / b for a, b in zip(times[mode], times[other], strict=True))


def report(script: str, servers: list[Server], requests: int) -> None:
    """Print a line for each server."""
    others = [mode for mode in ("bare", "opentelemetry") if any(server.mode == mode for server in servers)]
    print(f"{script}: {requests} rounds")
    for server in servers:
        ratios = "  ".join(f"{paired(servers, server.mode, other):5.2f} × {other}" for other in others)
        cpu = (server.cpu() - server.cpu_before) / requests
        print(f"  {server.mode:<14} {median(server.times) * 1e3:6.2f} ms  {ratios}  "
              f"{cpu * 1e3:6.2f} ms CPU  {server.resident():5.0f} MB")  # fmt: skip


def main() -> int:
    """Run the bench; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True, help="folder for the environments that are compared")
    parser.add_argument("--python", choices=VERSIONS, default="3.12", help="version of the services' interpreter")
    parser.add_argument("--requests", type=int, default=400, help="rounds for each application")
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES, help="those that are compared")
    parser.add_argument("--applications", nargs="+", choices=list(APPLICATIONS), default=list(APPLICATIONS))
    arguments = parser.parse_args()
    programs = built(arguments.peers, arguments.python)
    is_met = True
    for script in arguments.applications:
        servers = measured(script, list(arguments.modes), programs, arguments.requests)
        if {"agent", "opentelemetry"} <= set(arguments.modes):
            ratio = paired(servers, "agent", "opentelemetry")
            is_met = is_met and ratio <= GOAL
            print(f"  agent ÷ opentelemetry {ratio:.3f} (goal {GOAL}): {'met' if ratio <= GOAL else 'missed'}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
