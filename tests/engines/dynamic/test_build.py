"""Requests: the value arrives as it is, in its place; the others hold what they usually hold."""

from __future__ import annotations

import json

import httpx
import pytest

from engines.dynamic.build import build, filled, nested, path_parameters
from engines.dynamic.plan import PlanRow

HTTP = httpx.Client()


def request(method, route, parameter, place, value, others=(), headers=None, seed="7"):
    row = PlanRow("a", "shop", method, route, parameter, place, "r", seed, tuple(others))
    return build(HTTP, row, "http://127.0.0.1:1/base/", value, headers or {})


@pytest.mark.parametrize("value", ["a/b", "../../x", "..", ".", "a?b#c", "a b", "é'\"<", "%2e"])
def test_a_path_value_stays_one_segment(value):
    raw = request("GET", "/f/{name}/end", "name", "path", value).url.raw_path.decode()
    assert raw.startswith("/base/f/") and raw.endswith("/end") and raw.count("/") == 4
    from urllib.parse import unquote

    assert unquote(raw.split("/")[3]) == value


def test_other_parameters_keep_their_examples_and_unknown_ones_a_default():
    sent = request(
        "GET", "/a/{x}/{y}", "q", "query", "v&=", [("x", "path", "9"), ("p", "query", "1"), ("q", "query", "old")]
    )
    assert str(sent.url) == "http://127.0.0.1:1/base/a/9/1?p=1&q=v%26%3D"


def test_json_is_nested_and_typed_but_the_probe_is_a_text():
    others = [
        ("user.name", "json", "bob"),
        ("user.age", "json", "42"),
        ("items[].id", "json", "1.5"),
        ("on", "json", "true"),
    ]
    sent = request("POST", "/a", "items[].note", "json", "12", others)
    assert json.loads(sent.content) == {
        "user": {"name": "bob", "age": 42},
        "items": [{"id": 1.5, "note": "12"}],
        "on": True,
    }
    assert json.loads(request("POST", "/a", "n", "json", "7").content) == {"n": 7}, "the plain seed keeps its type"
    assert nested([("a", 1), ("a.b", 2)]) == {"a": {"b": 2}} and nested([("z", "007")]) == {"z": "007"}


def test_form_header_and_cookie():
    assert request("POST", "/a", "f", "form", "x y", [("g", "form", "1")]).content == b"g=1&f=x+y"
    assert request("GET", "/a", "X-N", "header", "v", headers={"traceparent": "t"}).headers["x-n"] == "v"
    sent = request("GET", "/a", "c", "cookie", "a;b", headers={"Cookie": "sid=1"})
    assert sent.headers["cookie"] == "c=a%3Bb; sid=1"


@pytest.mark.parametrize(("place", "value"), [("header", "a\r\nX: 1"), ("cookie", "a\nb"), ("header", "\u4e00")])
def test_what_http_cannot_carry_is_said(place, value):
    with pytest.raises(ValueError, match="cannot carry"):
        request("GET", "/a", "X-N", place, value)


def test_routes():
    assert path_parameters("/a/{b}/{c:int}") == ("b", "c") and filled("/a/{b}/{c:int}", {"b": "x"}) == "/a/x/1"
