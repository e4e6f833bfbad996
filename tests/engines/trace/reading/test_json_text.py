"""A cursor in text that streams by finds the end of a value however the text is cut into pieces."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.trace.reading import json_text
from engines.trace.reading.json_text import JsonText, Lost, TooDeep, TooLarge, decoded

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def text_of(content: bytes, size: int = 3) -> JsonText:
    return JsonText(content[at : at + size] for at in range(0, len(content), size))


@settings(deadline=None)
@given(VALUES, st.integers(1, 7), st.sampled_from([None, 1]))
def test_the_end_of_any_value_is_found(value, size: int, indent: int | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "_WINDOW", 1)
        content = json.dumps(value, indent=indent, ensure_ascii=False).encode("utf-8", "replace")
        for move in ("length", "pass_over"):
            text = text_of(b" \n" + content + b" , 7", size)
            assert text.next() == content[:1]
            if move == "length":
                length = text.length(1_000_000)
                assert text.held(length) == content
                text.skip(length)
            else:
                text.pass_over()
            assert (text.next(), text.offset) == (b"7", len(content) + 5)


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        ('{"a": [1}', Lost, "brackets do not match"),
        ('{"a": [1]', Lost, "ends in the middle"),
        ('{"a": "b', Lost, "ends in the middle"),
        ('{"a": "b\n}', Lost, "a text without its end"),
        ("[" * 2_000 + "]" * 2_000, TooDeep, "nested too deeply"),
        ("[" + "1," * 1_000 + "1]", TooLarge, "larger than 500 bytes"),
        ('"' + "x" * 1_000 + '"', TooLarge, "larger than 500 bytes"),
        ("}", Lost, "no value"),
    ],
)
def test_what_has_no_end_within_bounds_is_lost(content: str, error: type[Lost], says: str) -> None:
    text = text_of(content.encode())
    text.next()
    with pytest.raises(error, match=says):
        text.length(500)


@pytest.mark.parametrize("size", [1, 2, 1_000])
def test_a_pattern_is_found_behind_the_cursor_and_what_was_passed_is_kept_within_bounds(size: int) -> None:
    content = b"{x{" + b"y" * 10_000 + b"{z"
    text = text_of(content, size)
    text.next()
    assert text.find(re.compile(rb"\{"), 100) == (True, b"{x")
    assert text.find(re.compile(rb"\{z"), 100) == (True, b"{" + 99 * b"y")
    assert text.offset == len(content) - 2
    assert text.find(re.compile(rb"\{"), 100) == (False, b"{z")
    assert text.next() == b""


def test_of_two_equal_keys_the_last_counts() -> None:
    assert decoded(b'{"a": 1, "a": 2}') == {"a": 2}


@pytest.mark.parametrize("content", [b"{", b"{]", b"", b"[1 2]", b"[" * 5_000, b"9" * 5_000])
def test_what_is_no_json_is_said(content: bytes) -> None:
    with pytest.raises(Lost):
        decoded(content)
