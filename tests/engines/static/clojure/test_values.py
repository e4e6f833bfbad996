from engines.static.clojure.values import (
    FIXED,
    FIXED_HOLE,
    HOLE,
    MAX_STEPS,
    UNKNOWN,
    Trail,
    Value,
    after,
    all_fixed,
    flat,
    join,
    literal,
    merged,
    opened,
    put_together,
    whole,
    with_step,
    without,
)

A, B = ("source", "a.clj", 1), ("parameter", 0, ())


def test_origins_are_merged_and_stay_dangerous_for_what_any_way_is() -> None:
    found = merged({A: Trail(1, None)}, None, {A: Trail(2, None), B: Trail(4, None)})
    assert found == {A: Trail(3, None), B: Trail(4, None)}
    assert without(found, 3) == {B: Trail(4, None)}


def test_a_value_holds_what_its_fields_hold() -> None:
    assert whole(Value({A: Trail(1, None)}, {"x": Value({B: Trail(1, None)})})) == {
        A: Trail(1, None),
        B: Trail(1, None),
    }
    assert flat(literal("a"), FIXED) is FIXED
    assert flat(literal("a"), UNKNOWN) is UNKNOWN


def test_a_text_keeps_its_constant_parts() -> None:
    outside = Value({A: Trail(1, None)})
    text = put_together([literal("a "), outside, literal(" b "), FIXED])
    assert text.text == f"a {HOLE} b {FIXED_HOLE}"
    assert text.constant is None and not text.is_fixed and text.taint == outside.taint
    assert put_together([literal("a"), literal("b")]).constant == "ab"
    assert put_together([outside, outside], literal(",")).text == f"{HOLE},{HOLE}"


def test_one_of_several_values_keeps_what_all_begin_with() -> None:
    either = join(literal("/bricks/1"), literal("/bricks/2"))
    assert either.text == f"/bricks/{HOLE}" and either.is_fixed
    assert join(literal("x"), literal("x")).constant == "x"
    assert join(Value(None, {"a": literal("1")}), Value(None, {"b": literal("2")})).fields.keys() == {"a", "b"}


def test_what_is_fixed_holds_no_free_text() -> None:
    assert all_fixed(literal("a"), Value(None, {"x": FIXED}))
    assert not all_fixed(literal("a"), Value(None, {"x": UNKNOWN}))


def test_a_stream_becomes_its_content_when_it_is_read() -> None:
    assert opened({("stream", "a.clj", 1): Trail(1, None)}) == {A: Trail(1, None)}


def test_steps_are_kept_from_the_source_on_and_bounded() -> None:
    step = None
    for number in range(MAX_STEPS + 5):
        step = after(step, "a.clj", number, "on")
    assert step is not None and step.number == MAX_STEPS and step.offset == MAX_STEPS - 1
    taint = with_step({A: Trail(1, None)}, "a.clj", 7, "becomes `x`")
    assert taint is not None and taint[A].step is not None and taint[A].step.message == "becomes `x`"
