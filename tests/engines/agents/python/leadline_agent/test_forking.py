"""Reloaders, prefork servers and processes that a request starts."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.agents.python.collector import SERVER, Collector, Span, under
from tests.engines.agents.python.running import SERVICES, service
from tests.ports import free_port

FOLDER = SERVICES / "processes"
SERVERS = {
    "gunicorn": ("gunicorn", "--workers", "3", "--bind", "127.0.0.1:{port}", "app:app"),
    "gunicorn preloaded": ("gunicorn", "--preload", "--workers", "3", "--bind", "127.0.0.1:{port}", "app:app"),
    "uvicorn": ("uvicorn", "--interface", "wsgi", "--workers", "2", "--port", "{port}", "app:app"),
    "reloader": ("flask", "--app", "app", "run", "--reload", "--port", "{port}"),
}


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as response:
        return response.read().decode()


@pytest.fixture(scope="module", params=SERVERS)
def recorded(request: pytest.FixtureRequest, newest_python: Path) -> Iterator[tuple[list[Span], set[int], list[str]]]:
    """Return the spans, the processes that served, and what was complained of."""
    port, command = free_port(), SERVERS[request.param]
    with Collector() as collector:
        arguments = [argument.format(port=port) for argument in command]
        with service(request.param, newest_python, FOLDER, arguments, collector.endpoint, port) as errors:
            pids = {json.loads(get(port, "/worker"))["pid"] for _ in range(12)}
            assert get(port, "/process") == "ok"
            for _ in range(2):
                get(port, "/pool")
            collector.until(lambda spans: sum(s.kind == SERVER for s in spans) >= 15, 10)
            spans = collector.until(lambda spans: any(s.function == "inner" for s in spans), 5)
        yield spans, pids, errors


def test_every_worker_records_under_ids_of_its_own(recorded: tuple) -> None:
    spans, pids, _ = recorded
    served = [span for span in spans if span.kind == SERVER]
    assert len(served) == 15 and len({span.trace for span in served}) == 15 and pids
    assert len({span.id for span in spans}) == len(spans)


def test_a_process_that_a_request_forks_is_recorded_below_it(recorded: tuple) -> None:
    spans, _, _ = recorded
    [served] = [span for span in spans if span.route == "/process"]
    functions = {span.function: span for span in under(served, spans) if span.function}
    assert set(functions) == {"process", "work", "inner"}
    assert functions["work"].parent == functions["process"].id and functions["inner"].parent == functions["work"].id


def test_a_worker_of_a_pool_is_of_no_request(recorded: tuple) -> None:
    spans, _, _ = recorded
    served = [span for span in spans if span.route == "/pool"]
    assert [[s.function for s in under(one, spans) if s.function] for one in served] == [["pool"], ["pool"]]


def test_the_agent_had_nothing_to_complain_of(recorded: tuple) -> None:
    assert [line for line in recorded[2] if line.startswith("leadline_agent")] == []


def test_workers_that_nobody_asked_are_told_of_once(newest_python: Path) -> None:
    port = free_port()
    with Collector() as collector:
        arguments = [argument.format(port=port) for argument in SERVERS["gunicorn"]]
        with service("unasked", newest_python, FOLDER, arguments, collector.endpoint, port) as errors:
            time.sleep(1)  # the port is open before the workers are there
    told = [line for line in errors if line.startswith("leadline_agent")]
    assert told == ["leadline_agent: nothing recorded: no request came to gunicorn before it ended"]
