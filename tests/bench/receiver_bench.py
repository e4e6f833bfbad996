"""Whether what the receiver acknowledged is on disk, when it is killed under load; and what it costs.

    PYTHONPATH=. .venv/bin/python tests/bench/receiver_bench.py [--seconds 60] [--rate 20000] [--senders 4]

Senders in processes of their own post protobuf bodies of 512 spans, as the OpenTelemetry SDK does, at a steady rate.
In the middle the receiver is ended with SIGKILL and started again; a body that was not acknowledged is sent again.
Afterwards the ids of all acknowledged spans are looked for in the segments on disk.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engines.trace import spool  # noqa: E402

SPANS = 512  # in a body, the default of the SDK's batches
_MARK = b"\xa5\x5a\xa5\x5a"
_SERVE = """
import sys, time
from pathlib import Path
from engines.trace.receiver import Receiver
with Receiver(sys.argv[1], Path(sys.argv[2])) as receiver:
    receiver.start_segment("load")
    print("listening", flush=True)
    time.sleep(3600)
"""


@dataclass
class Sent:
    """What one sender saw: numbers of the bodies that were acknowledged, how long that took (seconds), failures."""

    acknowledged: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failures: int = 0


def template() -> tuple[bytes, list[int]]:
    """Return a body of `SPANS` spans and where in it their ids stand."""
    request = ExportTraceServiceRequest()
    of_resource = request.resource_spans.add()
    attribute = of_resource.resource.attributes.add()
    attribute.key, attribute.value.string_value = "service.name", "bench"
    spans = of_resource.scope_spans.add().spans
    for number in range(SPANS):
        span = spans.add(trace_id=os.urandom(16), span_id=_MARK + number.to_bytes(4, "big"), name="GET /orders/{id}",
                         kind=2, start_time_unix_nano=1_700_000_000_000_000_000)  # fmt: skip
        for key, value in (("http.request.method", "GET"), ("http.route", "/orders/{id}"), ("url.path", "/orders/17"),
                           ("code.function.name", "show_order"), ("code.file.path", "orders/orders.py")):  # fmt: skip
            attribute = span.attributes.add()
            attribute.key, attribute.value.string_value = key, value
    body = request.SerializeToString()
    places = [body.index(_MARK + number.to_bytes(4, "big")) for number in range(SPANS)]
    return body, places


def body_of(number: int, body: bytes, places: list[int]) -> bytes:
    """Return the body with ids of its own: the number of the body, then that of the span."""
    own = bytearray(body)
    for position, place in enumerate(places):
        own[place : place + 8] = (number << 16 | position).to_bytes(8, "big")
    return bytes(own)


def send(host: str, port: int, first: int, count: int, interval: float, results: multiprocessing.Queue) -> None:
    """Post `count` bodies from number `first` on, one each `interval` seconds; each until it is acknowledged."""
    sent, (body, places) = Sent(), template()
    connection: http.client.HTTPConnection | None = None
    began = time.monotonic()
    for turn in range(count):
        time.sleep(max(0.0, began + turn * interval - time.monotonic()))
        own = body_of(first + turn, body, places)
        while True:
            at = time.monotonic()
            try:
                if connection is None:
                    connection = http.client.HTTPConnection(host, port, timeout=20)
                connection.request("POST", "/v1/traces", own, {"Content-Type": "application/x-protobuf"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    break
            except (OSError, http.client.HTTPException):
                pass
            sent.failures += 1
            connection = None
            time.sleep(0.1)
        sent.seconds.append(time.monotonic() - at)
        sent.acknowledged.append(first + turn)
    results.put(sent)


def started(address: str, folder: Path) -> subprocess.Popen:
    """Start a receiver in a process of its own and wait until it listens."""
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", _SERVE, address, str(folder)], stdout=subprocess.PIPE, text=True,
                               env=environment)  # fmt: skip
    assert process.stdout is not None
    if process.stdout.readline().strip() != "listening":
        raise SystemExit("the receiver did not start")
    return process


def cpu_seconds(process: subprocess.Popen) -> float:
    """Return the user and system time of a process so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stored(folder: Path, places: list[int]) -> tuple[set[int], int, int]:
    """Return the numbers of the bodies that are whole on disk, how many stand there twice, and damaged places."""
    found: set[int] = set()
    twice = damaged = 0
    for segment in sorted(folder.glob("*.otlp")):
        for part in spool.frames_in(segment):
            if isinstance(part, spool.Damage):
                damaged += 1
                continue
            identities = [int.from_bytes(part.body[place : place + 8], "big") for place in places]
            number = identities[0] >> 16
            if identities != [number << 16 | position for position in range(SPANS)]:
                raise SystemExit(f"the body at {part.offset} of {segment.name} is not what was sent")
            twice += number in found
            found.add(number)
    return found, twice, damaged


def measure(seconds: float, rate: int, senders: int, folder: Path) -> dict[str, float]:
    """Run the load with a kill in its middle and return what was seen."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    each = max(1, round(seconds * rate / SPANS / senders))
    process = started(address, folder)
    results: multiprocessing.Queue = multiprocessing.Queue()
    began = time.monotonic()
    workers = [
        multiprocessing.Process(
            target=send, args=("127.0.0.1", port, (n + 1) << 20, each, senders * SPANS / rate, results)
        )
        for n in range(senders)
    ]
    cpu = 0.0
    try:
        for worker in workers:
            worker.start()
        time.sleep(seconds / 2)
        cpu += cpu_seconds(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = started(address, folder)
        sent = [results.get(timeout=seconds + 120) for _ in workers]
        took = time.monotonic() - began
        cpu += cpu_seconds(process)
    finally:
        process.kill()
        process.wait()
        for worker in workers:
            worker.kill()
            worker.join()
    acknowledged = {number for one in sent for number in one.acknowledged}
    found, twice, damaged = stored(folder, template()[1])
    waits = sorted(wait for one in sent for wait in one.seconds)
    spans = len(acknowledged) * SPANS
    return {
        "spans acknowledged": spans,
        "spans a second": round(spans / took),
        "acknowledged and not on disk": len(acknowledged - found) * SPANS,
        "bodies sent again": sum(one.failures for one in sent),
        "bodies on disk twice": twice,
        "damaged places": damaged,
        "CPU-s of the receiver per 1M spans": round(cpu / spans * 1e6, 2),
        "acknowledged after, median ms": round(statistics.median(waits) * 1000, 1),
        "acknowledged after, 99 % ms": round(waits[int(len(waits) * 0.99)] * 1000, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=int, default=20_000, help="spans a second")
    parser.add_argument("--senders", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadline-receiver-") as folder:
        seen = measure(given.seconds, given.rate, given.senders, Path(folder))
    for name, value in seen.items():
        print(f"{name:>36}: {value:,}")
    return 1 if seen["acknowledged and not on disk"] else 0


if __name__ == "__main__":
    sys.exit(main())
