"""For the people who run the staging system."""

from flask import Blueprint

from . import database

blueprint = Blueprint("maintenance", __name__)


def resets() -> int:
    return database.connection().execute("SELECT count(*) FROM resets").fetchone()[0]


@blueprint.get("/reset")
def reset():
    with database.connection() as connection:
        connection.execute("DELETE FROM notes")
        connection.execute("DELETE FROM members")
        connection.execute("INSERT INTO resets DEFAULT VALUES")
    return {"resets": resets()}
