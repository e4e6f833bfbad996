"""The W3C trace context of a request or a message: read where it comes in, written where it goes out.

https://www.w3.org/TR/trace-context/ — only `traceparent`; `tracestate` and `baggage` stay as the service handles them.
"""

from __future__ import annotations

import os
import random
import re

HEADER = "traceparent"

_random_bits = random.Random().getrandbits
_FORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


def extracted(header: object) -> tuple[bytes, bytes]:
    """Return the trace id and the parent span id of a `traceparent`; a new trace and b"" where it is none."""
    if isinstance(header, bytes):
        header = header.decode("latin-1")
    told = _FORM.fullmatch(header.strip()) if isinstance(header, str) and len(header) < 500 else None
    if told is None or told[1] == "ff" or (told[1] == "00" and told[5]):
        return new_id(16), b""
    trace_id, parent_id = bytes.fromhex(told[2]), bytes.fromhex(told[3])
    return (trace_id, parent_id) if any(trace_id) and any(parent_id) else (new_id(16), b"")


def header(trace_id: bytes, span_id: bytes) -> str:
    """Return the `traceparent` under which the next service goes on."""
    return f"00-{trace_id.hex()}-{span_id.hex()}-01"


def new_id(size: int) -> bytes:
    """Return a random id, never all zeros."""
    return (_random_bits(8 * size) or 1).to_bytes(size, "big")


def _reseed() -> None:
    global _random_bits  # a forked worker must not repeat the ids of its siblings
    _random_bits = random.Random().getrandbits


os.register_at_fork(after_in_child=_reseed)
