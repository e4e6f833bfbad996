"""The picture of the service map."""

import re
from base64 import b64decode
from xml.etree import ElementTree

from app.map_picture import MOST_NODES, legend, map_picture, reaches
from tests.app import published as fixture

NODES = fixture.map_nodes(fixture.NEW)
LINKS = fixture.map_links(fixture.NEW)


def arrows(drawn: str) -> ElementTree.Element:
    """The arrows of a picture, as the SVG that they are."""
    return ElementTree.fromstring(b64decode(re.search(r"base64,([^\"]+)", drawn)[1]))


def test_one_box_a_place_and_one_arrow_a_link():
    drawn = map_picture(NODES, LINKS, fixture.NEW)
    assert drawn.count('class="node ') == len(NODES)
    assert len(arrows(drawn).findall(".//{*}path[@marker-end]")) == len(LINKS)


def test_a_service_whose_traces_have_gaps_says_so_in_its_box():
    drawn = map_picture(NODES, LINKS, fixture.NEW)
    assert "internal · traced · sampled" in drawn and "internal · traced · spans lost" in drawn


def test_an_arrow_says_how_often_and_how():
    told = [text.text for text in arrows(map_picture(NODES, LINKS, fixture.NEW)).findall(".//{*}text")]
    assert {"40×", "40× publish", "40× consume", "40× r+w", "gone", "possible"} <= set(told)


def test_what_was_not_observed_is_dashed():
    dashed = arrows(map_picture(NODES, LINKS, fixture.NEW)).findall(".//{*}path[@stroke-dasharray]")
    assert len(dashed) == sum(not row["is_observed"] for row in LINKS)


def test_what_is_not_beside_the_chosen_place_is_faint():
    drawn = map_picture(NODES, LINKS, fixture.NEW, "datastore:sqlite of bookings")
    boxes = re.findall(r'class="node (\w+) \w+ (faint)?"', drawn)
    assert boxes.count(("datastore", "")) == 1 and boxes.count(("service", "")) == 1
    assert sum(faint == "faint" for _, faint in boxes) == len(NODES) - 2


def test_nothing_of_the_data_gets_into_the_image_or_out_of_its_box():
    drawn = map_picture(NODES, LINKS, fixture.NEW)
    assert fixture.SCRIPT not in drawn and "&lt;script&gt;" in drawn
    assert "script" not in b64decode(re.search(r"base64,([^\"]+)", drawn)[1]).decode()


def test_beyond_what_can_be_drawn_the_busiest_are_drawn_and_the_rest_is_said():
    many = [NODES[1] | {"node_id": f"service:s{number}", "name": f"s{number}"} for number in range(MOST_NODES + 7)]
    link = LINKS[1] | {"from_id": "service:s126", "to_id": "service:s125"}
    drawn = map_picture(many, [link], fixture.NEW)
    assert drawn.count('class="node ') == MOST_NODES and "7 more are in the table only" in drawn
    assert len(arrows(drawn).findall(".//{*}path[@marker-end]")) == 1


def test_a_link_tells_what_was_seen_apart_from_what_may_be():
    assert reaches(LINKS[6]) == "read, write; possible: destroy"
    assert reaches(LINKS[0]) == "call"
    assert reaches(LINKS[7]) == ""


def test_the_legend_names_every_stroke():
    assert all(word in legend() for word in ("call", "read", "write", "destroy", "publish", "declared", "possible"))
