"""Where frameworks are entered, should their server be an unknown one, and where they choose a route."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

from leadline_agent import asgi, recording, routes, wsgi
from leadline_agent.patching import on_import
from leadline_agent.replacing import after, around, before

KNOWN = ("Flask", "FastAPI", "Starlette", "Django", "aiohttp", "Bottle")
found: set[str] = set()  # frameworks that this process has imported


def install() -> None:
    """Hook every framework of the list below when it is imported."""
    for module, patch in _PATCHES.items():
        on_import(module, lambda loaded, patch=patch: (found.add(loaded.__name__.split(".")[0]), patch(loaded)))


def _entered_by_wsgi(owner: Any, name: str = "__call__") -> None:
    def make(original: Any) -> Any:
        def call(application: Any, environ: dict[str, Any], start_response: Any) -> Any:
            if wsgi.REQUEST in environ:
                return original(application, environ, start_response)
            return wsgi.recorded(original.__get__(application))(environ, start_response)

        return call

    around(owner, name, make)


def _entered_by_asgi(owner: Any, name: str = "__call__") -> None:
    def make(original: Any) -> Any:
        async def call(application: Any, scope: dict[str, Any], receive: Any, send: Any) -> None:
            if asgi.REQUEST in scope:
                await original(application, scope, receive, send)
            else:
                await asgi.recorded(original.__get__(application))(scope, receive, send)

        return call

    around(owner, name, make)


# ── Flask, Bottle ─────────────────────────────────────────────────────────────────────────────────────────


def _flask(module: ModuleType) -> None:
    from flask.globals import request

    def dispatched(*_: Any) -> None:
        served = request._get_current_object()  # once: every access through the proxy costs a look at the context
        if served.url_rule is not None:
            wsgi.route(served.environ, routes.flask(served.url_rule.rule))

    _entered_by_wsgi(module.Flask)
    before(module.Flask, "full_dispatch_request", dispatched)


def _bottle(module: ModuleType) -> None:
    def matched(result: tuple, _: Any, environ: dict[str, Any]) -> None:
        rule = getattr(result[0], "rule", None)
        if rule is not None:
            wsgi.route(environ, routes.bottle(rule))

    _entered_by_wsgi(module.Bottle)
    after(module.Router, "match", matched)


# ── Starlette, FastAPI ────────────────────────────────────────────────────────────────────────────────────


def _starlette(module: ModuleType) -> None:
    _entered_by_asgi(module.Starlette)


def _starlette_routes(module: ModuleType) -> None:
    def mounted(mount: Any, scope: dict[str, Any], *_: Any) -> None:
        if not mount.routes:  # what it holds has no routes of its own: static files, another kind of application
            asgi.route(scope, routes.braces(mount.path))
        scope[asgi.PREFIX] = scope.get(asgi.PREFIX, "") + routes.braces(mount.path)

    before(module.Route, "handle", _chosen)
    before(module.WebSocketRoute, "handle", _chosen)
    before(module.Mount, "handle", mounted)


def _fastapi_routes(module: ModuleType) -> None:
    before(module.APIRoute, "handle", _chosen)


def _chosen(route: Any, scope: dict[str, Any], *_: Any) -> None:
    # An included router's routes carry the whole prefix in a context of their own (FastAPI since 0.137).
    effective = (scope.get("fastapi") or {}).get("effective_route_context")
    if effective is not None and effective.original_route is route:
        route = effective
    path = getattr(route, "path_format", None) or getattr(route, "path", None)
    if path is not None:
        asgi.route(scope, routes.braces(path))


# ── Django ────────────────────────────────────────────────────────────────────────────────────────────────


def _django(module: ModuleType) -> None:
    def resolved(match: Any, _: Any, request: Any) -> None:
        environ, scope = getattr(request, "environ", None), getattr(request, "scope", None)
        if environ is not None:
            wsgi.route(environ, routes.django(match.route))
        elif scope is not None:
            asgi.route(scope, routes.django(match.route))

    after(module.BaseHandler, "resolve_request", resolved)


# ── aiohttp ───────────────────────────────────────────────────────────────────────────────────────────────


def _aiohttp(module: ModuleType) -> None:
    from leadline_agent.servers import ready

    def make(original: Any) -> Any:
        async def handle(application: Any, http: Any) -> Any:
            request = recording.served(
                http.headers.get("traceparent"), http.method, http.path, http.query_string, http.scheme, http.host
            )
            try:
                response = await original(application, http)
            except BaseException as error:
                _named(request, http)
                status = getattr(error, "status", None)  # an HTTPException is an answer
                is_answer = isinstance(status, int) and not isinstance(error, asyncio.CancelledError)
                recording.closed(request, status if is_answer else None, None if is_answer else error)
                raise
            _named(request, http)
            recording.closed(request, getattr(response, "status", None))
            return response

        return handle

    around(module.Application, "_handle", make)
    before(module.Application, "__init__", lambda *_, **__: ready.add("aiohttp"))


def _named(request: Any, http: Any) -> None:
    match = getattr(http, "_match_info", None)
    resource = getattr(getattr(match, "route", None), "resource", None)
    if resource is not None:
        recording.routed(request, routes.braces(resource.canonical))


_PATCHES = {
    "flask.app": _flask,
    "bottle": _bottle,
    "starlette.applications": _starlette,
    "starlette.routing": _starlette_routes,
    "fastapi.routing": _fastapi_routes,
    "django.core.handlers.base": _django,
    "django.core.handlers.wsgi": lambda module: _entered_by_wsgi(module.WSGIHandler),
    "django.core.handlers.asgi": lambda module: _entered_by_asgi(module.ASGIHandler),
    "aiohttp.web_app": _aiohttp,
}
