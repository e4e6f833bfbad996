"""The published DuckDB file: opened read-only for each query and closed again.

So a republish by rename never breaks an open page.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

import duckdb

from app.settings import published_file

Row = dict[str, Any]

SETTINGS = {"enable_external_access": "false", "threads": "2"}


class Unpublished(Exception):
    """There is no readable published file. The message is one sentence with the remedy."""


def built_at() -> datetime:
    """Return when the published file was written, in UTC.

    Raises:
        Unpublished: there is no such file.
    """
    path = published_file()
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        raise Unpublished(
            f"Nothing is published at {path} yet: run `leadline demo`, or `leadline release leadline.yaml` "
            "for a system of your own."
        ) from None


def rows(sql: str, **parameters: object) -> list[Row]:
    """Run one query against the published file.

    Raises:
        Unpublished: the file is missing, is not a DuckDB file, or lacks a mart that the query reads.
    """
    built_at()
    try:
        with contextlib.closing(duckdb.connect(str(published_file()), read_only=True, config=SETTINGS)) as connection:
            cursor = connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    except (duckdb.IOException, duckdb.CatalogException, duckdb.BinderException) as error:
        raise Unpublished(
            f"The published file {published_file()} cannot be read ({str(error).splitlines()[0]}): "
            "publish it again with `leadline release leadline.yaml`."
        ) from error


def one(sql: str, **parameters: object) -> Row | None:
    """Return the first row of a query, or None."""
    found = rows(sql, **parameters)
    return found[0] if found else None
