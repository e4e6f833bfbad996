"""The flows of an endpoint as a tree."""

from app.flow_tree import MOST_LINES, flow_tree, in_order, touched
from tests.app import published as fixture

FLOWS = [row for row in fixture.flows(fixture.NEW) if row["endpoint_id"] == "portal GET /search"]


def test_every_flow_stands_below_the_one_that_it_continues():
    told = [(level, row["flow_id"]) for level, row in in_order(FLOWS)]
    assert told == [(0, "portal GET /search"), (1, "f1"), (2, "f2"), (3, "f3"), (4, "f4"), (2, "f5"), (3, "f6")]


def test_the_observed_come_before_the_possible():
    rows = [dict(row) for row in FLOWS]
    assert [row["flow_id"] for _, row in in_order(rows[:2] + rows[5:] + rows[2:5])][-2:] == ["f5", "f6"]


def test_a_flow_whose_parent_was_cut_off_is_shown_all_the_same():
    assert [level for level, _ in in_order(FLOWS[3:5])] == [0, 1]


def test_possible_flows_say_so_and_observed_ones_who_took_them():
    drawn = flow_tree(FLOWS, fixture.NEW)
    assert drawn.count('class="flow ') == len(FLOWS)
    assert drawn.count(">possible<") == 2 and drawn.count(">QA, DAST<") == 5
    assert fixture.SCRIPT not in drawn and fixture.IMAGE not in drawn and "&lt;script&gt;" in drawn


def test_a_long_tree_is_cut_and_says_by_how_much():
    many = [FLOWS[0]] + [FLOWS[1] | {"flow_id": f"x{number}"} for number in range(MOST_LINES + 4)]
    assert "… 5 more" in flow_tree(many, fixture.NEW)


def test_what_is_touched_is_told_by_kind():
    told = touched(FLOWS)
    assert "<b>service</b>" in told and "bookings" in told
    assert "archive<small" in told and told.count("possible") == 1 and "probes" not in told
    attacked = [FLOWS[0], FLOWS[4] | {"exercisers": ["dast"], "sink_targets": ["file:/etc"]}]
    assert "/etc<small" in touched(attacked) and "read by probes only" in touched(attacked)
    assert "nothing that is known of" in touched(FLOWS[:2])
