"""What a browser would make of it: structure or text, here or elsewhere."""

from __future__ import annotations

import pytest

from engines.canary import canary
from engines.dynamic.markup import after_refresh, browser_host, new_element, refresh_target

MARK = canary("markup")
TAG = f"x'\"><{MARK}>"
IMAGE = f"{MARK}<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    ("page", "value", "added"),
    [
        ("<p>{}</p>", TAG, f"<{MARK}>"),
        ("<p>{}</p>", IMAGE, "<img>"),
        ('<input value="{}">', TAG, f"<{MARK}>"),
        ("<a href=x {}>y</a>", f'" {MARK}=1', f"attribute {MARK} of <a>"),
        ("<textarea>{}</textarea>", f"</textarea><{MARK}>", f"<{MARK}>"),
        ("<script>var a='{}'</script>", f"</script><{MARK}>", f"<{MARK}>"),
        ("{}", f"<{MARK.upper()}>", f"<{MARK}>"),
    ],
)
def test_a_new_element_or_attribute_is_seen(page, value, added):
    assert new_element(page.format(value), value, MARK) == added


@pytest.mark.parametrize(
    "page",
    [
        "<textarea>{}</textarea>",
        "<title>{}</title>",
        "<!-- {} -->",
        "<script>var a = `{}`</script>",
        "<style>{}</style>",
        "<noframes>{}</noframes>",
    ],
)
def test_text_that_looks_like_an_element_is_none(page):
    assert new_element(page.format(f"<{MARK}>"), f"<{MARK}>", MARK) is None


def test_escaped_or_absent_values_add_nothing():
    escaped = TAG.replace("<", "&lt;").replace(">", "&gt;")
    assert new_element(f"<p>{escaped}</p>", TAG, MARK) is None
    assert new_element(f'<a href="{MARK}">{MARK}</a>', TAG, MARK) is None
    assert new_element(f"<img src=x onerror=alert(1)>{MARK}", IMAGE, MARK) is None, "an element of the page's own"
    assert new_element("<p></p>", TAG, MARK) is None


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://a.invalid/x", "a.invalid"),
        ("//a.invalid", "a.invalid"),
        ("///a.invalid", "a.invalid"),
        ("/\\a.invalid", "a.invalid"),
        ("\\\\a.invalid/x", "a.invalid"),
        ("https:\\\\a.invalid", "a.invalid"),
        ("https:a.invalid", "a.invalid"),
        ("https:/a.invalid", "a.invalid"),
        (" \t//a.invalid", "a.invalid"),
        ("/\t/a.invalid", "a.invalid"),
        ("HTTPS://user:pw@A.Invalid.:8443?x", "a.invalid"),
        ("https://shop.test@a.invalid/", "a.invalid"),
        ("https://a.invalid\\@shop.test/", "a.invalid"),
        ("/a.invalid", "shop.test"),
        ("a.invalid", "shop.test"),
        ("?next=//a.invalid", "shop.test"),
        ("http:a.invalid", "shop.test"),
        ("https://shop.test/?u=https://a.invalid", "shop.test"),
        ("javascript://a.invalid", None),
    ],
)
def test_addresses_are_read_as_browsers_do(address, host):
    assert browser_host(address, "http://shop.test:8080/page") == host


def test_refreshes_are_read():
    assert after_refresh("0; url='//a.invalid' x") == "//a.invalid" and after_refresh("5") is None
    assert refresh_target("<META HTTP-EQUIV=Refresh content='0;URL=https://a.invalid/'>") == "https://a.invalid/"
    assert refresh_target("<textarea><meta http-equiv=refresh content='0;url=x'></textarea>") is None
