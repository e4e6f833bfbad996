"""What is told about an order."""

from datetime import date

from . import database


def order(id: int) -> dict | None:
    query = "SELECT id, owner, item, total, placed_on FROM orders WHERE id = ?"
    row = database.connection().execute(query, (id,)).fetchone()
    return dict(row) if row else None


def price(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d} EUR"


def day(text: str) -> str:
    return date.fromisoformat(text).strftime("%d %B %Y")


def describe(order: dict) -> dict:
    return order | {"price": price(order["total"]), "placed": day(order["placed_on"])}


def present(order: dict) -> dict:
    return describe(order) | {"open": True}
