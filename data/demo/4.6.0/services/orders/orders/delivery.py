"""On its way to the customer."""

import requests

from . import database, settings


def shipment(order_id: int) -> dict | None:
    query = "SELECT carrier, code FROM shipments WHERE order_id = ?"
    row = database.connection().execute(query, (order_id,)).fetchone()
    return dict(row) if row else None


def stock(item: str) -> int | None:
    answer = requests.get(f"{settings.CATALOG_URL}/items/{item}", timeout=settings.TIMEOUT)
    return answer.json()["stock"] if answer.ok else None
