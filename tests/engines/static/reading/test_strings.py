"""What a text is: without its quotes, escapes read, interpolations as expressions."""

import pytest

from engines.static.files import SourceFile
from engines.static.reading.facts import Constant, Member, Name, Text
from engines.static.reading.read import read_file


def value(source: str, language: str):
    """What is assigned in `x = …`."""
    return read_file(SourceFile("a.x", language, source.encode())).definitions[0].values["x"]


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        (r"x = 'a\n\x41\u00e9\\d'", ("a\nAé\\d",)),
        (r"x = r'\d'", (r"\d",)),
        ('x = """a\n"b" """', ('a\n"b" ',)),
        ("x = ''", ()),
        ("x = f'{{a}} {b.c}'", ("{a} ", Member(Name("b"), "c"))),
        ("x = 'a{b}'", ("a{b}",)),
        ("x = 'a' \"b\" f'{c}'", ("a", "b", Name("c"))),
    ],
)
def test_python(source, parts):
    assert value(source, "python") == Text(parts)


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("x = `a ${b} c${d.e}`", ("a ", Name("b"), " c", Member(Name("d"), "e"))),
        (r"x = '\ud83d\ude00 \u{41}'", ("😀 A",)),
        (r"x = '\ud83d'", ("\ufffd",)),
    ],
)
def test_javascript(source, parts):
    assert value(source, "javascript") == Text(parts)


def test_bytes_are_no_text():
    assert value("x = b'a'", "python") == Constant("b'a'")
