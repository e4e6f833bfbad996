"""Files of others are bounded and are what they claim to be."""

import pytest

from engines.contract import EngineError
from engines.imported.reading import read_text, shown


def test_text_is_read_without_its_byte_order_mark(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf{}")
    assert read_text(path, "a file") == "{}"


def test_a_file_that_is_too_large_or_absent_is_one_sentence(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("x" * 11)
    with pytest.raises(EngineError, match=r"a\.json has 11 bytes, more than the 10 that a log may have"):
        read_text(path, "a log", limit=10)
    with pytest.raises(EngineError, match=r"none\.json cannot be read \(No such file or directory\)"):
        read_text(tmp_path / "none.json", "a log")
    with pytest.raises(EngineError, match="cannot be read"):
        read_text(tmp_path, "a log")


def test_what_was_refused_is_shown_bounded_and_on_one_line():
    assert shown({"a": "b\nc"}) == '{"a": "b\\nc"}'
    assert len(shown({"a": "x" * 10_000}, limit=100)) == 100
