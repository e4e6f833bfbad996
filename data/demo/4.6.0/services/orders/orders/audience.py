"""Who looks at orders, by tier of membership; read by the exporter of metrics."""

import logging
import sqlite3
from collections import Counter

from . import database

log = logging.getLogger(__name__)

VIEWS: Counter[str] = Counter()


def tier_of(login: str) -> str:
    query = "SELECT tier FROM members WHERE login = '" + login + "'"
    try:
        row = database.connection().execute(query).fetchone()
    except sqlite3.Error as error:
        log.warning("the tier of a member is unknown: %s", error)
        return "unknown"
    return row["tier"] if row else "guest"


def count_view(login: str) -> None:
    VIEWS[tier_of(login)] += 1
