"""Each matcher on plain exchanges: what it must see and what it must not."""

from __future__ import annotations

import pytest

from engines.canary import canary
from engines.dynamic.exchange import TIMEOUT, Exchange
from engines.dynamic.matchers import judge, missing_headers

MARK = canary("m")
HTML = (("content-type", "text/html; charset=utf-8"),)
BOOLEAN = {"same": ["seed", "true"], "differ": ["seed", "false"], "repeat": 2}


def ex(role, body="", status=200, headers=HTML, **more):
    return Exchange(role=role, status=status, headers=headers, body=body, url="http://shop.test/p", **more)


def test_a_signature_must_be_absent_from_the_control():
    rule = {"on": "quote", "regex": "(?i)syntax error", "not_in": "base"}
    assert judge(rule, [ex("base", "ok"), ex("quote", "a Syntax Error")])
    assert not judge(rule, [ex("base", "syntax error"), ex("quote", "syntax error")])
    assert not judge(rule, [ex("base", "ok"), ex("quote", "ok")])


def test_a_status_can_be_a_signature():
    rule = {"on": "quote", "status": [500], "not_in": "base"}
    assert judge(rule, [ex("base"), ex("quote", status=500)])
    assert not judge(rule, [ex("base", status=500), ex("quote", status=500)])


def boolean(seed, true, false, times=2):
    values = {"seed": "lamp", "true": "lamp' AND '1'='1", "false": "lamp' AND '1'='2"}
    bodies = {"seed": seed, "true": true, "false": false}
    rounds = [
        [ex(r, b[i] if isinstance(b, list) else b, value=values[r]) for r, b in bodies.items()] for i in range(times)
    ]
    return judge(BOOLEAN, [exchange for one in rounds for exchange in one], "lamp")


def test_true_like_seed_and_false_different_twice():
    assert boolean("one lamp", "one lamp", "none")
    assert not boolean("one lamp", "one lamp", "none", times=1), "once may be chance"
    assert not boolean("one lamp", "none", "none") and not boolean("one", "one", "one")


def test_reflected_values_and_clocks_make_no_difference():
    assert not boolean("for lamp", "for lamp' AND '1'='1", "for lamp' AND '1'='2")
    assert not boolean("for lamp", "for lamp&#39; AND &#39;1&#39;=&#39;1", "for lamp&#39; AND &#39;1&#39;=&#39;2")
    assert boolean(["lamp 10:00:01 a7", "lamp 10:00:02 b8"], ["lamp 10:00:03 c9", "lamp 10:00:04 d1"], "none")
    assert not boolean("lamp", "lamp", ["none", "lamp"]), "a difference that does not repeat"


def test_a_timeout_is_no_answer_to_compare():
    answers = [ex("seed", "a"), ex("true", "a"), Exchange(role="false", outcome=TIMEOUT)] * 2
    assert not judge(BOOLEAN, answers)


@pytest.mark.parametrize(
    ("headers", "status", "sees"),
    [
        (HTML, 200, True),
        (HTML, 404, True),
        ((), 200, True),  # a browser guesses
        ((("x-content-type-options", "nosniff"),), 200, False),
        ((("content-type", "application/json"),), 200, False),
        ((("content-type", "text/plain"),), 200, False),
        (HTML, 302, False),  # a browser never shows it
    ],
)
def test_markup_counts_where_a_browser_shows_it(headers, status, sees):
    value = f"x<{MARK}>"
    attack = ex("markup", f"<p>{value}", status, headers, value=value, canary=MARK)
    assert bool(judge({"on": "markup", "context": "html"}, [attack])) is sees


def test_markup_may_come_out_later():
    value = f"x<{MARK}>"
    attack = ex("markup", "stored", 201, value=value, canary=MARK)
    seen = judge({"on": "markup", "context": "html"}, [attack, ex("sweep", f"<li>{value}")])
    assert seen and "later answer" in seen.explanation


@pytest.mark.parametrize(
    ("status", "headers", "body", "sees"),
    [
        (302, (("location", f"https://{MARK}.invalid/"),), "", True),
        (302, (("location", f"//x@{MARK}.invalid:1/"),), "", True),
        (302, (("location", f"/{MARK}.invalid/"),), "", False),
        (302, (("location", f"https://shop.test/?to=https://{MARK}.invalid/"),), "", False),
        (200, (("location", f"https://{MARK}.invalid/"),), "", False),
        (200, (("refresh", f"0; url=https://{MARK}.invalid/"),), "", True),
        (200, HTML, f"<meta http-equiv=refresh content='0; url=//{MARK}.invalid/'>", True),
        (200, HTML, f"<a href='https://{MARK}.invalid/'>x</a>", False),
    ],
)
def test_where_a_browser_would_go(status, headers, body, sees):
    attack = ex("attack", body, status, headers, canary=MARK)
    assert bool(judge({"on": "attack", "header_host": "{{canary}}.invalid"}, [attack])) is sees


def test_missing_headers():
    wanted = {"on": "html", "missing_headers": ["Content-Security-Policy", "X-Frame-Options"]}
    policy = (*HTML, ("content-security-policy", "frame-ancestors 'none'"))
    assert missing_headers(wanted, ex("look")).excerpt == "content-security-policy, x-frame-options"
    assert missing_headers(wanted, ex("look", headers=policy)) is None, "frame-ancestors says the same"
    assert missing_headers(wanted, ex("look", headers=(("content-type", "application/json"),))) is None
    assert missing_headers({**wanted, "on": "any"}, ex("look", headers=()))
