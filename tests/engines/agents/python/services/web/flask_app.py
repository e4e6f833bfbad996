"""Flask: a nested blueprint, methods, a class view, streaming, a plain WSGI application behind a dispatcher."""

import os
import sys

from flask import Blueprint, Flask, Response
from flask.views import MethodView
from shared import leave_behind, lookup, parts
from werkzeug.middleware.dispatcher import DispatcherMiddleware

app = Flask(__name__)
outer = Blueprint("outer", __name__, url_prefix="/outer")
inner = Blueprint("inner", __name__, url_prefix="/inner")
admin = Flask("admin")


@inner.route("/items/<int:item>", methods=["GET", "PUT"])
def item(item):
    return lookup(item)


class Things(MethodView):
    def get(self, name):
        return lookup(name)

    def post(self, name):
        return lookup(name), 201


@app.get("/stream")
def stream():
    return Response(parts())


@app.get("/broken")
def broken():
    raise ValueError("no")


@app.get("/later")
def later():
    leave_behind()
    return "ok"


@admin.get("/users/<user>")
def user(user):
    return lookup(user)


outer.register_blueprint(inner)
app.register_blueprint(outer)
app.add_url_rule("/things/<path:name>", view_func=Things.as_view("things"))
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/admin": admin})

if __name__ == "__main__":
    if sys.argv[1:] == ["waitress"]:
        import waitress

        waitress.serve(app, host="127.0.0.1", port=int(os.environ["PORT"]))
    elif sys.argv[1:] == ["wsgiref"]:
        from wsgiref.simple_server import make_server

        make_server("127.0.0.1", int(os.environ["PORT"]), app).serve_forever()
    app.run(port=int(os.environ["PORT"]))
