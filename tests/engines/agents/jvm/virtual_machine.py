"""Builds the agent, compiles services, starts them under the agent; skips where Debian's packages are absent."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).resolve().parents[4]
AGENT = ROOT / "engines" / "agents" / "jvm" / "build" / "leadline-agent.jar"
SERVICES = Path(__file__).resolve().parent / "services"
JARS = Path("/usr/share/java")
QUICK = ["-XX:TieredStopAtLevel=1"]  # tests start far more than they run

_JETTY = "servlet-api jetty9-server jetty9-servlet jetty9-security jetty9-http jetty9-io jetty9-util"
_DRIVERS = "xerial-sqlite-jdbc h2 slf4j-api slf4j-simple"
_LANGUAGE = """clojure spec.alpha core.specs.alpha core.async tools.analyzer tools.analyzer.jvm core.memoize core.cache
    data.priority-map tools.reader tools.macro"""
_LIBRARIES = """ring-core ring-codec ring-servlet ring-jetty-adapter compojure clout instaparse medley java.jdbc
    commons-io commons-fileupload commons-codec crypto-random crypto-equality"""
CLOJURE = f"{_LANGUAGE} {_LIBRARIES} {_JETTY} {_DRIVERS}".split()
JAVA = f"{_JETTY} {_DRIVERS}".split()


def class_path(names: list[str], *before: Path) -> str:
    """Return a class path; skip the tests when a jar is missing."""
    missing = [name for name in names if not (JARS / f"{name}.jar").exists()]
    if missing:
        pytest.skip(f"Debian's jars are absent: {', '.join(missing)}")
    return os.pathsep.join([*map(str, before), *(str(JARS / f"{name}.jar") for name in names)])


def build() -> None:
    """Build the agent's jar; skip the tests without a JDK or ASM."""
    if shutil.which("javac") is None or not (JARS / "asm.jar").exists():
        pytest.skip("no JDK or no ASM: openjdk-17-jdk-headless and libasm-java build the agent")
    subprocess.run(["make", "--silent", "agents"], cwd=ROOT, check=True)


def run(*command: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run to the end; raises with what it printed when it fails."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@dataclass
class Running:
    """A service that runs; `errors` is what it printed, complete once it is stopped."""

    base: str
    errors: str = ""


@contextmanager
def started(
    *command: str, roots: Path, ports: list[int], endpoint: str, cwd: Path, **environment: str
) -> Iterator[Running]:
    """Start `java` under the agent, wait until it listens, stop it with SIGTERM."""
    told = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("OTEL_", "LEADLINE_", "JAVA_"))},
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_SERVICE_NAME": "tested",
        "OTEL_RESOURCE_ATTRIBUTES": "service.version=1.2.3",
        **environment,
    }
    process = subprocess.Popen(
        ["java", *QUICK, f"-javaagent:{AGENT}=roots={roots}", *command],
        cwd=cwd, env=told, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    service = Running(f"http://127.0.0.1:{ports[0]}")
    try:
        for port in ports:
            _wait(port, process)
        yield service
    finally:
        process.terminate()
        service.errors = process.communicate(timeout=20)[0]


def _wait(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(900):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            if process.poll() is not None:
                raise AssertionError(process.communicate()[0]) from None
            time.sleep(0.1)
    raise AssertionError(f"no service on port {port}")


@contextmanager
def other_service() -> Iterator[tuple[str, dict[str, str]]]:
    """A service that is called: its base URL, and path → the `traceparent` it was called with."""
    heard: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard[self.path] = self.headers.get("traceparent", "")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"answer")

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
    finally:
        server.shutdown()
        server.server_close()
