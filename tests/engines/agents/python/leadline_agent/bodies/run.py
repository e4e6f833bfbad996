"""Let every framework parse bodies under the agent's hooks and print what was noted of each: {case: {place: …}}."""

import asyncio
import inspect
import io
import json
from typing import Annotated
from unittest.mock import MagicMock

from leadline_agent import bodies, tree

bodies.install()

import bottle  # noqa: E402 - after the hooks
import flask  # noqa: E402
import httpx  # noqa: E402
from aiohttp import StreamReader  # noqa: E402
from aiohttp.test_utils import make_mocked_request  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from fastapi import Body, FastAPI, Form  # noqa: E402
from starlette.requests import Request  # noqa: E402

settings.configure(DEFAULT_CHARSET="utf-8")
DOCUMENT = {"user": {"name": "ann", "age": 7}, "tags": ["a", True, None], "far": 1.5}
FORM, TYPE = b"name=ann&name=bob&note=a+b", "application/x-www-form-urlencoded"
app = flask.Flask(__name__)
api = FastAPI()


@api.post("/form")
def form(name: Annotated[str, Form()]):
    return name


@api.post("/json")
async def document(user: Annotated[dict, Body(embed=True)]):
    return user


def flask_form():
    with app.test_request_context(method="POST", data=FORM, content_type=TYPE):
        assert flask.request.form["note"] == "a b"


def flask_file():
    sent = {"name": "ann", "picture": (io.BytesIO(b"secret"), "../me.png")}
    with app.test_request_context(method="POST", data=sent, content_type="multipart/form-data"):
        assert flask.request.files["picture"].read() == b"secret"


def flask_json():
    with app.test_request_context(method="POST", json=DOCUMENT):
        assert flask.request.json == flask.request.get_json() == DOCUMENT


def flask_no_json():
    with app.test_request_context(method="POST", data=b"{", content_type="application/json"):
        assert flask.request.get_json(silent=True) is None


def flask_unread():
    with app.test_request_context(method="POST", data=FORM, content_type=TYPE):
        assert flask.request.args == {}


def starlette(content, kind):
    async def receive():
        return {"type": "http.request", "body": content}

    return Request({"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}, receive)


async def starlette_form():
    assert (await starlette(FORM, TYPE).form())["note"] == "a b"


async def starlette_json():
    assert await starlette(json.dumps(DOCUMENT).encode(), "application/json").json() == DOCUMENT


async def fastapi_form():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://x") as client:
        assert (await client.post("/form", data={"name": "ann"})).status_code == 200


async def fastapi_json():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://x") as client:
        assert (await client.post("/json", json=DOCUMENT)).status_code == 200


def django_form():
    assert RequestFactory().post("/", FORM, content_type=TYPE).POST["note"] == "a b"


def django_json():
    request = RequestFactory().post("/", DOCUMENT, content_type="application/json")
    assert json.loads(request.body) == DOCUMENT


def aiohttp(content, kind):
    payload = StreamReader(MagicMock(_reading_paused=False), limit=1 << 16, loop=asyncio.get_running_loop())
    payload.feed_data(content)
    payload.feed_eof()
    return make_mocked_request("POST", "/", headers={"Content-Type": kind}, payload=payload)


async def aiohttp_form():
    assert (await aiohttp(FORM, TYPE).post())["note"] == "a b"


async def aiohttp_json():
    assert await aiohttp(json.dumps(DOCUMENT).encode(), "application/json").json() == DOCUMENT


def bottled(content, kind):
    return bottle.BaseRequest({"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(content), "CONTENT_TYPE": kind,
                               "CONTENT_LENGTH": str(len(content))})  # fmt: skip


def bottle_form():
    assert bottled(FORM, TYPE).forms.note == "a b"


def bottle_json():
    assert bottled(json.dumps(DOCUMENT).encode(), "application/json").json == DOCUMENT


def huge():
    with app.test_request_context(method="POST", json={f"n{number}": "x" * 5_000 for number in range(1_000)}):
        assert len(flask.request.json) == 1_000


def deep():
    value = {}
    for _ in range(50):
        value = {"a": value}
    with app.test_request_context(method="POST", json=value):
        assert flask.request.json == value


def no_object():
    with app.test_request_context(method="POST", json="ann"):
        assert flask.request.json == "ann"


def noted(function):
    request = tree.begin(tree.SERVER, b"1" * 16, b"", {})
    if inspect.iscoroutinefunction(function):
        asyncio.run(function())
    else:
        function()
    tree.finish(request)
    return request.body


OTHERS = ("huge", "deep", "no_object")
ENDS = ("_form", "_json", "_file", "_unread")
cases = {name: thing for name, thing in vars().copy().items()
         if inspect.isfunction(thing) and (name in OTHERS or name.endswith(ENDS))}  # fmt: skip
print(json.dumps({name: noted(function) for name, function in cases.items()}))
