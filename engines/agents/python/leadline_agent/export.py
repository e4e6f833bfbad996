"""Sends what was recorded, from a thread of its own: bounded, retried on a fresh connection, never in the way.

What the receiver did not take (it was down, overloaded, or too much waited) is counted in spans, and the count goes
with the next batch that it takes, as `leadline.dropped` of the resource; `leadline.dropped.until` tells of when the
last of them was, so that what was lost while nobody recorded is not missed.
"""

from __future__ import annotations

import atexit
import http.client
import os
import sys
from _thread import allocate_lock, start_new_thread  # of the system, also where gevent has replaced `threading`
from queue import Empty, SimpleQueue
from time import monotonic, sleep, time
from typing import Any
from urllib.parse import unquote, urlsplit

from leadline_agent import encoding, otlp, tree
from leadline_agent.patching import complain
from leadline_agent.tree import Recorded, Request

_WAITING = 20_000  # spans that may wait to be sent
_BATCH = 1 << 20  # bytes of a batch beyond which it is sent
_GATHER = 0.05  # seconds that a batch waits for company
_TIMEOUT = 3.0
_PAUSES = (0.0, 0.5, 1.0)  # seconds ahead of each retry; a stale connection fails at once and its retry does not wait
_OVERLOADED = (429, 502, 503, 504)  # https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes
_BACK_OFF = 30.0  # seconds that a receiver may ask for at most
_LATE = 0.5  # seconds between two looks at what finished requests still do


class Exporter:
    """Takes what was recorded of requests, from any thread, and sends it to `endpoint`/v1/traces.

    `dropped`: spans that were lost and that the receiver has not been told of. Nothing of it survives a fork but the
    settings: the child starts empty, with a thread of its own as soon as it has something to send.
    """

    def __init__(self, endpoint: str, resource: dict[str, Any]) -> None:
        parts = urlsplit(endpoint)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port
        self.path = parts.path.rstrip("/") + "/v1/traces"
        self.connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.headers = {"Content-Type": "application/x-protobuf", **_headers()}
        self.resource = resource
        self._begin()
        os.register_at_fork(after_in_child=self._begin)
        atexit.register(self.flush)

    def _begin(self) -> None:
        self.queue: SimpleQueue[Recorded] = SimpleQueue()
        self.late: SimpleQueue[Request] = SimpleQueue()
        tree.on_late = self.late.put
        self.lock = allocate_lock()
        self.waiting = self.dropped = self.dropped_until = 0
        self.has_thread = False
        self.connection: http.client.HTTPConnection | None = None
        self.has_complained = False

    def offer(self, recorded: Recorded) -> None:
        """Take a part of a request, or count its spans as dropped when too many wait."""
        spans = len(recorded.nodes) + len(recorded.sinks) + 1
        with self.lock:
            if self.waiting + spans > _WAITING:
                self.dropped += spans
                self.dropped_until = int(time())
                return
            self.waiting += spans
            is_first, self.has_thread = not self.has_thread, True
        self.queue.put(recorded)
        if is_first:
            start_new_thread(self._work, ())

    def flush(self, limit: float = 2.0) -> None:
        """Wait until all that was taken is sent, for `limit` seconds at most."""
        self._take_late()
        while self.waiting and limit > 0:
            sleep(0.02)
            limit -= 0.02

    def _work(self) -> None:
        looked = monotonic()
        while True:
            if monotonic() - looked > _LATE:
                looked = monotonic()
                self._take_late()
            try:
                first = self.queue.get(timeout=_LATE)
            except Empty:
                continue
            sleep(_GATHER)
            spans, taken = self._encoded(first)
            sent, began = False, int(time())
            try:
                sent = self._send(spans)
            except Exception as error:  # this thread must live: without it nothing is sent any more
                complain("export", error)
            with self.lock:
                self.waiting -= taken
                if not sent:
                    self.dropped += len(spans)
                    self.dropped_until = began

    def _take_late(self) -> None:
        for _ in range(self.late.qsize()):
            self.offer(tree.take(self.late.get()))

    def _encoded(self, recorded: Recorded) -> tuple[list[bytes], int]:
        """Return the spans of what waits, up to the size of a batch, and how many were taken as waiting."""
        spans: list[bytes] = []
        size = taken = 0
        while True:
            weight = len(recorded.nodes) + len(recorded.sinks) + 1
            taken += weight
            if recorded.is_late:
                self._lost(recorded.dropped)  # its span, which tells it otherwise, is sent already
            try:
                encoded = encoding.spans(recorded)
                spans += encoded
                size += sum(map(len, encoded))
            except Exception as error:  # what cannot be told must not cost the others
                self._lost(weight)
                complain("encoding", error)
            if size > _BATCH:
                return spans, taken
            sleep(0)  # lets a request go on that waits for the interpreter
            try:
                recorded = self.queue.get_nowait()
            except Empty:
                return spans, taken

    def _lost(self, spans: int) -> None:
        with self.lock:
            self.dropped += spans
            self.dropped_until = int(time())

    def _send(self, spans: list[bytes]) -> bool:
        """Return whether the receiver took the spans."""
        for pause in (*_PAUSES, None):
            dropped = self.dropped
            lost = {"leadline.dropped": dropped, "leadline.dropped.until": self.dropped_until}
            resource = {**self.resource, **lost} if dropped else self.resource
            try:
                status, wait = self._post(otlp.request(resource, [("leadline", spans)]))
            except (OSError, http.client.HTTPException):
                status, wait = 0, 0.0
            if 200 <= status < 300:
                with self.lock:
                    self.dropped -= dropped
                return True
            if status and status not in _OVERLOADED:
                self._refused(status)
                return False
            self._disconnect()
            if pause is not None:
                sleep(max(pause, wait))
        return False

    def _post(self, body: bytes) -> tuple[int, float]:
        """Return the answer's status and the seconds that it asks to wait. Raises OSError or HTTPException."""
        if self.connection is None:
            self.connection = self.connect(self.host, self.port, timeout=_TIMEOUT)
        self.connection.request("POST", self.path, body, self.headers)
        answer = self.connection.getresponse()
        answer.read()
        wait = answer.headers.get("Retry-After", "")
        return answer.status, min(float(wait), _BACK_OFF) if wait.isdecimal() else 0.0

    def _disconnect(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()

    def _refused(self, status: int) -> None:
        if not self.has_complained:
            self.has_complained = True
            hint = " (is its token in OTEL_EXPORTER_OTLP_HEADERS?)" if status in (401, 403) else ""
            sys.stderr.write(f"leadline_agent: the receiver at {self.host} answers {status}{hint}; spans are lost\n")


def _headers() -> dict[str, str]:
    """Return the headers that OpenTelemetry's variable names, `name=value` with commas between, percent-encoded."""
    pairs = (pair.partition("=") for pair in os.environ.get("OTEL_EXPORTER_OTLP_HEADERS", "").split(","))
    return {unquote(name.strip()): unquote(value.strip()) for name, equals, value in pairs if equals}
