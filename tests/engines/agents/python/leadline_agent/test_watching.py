"""Whoever starts a process under the agent is told when nothing was recorded, why, and what to do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.engines.agents.python.collector import Collector
from tests.engines.agents.python.running import command, environment
from tests.ports import free_port

SERVER = """
import sys, threading, urllib.request
from wsgiref.simple_server import make_server
{application}
server = make_server("127.0.0.1", int(sys.argv[1]), app)
if len(sys.argv) > 2:
    ask = lambda: urllib.request.urlopen(f"http://127.0.0.1:{{sys.argv[1]}}/x").read()
    asking = threading.Thread(target=ask)
    asking.start()
    server.handle_request()
    asking.join()
"""
AGAIN = """
asking = threading.Thread(target=ask)
asking.start()
server.handle_request()
asking.join()
sys.stderr.write("leadline_agent: and now the end\\n")
"""
PLAIN = """
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"x"]
"""
BOTTLE = """
from bottle import Bottle
app = Bottle()
app.get("/x")(lambda: "x")
@app.get("/<name>")
def named(name): return name
"""
ROUTED = BOTTLE.replace('app.get("/x")(lambda: "x")', "")


def told(python: Path, folder: Path, endpoint: str, roots: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        command(python, roots, *arguments), cwd=folder, env=environment("watched", endpoint), timeout=60,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line.removeprefix("leadline_agent: ") for line in done.stderr.splitlines() if "leadline_agent" in line]


def ran(python: Path, folder: Path, application: str, *asked: str, roots: str = ".") -> list[str]:
    (folder / "serve.py").write_text(SERVER.format(application=application))
    (folder / "empty").mkdir(exist_ok=True)
    with Collector() as collector:
        return told(python, folder, collector.endpoint, folder / roots, "serve.py", str(free_port()), *asked)


def test_what_records_everything_says_nothing(python: Path, tmp_path: Path) -> None:
    assert ran(python, tmp_path, ROUTED, "ask") == []


def test_a_server_that_was_never_asked(newest_python: Path, tmp_path: Path) -> None:
    assert ran(newest_python, tmp_path, ROUTED) == ["nothing recorded: no request came to wsgiref before it ended"]


def test_roots_that_hold_nothing_of_what_runs(newest_python: Path, tmp_path: Path) -> None:
    [line] = ran(newest_python, tmp_path, ROUTED, "ask", roots="empty")
    assert line.startswith(f"1 requests, but no function: no executed file lies under --roots {tmp_path / 'empty'}/")
    assert line.endswith(f"code was loaded from {tmp_path}: is that what you mean?")


def test_it_is_said_while_the_service_still_runs(newest_python: Path, tmp_path: Path) -> None:
    patient = "from leadline_agent import watching\nwatching._PATIENCE = 0\n" + PLAIN
    (tmp_path / "serve.py").write_text(SERVER.format(application=patient) + AGAIN)
    with Collector() as collector:
        lines = told(newest_python, tmp_path, collector.endpoint, tmp_path, "serve.py", str(free_port()), "ask")
    assert ["without a route" in line for line in lines] == [True, False] and lines[1] == "and now the end"


def test_a_framework_that_is_not_known(newest_python: Path, tmp_path: Path) -> None:
    [line] = ran(newest_python, tmp_path, PLAIN, "ask")
    assert line.startswith("1 requests without a route: none of the frameworks known here answered them (Flask,")


def test_a_script_that_serves_nobody(newest_python: Path, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("print(1)")
    [line] = told(newest_python, tmp_path, "http://127.0.0.1:9", tmp_path, "script.py")
    assert line.startswith("nothing recorded: this process used no server, framework or queue known here")


def test_what_is_not_of_the_service_is_left_in_peace(newest_python: Path, tmp_path: Path) -> None:
    assert told(newest_python, tmp_path, "http://127.0.0.1:9", tmp_path, "-c", "1") == []


def test_a_receiver_that_is_not_there(newest_python: Path, tmp_path: Path) -> None:
    (tmp_path / "serve.py").write_text(SERVER.format(application=ROUTED))
    endpoint = f"http://127.0.0.1:{free_port()}"
    [line] = told(newest_python, tmp_path, endpoint, tmp_path, "serve.py", str(free_port()), "ask")
    assert line == f"2 spans lost: {endpoint} did not take them; does `leadline record` listen there?"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--roots", "/no/such/place", "--", "true"], "--roots /no/such/place: no such directory: /no/such/place"),
        ([], "nothing to start: put the command behind --"),
        (["--", "/no/such/program"], "cannot start '/no/such/program': No such file or directory; is it on PATH?"),
    ],
)
def test_a_wrong_call_is_told_in_one_sentence(newest_python: Path, arguments: list[str], sentence: str) -> None:
    done = subprocess.run(
        [str(newest_python), "-m", "leadline_agent", *arguments], capture_output=True, text=True,
        env=environment("watched", "http://127.0.0.1:9"), timeout=30,
    )  # fmt: skip
    assert done.returncode == 2 and sentence in done.stderr.splitlines()[-1]
