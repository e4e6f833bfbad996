"""Requests that the service sends, as the library that it called is given them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from leadline_agent.patching import hook


def _sent(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
    """Read the prepared request that `send(self, request)` of httpx and requests takes."""
    request = arguments[1] if len(arguments) > 1 else keywords["request"]
    return str(request.url), {"mode": str(request.method)}


def _httpx(module: ModuleType) -> None:
    hook("http", module.Client, "send", _sent)
    hook("http", module.AsyncClient, "send", _sent)


def _requests(module: ModuleType) -> None:
    hook("http", module.Session, "send", _sent)


def _opened(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
    target = arguments[1] if len(arguments) > 1 else keywords["fullurl"]
    if isinstance(target, str):
        return target, {"mode": "POST" if (arguments[2:3] or [keywords.get("data")])[0] is not None else "GET"}
    return target.full_url, {"mode": target.get_method()}


def _urllib(module: ModuleType) -> None:
    hook("http", module.OpenerDirector, "open", _opened)


def _pooled(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
    pool, method, url = arguments[0], *(arguments[1:3] if len(arguments) > 2 else (keywords["method"], keywords["url"]))
    is_absolute = "://" in url.split("?")[0]
    port = f":{pool.port}" if getattr(pool, "port", None) else ""
    return (url if is_absolute else f"{pool.scheme}://{pool.host}{port}{url}"), {"mode": method}


def _urllib3(module: ModuleType) -> None:
    hook("http", module.HTTPConnectionPool, "urlopen", _pooled)


def _put(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
    connection, method, url = arguments[:3] if len(arguments) > 2 else (arguments[0], *keywords.values())
    scheme = "https" if type(connection).__name__.startswith("HTTPS") else "http"
    absolute = url if "://" in url.split("?")[0] else f"{scheme}://{connection.host}:{connection.port}{url}"
    return absolute, {"mode": method}


def _http_client(module: ModuleType) -> None:
    hook("http", module.HTTPConnection, "putrequest", _put)


def _asked(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
    method, url = (*arguments[1:3], keywords.get("str_or_url"))[:2] if len(arguments) < 3 else arguments[1:3]
    return str(url), {"mode": str(method)}


def _aiohttp(module: ModuleType) -> None:
    hook("http", module.ClientSession, "_request", _asked)


PATCHES = {
    "httpx": _httpx,
    "requests.sessions": _requests,
    "urllib.request": _urllib,
    "urllib3.connectionpool": _urllib3,
    "http.client": _http_client,
    "aiohttp.client": _aiohttp,
}
