def test_a_customer_lists_their_orders(orders, alice):
    listed = orders.get("/orders", params={"sort": "total"}, headers=alice).json()
    assert [order["id"] for order in listed["orders"]] == [1003, 1001]
    assert listed["summary"]["total"] == "74.00 EUR"


def test_the_newest_orders_come_first(orders, alice):
    listed = orders.get("/orders", params={"sort": "date", "newest": "yes"}, headers=alice).json()
    assert [order["id"] for order in listed["orders"]] == [1003, 1001]


def test_an_order_is_shown(orders, bob):
    assert orders.get("/orders/1002", params={"user": "bob"}, headers=bob).json()["total"] == 1800


def test_a_note_is_stored_and_reported(orders, alice):
    assert orders.post("/notes", json={"text": "thank you"}, headers=alice).status_code == 201
    notes = orders.get("/report").json()["notes"]
    assert notes[0]["text"] == "thank you"


def test_a_note_needs_a_text(orders, alice):
    assert orders.post("/notes", json={}, headers=alice).status_code == 400


def test_a_basket_is_remembered(orders):
    filled = orders.post("/basket", json={"item": "kettle"})
    cookie = filled.headers["set-cookie"].partition(";")[0]
    assert orders.get("/basket", headers={"Cookie": cookie}).json() == {"items": ["kettle"]}


def test_a_label_is_printed(orders):
    assert "K-17" in orders.get("/label", params={"code": "K-17"}).json()["label"]


def test_the_day_has_a_turnover(orders):
    assert orders.get("/stats/daily").json()["total"] == 9200
