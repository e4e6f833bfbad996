"""Sends what was recorded, from a thread of its own: bounded, retried on a fresh connection, never in the way."""

from __future__ import annotations

import atexit
import http.client
import os
import queue
import threading
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from leadline_agent import otlp, tree
from leadline_agent.tree import Node, Recorded, Request, Sink

_QUEUE = 2_000  # requests
_BATCH = 200
_GATHER = 0.05  # seconds that a batch waits for company
_TIMEOUT = 3.0
_ATTEMPTS = 3
_LATE = 0.5  # seconds between two looks at what finished requests still do

_SINK_KINDS = {"http": 3, "message": 4}  # client, producer; any other is internal


class Exporter:
    """Takes what was recorded of requests."""

    def __init__(self, endpoint: str, resource: dict[str, Any]) -> None:
        parts = urlsplit(endpoint)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port
        self.path = parts.path.rstrip("/") + "/v1/traces"
        self.connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.resource = resource
        self.dropped = 0
        self._start()
        os.register_at_fork(after_in_child=self._start)
        atexit.register(self.flush)

    def _start(self) -> None:
        self.queue: queue.Queue[Recorded] = queue.Queue(_QUEUE)
        self.late: queue.SimpleQueue[Request] = queue.SimpleQueue()
        tree.on_late = self.late.put
        self.connection: http.client.HTTPConnection | None = None
        threading.Thread(target=self._work, name="leadline-export", daemon=True).start()

    def offer(self, recorded: Recorded) -> None:
        """Take a part of a request, or count it as dropped when too many wait."""
        try:
            self.queue.put_nowait(recorded)
        except queue.Full:
            self.dropped += 1

    def flush(self, limit: float = 2.0) -> None:
        """Wait until all that was taken is sent, for `limit` seconds at most."""
        self._take_late()
        while self.queue.unfinished_tasks and limit > 0:
            sleep(0.02)
            limit -= 0.02

    def _work(self) -> None:
        mine = self.queue
        looked = monotonic()
        while mine is self.queue:
            if monotonic() - looked > _LATE:
                looked = monotonic()
                self._take_late()
            try:
                batch = [mine.get(timeout=_LATE)]
            except queue.Empty:
                continue
            sleep(_GATHER)
            while len(batch) < _BATCH:
                try:
                    batch.append(mine.get_nowait())
                except queue.Empty:
                    break
            try:
                self._send(batch)
            except Exception:  # a span that cannot be told must not cost the others, nor end the thread
                self._send_apart(batch)
            for _ in batch:
                mine.task_done()

    def _take_late(self) -> None:
        for _ in range(self.late.qsize()):
            self.offer(tree.take(self.late.get()))

    def _send_apart(self, batch: list[Recorded]) -> None:
        for recorded in batch:
            try:
                self._send([recorded])
            except Exception:  # this is the one
                self.dropped += 1

    def _send(self, batch: list[Recorded]) -> None:
        dropped = self.dropped
        resource = {**self.resource, "leadline.dropped": dropped} if dropped else self.resource
        body = otlp.request(resource, _scopes(batch))
        is_recorded = True
        for attempt in range(_ATTEMPTS):  # a stale connection fails at once: the first retry does not wait
            try:
                if self._post(body):
                    self.dropped -= dropped
                    return
                is_recorded = True
            except ConnectionRefusedError:
                is_recorded = False
            except (OSError, http.client.HTTPException):
                is_recorded = True
            self.connection = None
            sleep(0.5 * attempt)
        if is_recorded:  # where nobody listens there is no recording that lacks them
            self.dropped += len(batch)

    def _post(self, body: bytes) -> bool:
        if self.connection is None:
            self.connection = self.connect(self.host, self.port, timeout=_TIMEOUT)
        self.connection.request("POST", self.path, body, {"Content-Type": "application/x-protobuf"})
        answer = self.connection.getresponse()
        answer.read()
        return answer.status < 300


def _scopes(batch: list[Recorded]) -> list[tuple[str, list[bytes]]]:
    spans: list[bytes] = []
    for recorded in batch:
        if not recorded.is_late:
            spans.append(_entry(recorded))
        trace = recorded.request.trace_id
        spans += [_function(trace, node) for node in recorded.nodes]
        spans += [_sink(trace, sink) for sink in recorded.sinks]
    return [("leadline", spans)]


def _entry(recorded: Recorded) -> bytes:
    request = recorded.request
    told = {**request.attributes, "leadline.dropped": recorded.dropped} if recorded.dropped else request.attributes
    root = request.root
    return otlp.span(request.trace_id, root.identity(), request.parent_id, request.name, request.kind, root.started,
                     request.ended, otlp.attributes(9, told), is_error=request.is_error)  # fmt: skip


def _function(trace: bytes, node: Node) -> bytes:
    name, file, line = node.place
    told = {"code.function.name": name, "code.file.path": file, "code.line.number": line,
            "leadline.calls": node.count}  # fmt: skip
    if node.error:
        told["error.type"] = node.error
    above = node.parent.recorded().identity()
    return otlp.span(trace, node.identity(), above, name, 1, node.started, node.ended, otlp.attributes(9, told))


def _sink(trace: bytes, sink: Sink) -> bytes:
    name, file, line = sink.place
    told = {"leadline.sink.kind": sink.kind, "leadline.sink.value": sink.value, "code.function.name": name,
            "code.file.path": file, "code.line.number": line, "leadline.calls": sink.count}  # fmt: skip
    for key, value in sink.attributes.items():  # names with a dot are of OpenTelemetry already
        told["db.system.name" if key == "db" else key if "." in key else f"leadline.sink.{key}"] = value
    if sink.kind == "sql":
        told["db.query.text"] = told.pop("leadline.sink.value")
    return otlp.span(trace, sink.identity(), sink.node.identity(), f"sink {sink.kind}", _SINK_KINDS.get(sink.kind, 1),
                     sink.time, sink.time, otlp.attributes(9, told))  # fmt: skip
