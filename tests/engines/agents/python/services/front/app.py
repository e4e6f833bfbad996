"""A small Flask service: the test reads the line numbers of its sinks from the marks at their end."""

import os
import pickle
import sqlite3
import subprocess
import sys
import tempfile
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor

import httpx
from flask import Blueprint, Flask, redirect, render_template_string, request

app = Flask(__name__)
orders = Blueprint("orders", __name__, url_prefix="/orders")


def database():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE orders (id TEXT, owner TEXT)")
    return connection


def find(owner):
    return database().execute(f"SELECT * FROM orders WHERE owner = '{owner}'").fetchall()  # mark sql


@orders.get("/<int:number>/items/<name>")
def items(number, name):
    return {"found": find(name)}


@app.get("/ask")
def ask():
    return price(request.args["item"])


def price(item):
    return httpx.get(f"{os.environ['BACK']}/v1/prices/{item}").json()  # mark http


@app.get("/read")
def read():
    with open(os.path.join(tempfile.gettempdir(), request.args["name"]), "w") as file:  # mark file
        file.write("x")
    os.remove(file.name)  # mark remove
    return "ok"


@app.get("/run")
def run():
    subprocess.run([sys.executable, "-c", "pass", request.args["x"]])  # mark argv
    subprocess.run(f"true {request.args['x']}", shell=True)  # mark shell
    return "ok"


@app.post("/load")
def load():
    return {"n": len(pickle.loads(b64decode(request.get_data())))}  # mark pickle


@app.get("/page")
def page():
    return render_template_string("Hello " + request.args["x"])  # mark template


@app.get("/count")
def count():
    return {"n": eval(request.args["x"])}  # mark eval


@app.get("/go")
def go():
    return redirect(request.args["to"])  # mark redirect


def numbers():
    yield from (numbered(i) for i in range(2))
    yield numbered(2)


def numbered(i):
    return i


@app.get("/generated")
def generated():
    total = sum(numbers())
    after()
    return {"n": total}


def after():
    return None


@app.get("/broken")
def broken():
    raise_it()


def raise_it():
    raise ValueError("no")


@app.get("/threads")
def threads():
    with ThreadPoolExecutor(2) as pool:
        return {"n": [len(rows) for rows in pool.map(find, ["a", "b"])]}


def again(n):
    return again(n - 1) if n else 0


@app.get("/deep")
def deep():
    return {"n": again(5)}


app.register_blueprint(orders)

if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
