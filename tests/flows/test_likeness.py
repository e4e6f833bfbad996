"""What a file that cannot be imported looks like."""

import gzip

import pytest

from flows.likeness import likeness


@pytest.mark.parametrize(
    ("head", "seems"),
    [
        (b"", "an empty file"),
        (b" \n\0", "an empty file"),
        (b"hello\nyou", 'a text that begins with "hello"'),
        (b"\xef\xbb\xbf{}", "a JSON object without keys"),
        (b'{"a": {"b": 1}}', 'a JSON object with the keys "a", "b"'),
        (b'[{"a": 1}', 'a JSON list with the key "a"'),
        (b'{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}', 'a JSON object with the keys "a", "b", "c", "d", "e" …'),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<OWASPZAPReport a="1">', "XML with the root <OWASPZAPReport>"),
        (b"PK\x03\x04...", "a ZIP archive (unpack it)"),
        (b"\x89PNG\r\n", "an image"),
        (gzip.compress(b"x"), "binary, of no kind that is known here"),
        (b"\x1b[31mred", 'a text that begins with "?[31mred"'),
    ],
)
def test_it_is_named_in_a_few_words(head, seems):
    assert likeness(head) == seems
