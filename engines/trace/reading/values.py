"""Values of JSON that others wrote, taken for what they mean: of whatever type they are, none raises but an id."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engines.trace.spans import Malformed, Refused

_HEX = re.compile("[0-9a-fA-F]{1,32}")
_SHOWN = 2_000  # bytes of a refused value

# Names of OpenTracing and Zipkin's libraries → OpenTelemetry's of the same meaning (a former one where there is one).
OTHER_NAMES = {
    "http.path": "url.path",
    "db.instance": "db.name",
    "db.type": "db.system",
    "sql.query": "db.statement",
    "peer.hostname": "net.peer.name",
    "peer.port": "net.peer.port",
    "message_bus.destination": "messaging.destination",
    "kafka.topic": "messaging.destination",
}


def fields(value: Any) -> Mapping[str, Any]:
    """Return an object as it is, and none for anything else."""
    return value if isinstance(value, dict) else {}


def members(value: Any) -> list[Any]:
    """Return a list as it is, and an empty one for anything else."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a text as it is, and an empty one for anything else."""
    return value if isinstance(value, str) else ""


def whole(value: Any) -> int:
    """Return a number, also one spelled as text, without its fraction; 0 for what is none, or negative."""
    if isinstance(value, str) and len(value) < 30 and value.isascii() and value.isdecimal():
        return int(value)
    is_number = (
        isinstance(value, int) and not isinstance(value, bool) or isinstance(value, float) and math.isfinite(value)
    )
    return max(int(value), 0) if is_number else 0


def identity(value: Any, size: int, what: str) -> int:
    """Return the id that a text spells in hex, of `size` bytes or shorter. Raises `Malformed`."""
    found = int(value, 16) if isinstance(value, str) and _HEX.fullmatch(value) else 0
    if not 0 < found < 2 ** (8 * size):
        raise Malformed(f"{what} {str(value)[:64]!r} is not {size} bytes in hex")
    return found


def known_names(told: Iterator[tuple[Any, Any]]) -> dict[str, Any]:
    """Return attributes by the names of OpenTelemetry; one that is there under its own name comes first."""
    attributes = {name: value for name, value in told if isinstance(name, str)}
    renamed = {ours: attributes[name] for name, ours in OTHER_NAMES.items() if name in attributes}
    return renamed | attributes


def refused(reason: str, value: Any, origin: str) -> Refused:
    """Return a decoded value as what is quarantined."""
    try:
        shown = json.dumps(value).encode("ascii")
    except (TypeError, ValueError, RecursionError):
        shown = type(value).__name__.encode()
    return Refused(reason[:300], shown[:_SHOWN], origin)
