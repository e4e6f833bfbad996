"""A staging system starts as its file says, or not at all with one sentence, and leaves nothing running behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import httpx
import pytest

from flows import staging
from flows.agents import Recording
from flows.staging import Staging, StagingError
from tests.command import ROOT

SERVER = """
import http.server, json, os, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"environment": dict(os.environ), "pid": os.getpid(), "cwd": os.getcwd()}).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
if "stubborn" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("listening on", sys.argv[1], flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def system(tmp_path):
    """Write a `system.yaml` with these services beside a small server, return its path."""
    (tmp_path / "server.py").write_text(SERVER)

    def write(text: str) -> Path:
        path = tmp_path / "system.yaml"
        path.write_text(textwrap.dedent(text))
        return path

    return write


def start(path: Path, **options) -> Staging:
    return Staging(path, path.parent / "run", Path(sys.executable), **options)


def told(url: str) -> dict:
    return httpx.get(url, trust_env=False).json()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


TWO = """
    environment: {GREETING: hello}
    services:
      left:
        command: ["${PYTHON}", server.py, "${PORT}"]
        url: LEFT_URL
        environment: {NEIGHBOUR: "${RIGHT_URL}/", PEER: "${RIGHT_URL_AUTHORITY}", FOLDER: "${DATA}"}
      right:
        command: ["${PYTHON}", server.py, "${PORT}"]
        url: RIGHT_URL
"""


def test_every_process_runs_and_knows_its_neighbours(system):
    with start(system(TWO)) as running:
        assert set(running.environment) == {"GREETING", "LEFT_URL", "RIGHT_URL"}
        left = told(running.environment["LEFT_URL"])["environment"]
        assert left["NEIGHBOUR"] == running.urls["right"] + "/"
        assert left["PEER"] == running.urls["right"].removeprefix("http://")
        assert left["GREETING"] == "hello"
        assert Path(left["FOLDER"]).is_dir()
        assert "NEIGHBOUR" not in told(running.environment["RIGHT_URL"])["environment"]
        assert "listening on" in running.logs["left"].read_text()


def test_leaving_stops_every_process(system):
    with start(system(TWO)) as running:
        pids = [told(url)["pid"] for url in running.urls.values()]
        assert all(is_alive(pid) for pid in pids)
    assert not any(is_alive(pid) for pid in pids)
    running.stop()  # again: nothing to do


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_inside_stops_every_process(system, error):
    pids = []
    with pytest.raises(error), start(system(TWO)) as running:
        pids += [told(url)["pid"] for url in running.urls.values()]
        raise error
    assert len(pids) == 2 and not any(is_alive(pid) for pid in pids)


def test_killing_the_caller_stops_every_process(system):
    code = """
        import sys
        from pathlib import Path
        from flows.staging import Staging
        path = Path(sys.argv[1])
        with Staging(path, path.parent / "run", Path(sys.executable)) as running:
            print(*running.urls.values(), flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(code), system(TWO)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as caller:
        pids = [told(url)["pid"] for url in caller.stdout.readline().split()]
        assert len(pids) == 2 and all(is_alive(pid) for pid in pids)
        caller.kill()
    assert eventually(lambda: not any(is_alive(pid) for pid in pids), 10)


def test_a_process_that_ignores_the_polite_signal_is_killed(system, monkeypatch):
    monkeypatch.setattr(staging, "_GRACE", 0.3)
    path = system('services: {one: {command: ["${PYTHON}", server.py, "${PORT}", stubborn], url: ONE_URL}}')
    with start(path) as running:
        pid = told(running.urls["one"])["pid"]
    assert not is_alive(pid)


def test_children_of_a_process_stop_with_it(system, monkeypatch):
    monkeypatch.setattr(staging, "_GRACE", 0.3)
    path = system('services: {one: {command: [sh, -c, "${PYTHON} server.py ${PORT} stubborn; true"], url: ONE_URL}}')
    with start(path) as running:
        child = told(running.urls["one"])["pid"]
        assert is_alive(child)
    assert eventually(lambda: not is_alive(child))


def eventually(condition, seconds: float = 3.0) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_a_given_port_is_used(system):
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    with start(system(TWO), ports={"left": port}) as running:
        assert running.urls["left"] == f"http://127.0.0.1:{port}"
        assert told(running.urls["left"])


def test_a_taken_port_is_one_sentence_and_nothing_stays(system):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = start(system(TWO), ports={"right": port})
        with pytest.raises(StagingError, match=f"port {port} for right is not free"):
            running.__enter__()
    with pytest.raises(httpx.ConnectError):
        told(running.urls["left"])


def test_a_process_that_dies_at_start_shows_the_end_of_its_log(system):
    path = system(
        TWO.replace(
            'server.py, "${PORT}"]\n        url: RIGHT',
            "-c, \"raise SystemExit('no such table')\"]\n        url: RIGHT",
        )
    )
    running = start(path)
    with pytest.raises(StagingError, match=r"right died at start with status 1; .*no such table"):
        running.__enter__()
    with pytest.raises(httpx.ConnectError):
        told(running.urls["left"])


def test_a_process_that_never_answers_is_given_up(system):
    path = system(
        'services: {mute: {command: ["${PYTHON}", -c, "import time; print(4711, flush=True); time.sleep(60)"]}}'
    )
    with pytest.raises(StagingError, match=r"mute did not answer http://127.0.0.1:\d+/ within 0.5 s; .*4711"):
        start(path, deadline=0.5).__enter__()


def test_a_signal_while_waiting_stops_what_was_started(system, monkeypatch):
    path = system('services: {mute: {command: ["${PYTHON}", -c, "import time; time.sleep(60)"]}}')
    running = start(path)
    started = []
    real = staging._answers

    def interrupt(client, url):
        started.append(running._running[0].process.pid)
        os.kill(os.getpid(), signal.SIGINT)
        return real(client, url)

    monkeypatch.setattr(staging, "_answers", interrupt)
    with pytest.raises(KeyboardInterrupt):
        running.__enter__()
    assert started and not is_alive(started[0])


def test_the_callers_environment_wins_and_proxies_are_not_passed_on(system, monkeypatch):
    monkeypatch.setenv("GREETING", "good day")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    with start(system(TWO)) as running:
        environment = told(running.urls["left"])["environment"]
    assert running.environment["GREETING"] == environment["GREETING"] == "good day"
    assert "HTTP_PROXY" not in environment


AGENT = """
import json, os, sys
print("agent", json.dumps({"argv": sys.argv[1:], "path": os.environ["PYTHONPATH"]}), flush=True)
os.execv(sys.argv[sys.argv.index("--") + 1], sys.argv[sys.argv.index("--") + 1:])
"""


def test_a_recorded_process_runs_under_the_agent_unless_told_otherwise(system, tmp_path):
    (tmp_path / "agents" / "python" / "leadline_agent").mkdir(parents=True)
    (tmp_path / "agents" / "python" / "leadline_agent" / "__main__.py").write_text(AGENT)
    path = system(
        TWO.replace("url: LEFT_URL", "url: LEFT_URL\n        version: 1.2+3").replace(
            "url: RIGHT_URL", "url: RIGHT_URL\n        agent: none"
        )
    )
    with start(path, recording=Recording(tmp_path / "agents", "127.0.0.1:4711")) as running:
        environment = told(running.urls["left"])["environment"]
        bare = told(running.urls["right"])["environment"]
        first = running.logs["left"].read_text().splitlines()[0]
    agent = json.loads(first.removeprefix("agent "))
    assert agent["argv"][:3] == ["--roots", str(tmp_path), "--"]
    assert agent["path"].split(os.pathsep)[0] == str(tmp_path / "agents" / "python")
    assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:4711"
    assert environment["OTEL_SERVICE_NAME"] == "left"
    assert environment["OTEL_RESOURCE_ATTRIBUTES"] == "service.version=1.2%2B3"
    assert running.environment["LEADLINE_TRACES"] == "127.0.0.1:4711"
    assert "OTEL_SERVICE_NAME" not in bare


ONE = """
    services:
      one:
        command: ["${PYTHON}", server.py, "${PORT}"]
        url: ONE_URL
"""


def test_a_jvm_is_told_its_agent_by_the_variable_that_every_jvm_reads(system, tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx64m")
    jar = tmp_path / "the agents" / "jvm" / "build" / "leadline-agent.jar"
    jar.parent.mkdir(parents=True)
    jar.touch()
    path = system(ONE.replace("url: ONE_URL", "url: ONE_URL\n        agent: jvm"))
    with start(path, recording=Recording(tmp_path / "the agents", "127.0.0.1:4711")) as running:
        environment = told(running.urls["one"])["environment"]
    assert environment["JAVA_TOOL_OPTIONS"] == f'-Xmx64m "-javaagent:{jar}=roots={tmp_path}"'
    assert environment["OTEL_SERVICE_NAME"] == "one"
    assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:4711"


NEEDY = TWO.replace(
    "url: RIGHT_URL", "url: RIGHT_URL\n        needs: [{need}]\n        install: apt-get install abacus"
)


@pytest.mark.parametrize("need", ["abacus-of-brass", "/no/such/abacus.jar"])
def test_what_needs_something_that_is_missing_is_left_out_and_said_to_be(system, need, caplog):
    with start(system(NEEDY.replace("{need}", need))) as running:
        assert set(running.urls) == set(running.logs) == {"left"}
        assert "RIGHT_URL" not in running.environment
        assert told(running.urls["left"])["environment"]["NEIGHBOUR"]  # a neighbour is still named, and refuses
        reason = f"right is not started, because {need} is missing; install what it needs: apt-get install abacus"
        assert running.not_started == {"right": reason}
    assert reason in caplog.messages


def test_what_needs_only_what_is_there_is_started(system):
    with start(system(NEEDY.replace("{need}", f"sh, {sys.executable}"))) as running:
        assert running.not_started == {}
        assert told(running.urls["right"])


def test_a_jvm_without_its_agent_is_left_out_where_it_would_be_recorded(system, tmp_path):
    path = system(
        TWO.replace("url: LEFT_URL", "url: LEFT_URL\n        agent: jvm").replace(
            "url: RIGHT_URL", "url: RIGHT_URL\n        agent: none"
        )
    )
    with start(path, recording=Recording(tmp_path / "agents", "127.0.0.1:4711")) as running:
        assert running.not_started == {
            "left": "left is not started, because the JVM agent is not built; "
            "install openjdk-17-jdk-headless and libasm-java, then: make agents"
        }
    with start(path) as bare:
        assert bare.not_started == {} and told(bare.urls["left"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("services: {}", "services"),
        ("services: {one: {command: [a], colour: red}}", "services.one.colour"),
        ("services: [", "not valid YAML"),
        ("services: {one: {command: ['${MISSING}']}}", r"one: command names \$\{MISSING\}; known: .*PORT"),
        ("services: {one: {command: ['5 $ each']}}", "write a dollar sign as"),
        ("services: {one: {command: [/no/such/program]}}", "one cannot be started in .*check its command and cwd"),
    ],
)
def test_a_wrong_file_is_one_sentence(system, text, message):
    with pytest.raises(StagingError, match=message) as raised:
        start(system(text)).__enter__()
    assert "\n" not in str(raised.value)


def test_a_missing_file_and_an_unknown_service_are_one_sentence(system, tmp_path):
    with pytest.raises(StagingError, match="cannot be read"):
        start(tmp_path / "nothing.yaml")
    with pytest.raises(StagingError, match="has no service middle"):
        start(system(TWO), ports={"middle": 1})
