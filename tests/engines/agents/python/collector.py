"""A receiver of OTLP for tests, decoded by OpenTelemetry's own messages: what an agent sends is what it says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = 1, 2, 3, 4, 5


@dataclass
class Span:
    """A span as it came; ids in hex, `parent` '' for none."""

    resource: dict[str, Any]
    trace: str
    id: str
    parent: str
    name: str
    kind: int
    start: int
    end: int
    is_error: bool
    told: dict[str, Any]

    @property
    def service(self) -> str:
        return self.resource["service.name"]

    @property
    def route(self) -> str:
        return self.told.get("http.route", "")

    @property
    def status(self) -> int | None:
        return self.told.get("http.response.status_code")

    @property
    def function(self) -> str | None:
        """The function that a function span is of; `None` for every other span."""
        return None if self.sink or self.kind != INTERNAL else self.told.get("code.function.name")

    @property
    def sink(self) -> str | None:
        return self.told.get("leadline.sink.kind")


@dataclass
class Collector:
    """`with Collector() as collector`: listens on loopback and keeps every span."""

    spans: list[Span] = field(default_factory=list)

    def __enter__(self) -> Collector:
        spans = self.spans

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                spans.extend(decoded(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def until(self, is_enough: Callable[[list[Span]], bool], limit: float = 10.0) -> list[Span]:
        """Return all spans as soon as they are enough; what there is when they never are."""
        end = time.monotonic() + limit
        while not is_enough(list(self.spans)) and time.monotonic() < end:
            time.sleep(0.05)
        return list(self.spans)


def decoded(body: bytes) -> list[Span]:
    """Return the spans of an ExportTraceServiceRequest."""
    request = ExportTraceServiceRequest.FromString(body)
    return [
        Span(_attributes(of_resource.resource.attributes), span.trace_id.hex(), span.span_id.hex(),
             span.parent_span_id.hex(), span.name, span.kind, span.start_time_unix_nano, span.end_time_unix_nano,
             span.status.code == 2, _attributes(span.attributes))
        for of_resource in request.resource_spans
        for of_scope in of_resource.scope_spans
        for span in of_scope.spans
    ]  # fmt: skip


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}


def above(span: Span, spans: list[Span]) -> Span | None:
    """Return the parent of a span among others."""
    return next((other for other in spans if other.id == span.parent and other.trace == span.trace), None)


def under(request: Span, spans: list[Span]) -> list[Span]:
    """Return what was recorded below a span, in the same service."""
    found, ids = [], {request.id}
    mine = [span for span in spans if span.trace == request.trace and span.service == request.service]
    for _ in range(100):
        more = [span for span in mine if span.parent in ids and span.id not in ids]
        if not more:
            break
        found += more
        ids |= {span.id for span in more}
    return found
