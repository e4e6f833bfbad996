"""A finding is told with the endpoints from which calls lead to it, read from a real source."""

import pytest

from engines.contract import Match
from engines.rules.loader import load_rules
from engines.static.cache import NO_CACHE
from flows.local.finding import Finding, Opening
from flows.local.reach import with_openings

RULE = next(rule for rule in load_rules() if rule.id == "sql-injection.string-built-query")
APP = """
from flask import Flask, request
from store import ask
app = Flask(__name__)

@app.get("/walls")
def walls():
    return ask(request.args["colour"])

@app.post("/bricks")
def bricks():
    def inner():
        return ask("red")
    return inner()

@app.get("/health")
def health():
    return "well"
"""
STORE = """
def ask(colour):
    return run(colour)

def run(colour):
    return db.execute("select 1 where c = '" + colour + "'")

def unused(colour):
    return db.execute(colour)
db.execute("select 2")
"""


@pytest.fixture
def source(tmp_path):
    (tmp_path / "service").mkdir()
    (tmp_path / "service/app.py").write_text(APP)
    (tmp_path / "service/store.py").write_text(STORE)
    (tmp_path / "other.py").write_text(STORE)
    return tmp_path


def openings(source, folders, file, line):
    match = Match("", "", RULE.id, file, line, 1, line, 9, "", "", "", False)
    (found,) = with_openings([Finding(match, RULE, "python")], source, folders, NO_CACHE)
    return found.openings


def test_calls_are_followed_from_the_routes_of_the_folder(source):
    service = source / "service"
    expected = (Opening("POST", "/bricks", False), Opening("GET", "/walls", False))
    assert openings(source, [service], "service/store.py", 6) == expected
    assert openings(service, [service], "store.py", 6) == expected
    assert openings(source, [service], "service/app.py", 8) == (Opening("GET", "/walls", False),)


def test_what_nothing_calls_and_the_top_level_have_none(source):
    assert openings(source, [source / "service"], "service/store.py", 9) == ()
    assert openings(source, [source / "service"], "service/store.py", 10) == ()


def test_what_is_in_none_of_the_folders_has_none(source):
    assert openings(source, [source / "service"], "other.py", 6) == ()
    assert openings(source, [], "service/store.py", 6) == ()
