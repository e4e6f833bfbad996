"""The embedded OTLP/HTTP receiver: what arrives is on disk before it is answered.

`POST /v1/traces` (https://opentelemetry.io/docs/specs/otlp/#otlphttp), protobuf or JSON, plain or gzip. Bodies are not
decoded here: that is the importer's work, and a body that it cannot decode is not lost. TLS is the work of a reverse
proxy in front.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import socket
import threading
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from engines.contract import EngineError
from engines.trace import spool
from engines.trace.intake import Refusal, Server, handler
from engines.trace.segments import Segments

log = logging.getLogger(__name__)


@dataclass
class Stats:
    """What was received so far: bodies and bytes stored, and bodies refused by the status they were answered with."""

    bodies: int = 0
    bytes: int = 0
    refused: dict[int, int] = field(default_factory=dict)

    def __str__(self) -> str:
        told = f"{self.bodies:,} {'body' if self.bodies == 1 else 'bodies'}, {self.bytes:,} bytes"
        if self.refused:
            told += f"; refused: {self.told_refusals()}"
        return told

    def told_refusals(self) -> str:
        """Return how many bodies were refused with which status, in words."""
        return ", ".join(f"{count:,} with status {status}" for status, count in sorted(self.refused.items()))


class Receiver:
    """`with Receiver("127.0.0.1:4318", Path("spool")) as receiver:` listens until the block ends.

    `listen`: host:port, port 0 for any free one; anything but loopback requires `token`, sent as a bearer token.
    Raises `EngineError` when the address cannot be listened on.
    """

    def __init__(
        self, listen: str, spool: Path, *, token: str | None = None, max_bytes: int = spool.MAX_BODY // 2
    ) -> None:
        self.host, port = _address(listen)
        self.token = token
        self.max_bytes = max_bytes
        self.stats = Stats()
        self._noted: dict[int, int] = {}
        self._segments = Segments(spool)
        self._lock = threading.Lock()
        self._last_arrival = time.monotonic()
        self._is_closed = False
        if not _is_loopback(self.host) and not token:
            raise EngineError(
                f"Traces may be received at {listen} only with a token; "
                "give one (--token; in a manifest traces.token_env) or listen on 127.0.0.1."
            )
        try:
            self._server = Server((self.host, port), handler(self))
        except OSError as error:
            raise EngineError(
                f"Cannot listen on {listen} for traces ({error.strerror or error}); " + _way_out(error)
            ) from error

    @property
    def endpoint(self) -> str:
        """The URL for `OTEL_EXPORTER_OTLP_ENDPOINT`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self._server.server_address[1]}"

    def __enter__(self) -> Receiver:
        self._segments.open()
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="otlp-receiver", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closed = True  # connections that are still open are told so, and come back to whoever listens next
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
        self._segments.close()

    def start_segment(self, name: str) -> Path:
        """Begin a new segment; what is stored from now on goes there. A name used before gets a number behind it."""
        return self._segments.start(name)

    def settle(self, quiet: float = 0.6, limit: float = 10.0) -> bool:
        """Wait until nothing has arrived for `quiet` seconds, `limit` seconds at most; false when the limit was hit."""
        try:
            return self._is_settled(quiet, limit)
        finally:
            self._note_refusals()

    def _is_settled(self, quiet: float, limit: float) -> bool:
        began = time.monotonic()
        while (now := time.monotonic()) - began < limit:
            if now - max(self._last_arrival, began) >= quiet and self._segments.is_idle:
                return True
            time.sleep(0.02)
        return False

    def _note_refusals(self) -> None:
        """Write into the segment what was refused since the last note: what it lacks must be known to who reads it."""
        with self._lock:
            refused = {status: count - self._noted.get(status, 0) for status, count in self.stats.refused.items()}
            self._noted = dict(self.stats.refused)
        told = ", ".join(f"{count} with status {status}" for status, count in sorted(refused.items()) if count)
        if told:
            try:
                self._segments.append(spool.NOTE, f"Bodies were refused by the receiver: {told}.".encode())
            except OSError as error:
                log.warning("refused bodies cannot be noted: %s", error)

    def take(self, encoding: int, body: bytes) -> None:
        """Store a body durably. Raises `Refusal` when the disk or the queue is full."""
        if encoding & spool.GZIP:
            _inflated_size(body, self.max_bytes)
        if self._is_closed:
            raise Refusal(503, "this receiver has ended; connect anew")
        self._last_arrival = time.monotonic()
        try:
            self._segments.append(encoding, body)
        except OSError as error:
            raise Refusal(503, f"cannot store it now: {error.strerror or error}; send it again") from error
        self._last_arrival = time.monotonic()
        with self._lock:
            self.stats.bodies += 1
            self.stats.bytes += len(body)

    def refuse(self, status: int) -> None:
        """Count a body that was not taken."""
        with self._lock:
            self.stats.refused[status] = self.stats.refused.get(status, 0) + 1


def is_free(listen: str) -> bool:
    """Return whether the address can be listened on now. Raises `EngineError` when it is no address."""
    host, port = _address(listen)
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return True
    except OSError:
        return False


def _inflated_size(body: bytes, limit: int) -> int:
    """Return how large a gzip body is when inflated. Raises `Refusal` beyond `limit` or when it is broken."""
    size, inflater = 0, zlib.decompressobj(wbits=31)
    data = body
    try:
        while data and not inflater.eof:
            size += len(inflater.decompress(data, 1 << 20))
            data = inflater.unconsumed_tail
            if size > limit:
                raise Refusal(413, f"more than {limit} bytes when inflated; send smaller batches")
    except zlib.error as error:
        raise Refusal(400, f"not gzip: {error}") from error
    return size


def _way_out(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "end what holds the port or choose another one."
    if error.errno == errno.EACCES:
        return "choose a port from 1024 on."
    return "name an address of this machine, as in 127.0.0.1:4318."


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    try:
        number = int(port)
        if not 0 <= number <= 65535:
            raise ValueError(port)
        return host.strip("[]") or "127.0.0.1", number
    except ValueError:
        raise EngineError(f"{listen!r} is no address for traces; write host:port, as in 127.0.0.1:4318.") from None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
