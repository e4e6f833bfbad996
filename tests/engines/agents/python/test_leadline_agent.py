"""Two real services under the agent, a real receiver, the importer: what the code did is what the records say."""

from __future__ import annotations

import base64
import dataclasses
import os
import pickle
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from engines.canary import canary, trace_id, traceparent
from engines.contract import Batch, Exerciser, Target
from engines.trace.engine import TraceEngine
from engines.trace.receiver import Receiver
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[4]
SERVICES = Path(__file__).parent / "services"
PYTHON = ROOT / ".venv-demo" / "bin" / "python"
MARK = canary("agent test")
PROBE = trace_id(Exerciser.DAST, "agent test")

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-demo: the services' own environment is absent")


def start(name: str, endpoint: str, command: list[str], **extra: str) -> subprocess.Popen:
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("OTEL_", "LEADLINE_"))},
        "PYTHONPATH": str(ROOT / "engines" / "agents" / "python"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_SERVICE_NAME": name,
        "OTEL_RESOURCE_ATTRIBUTES": "service.version=1.2.3",
        **extra,
    }
    agent = [str(PYTHON), "-m", "leadline_agent", "--roots", str(SERVICES / name), "--", str(PYTHON)]
    return subprocess.Popen(
        agent + command, cwd=SERVICES / name, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def wait_for(port: int) -> None:
    for _ in range(150):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no service on port {port}")


def records(segment: Path) -> dict[str, list[SimpleNamespace]]:
    found: dict[str, list[SimpleNamespace]] = {}
    for item in TraceEngine(segment, Exerciser.QA).run(Target("r-1", "*", "1", "b", "internal"), []):
        if isinstance(item, Batch):
            found[item.record_type.__name__] = [SimpleNamespace(**row) for row in item.rows.to_pylist()]
        else:
            found.setdefault(type(item).__name__, []).append(SimpleNamespace(**dataclasses.asdict(item)))
    return found


GETS = [
    "/orders/5/items/alice?token=s3cr3t&colour=red",
    "/ask?item=tea",
    f"/read?name={MARK}",
    "/run?x=word",
    "/page?x=hello",
    "/count?x=1234",
    "/go?to=https://away.example/x",
    "/generated",
    "/broken",
    "/threads",
    "/deep",
    "/nowhere",
]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[SimpleNamespace]]]:
    spool = tmp_path_factory.mktemp("spool")
    front, back = free_port(), free_port()
    with Receiver("127.0.0.1:0", spool) as receiver:
        segment = receiver.start_segment("qa")
        started = [
            start("front", receiver.endpoint, ["app.py"], PORT=str(front), BACK=f"http://127.0.0.1:{back}"),
            start("back", receiver.endpoint, ["-m", "uvicorn", "service:app", "--port", str(back)]),
        ]
        try:
            for port in (front, back):
                wait_for(port)
            with httpx.Client() as client:
                statuses = {path: client.get(f"http://127.0.0.1:{front}{path}").status_code for path in GETS}
                assert statuses["/broken"] == 500 and statuses["/nowhere"] == 404
                assert all(s in (200, 302) for p, s in statuses.items() if p not in ("/broken", "/nowhere")), statuses
                body = base64.b64encode(pickle.dumps([1]))
                assert client.post(f"http://127.0.0.1:{front}/load", content=body).status_code == 200
                for path in ("/v1/prices/tea/sync", "/api/things/4", "/away?to=/x"):
                    assert client.get(f"http://127.0.0.1:{back}{path}").status_code in (200, 307)
                probe = {"traceparent": traceparent(PROBE)}
                client.get(f"http://127.0.0.1:{front}/orders/5/items/{MARK}'", headers=probe)
                client.get(f"http://127.0.0.1:{front}/orders/5/items/{MARK}", headers=probe)
            assert receiver.settle()
        finally:
            for process in started:
                process.terminate()
            errors = [process.communicate(timeout=10)[1].decode() for process in started]
        assert not [line for error in errors for line in error.splitlines() if line.startswith("leadline_agent:")]
        assert receiver.stats.refused == {}
    yield records(segment)


def chain(seen: dict, path_id: str) -> list[str]:
    by_id = {row.path_id: row for row in seen["CallPath"]}
    row, names = by_id[path_id], []
    while row is not None:
        names.append(row.symbol)
        row = by_id.get(row.parent_path_id)
    return names[::-1]


def chains(seen: dict, entry: str) -> list[list[str]]:
    return [chain(seen, r.path_id) for r in seen["CallPath"] if f"{r.entry_method} {r.entry_route}" == entry]


def line_of(file: str, mark: str) -> int:
    lines = (SERVICES / file).read_text().splitlines()
    return 1 + next(i for i, line in enumerate(lines) if line.endswith(f"# mark {mark}"))


def hits(seen: dict, kind: str, entry_route: str) -> list[SimpleNamespace]:
    return [hit for hit in seen["SinkHit"] if hit.kind == kind and hit.entry_route == entry_route and not hit.trace_id]


def test_functions_form_the_tree_that_the_code_has(seen: dict) -> None:
    assert ["GET /orders/{number}/items/{name}", "items", "find", "database", "sql"] in chains(
        seen, "GET /orders/{number}/items/{name}"
    )
    rows = {(r.symbol, r.file): r for r in seen["CallPath"] if r.kind == "function"}
    source = (SERVICES / "front" / "app.py").read_text().splitlines()
    assert source[rows["items", "app.py"].line - 1].startswith("def items")  # decorators excluded


def test_generators_exceptions_threads_and_recursion_keep_the_tree_whole(seen: dict) -> None:
    assert sorted(chains(seen, "GET /generated")) == [
        ["GET /generated"],
        ["GET /generated", "generated"],
        ["GET /generated", "generated", "after"],
        ["GET /generated", "generated", "numbers"],
        ["GET /generated", "generated", "numbers", "numbered"],
    ]
    assert ["GET /broken", "broken", "raise_it"] in chains(seen, "GET /broken")
    assert ["GET /threads", "threads", "find", "sql"] in chains(seen, "GET /threads")
    assert max(chains(seen, "GET /deep"), key=len) == ["GET /deep", "deep", "again"]
    [again] = [r for r in seen["CallPath"] if r.symbol == "again"]
    assert again.calls == 6


def test_concurrent_tasks_stay_apart(seen: dict) -> None:
    found = chains(seen, "GET /ask")
    for side in ("left", "right"):
        assert ["GET /ask", "ask", "price", "GET /v1/prices/{item}", "price", side, "stored", "sql"] in found


def test_the_second_service_hangs_below_the_function_that_called_it(seen: dict) -> None:
    [called] = [r for r in seen["CallPath"] if r.service == "back" and r.kind == "endpoint" and r.entry_route == "/ask"]
    assert chain(seen, called.path_id) == ["GET /ask", "ask", "price", "GET /v1/prices/{item}"]
    assert called.entry_service == "front"
    [request] = [r for r in seen["Request"] if r.service == "back" and r.route == "/v1/prices/{item}"]
    assert request.caller_service == "front" and request.status == 200


def test_routes_are_templates_through_blueprints_routers_and_mounts(seen: dict) -> None:
    routes = {(r.service, r.route) for r in seen["Request"]}
    assert {
        ("front", "/orders/{number}/items/{name}"),
        ("back", "/v1/prices/{item}"),
        ("back", "/v1/prices/{item}/sync"),
        ("back", "/api/things/{thing_id}"),
        ("front", ""),  # nothing matched
    } <= routes


@pytest.mark.parametrize(
    ("kind", "route", "file", "mark", "statement"),
    [
        ("sql", "/orders/{number}/items/{name}", "front/app.py", "sql", "SELECT * FROM orders WHERE owner = 'alice'"),
        ("sql", "/ask", "back/service.py", "bound", "SELECT * FROM prices WHERE item = ?"),
        ("http", "/ask", "front/app.py", "http", r"http://127.0.0.1:\d+/v1/prices/tea"),
        ("file", "/read", "front/app.py", "file", f".*/{MARK}"),
        ("file", "/read", "front/app.py", "remove", f".*/{MARK}"),
        ("exec", "/run", "front/app.py", "argv", r'\[".*python.*", "-c", "pass", "word"\]'),
        ("exec", "/run", "front/app.py", "shell", "true word"),
        ("deserialize", "/load", "front/app.py", "pickle", r".*a\."),
        ("template", "/page", "front/app.py", "template", "Hello hello"),
        ("eval", "/count", "front/app.py", "eval", "1234"),
        ("redirect", "/go", "front/app.py", "redirect", "https://away.example/x"),
        ("redirect", "/away", "back/service.py", "redirect", "/x"),
    ],
)
def test_a_sink_names_the_line_of_our_code_and_the_value(
    seen: dict, kind: str, route: str, file: str, mark: str, statement: str
) -> None:
    pattern = re.compile(re.escape(statement) if kind == "sql" else statement)
    found = [
        hit
        for hit in hits(seen, kind, route)
        if hit.line == line_of(file, mark) and hit.file == file.split("/")[1] and pattern.fullmatch(hit.statement)
    ]
    expected = 2 if mark == "bound" else 1  # two tasks get there, each on its own path
    assert [hit.hits for hit in found] == [1] * expected, hits(seen, kind, route)


def test_a_request_counts_once_through_nested_libraries(seen: dict) -> None:
    assert len(hits(seen, "http", "/ask")) == 1


def test_outside_values_are_recognised_where_they_stand_whole(seen: dict) -> None:
    told = {
        (h.kind, h.entry_route): (h.outside_parameter, h.outside_value) for h in seen["SinkHit"] if h.outside_parameter
    }
    assert told["sql", "/orders/{number}/items/{name}"] == ("name", "alice")
    assert told["exec", "/run"] == ("x", "word")
    assert told["eval", "/count"] == ("x", "1234")
    assert ("sql", "/ask") not in told  # bound: it does not show


def test_probes_keep_their_traces_and_show_the_broken_shape(seen: dict) -> None:
    mine = [h for h in seen["SinkHit"] if h.trace_id == PROBE and MARK in h.canaries]
    assert {h.exerciser for h in mine} == {"dast"}
    assert {h.line for h in mine} == {line_of("front/app.py", "sql")}
    assert sorted(h.shape.split(":")[0] == "broken" for h in mine) == [False, True]
    assert {p.path_id for p in seen["TracePath"] if p.trace_id == PROBE} >= {h.path_id for h in mine}


def test_examples_are_of_ordinary_traffic_and_redacted(seen: dict) -> None:
    examples = {(p.route, p.name, p.place): p.example for p in seen["SeenParameter"]}
    assert examples["/orders/{number}/items/{name}", "colour", "query"] == "red"
    assert examples["/orders/{number}/items/{name}", "token", "query"] == "[redacted]"
    assert examples["/orders/{number}/items/{name}", "number", "path"] == "5"
    assert not [p for p in seen["SeenParameter"] if MARK in p.example and p.route.startswith("/orders")]


def test_nothing_was_dropped_and_both_services_are_told(seen: dict) -> None:
    told = {(t.service, t.exerciser): t for t in seen["TracedService"]}
    assert told["front", "qa"].functions > 10 and told["back", "qa"].functions == 7
    assert sum(t.dropped for t in told.values()) == 0
    assert not seen.get("Quarantined") and not seen.get("Skip")


def test_an_unreachable_receiver_does_not_disturb_the_service() -> None:
    port = free_port()
    process = start("back", f"http://127.0.0.1:{free_port()}", ["-m", "uvicorn", "service:app", "--port", str(port)])
    try:
        wait_for(port)
        assert httpx.get(f"http://127.0.0.1:{port}/v1/prices/tea").json() == {"item": "tea", "n": 0}
    finally:
        process.terminate()
        process.communicate(timeout=15)


def test_after_a_restart_of_the_receiver_nothing_is_lost(tmp_path: Path) -> None:
    """The agent's open connection is stale then: it has to notice and to send again."""
    port, listen = free_port(), f"127.0.0.1:{free_port()}"
    process = start("back", f"http://{listen}", ["-m", "uvicorn", "service:app", "--port", str(port)])
    try:
        wait_for(port)
        for turn in ("first", "second"):
            with Receiver(listen, tmp_path / turn) as receiver:
                segment = receiver.start_segment("qa")
                httpx.get(f"http://127.0.0.1:{port}/v1/prices/{turn}")
                assert receiver.settle(quiet=1.5)
            assert [r.path_example for r in records(segment)["Request"]] == [f"/v1/prices/{turn}"]
    finally:
        process.terminate()
        process.communicate(timeout=15)


def test_missing_roots_are_told_in_one_sentence() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engines" / "agents" / "python")}
    command = [str(PYTHON), "-m", "leadline_agent", "--roots", "/no/such/place", "--", "true"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and "no such directory: /no/such/place" in done.stderr


def test_what_was_lost_before_anybody_recorded_is_not_missed_in_a_recording(tmp_path: Path) -> None:
    port, receiving = free_port(), free_port()
    command = ["-m", "uvicorn", "service:app", "--port", str(port)]
    service = start("back", f"http://127.0.0.1:{receiving}", command)
    try:
        wait_for(port)
        httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)
        time.sleep(2)  # the agent has given up by now
        with Receiver(f"127.0.0.1:{receiving}", tmp_path) as receiver:
            segment = receiver.start_segment("qa")
            httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)
            receiver.settle()
    finally:
        service.kill()
        service.wait()
    (told,) = records(segment)["TracedService"]
    assert (told.traces, told.dropped) == (1, 0)
