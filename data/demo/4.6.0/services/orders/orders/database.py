"""The orders' database, one connection a request."""

import sqlite3
from contextlib import closing

from flask import g

from . import settings

DATABASE = settings.DATA / "orders.sqlite"

SCHEMA = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, owner TEXT, item TEXT, total INTEGER, placed_on TEXT);
CREATE TABLE members (login TEXT PRIMARY KEY, tier TEXT);
CREATE TABLE notes (id INTEGER PRIMARY KEY, author TEXT, text TEXT);
CREATE TABLE shipments (order_id INTEGER PRIMARY KEY, carrier TEXT, code TEXT);
CREATE TABLE resets (id INTEGER PRIMARY KEY, done_at TEXT DEFAULT CURRENT_TIMESTAMP);
INSERT INTO orders VALUES
    (1001, 'alice', 'kettle', 4900, '2026-02-03'),
    (1002, 'bob', 'mug', 1800, '2026-02-04'),
    (1003, 'alice', 'tray', 2500, '2026-02-11');
INSERT INTO members VALUES ('alice', 'gold'), ('bob', 'standard');
INSERT INTO shipments VALUES (1001, 'Post', 'K-17'), (1002, 'Courier', 'M-4');
INSERT INTO notes (author, text) VALUES ('bob', 'late');
"""


def prepare() -> None:
    """Create the tables anew."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    DATABASE.unlink(missing_ok=True)
    with closing(sqlite3.connect(DATABASE)) as connection:
        connection.executescript(SCHEMA)


def connection() -> sqlite3.Connection:
    if "connection" not in g:
        g.connection = sqlite3.connect(DATABASE)
        g.connection.row_factory = sqlite3.Row
    return g.connection


def close(error: BaseException | None = None) -> None:
    opened = g.pop("connection", None)
    if opened is not None:
        opened.close()
