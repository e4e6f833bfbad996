"""The catalog's database."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

DATA = Path(os.environ["SHOP_DATA"])
DATABASE = DATA / "catalog.sqlite"
COLUMNS = "id, name, maker, price, stock"

ITEMS = [
    ("kettle", "Copper kettle", "Northwind", 4900, 12),
    ("teapot", "Iron teapot", "Northwind", 3900, 3),
    ("mug", "Blue mug", "Southbay", 900, 140),
    ("tray", "Oak tray", "Southbay", 2500, 0),
    ("spoon", "Tea spoon", "Harbour & Sons", 400, 600),
]


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(DATABASE)
    connection.row_factory = sqlite3.Row
    return connection


def prepare() -> None:
    """Create the tables anew."""
    DATA.mkdir(parents=True, exist_ok=True)
    DATABASE.unlink(missing_ok=True)
    with closing(connect()) as connection, connection:
        connection.execute(
            "CREATE TABLE items (id TEXT PRIMARY KEY, name TEXT, maker TEXT, price INTEGER, stock INTEGER)"
        )
        connection.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?)", ITEMS)


def all_items() -> list[dict]:
    with closing(connect()) as connection:
        rows = connection.execute("SELECT id, name, maker, price, stock FROM items ORDER BY name").fetchall()
    return [dict(row) for row in rows]


def find(term: str) -> list[dict]:
    query = "SELECT " + COLUMNS + " FROM items WHERE name LIKE '%" + term + "%' ORDER BY name"
    with closing(connect()) as connection:
        rows = connection.execute(query).fetchall()
    return [dict(row) for row in rows]


def by_maker(maker: str) -> list[dict]:
    with closing(connect()) as connection:
        rows = connection.execute("SELECT " + COLUMNS + " FROM items WHERE maker = ?", (maker,)).fetchall()
    return [dict(row) for row in rows]


def item(id: str) -> dict | None:
    query = "SELECT " + COLUMNS + " FROM items WHERE id = ?"
    with closing(connect()) as connection:
        row = connection.execute(query, (id,)).fetchone()
    return dict(row) if row else None
