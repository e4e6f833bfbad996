"""The fuzzer against real servers: a hang, a 500 and a crash are found, each with its own trace."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engines.canary import exerciser_of
from engines.contract import Case, Exerciser, Skip, Target
from engines.fuzz.elements import cut, elements, is_complete
from engines.fuzz.wire import FuzzEngine
from engines.scope import Scope

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
ERROR = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
BAD = b"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Answerer = Callable[[bytes, threading.Event], bytes | None]  # None: the service dies


@contextlib.contextmanager
def raw_service(answer: Answerer) -> Iterator[str]:
    """Serve raw TCP: `answer` gets the request's first bytes, up to the end of its header, and says what goes back."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def handle(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(1)
            received = b""
            while b"\r\n\r\n" not in received and len(received) < 200_000:
                piece = connection.recv(65_536)
                if not piece:
                    break
                received += piece
            reply = answer(received, stopped)
            if reply is None:
                listener.shutdown(socket.SHUT_RDWR)
                listener.close()
            elif reply:
                connection.sendall(reply)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=handle, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def fuzz(url: str, **settings: object) -> tuple[list[Case], list[Skip]]:
    settings = {"scope": Scope(), "health_path": "/health", "patience": 0.4, **settings}
    engine = FuzzEngine(assessment=1, **settings)
    target = Target("shop-1.0", "shop", "1.0", "b", "internet", base_url=url)
    records = list(engine.run(target))
    return [r for r in records if isinstance(r, Case)], [r for r in records if isinstance(r, Skip)]


def host_of(request: bytes) -> bytes:
    line = next((line for line in request.split(b"\r\n") if line.lower().startswith(b"host:")), b"")
    return line.partition(b":")[2].strip()


def port_must_be_a_number(request: bytes, stopped: threading.Event) -> bytes:
    """A weakness of many services: the port of the Host header is taken for a number."""
    port = host_of(request).partition(b":")[2]
    return ERROR if port and not port.isascii() or port.isalpha() else OK


def test_a_server_error_is_an_anomaly_with_its_trace(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with raw_service(port_must_be_a_number) as url:
        cases, skips = fuzz(url)
    anomalies = [case for case in cases if case.is_anomaly]
    assert anomalies and {(c.element, c.outcome, c.status) for c in anomalies} == {("header Host", "server_error", 500)}
    assert all("confirmed by a repetition" in case.explanation for case in anomalies)
    assert any(":port" in case.request for case in anomalies)
    assert len(cases) == 120 == len({c.case_id for c in cases}) == len({c.trace_id for c in cases})
    assert all(exerciser_of(case.trace_id, Exerciser.QA) is Exerciser.FUZZ for case in cases)
    assert all(f"00-{c.trace_id}-" in c.request for c in cases if "traceparent" in c.request)
    assert sum(int(s.explanation.split()[0]) for s in skips) + 120 == total_values(120), "what was left out is counted"
    assert list(Path(tmp_path).iterdir()) == [] and capsys.readouterr().out == ""


def total_values(limit: int) -> int:
    return sum(len(element.values) for element in elements("127.0.0.1:80", "/health", limit // 10))


def test_a_hang_is_an_anomaly_and_an_incomplete_request_is_none():
    def hangs_on_bad_host(request: bytes, stopped: threading.Event) -> bytes:
        if host_of(request) == b"[::1":
            stopped.wait(5)
            return b""
        if b"content-length: 100" in request.lower():
            stopped.wait(5)  # as a server does that waits for the body
        return OK

    with raw_service(hangs_on_bad_host) as url:
        cases, _ = fuzz(url, limit=400)
    assert [(c.element, c.outcome) for c in cases if c.is_anomaly] == [("header Host", "hang")]
    waiting = [c for c in cases if "Content-Length: 100" in c.request]
    assert [(c.outcome, c.is_anomaly) for c in waiting] == [("closed", False)]


def test_a_slow_moment_is_not_believed():
    slow_once = {"left": 1}

    def answer(request: bytes, stopped: threading.Event) -> bytes:
        if host_of(request) == b"[::1" and slow_once["left"]:
            slow_once["left"] -= 1
            stopped.wait(1)
        return OK

    with raw_service(answer) as url:
        cases, _ = fuzz(url, limit=400)
    assert slow_once["left"] == 0 and [c.element for c in cases if c.outcome == "hang"] == ["header Host"]
    assert not any(case.is_anomaly for case in cases)


def test_a_service_that_dies_ends_the_session():
    def dies(request: bytes, stopped: threading.Event) -> bytes | None:
        return None if host_of(request) == b"[::1" else OK

    with raw_service(dies) as url:
        cases, skips = fuzz(url, limit=400)
    assert cases[-1].outcome == "service_down" and cases[-1].is_anomaly and not any(c.is_anomaly for c in cases[:-1])
    last = skips[-1]
    assert last.reason == "service_down" and last.explanation.startswith(f"{total_values(400) - len(cases)} cases")


def test_refusing_nonsense_is_right():
    with raw_service(lambda request, _: OK if request.startswith(b"GET /health HTTP/1.1") else BAD) as url:
        cases, _ = fuzz(url)
    assert {case.status for case in cases if case.outcome == "answered"} == {200, 400}
    assert {case.outcome for case in cases} == {"answered", "closed"} and not any(case.is_anomaly for case in cases)


def test_equal_inputs_give_equal_records():
    with raw_service(port_must_be_a_number) as url:
        first, second = (fuzz(url, limit=30)[0] for _ in range(2))
    assert [replace(c, elapsed_ms=0) for c in first] == [replace(c, elapsed_ms=0) for c in second]


def test_time_and_budget_are_kept_and_said():
    with raw_service(lambda *_: OK) as url:
        started = time.monotonic()
        cases, skips = fuzz(url, seconds=0)
        assert len(cases) == 1 and skips[-1].reason == "budget" and time.monotonic() - started < 5
        scope = Scope(request_budget=10)
        cases, skips = fuzz(url, scope=scope)
        assert scope.total == 10 and len(cases) == 9 and skips[-1].reason == "budget"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (None, "no_base_url"),
        ("https://127.0.0.1:1", "not_applicable"),
        ("http://127.0.0.1:1", "health"),
        ("http://192.0.2.1", "out_of_scope"),
    ],
)
def test_what_cannot_be_fuzzed_is_said(url, reason):
    cases, skips = fuzz(url)
    assert not cases and skips[-1].reason == reason


@pytest.mark.parametrize(
    ("message", "complete"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=1", True),
        (b"GET / HTTP/1.1\r\nContent-Length: 9\r\n\r\na=1", False),
        (b"GET / HTTP/1.1\r\nContent-Length: abc\r\n\r\na=1", False),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na", False),
    ],
)
def test_silence_is_a_hang_only_after_a_whole_request(message, complete):
    assert is_complete(message) is complete


def test_a_limit_is_shared_evenly():
    every = elements("127.0.0.1:80", "/")
    kept, dropped = cut(every, 60)
    counts = [len(element.values) for element in kept]
    assert sum(counts) == 60 and max(counts) - min(counts) <= 1
    assert sum(dropped.values()) + 60 == sum(len(element.values) for element in every)
