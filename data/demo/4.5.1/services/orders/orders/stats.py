"""Figures of the shop, one view a period."""

from . import database


def view_for(period: str):
    def view():
        total = database.connection().execute("SELECT sum(total) FROM orders").fetchone()[0]
        return {"period": period, "total": total}

    return view
