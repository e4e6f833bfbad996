"""Sinks that only the libraries know: statements, outgoing requests, deserialisers, templates, redirects."""

from __future__ import annotations

import io
from types import ModuleType
from typing import Any

from leadline_agent.patching import argument, hook, on_import


def install() -> None:
    """Hook every library of the list below, those imported already and those imported later."""
    for module, patch in _PATCHES.items():
        on_import(module, patch)


# ── statements ────────────────────────────────────────────────────────────────────────────────────────────


def _sqlite(module: ModuleType) -> None:
    for owner in (module.Connection, module.Cursor):
        for name in ("execute", "executemany", "executescript"):
            hook("sql", owner, name, argument(1, "sql", db="sqlite"))


def _statements(system: str, classes: tuple[str, ...], names: tuple[str, ...] = ("execute", "executemany")) -> Any:
    def patch(module: ModuleType) -> None:
        for owner in classes:
            for name in names:
                hook("sql", getattr(module, owner), name, argument(1, "query", db=system))

    return patch


# ── outgoing requests ─────────────────────────────────────────────────────────────────────────────────────


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


def _aiohttp(module: ModuleType) -> None:
    hook("http", module.ClientSession, "_request", lambda a, k: (str(a[2]), {"mode": str(a[1])}))


# ── deserialisers ─────────────────────────────────────────────────────────────────────────────────────────


def _stream(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
    """Read what lies ahead in a file object without moving it; elsewhere only its type is told."""
    file = arguments[0] if arguments else keywords.get("file")
    if isinstance(file, io.BytesIO):
        return file.getbuffer()[file.tell() :][:2_000].tobytes(), {}
    if isinstance(file, io.BufferedReader):
        return file.peek(2_000), {}
    return f"<{type(file).__name__}>", {}


def _serialised(module: ModuleType) -> None:
    hook("deserialize", module, "loads", argument(0, "data"))
    hook("deserialize", module, "load", _stream)


def _yaml(module: ModuleType) -> None:
    safe = tuple(
        getattr(module, name)
        for name in ("SafeLoader", "BaseLoader", "FullLoader", "CSafeLoader", "CBaseLoader", "CFullLoader")
        if hasattr(module, name)
    )

    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        loader = arguments[1] if len(arguments) > 1 else keywords.get("Loader")
        if isinstance(loader, type) and issubclass(loader, safe):
            return None
        stream = arguments[0] if arguments else keywords.get("stream")
        return (stream, {}) if isinstance(stream, (str, bytes)) else _stream((stream,), {})

    def unsafe(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        return read((*arguments[:1], None), {k: v for k, v in keywords.items() if k == "stream"})

    for name in ("load", "load_all"):
        hook("deserialize", module, name, read)
    for name in ("unsafe_load", "unsafe_load_all"):
        hook("deserialize", module, name, unsafe)


# ── templates, redirects, files that other threads open ───────────────────────────────────────────────────


def _jinja(module: ModuleType) -> None:
    hook("template", module.Environment, "from_string", argument(1, "source"))


def _mako(module: ModuleType) -> None:
    hook("template", module.Template, "__init__", argument(1, "text"))


def _werkzeug(module: ModuleType) -> None:
    hook("redirect", module, "redirect", argument(0, "location"))


def _starlette(module: ModuleType) -> None:
    hook("redirect", module.RedirectResponse, "__init__", argument(1, "url"))
    hook("file", module.FileResponse, "__init__", argument(1, "path", mode="r"))


_PATCHES = {
    "sqlite3": _sqlite,
    "aiosqlite.core": _statements("sqlite", ("Connection",), ("execute", "executemany", "executescript")),
    "psycopg.cursor": _statements("postgresql", ("Cursor",)),
    "psycopg.cursor_async": _statements("postgresql", ("AsyncCursor",)),
    "psycopg2.extensions": _statements("postgresql", ("cursor",)),
    "asyncpg.connection": _statements("postgresql", ("Connection",), ("execute", "fetch", "fetchrow", "fetchval")),
    "pymysql.cursors": _statements("mysql", ("Cursor",)),
    "httpx": _httpx,
    "requests.sessions": _requests,
    "urllib.request": _urllib,
    "urllib3.connectionpool": _urllib3,
    "http.client": _http_client,
    "aiohttp.client": _aiohttp,
    "pickle": _serialised,
    "marshal": _serialised,
    "yaml": _yaml,
    "jinja2.environment": _jinja,
    "mako.template": _mako,
    "werkzeug.utils": _werkzeug,
    "starlette.responses": _starlette,
}
