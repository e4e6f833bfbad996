"""The HTTP face of the receiver: reads a body within bounds, hands it over, and answers.

What is received and how it is answered: https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from engines.trace import spool

_MAX_CONNECTIONS = 128
_RETRY_AFTER = "1"  # seconds
_SLOWEST = 30.0  # seconds that a sender may take for a body
_CHUNK = 1 << 18
_ENCODINGS = {"application/x-protobuf": spool.PROTOBUF, "application/json": spool.JSON}


class Refusal(Exception):
    """A body that is not taken: the HTTP status and the sentence for the sender."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Taker(Protocol):
    """Who bodies are handed to. `token`: what senders must show; `max_bytes`: of one body."""

    token: str | None
    max_bytes: int

    def take(self, encoding: int, body: bytes) -> None:
        """Store a body durably. Raises `Refusal`."""

    def refuse(self, status: int) -> None:
        """Count a body that was not taken."""


class Server(ThreadingHTTPServer):
    """Listens; its threads end with the process."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True


def handler(receiver: Taker) -> type[BaseHTTPRequestHandler]:
    """Return a handler that hands bodies to `receiver`, of a bounded number of senders at once."""
    connections = threading.BoundedSemaphore(_MAX_CONNECTIONS)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "leadline"
        sys_version = ""
        timeout = 30

        def do_POST(self) -> None:
            if not connections.acquire(blocking=False):
                self._refuse(Refusal(503, "too many senders at once; send it again"))
                return
            try:
                encoding = self._encoding()
                receiver.take(encoding, self._body())
            except Refusal as refusal:
                self._refuse(refusal)
                return
            finally:
                connections.release()
            self._answer(200, b"{}" if encoding & spool.JSON else b"", "application/json")

        def do_GET(self) -> None:
            self._refuse(Refusal(405, "This is Leadline's receiver of OTLP traces: send them with POST /v1/traces."))

        def _encoding(self) -> int:
            if self.path.split("?")[0].rstrip("/") != "/v1/traces":
                raise Refusal(404, "only /v1/traces is received here")
            if receiver.token is not None:
                given = self.headers.get("Authorization", "").removeprefix("Bearer ")
                if not hmac.compare_digest(given.encode(), receiver.token.encode()):
                    raise Refusal(401, "the token is missing or wrong")
            kind = self.headers.get("Content-Type", "").split(";")[0].strip().lower()
            if kind not in _ENCODINGS:
                raise Refusal(415, f"send {' or '.join(_ENCODINGS)}")
            match self.headers.get("Content-Encoding", "identity").lower():
                case "gzip":
                    return _ENCODINGS[kind] | spool.GZIP
                case "identity" | "":
                    return _ENCODINGS[kind]
            raise Refusal(415, "send gzip or no content encoding")

        def _body(self) -> bytes:
            if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
                return self._chunks()
            try:
                length = int(self.headers["Content-Length"])
            except (TypeError, ValueError):
                raise Refusal(411, "say Content-Length") from None
            if not 0 <= length <= receiver.max_bytes:
                raise Refusal(413, f"more than {receiver.max_bytes} bytes; send smaller batches")
            deadline = time.monotonic() + _SLOWEST
            return b"".join(self._pieces(length, deadline))

        def _pieces(self, length: int, deadline: float) -> Iterator[bytes]:
            """Yield `length` bytes of the body: a sender that drips must not hold its place for ever."""
            while length:
                piece = self.rfile.read1(min(length, _CHUNK))
                if not piece:
                    raise Refusal(400, "the body ended early")
                if time.monotonic() > deadline:
                    raise Refusal(408, f"the body took more than {_SLOWEST:.0f} seconds")
                length -= len(piece)
                yield piece

        def _chunks(self) -> bytes:
            body, deadline = bytearray(), time.monotonic() + _SLOWEST
            while True:
                try:
                    size = int(self.rfile.readline(64).split(b";")[0], 16)
                except ValueError:
                    raise Refusal(400, "a broken chunk") from None
                if size < 0 or len(body) + size > receiver.max_bytes:
                    raise Refusal(413, f"more than {receiver.max_bytes} bytes; send smaller batches")
                body += b"".join(self._pieces(size, deadline))
                self.rfile.readline(64)
                if size == 0:
                    return bytes(body)

        def _refuse(self, refusal: Refusal) -> None:
            receiver.refuse(refusal.status)
            self.close_connection = True  # the body may be unread
            self._answer(refusal.status, f"{refusal}\n".encode(), "text/plain; charset=utf-8")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 503:
                self.send_header("Retry-After", _RETRY_AFTER)
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (ConnectionError, TimeoutError):  # the sender went away
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Requests are counted, not logged."""

    return Handler
