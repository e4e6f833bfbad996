import pytest

from engines.static.clojure import tokens


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"a.b/c'", tokens.ATOM), (b"-1/2", tokens.ATOM), (b"::a/b", tokens.KEYWORD), (b"#?@(", tokens.OPENING),
        (b"}", tokens.CLOSING), (b'"a\\"b"', tokens.STRING), (b'#"\\d"', tokens.REGEX), (b"\\(", tokens.CHARACTER),
        (b"##Inf", tokens.SYMBOLIC), (b"~@", tokens.MACRO), (b"#_", tokens.MACRO), (b"#inst", tokens.TAG),
        (b'"', 12), (b"#", 12),
    ],
)  # fmt: skip
def test_a_token_has_one_kind_whatever_stands_before_it(text: bytes, kind: int) -> None:
    match = tokens.TOKEN.match(b" ,; note\n" + text)
    assert (match.lastindex, match[kind]) == (kind, text)


def test_the_prefix_of_a_map_stands_before_a_map() -> None:
    assert tokens.TOKEN.match(b"#:user {}").lastindex == tokens.PREFIX
    assert tokens.TOKEN.match(b"#:user").lastindex != tokens.PREFIX


def test_every_byte_is_matched_and_the_end_is_told() -> None:
    content = bytes(range(256)) * 3
    found = list(tokens.TOKEN.finditer(content))
    assert found[-1].end() == len(content)
    assert all(before.end() == after.start() for before, after in zip(found, found[1:], strict=False))
    assert tokens.TOKEN.match(b"  ; end").lastindex is None
