"""Statements, as the driver gets them: before anything sanitises them, and whatever built them."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from leadline_agent.patching import Reader, hook

_EXECUTE = ("execute", "executemany")


def _statement(name: str, system: str) -> Reader:
    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        statement = arguments[1] if len(arguments) > 1 else keywords.get(name)
        compose = getattr(statement, "as_string", None)
        if compose is not None:  # psycopg's composed statements: names are quoted by the connection
            statement = compose(arguments[0])
        return None if statement is None else (statement, {"db": system})

    return read


def _driver(
    system: str, owners: tuple[str, ...], names: tuple[str, ...] = _EXECUTE, argument: str = "query"
) -> Callable[[ModuleType], None]:
    def patch(module: ModuleType) -> None:
        for owner in owners:
            for name in names:
                hook("sql", getattr(module, owner), name, _statement(argument, system))

    return patch


PATCHES = {
    "sqlite3": _driver("sqlite", ("Connection", "Cursor"), (*_EXECUTE, "executescript"), "sql"),
    "aiosqlite.core": _driver(
        "sqlite",
        ("Connection",),
        (*_EXECUTE, "execute_insert", "execute_fetchall", "executescript"),
        "sql",
    ),
    "aiosqlite.cursor": _driver("sqlite", ("Cursor",), (*_EXECUTE, "executescript"), "sql"),
    "psycopg.cursor": _driver("postgresql", ("Cursor",), (*_EXECUTE, "stream")),
    "psycopg.cursor_async": _driver("postgresql", ("AsyncCursor",)),
    "psycopg._server_cursor": _driver("postgresql", ("ServerCursor",)),
    "psycopg._server_cursor_async": _driver("postgresql", ("AsyncServerCursor",)),
    "psycopg2.extensions": _driver("postgresql", ("cursor",), (*_EXECUTE, "copy_expert"), "query"),
    "asyncpg.connection": _driver(
        "postgresql", ("Connection",), (*_EXECUTE, "fetch", "fetchrow", "fetchval", "fetchmany", "prepare", "cursor")
    ),
    "pymysql.cursors": _driver("mysql", ("Cursor",)),
    "MySQLdb.cursors": _driver("mysql", ("BaseCursor",)),
}
