"""The line that is behind a call: the service's own, of the function that runs, and none that only runs the server."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.engines.agents.python.collector import Collector, Span, under
from tests.engines.agents.python.environments import AGENT
from tests.engines.agents.python.running import service
from tests.ports import free_port

SERVED = Path(__file__).parent / "served"
MAIN = (SERVED / "service" / "main.py").read_text().splitlines()


@pytest.fixture(scope="module")
def seen(python: Path) -> dict[str, tuple[list[Span], list[Span]]]:
    """Path → (functions, sinks) below its request."""
    port = free_port()
    paths = ["/plain", "/lambda", "/none"]
    with Collector() as collector:
        library = f"{AGENT}:{SERVED / 'library'}"
        with service("served", python, SERVED / "service", ["main.py"], collector.endpoint, port, PYTHONPATH=library):
            for path in paths:
                assert httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False).status_code == 200
            spans = collector.until(lambda spans: sum(span.kind == 2 for span in spans) == len(paths))
    found = {}
    for entry in (span for span in spans if span.kind == 2):
        below = under(entry, spans)
        found[entry.told["url.path"]] = [s for s in below if s.function], [s for s in below if s.sink]
    return found


def line_of(mark: str) -> int:
    return 1 + next(number for number, line in enumerate(MAIN) if line.endswith(f"# mark {mark}"))


def told(span: Span) -> tuple[str, str, int]:
    return span.told["code.function.name"], span.told["code.file.path"], span.told["code.line.number"]


def test_a_call_belongs_to_the_line_of_the_running_function(seen):
    functions, sinks = seen["/plain"]
    assert [told(span)[0] for span in functions] == ["plain", "asked"]  # the main script's functions are seen, too
    assert [told(span) for span in sinks] == [("asked", "main.py", line_of("asked"))]


def test_a_handler_without_a_name_is_behind_its_calls(seen):
    functions, sinks = seen["/lambda"]
    assert functions == []
    assert [told(span) for span in sinks] == [("main", "main.py", line_of("lambda"))]


def test_what_a_framework_does_is_no_call_of_the_script_that_runs_its_server(seen):
    assert seen["/none"] == ([], [])
