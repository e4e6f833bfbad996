"""Two services and every client between them: one trace, the calling line in between, other headers as they were."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engines.agents.python.collector import CLIENT, SERVER, Collector, Span, above
from tests.engines.agents.python.running import SERVICES, service
from tests.ports import free_port

CLIENTS = SERVICES / "clients"
TOLD_BACK = ("httpx", "httpx-async", "aiohttp", "requests", "urllib3")  # what the other service was sent comes back
ASKED = (*TOLD_BACK, "urllib", "http-client", "moved", "pool", "gathered")
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SENT = {"traceparent": f"00-{TRACE}-{CALLER}-01", "tracestate": "vendor=x", "baggage": "user=eve,role=admin"}


@dataclass
class Recorded:
    spans: list[Span]
    answers: dict[str, dict]
    errors: list[str]

    def calls(self, name: str) -> list[tuple[Span, Span, Span]]:
        """Return (request of the first service, call, request of the second service) of what was asked by a name."""
        seconds = [s for s in self.spans if s.kind == SERVER and s.service == "back" and s.status != 302]
        found = []
        for second in seconds:
            call = above(second, self.spans)
            first = call
            while first is not None and first.kind != SERVER:
                first = above(first, self.spans)
            if first is not None and call is not None and first.route == f"/{name}":
                found.append((first, call, second))
        return found


def get(port: int, path: str, headers: dict[str, str]) -> dict:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.loads(response.read())


@pytest.fixture(scope="module")
def recorded(python: Path) -> Iterator[Recorded]:
    front, back, traced = free_port(), free_port(), free_port()
    given = {"BACK": f"http://127.0.0.1:{back}"}
    with Collector() as collector:
        with ExitStack() as stack:
            start = [
                ("back", ["back.py"], back),
                ("front", ["uvicorn", "front:app", "--port", str(front)], front),
                ("traced", ["traced.py"], traced),
            ]
            errors = [
                stack.enter_context(service(name, python, CLIENTS, command, collector.endpoint, port, **given))
                for name, command, port in start
            ]
            answers = {name: get(front, f"/{name}", SENT) for name in ASKED}
            for name in ("httpx", "requests"):
                answers[f"traced {name}"] = get(traced, f"/call/{name}", SENT)
            answers["own"] = get(traced, "/own", {})
            expected = 2 * len(ASKED) + 1 + 1 + 2 + 4 + 1  # a redirect, a second of the pool, two gathered, the traced
            spans = collector.until(lambda spans: sum(span.kind == SERVER for span in spans) >= expected)
        yield Recorded(spans, answers, [line for lines in errors for line in lines])


def line_of(name: str) -> int:
    lines = (CLIENTS / "front.py").read_text().splitlines()
    return 1 + next(number for number, line in enumerate(lines) if line.endswith(f"# mark {name}"))


@pytest.mark.parametrize("name", ASKED)
def test_a_call_has_its_line_and_leads_on(recorded: Recorded, name: str) -> None:
    calls = recorded.calls(name)
    assert len(calls) == {"pool": 2, "gathered": 3}.get(name, 1)
    for first, call, second in calls:
        assert {first.trace, call.trace, second.trace} == {TRACE} and first.parent == CALLER
        assert (call.kind, call.sink, call.service) == (CLIENT, "http", "front")
        assert (call.told["code.file.path"], call.told["code.line.number"]) == ("front.py", line_of(name))
        path = second.told["url.path"]
        assert call.told["leadline.sink.value"].endswith(path if name != "moved" else "/moved")
        function = above(call, recorded.spans)
        assert function is not None and function.function == call.told["code.function.name"]


def test_a_redirect_is_two_requests_below_one_call(recorded: Recorded) -> None:
    [moved] = [span for span in recorded.spans if span.kind == SERVER and span.status == 302]
    [(_, call, _)] = recorded.calls("moved")
    assert above(moved, recorded.spans) is call


@pytest.mark.parametrize("name", TOLD_BACK)
def test_other_headers_stay_as_the_service_sent_them(recorded: Recorded, name: str) -> None:
    headers = {key.lower(): value for key, value in recorded.answers[name].items()}
    assert {key: headers[key] for key in ("tracestate", "baggage")} == {k: SENT[k] for k in ("tracestate", "baggage")}
    assert headers["traceparent"].split("-")[1] == TRACE and headers["traceparent"].split("-")[2] != CALLER


@pytest.mark.parametrize("name", ["httpx", "requests"])
def test_a_tracer_of_the_service_goes_on_beside_the_agent(recorded: Recorded, name: str) -> None:
    told = {key.lower(): value for key, value in recorded.answers[f"traced {name}"].items()}["traceparent"]
    [served] = [s for s in recorded.spans if s.service == "traced" and s.told.get("url.path") == f"/call/{name}"]
    [call] = [span for span in recorded.spans if span.id == told.split("-")[2]]
    assert (served.trace, served.route, call.service, call.kind) == (TRACE, "/call/{name}", "traced", CLIENT)
    assert recorded.answers["own"].count("SERVER") == 2 and recorded.answers["own"].count("CLIENT") == 2


def test_the_agent_had_nothing_to_complain_of(recorded: Recorded) -> None:
    assert [line for line in recorded.errors if line.startswith("leadline_agent")] == []
