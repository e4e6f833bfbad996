"""Values that arrive at sinks: recorded once for each place of the code and call path, bounded, with their count."""

from __future__ import annotations

import json
from contextvars import ContextVar, Token
from typing import Any

from leadline_agent.frames import FAR, calling_place
from leadline_agent.tree import Sink, current, noted, outgoing

MAX_SINKS = 200  # distinct values of one request
_MAX_NOISE = 100  # of them, those of kinds that every request has many of
_NOISE = frozenset({"file", "log", "random", "crypto"})
_VALUES = {"log": 5, "random": 5, "crypto": 5, "file": 20}  # distinct values at one place of the code
_VALUES_ELSEWHERE = 50
_LIMITS = {"sql": 8_000}  # characters of a value that are kept; a statement is only whole with its end
_LIMIT = 2_000
_SENDING = ("http", "message")  # sinks that another service goes on from

_busy: ContextVar[frozenset[str]] = ContextVar("leadline_busy", default=frozenset())


def entered(kind: str) -> Token | None:
    """Note that a sink of this kind is being called; `None` within another one of that kind, so that it counts once."""
    within = _busy.get()
    return None if kind in within else _busy.set(within | {kind})


def left(token: Token) -> None:
    """Note that the call that `entered` noted is over."""
    try:
        _busy.reset(token)
    except ValueError:  # a coroutine that is closed elsewhere: its context is gone
        pass


def is_within(kind: str) -> bool:
    """Whether a sink of this kind is being recorded further out."""
    return kind in _busy.get()


def arrive(kind: str, value: object, *, skip: int = 1, nearest: int = FAR, **attributes: Any) -> Sink | None:
    """Record that a value arrived at a sink, with the service's own line that called it.

    `skip`: frames between here and the hooked call. `nearest`: how many frames of libraries may lie between. What has
    no place for want of room is counted as dropped. Returns what it is counted in.
    """
    node = current.get()
    if node is None or node.request.is_over():
        return None
    place = calling_place(node, skip, nearest, is_file=kind == "file")
    if place is None:
        return None
    limit = _LIMITS.get(kind, _LIMIT)
    text = text_of(value, limit)[:limit]
    node = node.recorded()
    request = node.request
    key = (kind, place, text, id(node))
    with request.lock:
        noted(request)
        sink = request.sinks.get(key)
        if sink is not None:
            sink.count += 1
        elif _has_room(request.sinks, request.values, kind, place):
            sink = request.sinks[key] = Sink(node, kind, text, place, attributes)
        else:
            request.dropped += 1
    if kind in _SENDING:
        outgoing.set(sink)
    return sink


def _has_room(sinks: dict[tuple, Sink], values: dict[tuple, int], kind: str, place: tuple) -> bool:
    if len(sinks) >= (_MAX_NOISE if kind in _NOISE else MAX_SINKS):
        return False
    here = values.get((kind, place), 0)
    if here >= _VALUES.get(kind, _VALUES_ELSEWHERE):
        return False
    values[kind, place] = here + 1
    return True


def text_of(value: object, limit: int) -> str:
    """Return a value as text: bytes as they read, lists as JSON, anything else as it presents itself."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value[:limit]).decode("utf-8", "backslashreplace")
    if isinstance(value, (list, tuple)):
        return json.dumps([text_of(part, limit) for part in value[:100]], ensure_ascii=False)
    try:
        return str(value)
    except Exception:  # a foreign __str__ may raise anything
        return f"<{type(value).__name__}>"
