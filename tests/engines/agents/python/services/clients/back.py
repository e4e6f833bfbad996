"""Tells the headers that it was called with."""

import os

from flask import Flask, redirect, request

app = Flask(__name__)


@app.get("/<path:name>")
def answer(name):
    return redirect("/there") if name == "moved" else dict(request.headers)


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), threaded=True)
