"""Places for boxes and arrows."""

import random

from app.layers import Sizes, layout

SIZES = Sizes()


def column(placed, name):
    return placed.boxes[name][0] / (SIZES.width + SIZES.between)


def test_arrows_lead_to_the_right_and_begin_and_end_at_their_boxes():
    edges = [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")]
    placed = layout("abcd", edges)
    assert [column(placed, name) for name in "abcd"] == [0, 1, 2, 3]
    for tail, head in edges:
        points = placed.arrows[tail, head]
        assert points[0][0] == placed.boxes[tail][0] + SIZES.width and points[-1][0] == placed.boxes[head][0]
        for name, (_, y) in ((tail, points[0]), (head, points[-1])):
            assert placed.boxes[name][1] < y < placed.boxes[name][1] + SIZES.height


def test_what_comes_from_outside_stands_first_and_the_rest_after_it():
    placed = layout(["lone", "entry", "web"], [("entry", "web")], first=["entry"])
    assert (column(placed, "entry"), column(placed, "web"), column(placed, "lone")) == (0, 1, 1)


def test_a_cycle_is_drawn_with_one_arrow_that_leads_back():
    placed = layout("abc", [("a", "b"), ("b", "c"), ("c", "a"), ("b", "a"), ("a", "a")])
    assert set(placed.arrows) == {("a", "b"), ("b", "c"), ("c", "a"), ("b", "a")}
    assert placed.arrows["c", "a"][0][0] > placed.arrows["c", "a"][-1][0]


def test_no_two_boxes_cover_each_other_and_no_long_arrow_crosses_a_box():
    random.seed(5)
    names = [f"n{number}" for number in range(60)]
    edges = [(names[random.randrange(row)], names[row]) for row in range(1, 60) for _ in range(2)]
    placed = layout(names, edges)
    boxes = list(placed.boxes.values())
    for number, (x, y) in enumerate(boxes):
        assert 0 <= x <= placed.width - SIZES.width and 0 <= y <= placed.height - SIZES.height
        assert all(x != other_x or abs(y - other_y) >= SIZES.height for other_x, other_y in boxes[number + 1 :])
    for points in placed.arrows.values():
        for (left, y), (right, _) in zip(points[1:-1:2], points[2:-1:2], strict=True):  # past a column, in its slot
            assert not any(left <= x <= right and top < y < top + SIZES.height for x, top in boxes)


def test_the_same_graph_is_drawn_alike_and_an_empty_one_is_nothing():
    edges = [("a", "b"), ("a", "c"), ("c", "d")]
    assert layout("abcd", edges) == layout("abcd", edges)
    assert layout([], []).boxes == {}
