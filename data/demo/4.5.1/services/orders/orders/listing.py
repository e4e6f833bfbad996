"""The orders of a customer."""

import sqlite3

from flask import Blueprint, request

from . import database, details, quota, tokens

blueprint = Blueprint("listing", __name__)

SORTS = {"date": "placed_on", "total": "total"}


def summary(rows: list[sqlite3.Row]) -> dict:
    if not rows:
        return {"count": 0}
    days = [row["placed_on"] for row in rows]
    return {
        "count": len(rows),
        "total": details.price(sum(row["total"] for row in rows)),
        "first": details.day(min(days)),
        "last": details.day(max(days)),
    }


@blueprint.get("")
def list_orders():
    owner = tokens.bearer()
    if owner is None:
        return {"error": "sign in first"}, 401
    column = SORTS.get(request.args.get("sort", "date"), "id")
    query = f"SELECT id, owner, item, total, placed_on FROM orders WHERE owner = ? ORDER BY {column}"
    rows = database.connection().execute(query, (owner,)).fetchmany(quota.longest())
    return {"orders": [details.describe(dict(row)) for row in rows], "summary": summary(rows)}
