def test_all_items_are_listed(catalog):
    assert len(catalog.get("/items").json()) == 5


def test_items_are_found_by_a_part_of_their_name(catalog):
    assert [item["id"] for item in catalog.get("/items", params={"q": "tea"}).json()] == ["teapot", "spoon"]


def test_items_are_found_by_maker(catalog):
    found = catalog.get("/items", params={"maker": "Southbay"}).json()
    assert {item["id"] for item in found} == {"mug", "tray"}


def test_an_item_is_shown(catalog):
    assert catalog.get("/items/kettle").json()["price"] == 4900


def test_an_unknown_item_is_not_found(catalog):
    assert catalog.get("/items/lantern").status_code == 404


def test_an_item_tells_how_to_care_for_it(catalog):
    assert "Rinse" in catalog.get("/care", params={"name": "kettle.txt"}).json()["text"]
