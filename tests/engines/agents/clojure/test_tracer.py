"""The pure-Clojure tracer, in a real service: what it records from source, and that it says what it cannot record."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.command import ROOT, leadline
from tests.ports import free_port

TRACER = ROOT / "engines" / "agents" / "clojure"
SERVICE = Path(__file__).parent / "services" / "till"
LIBRARIES = """
    clojure spec.alpha core.specs.alpha java.jdbc sqlite-jdbc compojure clout instaparse medley tools.macro ring-core
    ring-codec ring-servlet ring-jetty-adapter commons-codec commons-fileupload commons-io crypto-equality crypto-random
    servlet-api jetty9-http jetty9-io jetty9-security jetty9-server jetty9-servlet jetty9-util slf4j-api slf4j-nop
""".split()
JARS = [Path("/usr/share/java") / f"{name}.jar" for name in LIBRARIES]
DIRECT = "-Dclojure.compiler.direct-linking=true"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"

missing = "java" if not shutil.which("java") else next((str(jar) for jar in JARS if not jar.exists()), None)
pytestmark = pytest.mark.skipif(missing is not None, reason=f"{missing} is not installed")

# What every way of starting must show, but for where it is told: name in the inventory → file.
FUNCTIONS = {
    "kinds", "all-of-them", "fails", "several", "every", "countdown", "total", "doubled", "later", "text",
}  # fmt: skip
METHODS = {
    "price :gift", "price :default", "Box.weight", "Box.heavier", "String.weight", "Long.weight", "Double.weight",
    "Weighed.weight", "Scale.weight",
}  # fmt: skip


@dataclass
class Receiver:
    """Takes OTLP/JSON on loopback and keeps the spans."""

    spans: list[dict[str, Any]] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def of(self, path: str) -> list[dict[str, Any]]:
        """Return the spans of the requests to a path, the server's first."""
        roots = [s for s in self.spans if s["kind"] == 2 and s["attributes"]["url.path"] == path]
        traces = {root["traceId"] for root in roots}
        return roots + [s for s in self.spans if s["traceId"] in traces and s["kind"] != 2]

    def functions(self, path: str) -> list[dict[str, Any]]:
        return [s for s in self.of(path) if s["kind"] == 1 and "leadline.sink.kind" not in s["attributes"]]

    def sinks(self, path: str) -> list[dict[str, Any]]:
        return [s["attributes"] for s in self.of(path) if "leadline.sink.kind" in s["attributes"]]


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            for resource in sent["resourceSpans"]:
                receiver.resources.append(plain(resource["resource"]["attributes"]))
                for span in resource["scopeSpans"][0]["spans"]:
                    receiver.spans.append(span | {"attributes": plain(span["attributes"])})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def plain(attributes: list[dict[str, Any]]) -> dict[str, Any]:
    return {a["key"]: int(v) if "intValue" in a["value"] else v for a in attributes for v in a["value"].values()}


@dataclass
class Run:
    """A started service: what it said, and what it recorded of the same few requests."""

    receiver: Receiver
    said: str
    answers: dict[str, int]


def java(*arguments: str, classes: list[Path], environment: dict[str, str] | None = None, output: Any = None):
    path = ":".join(map(str, [TRACER, *classes, *JARS]))
    command = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", path, *arguments]
    return subprocess.Popen(command, cwd=SERVICE, env=environment, stdout=output, stderr=subprocess.STDOUT)


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Iterator[dict[str, Run]]:
    """Start the service in every way at once, ask it the same, and stop it."""
    folder = tmp_path_factory.mktemp("till")
    options = {"source": [], "source, linked": [DIRECT], "compiled": [], "compiled, linked": [DIRECT]}
    classes = {name: [SERVICE / "src"] for name in options}
    compiling = []
    for name in ("compiled", "compiled, linked"):
        out = folder / name.replace(", ", "-")
        out.mkdir()
        classes[name] = [out]
        call = f"(binding [*compile-path* {json.dumps(str(out))}] (compile 'till.main))"
        compiling.append(java(*options[name], "clojure.main", "-e", call, classes=[SERVICE / "src", out]))
    assert [process.wait(120) for process in compiling] == [0, 0]
    with contextlib.ExitStack() as stack:
        receivers = {name: stack.enter_context(receiving()) for name in options}
        started = {
            name: stack.enter_context(
                running(receivers[name], free_port(), folder / f"{name}.log", options[name], classes[name])
            )
            for name in options
        }
        yield {name: ask(*one) for name, one in started.items()}


@contextlib.contextmanager
def running(
    receiver: Receiver, port: int, log: Path, options: list[str], classes: list[Path]
) -> Iterator[tuple[Receiver, int, Path]]:
    with log.open("wb") as output:
        environment = {
            "PATH": "/usr/bin:/bin",
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
            "OTEL_SERVICE_NAME": "till",
            "OTEL_RESOURCE_ATTRIBUTES": "service.version=1.0%2B3",
        }
        main = ["clojure.main", "-m", "leadline.tracer", "--roots", ".", "till.main", str(port)]
        process = java(*options, *main, classes=classes, environment=environment, output=output)
        try:
            yield receiver, port, log
        finally:
            process.kill()
            process.wait()


def ask(receiver: Receiver, port: int, log: Path) -> Run:
    base = f"http://127.0.0.1:{port}"
    assert eventually(lambda: answers(f"{base}/health"), 120), log.read_text()
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    paths = ("/kinds/5", "/sinks?value=qwerty", "/shops/north/desks/7", "/broken", "/none")
    status = {}
    for path in paths:
        told = headers if path.startswith("/sinks") else {}
        status[path] = httpx.get(base + path, headers=told, trust_env=False, timeout=30).status_code
    eventually(lambda: receiver.of("/none"), 1 if log.stem == "compiled, linked" else 10)
    return Run(receiver, log.read_text(), status)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=5).is_success
    except httpx.HTTPError:
        return False


def eventually(holds, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < until:
        time.sleep(0.1)
    return bool(held)


@pytest.fixture(scope="module")
def inventory() -> dict[tuple[str, str], int]:
    """Return name and file of every function that source analysis finds → line of its definition."""
    ran = leadline("inventory", SERVICE, "--json", "--no-cache")
    return {(f["qualified_name"], f["file"]): f["start_line"] for f in json.loads(ran.out)["functions"]}


def names(spans: list[dict[str, Any]]) -> set[str]:
    return {span["attributes"]["code.function.name"] for span in spans}


@pytest.mark.parametrize("way", ["source", "source, linked"])
def test_from_source_every_kind_of_definition_is_seen(runs, way):
    assert names(runs[way].receiver.functions("/kinds/5")) == FUNCTIONS | METHODS


@pytest.mark.parametrize("way", ["source", "source, linked", "compiled"])
def test_what_is_seen_is_in_the_inventory_by_name_file_and_line(runs, inventory, way):
    seen = [
        span["attributes"] for path in ("/kinds/5", "/sinks", "/broken") for span in runs[way].receiver.functions(path)
    ]
    told = {((a["code.function.name"], a["code.file.path"]), a["code.line.number"]) for a in seen}
    assert len(told) > 10
    assert told <= set(inventory.items())


def test_calls_are_counted_where_they_were_made(runs):
    spans = runs["source"].receiver.functions("/kinds/5")
    by_id = {span["spanId"]: span for span in spans}
    doubled = next(span for span in spans if span["name"] == "doubled")
    assert doubled["attributes"]["leadline.calls"] == 3
    assert by_id[doubled["parentSpanId"]]["name"] == "total"  # who realises a lazy sequence
    assert {by_id[s["parentSpanId"]]["name"] for s in spans if s["name"] == "several"} >= {"all-of-them", "later"}
    fails = next(span for span in spans if span["name"] == "fails")
    assert fails["attributes"]["error.type"] == "java.lang.IllegalArgumentException"


def test_a_request_carries_on_the_trace_and_tells_route_and_status(runs):
    receiver = runs["source"].receiver
    root = receiver.of("/sinks")[0]
    assert (root["traceId"], root["parentSpanId"]) == (TRACE, PARENT)
    told = root["attributes"]
    assert (told["http.request.method"], told["http.route"], told["url.query"]) == ("GET", "/sinks", "value=qwerty")
    assert told["http.response.status_code"] == 302
    assert receiver.of("/kinds/5")[0]["attributes"]["http.route"] == "/kinds/:number"
    assert receiver.of("/shops/north/desks/7")[0]["attributes"]["http.route"] == "/shops/:shop/desks/:number"
    broken = receiver.of("/broken")[0]
    assert broken["attributes"]["http.response.status_code"] == 500 and broken["status"] == {"code": 2}
    assert broken["attributes"]["error.type"] == "java.lang.IllegalStateException"
    assert "http.route" not in receiver.of("/none")[0]["attributes"]


@pytest.mark.parametrize("way", ["source", "source, linked"])
def test_sinks_tell_the_raw_value_and_the_line_that_called_them(runs, way):
    lines = (SERVICE / "src" / "till" / "main.clj").read_text().splitlines()
    marked = {line.rpartition("; sink ")[2]: number for number, line in enumerate(lines, 1) if "; sink " in line}
    sinks = runs[way].receiver.sinks("/sinks")
    told = {a["leadline.sink.kind"]: a["code.line.number"] for a in sinks}
    if way == "source":
        assert told == marked
    else:  # a call that is linked directly has no line of its own: that of its function, or of what stands before it
        assert told.keys() == marked.keys() and all(0 <= marked[kind] - told[kind] <= 8 for kind in marked)
    values = {a["leadline.sink.kind"]: a.get("db.query.text") or a["leadline.sink.value"] for a in sinks}
    assert values == {
        "sql": "select 'qwerty' as item",
        "file": "/nowhere/qwerty",
        "eval": '"qwerty"',
        "exec": "printf qwerty",
        "redirect": "/qwerty",
    }
    assert {(a["code.function.name"], a["leadline.sink.kind"]) for a in sinks} >= {("query", "sql"), ("sinks", "file")}


def test_the_service_is_named_and_says_what_is_recorded(runs):
    run = runs["source"]
    assert {(r["service.name"], r["service.version"], r["telemetry.distro.name"]) for r in run.receiver.resources} == {
        ("till", "1.0+3", "leadline")
    }
    assert re.search(r"leadline tracer: recording \d+ functions and methods of 2 namespaces", run.said)


def test_what_is_out_of_reach_from_source_is_named(runs):
    said = runs["source"].said
    assert "not recorded: 1 that take or return primitives (#'till.kinds/half)" in said
    assert "not recorded: 1 that jump back to their head (recur) (till.kinds/Scale.heavier)" in said


def test_compiled_ahead_functions_are_seen_and_methods_are_said_not_to_be(runs):
    run = runs["compiled"]
    assert names(run.receiver.functions("/kinds/5")) == FUNCTIONS
    assert "not recorded: methods (defmethod, defrecord, deftype, reify, extend-type) of 2 namespaces" in run.said


def test_linked_directly_and_compiled_ahead_nothing_is_seen_and_that_is_said_loudly(runs):
    run = runs["compiled, linked"]
    assert run.receiver.functions("/kinds/5") == []
    assert "NOT RECORDED: 2 of 2 namespaces are compiled with direct linking" in run.said
    assert "use the JVM agent" in run.said


def test_the_service_answers_the_same_in_every_way(runs):
    assert {name: run.answers for name, run in runs.items()} == dict.fromkeys(
        runs,
        {"/kinds/5": 200, "/sinks?value=qwerty": 302, "/shops/north/desks/7": 200, "/broken": 500, "/none": 404},
    )


def test_a_wrong_call_says_how_it_is_called():
    done = java("clojure.main", "-m", "leadline.tracer", "--roots", classes=[], output=subprocess.PIPE)
    said, _ = done.communicate(timeout=60)
    assert done.returncode == 64
    assert b"leadline tracer: say: clojure.main -m leadline.tracer --roots FOLDER" in said
