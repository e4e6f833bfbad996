"""What was recorded reaches the receiver once, or is counted; the service never waits for it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.engines.agents.python.collector import Span, decoded
from tests.engines.agents.python.environments import AGENT

sys.path.append(str(AGENT))

from leadline_agent import export, tree  # noqa: E402 - the agent stands alone
from leadline_agent.export import Exporter  # noqa: E402

from tests.ports import free_port

TRACE = b"t" * 16


class Receiver:
    """Answers what a test says, request by request (200 when it says no more), and keeps what it took."""

    def __init__(self, *answers: tuple[int, dict[str, str]], port: int = 0, hangs_up: bool = False) -> None:
        self.spans: list[Span] = []
        self.headers: list[dict[str, str]] = []
        waiting, receiver = list(answers), self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.headers.append(dict(self.headers))
                status, told = waiting.pop(0) if waiting else (200, {})
                if status == 200:
                    receiver.spans.extend(decoded(body))
                self.send_response(status)
                for name, value in {"Content-Length": "0", **told}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.close_connection = hangs_up  # without a word: the client finds a stale connection

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_PAUSES", (0.0, 0.01, 0.02))
    monkeypatch.setattr(export, "_GATHER", 0.01)


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    started: list[Receiver] = []

    def start(*answers: tuple[int, dict[str, str]], **settings: int) -> Receiver:
        started.append(Receiver(*answers, **settings))
        return started[-1]

    yield start
    for receiver in started:
        receiver.stop()


def exporter(port: int) -> Exporter:
    return Exporter(f"http://127.0.0.1:{port}", {"service.name": "shop"})


def recorded(path: str = "/") -> tree.Recorded:
    request = tree.begin(tree.SERVER, TRACE, b"", {"url.path": path})
    request.name = "GET"
    tree.enter(1, ("sell", "shop.py", 3))
    tree.leave(1)
    return tree.finish(request)


def settled(exporter: Exporter) -> None:
    for _ in range(1_000):
        if not exporter.waiting:
            return
        time.sleep(0.01)
    raise AssertionError(f"{exporter.waiting} spans still wait")


def test_a_request_arrives_as_its_span_with_its_functions_below(receive):
    receiver = receive()
    sender = exporter(receiver.port)
    sender.offer(recorded("/things"))
    settled(sender)
    [entry, function] = receiver.spans
    assert (entry.name, entry.kind, entry.told["url.path"], entry.parent) == ("GET", 2, "/things", "")
    assert (function.parent, function.told) == (
        entry.id,
        {"code.function.name": "sell", "code.file.path": "shop.py", "code.line.number": 3, "leadline.calls": 1},
    )
    assert entry.start <= function.start <= function.end <= entry.end


def test_headers_of_opentelemetrys_variable_are_sent(receive, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20t0k,x-other=1")
    receiver = receive()
    sender = exporter(receiver.port)
    sender.offer(recorded())
    settled(sender)
    assert receiver.headers[0]["authorization"] == "Bearer t0k" and receiver.headers[0]["x-other"] == "1"


def test_what_nobody_took_is_counted_and_told_once(receive):
    port = free_port()
    sender = exporter(port)
    sender.offer(recorded())
    settled(sender)
    assert sender.dropped == 2
    receiver = receive(port=port)
    for _ in range(2):
        sender.offer(recorded())
        settled(sender)
    assert [span.resource.get("leadline.dropped") for span in receiver.spans] == [2, 2, None, None]
    assert sender.dropped == 0


def test_an_overloaded_receiver_is_given_the_time_it_asks_for(receive, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(export, "sleep", waited.append)
    receiver = receive((503, {"Retry-After": "7"}), (429, {}))
    sender = exporter(receiver.port)
    sender.offer(recorded())
    settled(sender)
    assert len(receiver.spans) == 2 and sender.dropped == 0
    assert 7.0 in waited


def test_a_receiver_that_refuses_is_asked_once_and_said_so(receive, capsys):
    receiver = receive((401, {}), (401, {}))
    sender = exporter(receiver.port)
    for _ in range(2):
        sender.offer(recorded())
        settled(sender)
    assert len(receiver.headers) == 2 and sender.dropped == 4
    said = capsys.readouterr().err
    assert said.count("answers 401") == 1 and "OTEL_EXPORTER_OTLP_HEADERS" in said


def test_a_stale_connection_loses_nothing(receive):
    receiver = receive(hangs_up=True)
    sender = exporter(receiver.port)
    for number in range(3):
        sender.offer(recorded(f"/{number}"))
        settled(sender)
    assert [span.told["url.path"] for span in receiver.spans if span.kind == 2] == ["/0", "/1", "/2"]
    assert sender.dropped == 0


def test_behind_a_black_hole_only_so_much_waits_and_the_rest_is_counted(monkeypatch):
    monkeypatch.setattr(export, "_WAITING", 100)
    with socket.create_server(("127.0.0.1", 0)) as hole:  # takes connections, never answers
        sender = exporter(hole.getsockname()[1])
        for _ in range(200):
            sender.offer(recorded())
        assert sender.waiting <= 100
        assert sender.waiting + sender.dropped == 400
        sender.queue = export.SimpleQueue()  # leaves the thread what it has


def test_a_span_that_cannot_be_told_costs_no_other(receive, capsys):
    receiver = receive()
    sender = exporter(receiver.port)
    broken = recorded()
    broken.request.trace_id = None
    sender.offer(broken)
    sender.offer(recorded())
    settled(sender)
    assert len(receiver.spans) == 2
    assert "leadline_agent: encoding" in capsys.readouterr().err


FORKING = """
import os, sys
from leadline_agent import tree
from leadline_agent.export import Exporter

def send(path):
    request = tree.begin(tree.SERVER, b"t" * 16, b"", {"url.path": path})
    sender.offer(tree.finish(request))
    sender.flush(10)

sender = Exporter(sys.argv[1], {"service.name": "shop"})
send("/before")
child = os.fork()
send("/child" if child == 0 else "/parent")
if child:
    os.waitpid(child, 0)
else:
    os._exit(0)
"""


def test_parent_and_child_of_a_fork_send_their_own(receive):
    receiver = receive()
    command = [sys.executable, "-c", FORKING, f"http://127.0.0.1:{receiver.port}"]
    done = subprocess.run(command, env={"PYTHONPATH": str(AGENT)}, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(span.told["url.path"] for span in receiver.spans) == ["/before", "/child", "/parent"]
