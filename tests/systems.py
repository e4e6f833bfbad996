"""A tiny clean system for tests of the pipeline: one service that nothing is wrong with, and its QA suite.

What a test wants to be wrong it changes in the files that `write` leaves.
"""

from pathlib import Path

SERVICE = '''\
"""Tells the colour of a thing."""

import sqlite3

from flask import Flask, jsonify, request

app = Flask(__name__)


def connect():
    connection = sqlite3.connect(":memory:")
    connection.execute("create table colours (thing text, colour text)")
    connection.execute("insert into colours values ('sky', 'blue'), ('grass', 'green')")
    return connection


def find(thing):
    return connect().execute("select colour from colours where thing = ?", (thing,)).fetchall()


@app.after_request
def protect(response):
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


@app.get("/health")
def health():
    return jsonify(ok=True)


@app.get("/colour")
def colour():
    return jsonify(found=[row[0] for row in find(request.args.get("thing", ""))])
'''

QA = """\
import os
from pathlib import Path

import httpx


def test_the_sky_is_blue():
    answer = httpx.get(os.environ["COLOURS_URL"] + "/colour", params={"thing": "sky"}, trust_env=False)
    assert answer.json() == {"found": ["blue"]}


def test_it_is_well():
    assert httpx.get(os.environ["COLOURS_URL"] + "/health", trust_env=False).status_code == 200
"""

MANIFEST = """\
system: palette
release: "1.0"
services:
  colours:
    source: colours
    version: "1.0"
    language: python
    exposure: internet
    base_url: ${COLOURS_URL}
    health: /health
qa:
  command: [sh, -c, 'python -m pytest qa -q -p no:cacheprovider --junitxml="$LEADLINE_QA_DIR/junit.xml"']
  junit: junit.xml
traces: {listen: "${LEADLINE_TRACES}"}
scope: {mutate: true, rate: 200}
"""

SYSTEM = """\
services:
  colours:
    version: "1.0"
    cwd: colours
    command: ["${PYTHON}", -m, flask, --app, palette, run]
    url: COLOURS_URL
    health: /health
    environment: {FLASK_RUN_HOST: "${HOST}", FLASK_RUN_PORT: "${PORT}"}
"""


def write(folder: Path) -> Path:
    """Write the system into a folder and return the folder: leadline.yaml, system.yaml, colours/, qa/."""
    for name in ("colours", "qa"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "colours" / "palette.py").write_text(SERVICE)
    (folder / "qa" / "test_colours.py").write_text(QA)
    (folder / "leadline.yaml").write_text(MANIFEST)
    (folder / "system.yaml").write_text(SYSTEM)
    return folder


# A second service, of which there is source alone.
PRICING_SERVICE = """\
services:
  pricing: {source: pricing/src, version: "1.0", language: clojure, exposure: internal}
"""

LEAKY = """

@app.get("/named")
def named():
    colour = request.args.get("colour", "")
    rows = connect().execute(f"select thing from colours where colour = '{colour}' order by thing").fetchall()
    return jsonify(things=[row[0] for row in rows])


@app.post("/mix")
def mix():
    wanted = request.get_json()
    connection = connect()
    connection.execute(f"insert into colours values ('{wanted['thing']}', 'mixed')")
    return jsonify(mixed=[row[0] for row in connection.execute("select thing from colours where colour = 'mixed'")])
"""

LEAKY_QA = """

def test_what_is_blue():
    answer = httpx.get(os.environ["COLOURS_URL"] + "/named", params={"colour": "blue"}, trust_env=False)
    assert answer.json() == {"things": ["sky"]}


def test_mixing():
    answer = httpx.post(os.environ["COLOURS_URL"] + "/mix", json={"thing": "paint"}, trust_env=False)
    assert answer.json() == {"mixed": ["paint"]}
"""


def write_leaky(folder: Path) -> Path:
    """Write the system with two endpoints more, which build SQL from what they are asked: one reads, one changes."""
    write(folder)
    for file, more in (("colours/palette.py", LEAKY), ("qa/test_colours.py", LEAKY_QA)):
        with (folder / file).open("a") as out:
            out.write(more)
    return folder
