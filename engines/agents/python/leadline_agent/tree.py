"""What one request did, folded: a tree of distinct call paths with counts, and the sinks that values arrived at.

The current node lives in a context variable, so that tasks and copied contexts each keep their own place in one tree.
What a request left behind (a thread, a task, work after the response) goes on in the same tree: `finish` hands over
what is known by then and leaves every node without children; what comes later is made anew, and noticed as late.
"""

from __future__ import annotations

from _thread import allocate_lock  # of the system, also where gevent has replaced `threading`
from collections.abc import Callable
from contextvars import ContextVar
from time import time_ns
from typing import Any, NamedTuple

from leadline_agent.propagation import new_id

MAX_NODES = 400  # call paths of one request
MAX_DEPTH = 60
OUTLIVED = 300_000_000_000  # ns after a request in which what it left behind is recorded below it
OFTEN = 8  # calls of one path that are timed; the end of one that is called more often is that of its caller

current: ContextVar[Node | None] = ContextVar("leadline_node", default=None)
outgoing: ContextVar[Sink | None] = ContextVar("leadline_outgoing", default=None)  # the request or message on its way

SERVER, CONSUMER = 2, 5  # kinds of span


class Request:
    """One entry into the service, a request served or a message consumed: its span, and the tree of what it did.

    `attributes` are those of its span and may be added to until `finish`. `nodes`, `sinks` and `dropped` are what was
    recorded since they were last taken, `made` counts the nodes of both.
    """

    __slots__ = ("attributes", "body", "dropped", "ended", "is_error", "is_finished", "is_late", "kind", "lock", "made",
                 "name", "nodes", "parent_id", "previous", "root", "sinks", "spots", "trace_id", "values")  # fmt: skip

    def __init__(self, kind: int, trace_id: bytes, parent_id: bytes, attributes: dict[str, Any]) -> None:
        self.kind, self.trace_id, self.parent_id, self.attributes = kind, trace_id, parent_id, attributes
        self.body: dict[str, dict[str, str]] = {}  # place → name → value of the parameters in its body
        self.name = ""
        self.is_error = self.is_finished = self.is_late = False
        self.dropped = self.made = self.ended = 0
        self.lock = allocate_lock()
        self.nodes: list[Node] = []
        self.sinks: dict[tuple, Sink] = {}
        self.values: dict[tuple, int] = {}  # (kind, place) → how many of the sinks
        self.spots: dict[tuple, Sink | None] = {}  # (node, code, instruction) → the sink there, where it never differs
        self.previous = current.get()
        self.root = Node(self, None, None, None)

    def is_over(self) -> bool:
        """Whether what still runs in its context has outlived it for so long that it is nothing of its own."""
        return 0 < self.ended < time_ns() - OUTLIVED


class Recorded(NamedTuple):
    """What was taken from a request. `is_late`: after its own span, which was sent with the first part."""

    request: Request
    nodes: list[Node]
    sinks: list[Sink]
    dropped: int
    is_late: bool


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
            self.span_id = new_id(8)
        return self.span_id


class Sink:
    """A distinct value at one place of the code under one call path."""

    __slots__ = ("attributes", "count", "kind", "node", "place", "span_id", "time", "value")

    def __init__(self, node: Node, kind: str, value: str, place: tuple, attributes: dict[str, Any]) -> None:
        self.node, self.kind, self.value, self.place, self.attributes = node, kind, value, place, attributes
        self.count = 1
        self.span_id: bytes | None = None
        self.time = time_ns()

    def identity(self) -> bytes:
        """Return the span id, made when it is first needed."""
        if self.span_id is None:
            self.span_id = new_id(8)
        return self.span_id


def begin(kind: int, trace_id: bytes, parent_id: bytes, attributes: dict[str, Any]) -> Request:
    """Open a request in the current context: what runs in it, or in a copy of it, is recorded under it."""
    request = Request(kind, trace_id, parent_id, attributes)
    current.set(request.root)
    return request


def finish(request: Request) -> Recorded:
    """End its span, leave its context and return what was recorded; what still runs for it is late."""
    request.ended = time_ns()
    node = current.get()
    if node is not None and node.request is request:
        current.set(request.previous)
    return take(request)


def take(request: Request) -> Recorded:
    """Return what was recorded since the last time."""
    with request.lock:
        recorded = Recorded(request, request.nodes, list(request.sinks.values()), request.dropped, request.is_finished)
        if not request.is_finished:
            request.is_finished, request.made = True, 0  # what is late has an allowance of its own
        request.is_late = False
        request.nodes, request.sinks, request.dropped = [], {}, 0
        request.values, request.spots = {}, {}
        request.root.children = {}
        for node in recorded.nodes:
            node.children = {}
    return recorded


on_late: Callable[[Request], None] = lambda request: None  # noqa: E731 - set by who sends


def noted(request: Request) -> None:
    """Tell once, with its lock held, that a finished request has something to take."""
    if request.is_finished and not request.is_late:
        request.is_late = True
        on_late(request)


def child_of(node: Node, key: int, place: tuple) -> Node:
    """Return the child for a call path that was not yet seen, or the child that stands for all that is dropped."""
    request = node.request
    with request.lock:
        known = node.children.get(key)
        if known is not None:
            return known
        is_over = request.is_over()
        if not is_over:
            noted(request)
        if is_over or request.made >= MAX_NODES or node.depth >= MAX_DEPTH:
            request.dropped += not is_over
            dropped = node.children.get(None)
            if dropped is None:
                dropped = node.children[None] = Node(request, node, None, None)
                dropped.depth = MAX_DEPTH
            return dropped
        made = node.children[key] = Node(request, node, key, place)
        request.nodes.append(made)
        request.made += 1
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
    if node.count <= OFTEN:
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
