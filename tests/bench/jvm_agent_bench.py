"""What the JVM agent costs a Clojure service: the same requests, shuffled, to the service with the agent and without.

    PYTHONPATH=. .venv/bin/python tests/bench/jvm_agent_bench.py [--requests 2000]

The service is the one of the agent's tests, compiled. Printed per path: the median of both in milliseconds, the median
of the ratios of pairs (each pair is asked in one breath, in random order), and seconds until the first answer.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import statistics
import subprocess
import tempfile
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx

from tests.engines.agents.jvm.virtual_machine import AGENT, CLOJURE, SERVICES, build, class_path, run
from tests.ports import free_port

SHOP = SERVICES / "shop"
PATHS = ["/health", "/forms", "/v/7/items/find/tea", "/xml?text=<a/>"]
WARM = 300  # requests per path before anything counts: the compiler of the virtual machine needs them


class Drain(BaseHTTPRequestHandler):
    """Takes spans and forgets them."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def start(classes: Path, port: int, endpoint: str, *, is_recorded: bool) -> tuple[subprocess.Popen[bytes], float]:
    """Start the service; return it with the seconds until it answers."""
    agent = [f"-javaagent:{AGENT}=roots={SHOP}"] if is_recorded else []
    begun = time.monotonic()
    process = subprocess.Popen(
        ["java", *agent, "-cp", class_path(CLOJURE, classes), "shop.main", str(port)],
        cwd=SHOP, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
    )  # fmt: skip
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health", timeout=5)
            return process, time.monotonic() - begun
        except httpx.HTTPError:
            time.sleep(0.05)


def measure(client: httpx.Client, url: str) -> float:
    """Return the milliseconds of one request."""
    begun = time.perf_counter()
    client.get(url)
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=2000, help="pairs per path")
    count = parser.parse_args().requests
    build()
    with tempfile.TemporaryDirectory() as folder, httpx.Client(timeout=30) as client:
        path = class_path(CLOJURE, SHOP / "src", SHOP / "libraries", Path(folder))
        run("java", f"-Dclojure.compile.path={folder}", "-cp", path, "clojure.lang.Compile", "shop.main")
        server = HTTPServer(("127.0.0.1", 0), Drain)
        drain = multiprocessing.Process(target=server.serve_forever, daemon=True)
        drain.start()
        endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        ports = {"bare": free_port(), "agent": free_port()}
        started = {
            name: start(Path(folder), port, endpoint, is_recorded=name == "agent") for name, port in ports.items()
        }
        try:
            for name, (_, seconds) in started.items():
                print(f"{name}: answers after {seconds:.1f} s")
            print(f"{'path':28} {'bare ms':>8} {'agent ms':>9} {'ratio':>6}")
            for asked in PATHS:
                times: dict[str, list[float]] = {"bare": [], "agent": []}
                for at in range(WARM + count):
                    for name in random.sample(list(ports), 2):
                        took = measure(client, f"http://127.0.0.1:{ports[name]}{asked}")
                        if at >= WARM:
                            times[name].append(took)
                ratio = statistics.median(a / b for a, b in zip(times["agent"], times["bare"], strict=True))
                bare, agent = statistics.median(times["bare"]), statistics.median(times["agent"])
                print(f"{asked:28} {bare:8.3f} {agent:9.3f} {ratio:6.2f}")
        finally:
            drain.terminate()
            for process, _ in started.values():
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
