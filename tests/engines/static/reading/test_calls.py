"""Of calls that no framework knows, only what they hand over is written down."""

from dataclasses import replace

import pytest

from engines.static.files import SourceFile
from engines.static.reading.facts import Call, Constant, Member, Name, Other, Text
from engines.static.reading.language import load
from engines.static.reading.read import read_as


def call(source: str, *interesting: str, name: str = "python") -> Call:
    """The outermost call of a source."""
    language = replace(load(name), interesting=frozenset(interesting))
    return read_as(SourceFile("a.x", name, source.encode()), language).calls[0].expression


def test_a_known_call_has_all_its_arguments():
    found = call("app.get('/x', 1, handler, deep=inner(2))", "get")
    assert found.positional == (Text(("/x",)), Constant("1"), Name("handler")) and not found.is_thin
    ((key, inner),) = found.named
    assert key == "deep" and inner.positional == (Constant("2"),) and not inner.is_thin


def test_another_one_has_names_and_functions_alone_where_they_stand():
    found = call("app.put('/x', 1, handler, self.show, lambda: 1, 2, then=after, size=3)", "get")
    assert found.is_thin and found.positional[:2] == (Other(""), Other(""))
    assert found.positional[2:4] == (Name("handler"), Member(Name("self"), "show"))
    assert len(found.positional) == 5 and found.named == (("then", Name("after")),)


def test_a_known_call_is_handed_over_too():
    found = call("register(store(), app.group('/x'))", "group")
    assert found.is_thin and found.positional[0] == Other("")
    assert found.positional[1].positional == (Text(("/x",)),)


def test_what_follows_a_spread_has_no_position():
    found = call("get(a, *more, b, key=c)", "get")
    assert (found.positional, found.has_more, found.named) == ((Name("a"),), True, (("key", Name("c")),))


@pytest.mark.parametrize("source", ["get(a, # why\n b)", "get(\n a,\n b,\n)"])
def test_layout_and_comments_are_no_arguments(source):
    assert call(source, "get").positional == (Name("a"), Name("b"))


def test_an_object_is_made_by_a_call():
    found = call("new shop.Order<T>('x')", "Order", name="typescript")
    assert found.callee == Member(Name("shop"), "Order") and found.positional == (Text(("x",)),)
