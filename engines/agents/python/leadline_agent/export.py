"""Sends what was recorded, from a thread of its own: bounded, retried on a fresh connection, never in the way."""

from __future__ import annotations

import atexit
import http.client
import os
import queue
import threading
from collections import defaultdict
from time import sleep
from typing import Any
from urllib.parse import urlsplit

from leadline_agent import otlp
from leadline_agent.tree import Request

_QUEUE = 2_000  # finished spans with their trees
_BATCH = 200
_GATHER = 0.05  # seconds that a batch waits for company
_TIMEOUT = 3.0
_ATTEMPTS = 3

Finished = tuple[Any, Request | None, dict[str, Any]]  # SDK span, its tree, attributes to add


class Exporter:
    """Takes finished spans of the SDK, with the trees of those that are requests."""

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
        self.queue: queue.Queue[Finished] = queue.Queue(_QUEUE)
        self.connection: http.client.HTTPConnection | None = None
        threading.Thread(target=self._work, name="leadline-export", daemon=True).start()

    def offer(self, finished: Finished) -> None:
        """Take a span, or count it as dropped when too many wait."""
        try:
            self.queue.put_nowait(finished)
        except queue.Full:
            self.dropped += 1

    def flush(self, limit: float = 2.0) -> None:
        """Wait until all that was taken is sent, for `limit` seconds at most."""
        while self.queue.unfinished_tasks and limit > 0:
            sleep(0.02)
            limit -= 0.02

    def _work(self) -> None:
        mine = self.queue
        while mine is self.queue:
            batch = [mine.get()]
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

    def _send_apart(self, batch: list[Finished]) -> None:
        for finished in batch:
            try:
                self._send([finished])
            except Exception:  # this is the one
                self.dropped += 1

    def _send(self, batch: list[Finished]) -> None:
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


def _scopes(batch: list[Finished]) -> list[tuple[str, list[bytes]]]:
    scopes: dict[str, list[bytes]] = defaultdict(list)
    for span, tree, extra in batch:
        scope = span.instrumentation_scope.name if span.instrumentation_scope else ""
        context, parent = span.context, span.parent
        trace, identity = context.trace_id.to_bytes(16, "big"), context.span_id.to_bytes(8, "big")
        body = otlp.attributes(9, {**span.attributes, **extra})
        above = parent.span_id.to_bytes(8, "big") if parent else b""
        scopes[scope].append(
            otlp.span(trace, identity, above, span.name, span.kind.value + 1, span.start_time, span.end_time, body,
                      is_error=span.status.status_code.value == 2)
        )  # fmt: skip
        if tree is not None:
            tree.root.span_id = identity
            scopes["leadline"] += _functions(trace, tree) + _sinks(trace, tree)
    return list(scopes.items())


def _functions(trace: bytes, tree: Request) -> list[bytes]:
    spans = []
    for node in tree.nodes:
        name, file, line = node.place
        told = {"code.function.name": name, "code.file.path": file, "code.line.number": line,
                "leadline.calls": node.count}  # fmt: skip
        if node.error:
            told["error.type"] = node.error
        above = node.parent.recorded().identity()
        spans.append(otlp.span(trace, node.identity(), above, name, 1, node.started, node.ended,
                               otlp.attributes(9, told)))  # fmt: skip
    return spans


def _sinks(trace: bytes, tree: Request) -> list[bytes]:
    spans = []
    for sink in tree.sinks.values():
        name, file, line = sink.place
        told = {"leadline.sink.kind": sink.kind, "leadline.sink.value": sink.value, "code.function.name": name,
                "code.file.path": file, "code.line.number": line, "leadline.calls": sink.count}  # fmt: skip
        for key, value in sink.attributes.items():
            told["db.system.name" if key == "db" else f"leadline.sink.{key}"] = value
        if sink.kind == "sql":
            told["db.query.text"] = told.pop("leadline.sink.value")
        identity = os.urandom(8)
        spans.append(otlp.span(trace, identity, sink.node.identity(), f"sink {sink.kind}", 1, sink.time, sink.time,
                               otlp.attributes(9, told)))  # fmt: skip
    return spans
