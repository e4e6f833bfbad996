from engines.static.clojure.elements import element, in_order, key_of, keyword_arguments, look, markup, rest_of, vector
from engines.static.clojure.values import MAX_FIELDS, UNKNOWN, Trail, Value, literal

OUTSIDE = Value({("source", "a.clj", 1): Trail(1, None)})


def test_keys_are_constants_without_their_colon() -> None:
    assert [key_of(value) for value in (literal(":a"), literal("a"), literal("1"), UNKNOWN)] == ["a", "a", "1", None]


def test_elements_are_known_one_by_one_as_far_as_they_go() -> None:
    known = vector([literal("a"), OUTSIDE])
    assert in_order(known) == [known.fields["0"], OUTSIDE]
    assert element(known).taint == OUTSIDE.taint
    assert element(rest_of(known, 1)).taint == OUTSIDE.taint
    assert look(rest_of(known, 1), ["0"]) is OUTSIDE
    assert vector([UNKNOWN] * (MAX_FIELDS + 1)).fields is None


def test_arguments_go_by_name_too() -> None:
    assert look(keyword_arguments(vector([literal(":dir"), OUTSIDE])), ["dir"]) is OUTSIDE
    assert look(keyword_arguments(vector([Value(None, {"dir": OUTSIDE})])), ["dir"]) is OUTSIDE


def test_what_is_missing_in_a_known_map_is_nil() -> None:
    assert look(Value(None, {"a": OUTSIDE}), ["b"]).constant == "nil"
    assert look(OUTSIDE, ["b"]).taint == OUTSIDE.taint


def test_attributes_are_no_text_of_an_element() -> None:
    attributes = Value(None, {"title": OUTSIDE})
    assert markup(vector([literal(":p"), attributes, literal("x")])) is None
    assert markup(vector([literal(":p"), attributes, OUTSIDE])) == OUTSIDE.taint
