"""What a span is, under old and new attribute names alike (`spans.py` joins the names; see there)."""

from __future__ import annotations

from typing import Any

import pytest

from engines.trace.normalise import Kind, Node, authority_of, node_of, template
from engines.trace.spans import CLIENT, CONSUMER, INTERNAL, PRODUCER, SERVER
from engines.trace.store import NODE


def node(kind: int, root: str = "", **told: Any) -> Node:
    flags = {"is_agents": False, "has_functions": False, "is_told": False, "is_located": "file" in told}
    return node_of({**dict.fromkeys(NODE), **flags, "service": "shop", "kind": kind, **told}, root)


@pytest.mark.parametrize("route", ["/a/{id}", "/a/<int:id>", "/a/:id", "/a/{id:path}"])
def test_a_server_span_is_an_endpoint_by_method_and_route_template(route: str) -> None:
    told = node(SERVER, method="get", route=route)
    assert (told.kind, told.symbol, told.method, told.route) == (Kind.ENDPOINT, "GET /a/{id}", "GET", "/a/{id}")
    assert told.identity == "shop\x1fGET /a/{id}"


def test_a_route_may_stand_in_the_name_of_the_span() -> None:
    assert node(SERVER, method="GET", name="GET /a/{id}").route == "/a/{id}"
    assert node(SERVER, method="GET", name="GET").route == ""


def test_what_is_called_by_another_protocol_or_through_a_queue_is_an_endpoint_too() -> None:
    assert node(SERVER, rpc="shop.Orders/Find").symbol == "RPC shop.Orders/Find"
    assert node(CONSUMER, queue="mails").symbol == "CONSUME mails"


def test_a_span_with_a_code_location_is_a_function_below_the_given_root() -> None:
    told = {"function": "total", "namespace": "Cart", "file": "/src/shop/cart.py", "line": 7}
    found = node(INTERNAL, "/src/shop", **told)
    assert (found.kind, found.symbol, found.file, found.line) == (Kind.FUNCTION, "Cart.total", "cart.py", 7)
    assert node(INTERNAL, **told).file == "/src/shop/cart.py"


def test_a_span_of_any_other_instrumentation_is_a_function_by_its_name() -> None:
    assert node(INTERNAL, name="render").symbol == "render"


def test_where_an_agent_names_functions_itself_other_spans_only_link() -> None:
    assert node(INTERNAL, has_functions=True, name="render").kind is Kind.LINK
    assert node(INTERNAL, has_functions=True, is_agents=True, function="render").kind is Kind.FUNCTION
    assert node(CLIENT, has_functions=True).kind is Kind.LINK


@pytest.mark.parametrize(
    ("kind", "sink", "is_told", "is_call"),
    [(CLIENT, "sql", False, True), (PRODUCER, "message", False, False), (INTERNAL, "exec", True, False)],
)
def test_a_sink_knows_whether_it_is_but_the_near_end_of_a_call(
    kind: int, sink: str, is_told: bool, is_call: bool
) -> None:
    told = node(kind, sink=sink, is_told=is_told)
    assert (told.kind, told.symbol, told.is_call) == (Kind.SINK, sink, is_call)


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("/a/<int:x>/<path:y>", "/a/{x}/{y}"),
        ("/a/{x:path}", "/a/{x}"),
        ("/a/:x/b", "/a/{x}/b"),
        ("/a/10:30", "/a/10:30"),
        ("", ""),
    ],
)
def test_routes_of_every_framework_become_templates(route: str, expected: str) -> None:
    assert template(route) == expected


def test_hostile_names_are_bounded_printable_and_redacted() -> None:
    told = node(SERVER, method="G\x00T", route="/a" * 9_000, name="n\n" * 9_000)
    assert len(told.route) <= 300 and "\x00" not in told.symbol and "\n" not in told.symbol
    assert "hunter2" not in node(INTERNAL, name="login password=hunter2").symbol


def test_an_address_is_told_without_its_credentials() -> None:
    assert authority_of("http://me:secret@Api.Example:8080/x") == "api.example:8080"
    assert authority_of("http://[broken/") == ""
