"""What is answered with 200 is on disk; what is not taken is told in a sentence and counted."""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from engines.contract import EngineError
from engines.trace import intake
from engines.trace import segments as module
from engines.trace.reading.segment import read
from engines.trace.receiver import Receiver
from engines.trace.spans import Untold
from engines.trace.spool import GZIP, JSON, frames_in
from tests.bench import receiver_bench

PROTOBUF = {"Content-Type": "application/x-protobuf"}


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with Receiver("127.0.0.1:0", tmp_path / "spool", max_bytes=100_000) as running:
        yield running


def post(receiver: Receiver, body: bytes, **headers: str) -> httpx.Response:
    return httpx.post(f"{receiver.endpoint}/v1/traces", content=body, headers={**PROTOBUF, **headers})


def test_a_body_is_on_disk_when_it_is_answered(receiver: Receiver) -> None:
    segment = receiver.start_segment("qa")
    assert post(receiver, b"one").status_code == 200
    assert [part.body for part in frames_in(segment)] == [b"one"]


def test_only_the_owner_may_read_what_was_recorded(receiver: Receiver) -> None:
    segment = receiver.start_segment("qa")
    assert stat.S_IMODE(segment.stat().st_mode) == 0o600
    assert stat.S_IMODE(segment.parent.stat().st_mode) == 0o700


def test_segments_follow_each_other_and_never_overwrite(receiver: Receiver) -> None:
    first = receiver.start_segment("qa")
    post(receiver, b"one")
    second, again = receiver.start_segment("dast"), receiver.start_segment("qa")
    post(receiver, b"two")
    assert len({first, second, again}) == 3
    assert [[part.body for part in frames_in(path)] for path in (first, second, again)] == [[b"one"], [], [b"two"]]


def test_json_gzip_and_chunks_are_taken_as_they_are(receiver: Receiver) -> None:
    segment = receiver.start_segment("qa")
    packed = gzip.compress(b"{}")
    assert post(receiver, packed, **{"Content-Type": "application/json", "Content-Encoding": "gzip"}).status_code == 200
    chunked = httpx.post(f"{receiver.endpoint}/v1/traces", content=iter([b"a", b"bc"]), headers=PROTOBUF)
    assert chunked.status_code == 200
    assert [(part.encoding, part.body) for part in frames_in(segment)] == [(JSON | GZIP, packed), (0, b"abc")]


def test_many_senders_at_once_lose_nothing(receiver: Receiver) -> None:
    segment = receiver.start_segment("qa")
    answers: list[int] = []

    def send(number: int) -> None:
        with httpx.Client() as client:
            for turn in range(10):
                answer = client.post(
                    f"{receiver.endpoint}/v1/traces", content=f"{number}-{turn}".encode(), headers=PROTOBUF
                )
                answers.append(answer.status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 80
    assert {part.body.decode() for part in frames_in(segment)} == {f"{n}-{t}" for n in range(8) for t in range(10)}
    assert receiver.stats.bodies == 80


def test_a_gzip_bomb_is_refused_and_counted(receiver: Receiver) -> None:
    segment = receiver.start_segment("qa")
    answer = post(receiver, gzip.compress(b"\0" * 10_000_000), **{"Content-Encoding": "gzip"})
    assert answer.status_code == 413 and "inflated" in answer.text
    assert receiver.stats.refused == {413: 1}
    assert list(frames_in(segment)) == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/plain"}, b"x", 415),
        ({"Content-Encoding": "br"}, b"x", 415),
        ({"Content-Encoding": "gzip"}, b"not gzip", 400),
        ({}, b"x" * 100_001, 413),
    ],
)
def test_what_cannot_be_taken_is_refused(receiver: Receiver, headers: dict, body: bytes, status: int) -> None:
    assert post(receiver, body, **headers).status_code == status
    assert receiver.stats.refused == {status: 1}
    assert httpx.get(f"{receiver.endpoint}/").status_code == 405


def test_a_full_disk_asks_to_send_again_and_keeps_the_segment_whole(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = receiver.start_segment("qa")
    post(receiver, b"one")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(module.os, "fsync", full)
        answer = post(receiver, b"two")
    assert answer.status_code == 503 and answer.headers["Retry-After"] and "No space" in answer.text
    assert post(receiver, b"two").status_code == 200
    assert [part.body for part in frames_in(segment)] == [b"one", b"two"]


def test_a_sender_that_drips_does_not_hold_its_place(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_SLOWEST", 0.2)
    host, port = receiver.endpoint.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as dripping:
        head = "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: 50000\r\n\r\n"
        dripping.sendall(head.encode())
        answer = b""
        for _ in range(200):
            with contextlib.suppress(OSError):
                dripping.sendall(b"x")
            dripping.settimeout(0.05)
            with contextlib.suppress(TimeoutError):
                answer = dripping.recv(1_000)
                break
    assert answer.startswith(b"HTTP/1.1 408")
    assert receiver.stats.refused == {408: 1}


def test_what_came_is_told_in_words(receiver: Receiver) -> None:
    post(receiver, b"one")
    post(receiver, b"x", **{"Content-Type": "text/plain"})
    assert str(receiver.stats) == "1 body, 3 bytes; refused: 1 with status 415"
    assert "POST /v1/traces" in httpx.get(f"{receiver.endpoint}/").text


def test_what_was_refused_is_noted_in_the_segment(receiver: Receiver) -> None:
    segment = receiver.start_segment("qa")
    post(receiver, b"x", **{"Content-Type": "text/plain"})
    receiver.settle(quiet=0.05)
    receiver.settle(quiet=0.05)
    told = [item for item in read(segment) if isinstance(item, Untold)]
    assert told == [Untold("bodies_refused", "Bodies were refused by the receiver: 1 with status 415.")]


def test_settle_waits_for_quiet(receiver: Receiver) -> None:
    receiver.start_segment("qa")
    sender = threading.Thread(target=lambda: [(time.sleep(0.1), post(receiver, b"x")) for _ in range(4)])
    sender.start()
    assert receiver.settle(quiet=2, limit=30)
    assert receiver.stats.bodies == 4
    assert not receiver.settle(quiet=5, limit=0.1)
    sender.join()


def test_a_busy_port_gives_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(EngineError, match=rf"Cannot listen on 127.0.0.1:{port}.*choose another"):
            Receiver(f"127.0.0.1:{port}", tmp_path)


def test_an_address_that_is_none_and_one_of_another_machine_are_said(tmp_path: Path) -> None:
    for listen in ("localhost", "127.0.0.1:70000"):
        with pytest.raises(EngineError, match="is no address for traces; write host:port"):
            Receiver(listen, tmp_path)
    with pytest.raises(EngineError, match="name an address of this machine"):
        Receiver("192.0.2.1:4318", tmp_path, token="t0ken")


def test_beyond_loopback_a_token_is_required(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="only with a token"):
        Receiver("0.0.0.0:0", tmp_path)
    with Receiver("127.0.0.1:0", tmp_path / "spool", token="t0ken") as guarded:
        assert post(guarded, b"x").status_code == 401
        assert post(guarded, b"x", Authorization="Bearer t0ken").status_code == 200


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="write host:port"):
        Receiver("nonsense", tmp_path)


def test_what_was_acknowledged_survives_a_kill_under_load(tmp_path: Path) -> None:
    seen = receiver_bench.measure(seconds=3, rate=10_000, senders=2, folder=tmp_path)
    assert seen["spans acknowledged"] > 20_000
    assert seen["acknowledged and not on disk"] == 0
    assert seen["bodies sent again"] > 0, "the kill was not felt"
