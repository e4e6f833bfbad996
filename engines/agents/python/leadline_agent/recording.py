"""Opens a request when one comes in, hands it over when it is done, and counts what was recorded.

The spans of requests are our own, not of an SDK: a tenth of the cost, one per request whatever wraps it, and nothing
that the tested service would have to install.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leadline_agent import tree
from leadline_agent.export import Exporter
from leadline_agent.patching import complain
from leadline_agent.propagation import extracted
from leadline_agent.tree import CONSUMER, SERVER, Request


class Seen:
    """What this process recorded so far."""

    requests = served = routed = functions = 0


_exporter: Exporter | None = None
_before_first: Callable[[], None] | None = None
_after_each: Callable[[], None] | None = None


def begin_with(exporter: Exporter, before_first: Callable[[], None], after_each: Callable[[], None]) -> None:
    """Send to this exporter from now on, with a call ahead of the first request and one behind each."""
    global _exporter, _before_first, _after_each
    _exporter, _before_first, _after_each = exporter, before_first, after_each


def served(traceparent: object, method: str, path: str, query: str, scheme: str, host: str) -> Request:
    """Open a request that a server has received. `host`: as the client names it, with its port where it has one."""
    told = {"http.request.method": method, "url.path": path, "url.scheme": scheme}
    if query:
        told["url.query"] = query
    if host:
        told["server.address"] = host
    return _opened(SERVER, *extracted(traceparent), told)


def consumed(traceparent: object, system: str, destination: str) -> Request:
    """Open the handling of a message taken from a queue; one without a context begins a trace of its own."""
    told = {"messaging.system": system, "messaging.destination.name": destination,
            "messaging.operation.type": "process"}  # fmt: skip
    request = _opened(CONSUMER, *extracted(traceparent), told)
    request.name = f"process {destination}"
    return request


def routed(request: Request, route: str) -> None:
    """Note the template that the framework chose for a request; a later one, further inside, is the better one."""
    request.attributes["http.route"] = route


def closed(request: Request, status: int | None = None, error: BaseException | None = None) -> None:
    """End a request and hand it over. `error`: what left it; a server request without a status was not answered."""
    try:
        told = request.attributes
        if request.kind == SERVER:
            if status is None and isinstance(error, Exception):
                status = 500
            if status is not None:
                told["http.response.status_code"] = status
                request.is_error = status >= 500
            route = told.get("http.route")
            request.name = f"{told['http.request.method']} {route}" if route else told["http.request.method"]
            Seen.served += 1
            Seen.routed += bool(route)
        if error is not None:
            request.is_error = request.is_error or request.kind == CONSUMER
            told["error.type"] = type(error).__name__
        recorded = tree.finish(request)
        Seen.requests += 1
        Seen.functions += len(recorded.nodes)
        if _exporter is not None:
            _exporter.offer(recorded)
        if _after_each is not None:
            _after_each()
    except Exception as failure:  # the service answers whether or not it is recorded
        complain("request", failure)


def flush(limit: float = 2.0) -> None:
    """Wait until what was recorded is sent, for `limit` seconds at most."""
    if _exporter is not None:
        _exporter.flush(limit)


def lost() -> int:
    """Return how many spans the receiver did not take and has not been told of."""
    return _exporter.dropped if _exporter is not None else 0


def _opened(kind: int, trace_id: bytes, parent_id: bytes, told: dict[str, Any]) -> Request:
    global _before_first
    if _before_first is not None:
        first, _before_first = _before_first, None
        first()
    return tree.begin(kind, trace_id, parent_id, told)
