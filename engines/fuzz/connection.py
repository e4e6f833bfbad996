"""The socket between boofuzz and the service: passes the scope, fills in the trace, listens no longer than it must."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from boofuzz.connections.itarget_connection import ITargetConnection

from engines.fuzz.elements import TRACEPARENT, is_complete

ANSWERED, CLOSED, HANG, NO_CONNECTION = "answered", "closed", "hang", "no_connection"

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_MOST_BYTES = 65_536


@dataclass
class Answer:
    """What came back for one message. `is_waited_for`: the message was incomplete, so that silence is no hang."""

    message: bytes = b""
    outcome: str = NO_CONNECTION
    status: int | None = None
    elapsed_ms: float = 0.0
    is_waited_for: bool = False


class WireConnection(ITargetConnection):
    """A connection for boofuzz that never raises for what the service does: `answer` tells it afterwards.

    `admit` is asked before each connection and returns the address to connect to; `patience` is how many seconds a
    complete request may stay unanswered, `short_patience` an incomplete one.
    """

    def __init__(self, admit: Callable[[], str], port: int, patience: float, short_patience: float) -> None:
        self._admit, self._port, self._patience, self._short_patience = admit, port, patience, short_patience
        self._socket: socket.socket | None = None
        self.traceparent = b""
        self.answer = Answer()

    @property
    def info(self) -> str:
        """What boofuzz writes into its log."""
        return f"port {self._port}"

    def open(self) -> None:
        """Connect; a refused connection is an answer of its own."""
        self.answer = Answer()
        address = self._admit()
        try:
            self._socket = socket.create_connection((address, self._port), timeout=self._patience)
            self.answer.outcome = CLOSED
        except OSError:
            self._socket = None

    def close(self) -> None:
        """Close, whatever state the connection is in."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def send(self, data: bytes) -> int:
        """Send one message with its own trace filled in."""
        data = data.replace(TRACEPARENT, self.traceparent)
        self.answer.message = data
        self.answer.is_waited_for = not is_complete(data)
        if self._socket:
            try:
                self._socket.sendall(data)
            except OSError:
                pass  # the service may answer and close before it has read all of a message that it dislikes
        return len(data)

    def recv(self, max_bytes: int) -> bytes:
        """Receive up to the end of the answer's header, or until patience ends."""
        if not self._socket:
            return b""
        started = time.monotonic()
        received, outcome = self._listen(
            started + (self._short_patience if self.answer.is_waited_for else self._patience)
        )
        self.answer.elapsed_ms = round((time.monotonic() - started) * 1000, 1)
        final = [int(m.group(1)) for m in _STATUS.finditer(received) if not m.group(1).startswith(b"1")]
        self.answer.status = final[0] if final else None
        self.answer.outcome = ANSWERED if received else outcome
        return received[:max_bytes]

    def _listen(self, deadline: float) -> tuple[bytes, str]:
        received = b""
        while len(received) < _MOST_BYTES:
            left = deadline - time.monotonic()
            if left <= 0:
                return received, HANG
            self._socket.settimeout(left)
            try:
                piece = self._socket.recv(4_096)
            except TimeoutError:
                return received, HANG
            except OSError:
                return received, CLOSED
            if not piece:
                return received, CLOSED
            received += piece
            if b"\r\n\r\n" in received and not received.startswith(b"HTTP/1.1 100"):
                return received, ANSWERED
        return received, ANSWERED
