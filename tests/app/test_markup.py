"""HTML that is safe by construction."""

from app.markup import LONGEST, Html, h, join, link, text, url


def test_values_are_escaped_and_html_is_not_escaped_twice():
    assert h("<b>{value}</b>", value="<i>") == "<b>&lt;i&gt;</b>"
    assert h("{inner}", inner=h("<b>{x}</b>", x='"&')) == "<b>&quot;&amp;</b>"
    assert isinstance(h("x"), Html)


def test_braces_in_values_are_text():
    assert h("{route}", route="/orders/{id}") == "/orders/{id}"


def test_joining_escapes_what_is_not_html():
    assert join(["<", h("<br>")], " ") == "&lt; <br>"


def test_nothing_is_nothing_and_long_values_are_cut():
    assert text(None) == ""
    assert len(text("x" * (LONGEST + 5000))) < LONGEST + 50
    assert text("x" * (LONGEST + 5000)).endswith("(5,000 more characters)")


def test_addresses_are_relative_and_quoted():
    assert url("lead_path", finding="a&b", release=None) == "./?view=lead_path&finding=a%26b"
    assert link("<x>", "runs") == '<a href="./?view=runs">&lt;x&gt;</a>'
