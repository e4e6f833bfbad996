"""From an endpoint through the calls of its source; a way through a likely call only is likely."""

from engines.contract import Call, Endpoint
from engines.static.inventory.reach import reached


def call(caller: str, callee: str | None, is_approximate: bool = False) -> Call:
    return Call("s", "b", caller, "a.py", callee or "print", "a.py" if callee else None, 1, "call", is_approximate)


def endpoint(route: str, handler: str | None) -> Endpoint:
    return Endpoint("s", "b", "GET", route, handler, "a.py" if handler else None, 1, "source")


def test_every_function_that_a_chain_of_calls_leads_to_is_reached_and_likely_ones_are_marked():
    calls = [
        call("show", "load"), call("load", "query"), call("show", "render", True), call("render", "escape"),
        call("query", "load"), call("render", "query"), call("other", "secret"), call("show", None),
    ]  # fmt: skip
    found = reached([endpoint("/a", "show"), endpoint("/b", None)], calls)
    assert found["GET", "/a"] == {
        ("a.py", "show"): False,
        ("a.py", "load"): False,
        ("a.py", "query"): False,
        ("a.py", "render"): True,
        ("a.py", "escape"): True,
    }
    assert found["GET", "/b"] == {}
