"""Bottle: rules with filters, a mounted application, a mounted plain WSGI application, streaming."""

import os

from bottle import Bottle, HTTPResponse
from shared import leave_behind, lookup, parts

app, inner = Bottle(), Bottle()


@inner.route("/inner/items/<item:int>", method=["GET", "PUT"])
def item(item):
    return lookup(item)


@app.post("/things/<name:path>")
def things(name):
    return HTTPResponse(lookup(name), 201)


@app.get(r"/coded/<code:re:[a-z]{2}(?:-\d+)?>")
def coded(code):
    return lookup(code)


@app.get("/stream")
def stream():
    return parts()


@app.get("/broken")
def broken():
    raise ValueError("no")


@app.get("/later")
def later():
    leave_behind()
    return "ok"


app.mount("/outer", inner)

if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), quiet=True)
