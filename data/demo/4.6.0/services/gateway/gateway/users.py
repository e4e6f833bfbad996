"""Who may sign in."""

import hashlib
import hmac
import os
import sqlite3
import unicodedata
from contextlib import closing

from . import settings

ROUNDS = 20_000
DATABASE = settings.DATA / "gateway.sqlite"


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(DATABASE)
    connection.row_factory = sqlite3.Row
    return connection


def digest(password: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)


def prepare() -> None:
    """Create the table of users anew, with the two customers of the staging system."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    DATABASE.unlink(missing_ok=True)
    with closing(connect()) as connection, connection:
        connection.execute("CREATE TABLE users (name TEXT PRIMARY KEY, salt BLOB, digest BLOB)")
        for customer in ("ALICE", "BOB"):
            salt = os.urandom(16)
            name, password = os.environ[f"SHOP_{customer}_USER"], os.environ[f"SHOP_{customer}_PASSWORD"]
            connection.execute("INSERT INTO users VALUES (?, ?, ?)", (normalise(name), salt, digest(password, salt)))


def printable(name: str) -> str:
    return "".join(filter(str.isprintable, name))


def composed(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def squeezed(name: str) -> str:
    return " ".join(name.split())


def without_domain(name: str) -> str:
    return name.removesuffix("@shop.example")


def normalise(name: str) -> str:
    return without_domain(squeezed(composed(printable(name))).lower())


def find(name: str) -> sqlite3.Row | None:
    with closing(connect()) as connection:
        query = "SELECT name, salt, digest FROM users WHERE name = ?"
        return connection.execute(query, (normalise(name),)).fetchone()


def authenticate(name: str, password: str) -> str | None:
    """Return the user's name, None when name and password do not go together."""
    user = find(name)
    if user is None:
        return None
    if not hmac.compare_digest(digest(password, user["salt"]), user["digest"]):
        return None
    return user["name"]
