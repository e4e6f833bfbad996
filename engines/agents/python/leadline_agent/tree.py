"""What one request did, folded: a tree of distinct call paths with counts, and the sinks that values arrived at.

The current node lives in a context variable, so that tasks and copied contexts each keep their own place in one tree.
"""

from __future__ import annotations

import json
import random
import threading
from contextvars import ContextVar
from time import time_ns
from typing import Any

from leadline_agent.source import calling_frame, relative

MAX_NODES = 400  # call paths of one request
MAX_SINKS = 200  # distinct sink values of one request
MAX_DEPTH = 60
_LIMITS = {"sql": 8_000}  # characters of a value that are kept; a statement is only whole with its end
_LIMIT = 2_000

current: ContextVar[Node | None] = ContextVar("leadline_node", default=None)
_busy: ContextVar[frozenset[str]] = ContextVar("leadline_busy", default=frozenset())
_random_bits = random.Random().getrandbits


class Request:
    """State of one request: its root node, the nodes in order of first call, its sinks."""

    __slots__ = ("dropped", "is_closed", "lock", "nodes", "previous", "root", "sinks")

    def __init__(self, previous: Node | None) -> None:
        self.previous = previous
        self.dropped = 0
        self.is_closed = False
        self.lock = threading.Lock()
        self.nodes: list[Node] = []
        self.sinks: dict[tuple, Sink] = {}
        self.root = Node(self, None, None, None)


class Node:
    """One distinct call path. `place` is (qualified name, file, line of the definition); `None`: what was dropped."""

    __slots__ = (
        "children",
        "count",
        "depth",
        "ended",
        "error",
        "key",
        "parent",
        "place",
        "request",
        "span_id",
        "started",
    )

    def __init__(self, request: Request, parent: Node | None, key: int | None, place: tuple | None) -> None:
        self.request, self.parent, self.key, self.place = request, parent, key, place
        self.children: dict[int | None, Node] = {}
        self.count = 0
        self.error: str | None = None
        self.depth = parent.depth + 1 if parent else 0
        self.span_id: bytes | None = None
        self.started = self.ended = time_ns()

    def recorded(self) -> Node:
        """Return this node, or the nearest one above it that was not dropped."""
        node = self
        while node.place is None and node.parent is not None:
            node = node.parent
        return node

    def identity(self) -> bytes:
        """Return the span id, made when it is first needed."""
        if self.span_id is None:
            self.span_id = _random_bits(64).to_bytes(8, "big")
        return self.span_id


class Sink:
    """A distinct value at one place of the code under one call path."""

    __slots__ = ("attributes", "count", "kind", "node", "place", "time", "value")

    def __init__(self, node: Node, kind: str, value: str, place: tuple, attributes: dict[str, Any]) -> None:
        self.node, self.kind, self.value, self.place, self.attributes = node, kind, value, place, attributes
        self.count = 1
        self.time = time_ns()


def begin() -> Request:
    """Open the state of a request in the current context."""
    request = Request(current.get())
    current.set(request.root)
    return request


def finish(request: Request) -> None:
    """Close it: what still runs for it is recorded no more."""
    with request.lock:
        request.is_closed = True
    node = current.get()
    if node is not None and node.request is request:
        current.set(request.previous)


def child_of(node: Node, key: int, place: tuple) -> Node:
    """Return the child for a call path that was not yet seen, or the child that stands for all that is dropped."""
    request = node.request
    with request.lock:
        known = node.children.get(key)
        if known is not None:
            return known
        if request.is_closed or len(request.nodes) >= MAX_NODES or node.depth >= MAX_DEPTH:
            request.dropped += 1
            dropped = node.children.get(None)
            if dropped is None:
                dropped = node.children[None] = Node(request, node, None, None)
                dropped.depth = MAX_DEPTH
            return dropped
        made = node.children[key] = Node(request, node, key, place)
        request.nodes.append(made)
        return made


def enter(key: int, place: tuple) -> None:
    """The function `key` was called."""
    node = current.get()
    if node is None:
        return
    child = node.children.get(key) or child_of(node, key, place)
    child.count += 1
    current.set(child)


def leave(key: int, error: str | None = None) -> None:
    """The function returned, yielded or raised. Tolerates what left without saying so (a generator that was closed)."""
    node = current.get()
    if node is None:
        return
    if node.key is not None or node.parent is None:
        while node is not None and node.key != key:
            node = node.parent
        if node is None or node.parent is None:
            return
    if error is not None:
        node.error = error
    node.ended = time_ns()
    current.set(node.parent)


def fail(key: int, error: str) -> None:
    """The function is about to be left by an exception of this type."""
    node = current.get()
    while node is not None and node.key != key:
        node = node.parent
    if node is not None:
        node.error = error


def resume(key: int, place: tuple) -> None:
    """A generator goes on, perhaps for another caller; that is no new call."""
    node = current.get()
    if node is not None:
        current.set(node.children.get(key) or child_of(node, key, place))


class outermost:
    """`with outermost("http") as is_first`: false within another one of that kind, so that a request counts once."""

    __slots__ = ("kind", "token")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.token = None

    def __enter__(self) -> bool:
        busy = _busy.get()
        if self.kind in busy:
            return False
        self.token = _busy.set(busy | {self.kind})
        return True

    def __exit__(self, *_: object) -> None:
        if self.token is not None:
            _busy.reset(self.token)


def is_within(kind: str) -> bool:
    """Whether a sink of this kind is being recorded further out."""
    return kind in _busy.get()


def arrive(kind: str, value: object, *, skip: int = 1, nearest: int = 90, **attributes: Any) -> None:
    """Record that a value arrived at a sink, with the service's own line that called it.

    `skip`: frames between here and the hooked call. `nearest`: how far the service's own code may be away.
    """
    node = current.get()
    if node is None or node.request.is_closed:
        return
    frame, distance, is_service = calling_frame(skip)
    if not is_service or distance > nearest:
        return
    if frame is not None:
        code = frame.f_code
        place = (code.co_qualname, relative(code.co_filename), frame.f_lineno)
    else:
        place = node.place  # a task of its own: the function that created it
        if place is None:
            return
    limit = _LIMITS.get(kind, _LIMIT)
    text = _text(value, limit)[:limit]
    node = node.recorded()
    request = node.request
    key = (kind, place, text, id(node))
    with request.lock:
        known = request.sinks.get(key)
        if request.is_closed:
            return
        if known is not None:
            known.count += 1
        elif len(request.sinks) >= MAX_SINKS:
            request.dropped += 1
        else:
            request.sinks[key] = Sink(node, kind, text, place, attributes)


def _text(value: object, limit: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value[:limit]).decode("utf-8", "backslashreplace")
    if isinstance(value, (list, tuple)):
        return json.dumps([_text(part, limit) for part in value[:100]], ensure_ascii=False)
    try:
        return str(value)
    except Exception:  # a foreign __str__ may raise anything
        return f"<{type(value).__name__}>"
