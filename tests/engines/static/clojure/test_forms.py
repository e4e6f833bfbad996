import pytest

from engines.static.clojure.forms import (
    CHARACTER,
    CONSTANT,
    KEYWORD,
    LIST,
    MAP,
    MAX_DEPTH,
    NUMBER,
    REGEX,
    SET,
    STRING,
    SYMBOL,
    TAGGED,
    VECTOR,
    Form,
    read,
)


def plain(form: Form):
    """A form as nested Python values: atoms by their text, collections as lists with their kind in front."""
    return [form.kind, *map(plain, form.items)] if form.items or form.kind in (LIST, VECTOR, MAP, SET) else form.value


def forms(code: str, extension: str = ".clj") -> list:
    source = read(code.encode(), extension)
    assert source.faults == []
    return [plain(form) for form in source.forms]


@pytest.mark.parametrize(
    ("code", "kind", "value"),
    [
        ("inc", SYMBOL, "inc"),
        ("str/join", SYMBOL, "str/join"),
        (":a/b", KEYWORD, "a/b"),
        ("::a", KEYWORD, ":a"),
        ("::alias/b", KEYWORD, ":alias/b"),
        (r'"a\n\"b\" é"', STRING, 'a\n"b" é'),
        (r'#"\d+"', REGEX, r"\d+"),
        (r"\newline", CHARACTER, "newline"),
        ("1/2", NUMBER, "1/2"),
        ("nil", CONSTANT, "nil"),
        ("true", CONSTANT, "true"),
    ],
)
def test_an_atom_has_a_kind_and_a_text(code: str, kind: str, value: str) -> None:
    (form,) = read(code.encode()).forms
    assert (form.kind, form.value, form.items) == (kind, value, ())


def test_collections_nest() -> None:
    assert forms("(f [1 {:a #{2}}])") == [[LIST, "f", [VECTOR, "1", [MAP, "a", [SET, "2"]]]]]


def test_reader_macros_are_lists_as_in_clojure() -> None:
    assert forms("'x @x #'x") == [[LIST, "quote", "x"], [LIST, "deref", "x"], [LIST, "var", "x"]]
    assert forms("`(a ~b ~@c)") == [
        [LIST, "syntax-quote", [LIST, "a", [LIST, "unquote", "b"], [LIST, "unquote-splicing", "c"]]]
    ]


def test_a_short_function_is_a_function_with_the_parameters_it_uses() -> None:
    assert forms("#(f %)") == [[LIST, "fn*", [VECTOR, "%1"], [LIST, "f", "%1"]]]
    assert forms("#(f %2 %&)") == [[LIST, "fn*", [VECTOR, "%1", "%2", "&", "%&"], [LIST, "f", "%2", "%&"]]]
    assert forms("#(f)") == [[LIST, "fn*", [VECTOR], [LIST, "f"]]]


def test_tags_and_qualified_maps() -> None:
    (tagged,) = read(b'#inst "2020"').forms
    assert (tagged.kind, tagged.value, tagged.items[0].value) == (TAGGED, "inst", "2020")
    assert forms("#:user{:a 1 :b/c 2} #::{:a 1} #::m{:a 1}") == [
        [MAP, "user/a", "1", "b/c", "2"],
        [MAP, ":a", "1"],
        [MAP, ":m/a", "1"],
    ]


def test_what_is_no_code_is_left_out() -> None:
    assert forms("#!/usr/bin/env bb\n; a\n(f #_a #_ #_ b c d) (comment (g))") == [[LIST, "f", "d"]]
    assert forms("(f (comment a) 1)") == [[LIST, "f", "nil", "1"]]


def test_metadata_is_taken_off_names_and_kept() -> None:
    source = read(b'(defn ^:private ^String f "doc" ^Long [^{:a 1} x])')
    (form,) = source.forms
    assert plain(form) == [LIST, "defn", "f", "doc", [VECTOR, "x"]]
    assert [mark.value for mark in form.items[1].meta] == ["private", "String"]
    assert [mark.value for mark in form.items[3].meta] == ["Long"]
    assert source.text(form.items[1]) == "f"


@pytest.mark.parametrize(("extension", "expected"), [(".clj", "a"), (".cljc", "a"), (".cljs", "b"), (".bb", "a")])
def test_a_reader_conditional_takes_the_branch_of_the_platform(extension: str, expected: str) -> None:
    assert forms("(f #?(:clj a :cljs b))", extension) == [[LIST, "f", expected]]


def test_the_other_branches_stay_reachable() -> None:
    source = read(b"#?(:clj a :cljs b) #?@(:cljs [c] :default [d e])", ".cljc")
    assert [plain(form) for form in source.forms] == ["a", "d", "e"]
    assert [(feature, plain(form)) for feature, form in source.others] == [("cljs", "b"), ("cljs", [VECTOR, "c"])]


def test_what_cannot_be_parsed_is_told_and_the_rest_is_read() -> None:
    source = read(b"(defn f [x] x)\n(defn g [y)\n(defn h [z] z)")
    assert [fault.line for fault in source.faults] == [2]
    assert source.forms[0].items[1].value == "f"


def test_hostile_nesting_is_told_not_followed() -> None:
    deep = 50_000
    source = read(b"(a " * deep + b")" * deep)
    assert "nested deeper" in source.faults[0].message
    depth, form = 0, source.forms[0]
    while form.items and form.items[-1].kind is LIST:
        depth, form = depth + 1, form.items[-1]
    assert 10 < depth <= MAX_DEPTH


@pytest.mark.parametrize("code", [b"#", b"#_", b"^", b"(", b")", b'"', b"#?(:clj", b"#:a", b"\\", b"\xff\xfe("])
def test_fragments_raise_nothing(code: bytes) -> None:
    assert read(code).forms is not None


def test_a_function_that_is_not_closed_does_not_swallow_the_next_ones() -> None:
    source = read(b"(defn f [x]\n  (g x)\n\n(defn h [z] z)\n(defn k [] 1)")
    assert [form.items[1].value for form in source.forms] == ["f", "h", "k"]
    assert [fault.line for fault in source.faults] == [1]
    assert plain(source.forms[0]) == [LIST, "defn", "f", [VECTOR, "x"], [LIST, "g", "x"]]


def test_what_a_macro_waits_for_may_be_missing() -> None:
    assert [plain(form) for form in read(b"(f ') [g #_] {:a ^:b}").forms] == [
        [LIST, "f"], [VECTOR, "g"], [MAP, "a"],
    ]  # fmt: skip


def test_hostile_macros_cost_no_more_than_their_length() -> None:
    assert "nested deeper" in read(b"'" * 200_000 + b"x").faults[0].message
    assert read(b"#_" * 100 + b"x " * 101).forms[0].value == "x"
    assert read(b'"' + b"\\" * 200_001).faults != []


def test_characters_and_names_that_hold_signs_are_one_word() -> None:
    assert forms(r"(f \( \, \space \u0041 a' b# a.b/c->d :k' %)") == [
        [LIST, "f", "(", ",", "space", "u0041", "a'", "b#", "a.b/c->d", "k'", "%"]
    ]


def test_words_are_what_carries_meaning() -> None:
    code = b"(f ; note\n  #_(g 1) [x,  y] #_ #_ a b)"
    source = read(code)
    assert source.words == [b"(", b"f", b"[", b"x", b"y", b"]", b")"]
    assert source.words_of(code.index(b"["), len(code)) == [b"[", b"x", b"y", b"]", b")"]
