"""A Flask service with SQLite and a template, as a server of its own: `python shop_flask.py PORT`."""

import sqlite3
import sys

from flask import Flask, abort, render_template_string, request
from waitress import serve

app = Flask(__name__)
database = sqlite3.connect(":memory:", check_same_thread=False)
PAGE = """<h1>{{ order.title }}</h1><ul>{% for line in lines %}<li>{{ line.name|e }}: {{ '%0.2f'|format(line.price) }}
{% if line.is_rebated %}rebate{% endif %}</li>{% endfor %}</ul><p>{{ total }} {{ note }}</p>"""


def fill():
    database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, title TEXT, owner TEXT)")
    database.execute("CREATE TABLE lines (order_id INTEGER, name TEXT, cents INTEGER)")
    for number in range(50):
        database.execute("INSERT INTO orders VALUES (?, ?, ?)", (number, f"order {number}", f"owner {number % 5}"))
        rows = [(number, f"thing {line}", 100 * line + number) for line in range(20)]
        database.executemany("INSERT INTO lines VALUES (?, ?, ?)", rows)


class Line:
    def __init__(self, name, cents):
        self.name = name
        self.cents = cents

    @property
    def price(self):
        return with_tax(self.cents) / 100

    @property
    def is_rebated(self):
        return self.cents > 1_000


def with_tax(cents):
    return cents * 119 // 100


def order_of(number):
    row = database.execute("SELECT id, title, owner FROM orders WHERE id = ?", (number,)).fetchone()
    return {"id": row[0], "title": row[1], "owner": row[2]} if row else abort(404)


def lines_of(number, like):
    sql = f"SELECT name, cents FROM lines WHERE order_id = {number} AND name LIKE '%{like}%'"
    return [Line(*row) for row in database.execute(sql)]


def owned_by(owner):
    return [row[0] for row in database.execute("SELECT id FROM orders WHERE owner = ?", (owner,))]


def total_of(lines):
    return round(sum(line.price for line in lines), 2)


@app.get("/orders/<int:number>")
def order(number):
    found = order_of(number)
    lines = lines_of(number, request.args.get("like", ""))
    note = f"{len(owned_by(found['owner']))} orders"
    return render_template_string(PAGE, order=found, lines=lines, total=total_of(lines), note=note)


fill()

if __name__ == "__main__":
    serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=2)
