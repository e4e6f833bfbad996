"""Secrets do not land, canaries do."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.canary import canary
from engines.redact import bounded, printable, redact, redact_all

SECRETS = [
    ("Authorization: Bearer abc.def-1", "abc.def-1"),
    ("curl -H 'Authorization: Basic dXNlcjpwYXNz' http://shop", "dXNlcjpwYXNz"),
    ('{"Authorization": "Token s3cr3t"}', "s3cr3t"),
    ("user=al&password=hunter2&x=1", "hunter2"),
    ('{"password": "hun\\"ter2", "x": 1}', "ter2"),
    ('"{\\"api_key\\": \\"abcdef\\"}"', "abcdef"),
    ("Cookie: lang=de; session=abc123", "abc123"),
    ("Set-Cookie: sid=zzz9; Path=/", "zzz9"),
    ("SELECT 1 FROM users WHERE password = 'o''pen'", "pen"),
    ("postgresql://app:pa55@db/shop", "pa55"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----", "MIIabc"),
    ("key AKIAABCDEFGHIJKLMNOP.", "AKIAABCDEFGHIJKLMNOP"),
    ("sent eyJhbGciOi.eyJzdWIiOiIx.abc on", "eyJzdWIiOiIx"),
    ("told bearer 0123456789abcdef", "0123456789abcdef"),
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_replaced(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redact(text)
    assert "[redacted]" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM orders WHERE token = ?",
        "token = get_token()",
        "max_tokens=5",
        "a basic understanding of bearer authentication",
        '{"user": "alice", "orders": [1001]}',
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_a_canary_is_never_touched() -> None:
    mark = canary("probe")
    assert redact(f"password={mark}'&x={mark}") == f"password={mark}'&x={mark}"
    assert mark in redact(f"password=hunter2{mark}") and "hunter2" not in redact(f"password=hunter2{mark}")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([t for t, _ in SECRETS] + [" ", "'", '"', "\\", "=", "é", "\ud800", canary(1)])))
def test_redacting_twice_changes_nothing_more(parts: list[str]) -> None:
    once = redact("".join(parts))
    assert redact(once) == once


def test_time_is_linear_on_hostile_text() -> None:
    began = time.process_time()
    for text in ("password=a&" * 20_000, '"' * 200_000, "token" * 40_000, "é" * 200_000):
        redact(text)
    assert time.process_time() - began < 5


def test_bounded_says_what_was_cut() -> None:
    assert bounded("abcdef", 4) == "abc…"
    assert bounded("abcd", 4) == "abcd"


def test_printable_shows_control_characters() -> None:
    assert printable(b"GET / HTTP/1.1\r\n\x00\xff") == "GET / HTTP/1.1\\r\\n\\x00\\xff"
    assert printable("a\u202eb\u00a0é") == "a\\u202eb é"


@given(st.lists(st.lists(st.sampled_from([t for t, _ in SECRETS] + [" ", "plain words", "é", "\n", "\ud800"]))))
def test_many_texts_are_redacted_like_each(parts: list[list[str]]) -> None:
    texts = ["".join(some) for some in parts]
    clean = redact_all(texts)
    assert [t.encode("utf-8", "replace") for t in clean] == [redact(t).encode("utf-8", "replace") for t in texts]
