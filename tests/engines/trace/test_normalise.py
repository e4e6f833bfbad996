"""Old and new attribute names mean the same."""

from __future__ import annotations

import pytest

from engines.trace.normalise import row_of, template
from engines.trace.otlp import Span


def with_told(kind: int, told: dict, name: str = "n") -> Span:
    return Span({"service.name": "shop"}, "x", "1" * 32, "2" * 16, "3" * 16, name, kind, 5, told)


@pytest.mark.parametrize(
    "told",
    [
        {"http.request.method": "GET", "url.path": "/a/1", "url.query": "q=x", "http.route": "/a/{id}",
         "http.response.status_code": 200},
        {"http.method": "GET", "http.target": "/a/1?q=x", "http.route": "/a/<int:id>", "http.status_code": 200},
        {"http.method": "get", "http.url": "http://shop/a/1?q=x", "http.route": "/a/:id", "http.status_code": "200"},
    ],
)  # fmt: skip
def test_a_server_span_is_an_endpoint(told: dict) -> None:
    row = row_of(with_told(2, told), has_functions=True)
    assert (row.kind, row.symbol, row.path, row.query, row.status) == ("endpoint", "GET /a/{id}", "/a/1", "q=x", 200)


@pytest.mark.parametrize(
    "told",
    [
        {"code.function.name": "Cart.total", "code.file.path": "/src/shop/cart.py", "code.line.number": 7},
        {"code.namespace": "Cart", "code.function": "total", "code.filepath": "/src/shop/cart.py", "code.lineno": 7},
    ],
)
def test_a_span_with_a_code_location_is_a_function(told: dict) -> None:
    row = row_of(with_told(1, told), has_functions=False, root="/src/shop")
    assert (row.kind, row.symbol, row.file, row.line) == ("function", "Cart.total", "cart.py", 7)


@pytest.mark.parametrize("name", ["db.query.text", "db.statement"])
def test_a_database_client_span_is_a_sink_and_its_secrets_go(name: str) -> None:
    row = row_of(with_told(3, {name: "SELECT * FROM users WHERE password = 'hunter2'"}), has_functions=False)
    assert (row.kind, row.sink_kind, row.operation, row.targets) == ("sink", "sql", "read", ("table:users",))
    assert "hunter2" not in row.statement


def test_client_spans_of_an_agent_that_tells_sinks_itself_only_link() -> None:
    told = {"url.full": "http://api/x", "leadline.parent_span_id": "4" * 16}
    row = row_of(with_told(3, told), has_functions=True)
    assert (row.kind, row.parent_id) == ("link", "4" * 16)


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


def test_hostile_attributes_are_bounded_and_printable() -> None:
    told = {"http.method": "G\x00T", "http.route": "/a" * 9_000, "http.status_code": -5, "code.line.number": "x"}
    row = row_of(with_told(2, told, name="n\n" * 9_000), has_functions=False)
    assert len(row.route) <= 300 and row.status == 0 and "\x00" not in row.symbol
