"""An ASGI application as the agent calls it: one request from its scope to the end of the application's call.

What runs after the response within the call (background tasks) is part of the request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from leadline_agent import recording
from leadline_agent.patching import complain
from leadline_agent.tree import Request

REQUEST, BASE, PREFIX = "leadline.request", "leadline.base", "leadline.prefix"  # in the scope; PREFIX: of its mounts

Application = Callable[[dict[str, Any], Callable, Callable], Awaitable[None]]


def recorded(application: Application) -> Application:
    """Return the application with a request around each call, unless one further out has opened it."""

    async def serve(scope: dict[str, Any], receive: Callable, send: Callable) -> None:
        if scope.get("type") not in ("http", "websocket") or REQUEST in scope:
            await application(scope, receive, send)
            return
        try:
            request = _opened(scope)
        except Exception as error:  # a scope that is none
            complain("request", error)
            await application(scope, receive, send)
            return
        status: int | None = None

        async def sending(message: dict[str, Any]) -> None:
            nonlocal status
            kind = message["type"]
            if kind == "http.response.start" or kind == "websocket.http.response.start":
                status = message["status"]
            elif kind == "websocket.accept":
                status = 101
            elif kind == "websocket.close" and status is None:
                status = 403
            await send(message)

        try:
            await application(scope, receive, sending)
        except BaseException as error:
            recording.closed(request, status, error)
            raise
        recording.closed(request, status)

    return serve


def route(scope: dict[str, Any], template: str) -> None:
    """Name the template of a scope's request, below the mounts that led here."""
    request = scope.get(REQUEST)
    if request is not None:
        recording.routed(request, scope.get(PREFIX, "") + template)


def _opened(scope: dict[str, Any]) -> Request:
    headers: dict[bytes, bytes] = dict(scope.get("headers") or ())
    path, base = scope["path"], scope.get("root_path", "")
    scope[BASE] = base
    request = scope[REQUEST] = recording.served(
        headers.get(b"traceparent"),
        scope.get("method", "GET"),
        (path[len(base) :] if base and path.startswith(base + "/") else path) or "/",
        scope.get("query_string", b"").decode("utf-8", "replace"),
        scope.get("scheme", "http"),
        headers.get(b"host", b"").decode("latin-1"),
    )
    return request
