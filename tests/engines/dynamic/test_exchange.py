"""What is kept of an exchange is bounded and free of secrets, and the curl replays it."""

from __future__ import annotations

import shlex

import httpx

from engines.dynamic.exchange import MOST_EXCERPT, Exchange, curl

HTTP = httpx.Client()


def test_a_curl_replays_the_request_without_its_secret():
    headers = {"Authorization": "Bearer s3cret-token", "X-A": "it's"}
    request = HTTP.build_request("POST", "http://127.0.0.1:1/a?b=%27", headers=headers, json={"q": "'\"$x"})
    words = shlex.split(curl(request, {"Authorization": "Bearer $ALICE_TOKEN"}, ("s3cret-token",)))
    assert words[:5] == ["curl", "-i", "--path-as-is", "-X", "POST"] and words[5] == "http://127.0.0.1:1/a?b=%27"
    assert "authorization: Bearer $ALICE_TOKEN" in words and "x-a: it's" in words
    assert words[-2:] == ["--data-binary", request.content.decode()]


def test_an_excerpt_is_short_clean_and_printable():
    answer = Exchange(body="\x1b[31m" + "a" * 9_000 + "s3cret-token", headers=(("location", "/?t=s3cret-token"),))
    text = answer.excerpt(("s3cret-token",))
    assert len(text) == MOST_EXCERPT and "s3cret" not in text and text.isprintable() and text.startswith("Location: ")
