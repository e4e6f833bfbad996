"""A rule's samples are judged by the same matchers as a real answer."""

from __future__ import annotations

from engines.dynamic.samples import signals_of

HTML = {"content-type": "text/html"}


def test_signals_of_sample_answers(bench):
    page = {"headers": HTML, "body": "<p>{{value}}</p>"}
    assert signals_of(bench.XSS.dynamic, {"markup": page}) == {"dynamic.reflected"}
    assert signals_of(bench.XSS.dynamic, {"markup": {**page, "body": "<p>&lt;{{canary}}&gt;"}}) == frozenset()
    away = {"status": 302, "headers": {"Location": "https://{{canary}}.invalid/x"}}
    assert signals_of(bench.REDIRECT.dynamic, {"attack": away}) == {"dynamic.location"}
    assert signals_of(bench.HEADERS.dynamic, {"look": {"headers": HTML}}) == {"dynamic.missing_headers"}
    answers = {"base": {"body": ""}, "seed": {"body": "a"}, "true": {"body": "a"}, "false": {"body": ""}}
    assert signals_of(bench.SQL.dynamic, answers) == {"dynamic.boolean"}
