"""Answers are alike when they differ only in what differs anyway."""

from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest

from engines.canary import canary
from engines.dynamic.compare import alike, noise_of
from engines.dynamic.exchange import Exchange


def ex(body, value="", status=200, **more):
    return Exchange(body=body, value=value, status=status, **more)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at 2026-01-01T10:00:00Z", "at 2026-01-01T10:00:09.5Z"),
        ("id 5f0c1c1e-0000-4000-8000-000000000001", "id 5f0c1c1e-0000-4000-8000-000000000002"),
        ("csrf=" + "a1" * 20, "csrf=" + "b2" * 20),
        (f"x {canary(1)}", f"x {canary(2)}"),
        ("a  b\n", "a b"),
    ],
)
def test_what_changes_anyway_makes_no_difference(one, other):
    assert alike([ex(one), ex(other)])


@pytest.mark.parametrize("escape", [str, html.escape, quote, lambda text: json.dumps(text)[1:-1]])
def test_the_value_sent_makes_no_difference(escape):
    assert alike([ex(f"got {escape(v)} here", v) for v in ("abcd 'x'", 'efgh "y"')])


def test_status_body_and_target_do():
    assert not alike([ex("a"), ex("a", status=404)]) and not alike([ex("a"), ex("b")])
    assert not alike([ex("", headers=(("location", "/a"),)), ex("", headers=(("location", "/b"),))])
    assert not alike([ex("a"), ex("a", outcome="timeout")])


def test_noise_is_learnt_from_repetitions():
    noise = noise_of([ex("ad 17 text"), ex("ad 42 text")])
    assert noise == {"17", "42"} and alike([ex("ad 17 text"), ex("ad 42 text")], noise)
    assert not alike([ex("ad 17 text"), ex("ad 42 other")], noise)
