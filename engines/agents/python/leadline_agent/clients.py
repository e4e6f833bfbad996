"""Puts the trace context on requests that go out, as late as can be: below redirects, retries and other tracers.

The parent it names is the recorded call itself, which knows the line of the service's code; else the function.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from leadline_agent.patching import on_import
from leadline_agent.propagation import HEADER, header
from leadline_agent.replacing import after, before
from leadline_agent.tree import current, outgoing

_NAME = HEADER.encode()
_LINE = _NAME + b":"


def install() -> None:
    """Hook every client of the list below when it is imported. requests, urllib3 and urllib all use `http.client`."""
    for module, patch in _PATCHES.items():
        on_import(module, patch)


def context() -> str | None:
    """Return the `traceparent` for what is being sent from here, `None` outside of a recorded request."""
    node = current.get()
    if node is None:
        return None
    sink, request = outgoing.get(), node.request
    told = sink if sink is not None and sink.node.request is request else node.recorded()
    return header(request.trace_id, told.identity())


def _http_client(module: ModuleType) -> None:
    def ending(connection: Any, *_: Any, **__: Any) -> None:
        traceparent = context()
        if traceparent is not None:
            lines = connection._buffer
            lines[1:] = [line for line in lines[1:] if not line.lower().startswith(_LINE)]
            connection.putheader(HEADER, traceparent)

    before(module.HTTPConnection, "endheaders", ending)


def _httpx(module: ModuleType) -> None:
    def sending(_: Any, request: Any) -> None:
        traceparent = context()
        if traceparent is not None:
            request.headers[HEADER] = traceparent

    before(module.Client, "_send_single_request", sending)
    before(module.AsyncClient, "_send_single_request", sending)


def _httpcore(module: ModuleType) -> None:
    def sending(_: Any, request: Any) -> None:
        traceparent = context()
        if traceparent is not None:
            others = [pair for pair in request.headers if pair[0].lower() != _NAME]
            request.headers = [*others, (_NAME, traceparent.encode())]

    before(module.ConnectionPool, "handle_request", sending)
    before(module.AsyncConnectionPool, "handle_async_request", sending)


def _aiohttp(module: ModuleType) -> None:
    def made(_: None, request: Any, *__: Any, **___: Any) -> None:
        traceparent = context()
        if traceparent is not None:
            request.headers[HEADER] = traceparent

    after(module.ClientRequest, "__init__", made)


_PATCHES = {
    "http.client": _http_client,
    "httpx": _httpx,  # whatever transports it has
    "httpcore": _httpcore,  # below other tracers of httpx
    "aiohttp.client_reqrep": _aiohttp,
}
