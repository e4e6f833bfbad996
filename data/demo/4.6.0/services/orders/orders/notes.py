"""What customers write about their orders."""

import logging
import sqlite3

import requests
from flask import Blueprint, request

from . import database, settings, tokens

log = logging.getLogger(__name__)

blueprint = Blueprint("notes", __name__)


def announce(text: str) -> None:
    try:
        requests.post(f"{settings.NOTIFIER_URL}/messages", json={"text": text}, timeout=settings.TIMEOUT)
    except requests.RequestException as error:
        log.warning("nobody was told of a note: %s", error)


@blueprint.post("/notes")
def add_note():
    author = tokens.bearer()
    if author is None:
        return {"error": "sign in first"}, 401
    form = request.get_json(silent=True)
    if not isinstance(form, dict) or not isinstance(form.get("text"), str):
        return {"error": "text is required"}, 400
    with database.connection() as connection:
        cursor = connection.execute("INSERT INTO notes (author, text) VALUES (?, ?)", (author, form["text"]))
    announce("a note was written")
    return {"id": cursor.lastrowid}, 201


def occurrences(text: str) -> int:
    try:
        row = database.connection().execute("SELECT count(*) FROM notes WHERE text = '" + text + "'").fetchone()
    except sqlite3.Error as error:
        log.warning("a note could not be counted: %s", error)
        return 1
    return row[0]


@blueprint.get("/report")
def report():
    query = "SELECT text FROM notes ORDER BY id DESC LIMIT 20"
    latest = [row["text"] for row in database.connection().execute(query)]
    return {"notes": [{"text": text, "times": occurrences(text)} for text in latest]}
