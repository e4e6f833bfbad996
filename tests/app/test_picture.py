"""The picture of a lead path."""

from app.picture import outside, picture, reach
from tests.app import published as fixture


def path(number: int) -> list[dict]:
    hops = [h for h in fixture.lead_paths(fixture.NEW) if h["finding_id"] == "f-sql" and h["path_number"] == number]
    blank = dict.fromkeys(("outside_parameter", "outside_value"))
    return [blank | hop for hop in hops]


def test_one_lane_a_service_and_one_box_a_hop():
    drawn = picture(path(1))
    assert drawn.count('class="lane-name"') == 2
    assert drawn.count('class="hop ') == len(path(1)) == drawn.count('class="edge ') + 1


def test_possible_hops_are_dashed_and_say_so():
    drawn = picture(path(2))
    assert drawn.count("maybe") == 4 and drawn.count("possible") == 4  # two hops and their two edges
    assert "maybe" not in picture(path(1)) and "possible" not in picture(path(1))


def test_reach_and_outside_values_are_told_in_words():
    first, second = path(2)[:2]
    assert reach(first) == "observed 3× by QA"
    assert reach(second) == "possible, never observed"
    assert outside(path(1)[0]) == "owner = rotem" and outside(second) == ""


def test_what_was_seen_is_escaped():
    assert fixture.SCRIPT not in picture(path(1))
    assert "&lt;script&gt;" in picture(path(1))
