"""A Java service on servlets and on the JDK's server, and what the agent says when it records nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from engines.contract import Function, Target
from engines.static.inventory.engine import InventoryEngine
from engines.trace.receiver import Receiver
from engines.trace.spool import Frame, frames_in
from tests.engines.agents.jvm.recorded import Recorded
from tests.engines.agents.jvm.virtual_machine import (
    AGENT,
    JAVA,
    SERVICES,
    build,
    class_path,
    other_service,
    run,
    started,
)  # fmt: skip
from tests.engines.agents.python.collector import CLIENT, SERVER, Collector, under
from tests.ports import free_port

COUNTER = SERVICES / "counter"
SOURCE = COUNTER / "src"
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> str:
    build()
    folder = tmp_path_factory.mktemp("classes")
    sources = [str(path) for path in sorted(COUNTER.rglob("*.java"))]
    run("javac", "-nowarn", "--release", "17", "-cp", class_path(JAVA), "-d", str(folder), *sources)
    return class_path(JAVA, folder)


@pytest.fixture(scope="module")
def recorded(classes: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    ports, folder = [free_port(), free_port()], tmp_path_factory.mktemp("files")
    (folder / "kept").write_text("kept")
    pages = {
        "overflow": "", "all": "", "threads": "", "statement": "a", "h2": "b", "shell": "echo c", "write": "written",
        "access": "access", "read": "kept", "delete": "written", "object": "d", "document": "<e/>", "xpath": "//b",
        "ldap": "(uid=f)", "redirect": "https://g.example/", "session": "h",
    }  # fmt: skip
    with Collector() as collector, other_service() as (away, heard):
        with started("-cp", classes, "com.example.Main", *map(str, ports), roots=SOURCE, ports=ports,
                     endpoint=collector.endpoint, cwd=folder) as service:  # fmt: skip
            with httpx.Client(timeout=20) as client:
                for page, value in {**pages, "away": f"{away}/away"}.items():
                    status = client.get(f"{service.base}/do/{page}", params={"value": value}).status_code
                    assert status == (302 if page == "redirect" else 200), page
                client.get(f"http://127.0.0.1:{ports[1]}/small?x=1")
                client.get(f"http://127.0.0.1:{ports[1]}/kit", headers={"traceparent": f"00-{TRACE}-{CALLER}-01"})
        yield Recorded(collector.spans, service.errors, heard)


def line_of(mark: str) -> int:
    lines = (COUNTER / "src/com/example/Pages.java").read_text().splitlines()
    return 1 + next(at for at, line in enumerate(lines) if line.endswith(f"// mark {mark}"))


def test_every_function_is_one_of_the_inventory_and_every_one_that_ran_is_seen(recorded):
    target = Target("r-1", "counter", "1", "b", "internal", source=SOURCE)
    inventory = [record for record in InventoryEngine().run(target, []) if isinstance(record, Function)]
    known = {(record.file, record.qualified_name): record for record in inventory}
    for name, file, line in recorded.functions():
        assert known[file, name].start_line <= line <= known[file, name].end_line, (name, line)
    ran = {record.qualified_name for record in inventory if record.kind != "module"}
    assert ran - {name for name, _, _ in recorded.functions()} == {"Main.main"}


def test_what_pools_and_parallel_streams_do_belongs_to_the_request(recorded):
    spans = under(recorded.request("/do/threads"), recorded.spans)
    counts = [span.told["leadline.calls"] for span in spans if span.function == "Counter.plain"]
    assert sum(counts) == 54  # submitted, supplied, then applied, in a thread, and 50 in parallel


@pytest.mark.parametrize(
    ("page", "kind", "value", "function"),
    [
        ("statement", "sql", "select 'a'", "Pages.statement"),
        ("h2", "sql", "select 'b'", "Pages.prepared"),
        ("shell", "exec", "echo c", "Pages.done"),
        ("write", "file", "written", "Pages.written"),
        ("access", "file", "access", "Pages.done"),
        ("read", "file", "kept", "Pages.done"),
        ("delete", "file", "written", "Pages.done"),
        ("object", "deserialize", "<ObjectInputStream>", "Pages.object"),
        ("document", "xml", "<e/>", "Pages.document"),
        ("ldap", "ldap", "(uid=f)", "Pages.directory"),
        ("redirect", "redirect", "https://g.example/", "Pages.answered"),
        ("session", "session-write", "name=h", "Pages.answered"),
    ],
)
def test_a_sink_tells_its_value_and_the_line_that_called_it(recorded, page, kind, value, function):
    assert recorded.sinks(f"/do/{page}") == [(kind, value, function, line_of(page))]


def test_an_expression_and_the_document_that_it_searches_are_two_sinks(recorded):
    assert ("xpath", "//b", "Pages.done", line_of("xpath")) in recorded.sinks("/do/xpath")


def test_an_overflow_of_the_stack_is_the_service_s_own(recorded):
    overflow = recorded.request("/do/overflow")
    assert overflow.status == 200 and overflow.told["leadline.dropped"] > 0
    assert len(under(overflow, recorded.spans)) <= 600  # bounded: what is too deep is counted


def test_a_shell_is_told_from_a_program(recorded):
    sink = next(s for s in under(recorded.request("/do/shell"), recorded.spans) if s.sink)
    assert sink.told["leadline.sink.shell"] is True


def test_a_called_service_continues_the_trace(recorded):
    sent = next(s for s in under(recorded.request("/do/away"), recorded.spans) if s.kind == CLIENT)
    assert (sent.told["http.request.method"], recorded.heard["/away"]) == ("POST", f"00-{sent.trace}-{sent.id}-01")


def test_requests_of_both_servers_are_told_once_with_route_and_status(recorded):
    told = [(s.told["url.path"], s.route, s.status) for s in recorded.spans if s.kind == SERVER]
    assert ("/do/all", "/do/*", 200) in told and ("/small", "", 202) in told
    assert len(told) == len(set(told))


def test_requests_of_http_kit_are_told_from_the_task_that_handles_them(recorded):
    kit = {s.told["url.path"]: s for s in recorded.spans if s.kind == SERVER and s.told["url.path"].startswith("/kit/")}
    assert {path: (s.status, s.trace, s.parent) for path, s in kit.items()} == {
        "/kit/1": (500, TRACE, CALLER),
        "/kit/2": (403, TRACE, CALLER),
    }
    assert kit["/kit/1"].told["url.query"] == "a=b"
    assert "Counter.plain" in [s.function for s in under(kit["/kit/2"], recorded.spans)]


def test_the_agent_complains_of_nothing(recorded):
    assert "leadline-agent:" not in recorded.errors


def test_a_service_whose_spans_nobody_takes_goes_on(classes: str, tmp_path: Path):
    ports, nobody = [free_port(), free_port()], f"http://127.0.0.1:{free_port()}"
    with started("-cp", classes, "com.example.Main", *map(str, ports), roots=SOURCE, ports=ports, endpoint=nobody,
                 cwd=tmp_path) as service:  # fmt: skip
        for _ in range(3):
            assert httpx.get(f"{service.base}/do/all").status_code == 200
        time.sleep(2)  # the agent gives up in this time
    complaints = [line for line in service.errors.splitlines() if line.startswith("leadline-agent:")]
    assert len(complaints) == 1 and f"cannot send to {nobody}/v1/traces" in complaints[0]


def test_a_receiver_that_wants_a_token_is_given_it(classes: str, tmp_path: Path):
    ports = [free_port(), free_port()]
    with Receiver("127.0.0.1:0", tmp_path / "spool", token="t0 ken+") as receiver:
        segment = receiver.start_segment("qa")
        with started("-cp", classes, "com.example.Main", *map(str, ports), roots=SOURCE, ports=ports, cwd=tmp_path,
                     endpoint=receiver.endpoint, OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20t0%20ken+",
                     ) as service:  # fmt: skip
            assert httpx.get(f"{service.base}/do/all").status_code == 200
        receiver.settle()
        assert receiver.stats.refused == {} and receiver.stats.bodies
    assert any(isinstance(part, Frame) for part in frames_in(segment))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("", "no source is given"),
        ("=rots=src", "there is no setting 'rots'"),
        ("=roots=nowhere", "is no folder"),
        ("=roots=empty", "no source file of Clojure, Java or Kotlin is under"),
        ("=roots=other", "no function was loaded whose source is under"),
        ("=roots=own", "no request of a known server arrived"),
    ],
)
def test_recording_nothing_is_said_aloud(tmp_path: Path, settings: str, sentence: str):
    build()
    for folder in ("empty", "other", "own"):
        (tmp_path / folder).mkdir()
    (tmp_path / "other" / "Other.java").write_text("class Other {}")
    (tmp_path / "own" / "Idle.java").write_text(
        "class Idle { public static void main(String[] a) {\n System.out.println(1); } }"
    )
    run("javac", "-d", str(tmp_path), str(tmp_path / "own" / "Idle.java"))
    done = run("java", f"-javaagent:{AGENT}{settings}", "-cp", ".", "Idle", cwd=tmp_path)
    assert done.stdout == "1\n"  # the service runs all the same
    assert done.stderr.count("leadline-agent: NOTHING") == 1 and sentence in done.stderr
