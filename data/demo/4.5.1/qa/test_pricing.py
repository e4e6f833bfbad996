def test_it_is_well(pricing):
    assert pricing.get("/health").json()["status"] == "ok"


def test_a_quote_tells_what_one_costs(pricing):
    assert pricing.get("/quote", params={"item": "mug"}).json()["total"] == 900


def test_many_cost_less(gateway, pricing):
    assert gateway.get("/quote", params={"item": "kettle", "number": 12}).json()["total"] == 52920


def test_an_unknown_item_has_no_price(gateway, pricing):
    assert gateway.get("/quote", params={"item": "lantern"}).status_code == 404


def test_a_price_is_shown(pricing):
    assert pricing.get("/prices/tray").json()["cents"] == 2500


def test_a_rule_is_tried(pricing):
    assert pricing.get("/rules", params={"rule": "{:from 10 :percent 5}"}).json()["cents"] == 9500


def test_tiers_are_tried(pricing):
    tiers = "[{:from 10 :percent 5} {:from 9000 :percent 10}]"
    assert pricing.get("/tiers", params={"tiers": tiers}).json()["cents"] == 8550


def test_a_sheet_is_sent(pricing):
    assert "kettle;4900" in pricing.get("/sheet", params={"name": "spring.csv"}).text


def test_the_terms_are_sent(pricing):
    assert "thirty days" in pricing.get("/terms", params={"name": "standard.txt"}).text


def test_the_board_has_a_title(pricing):
    assert "<h1>Today</h1>" in pricing.get("/board", params={"title": "Today"}).text
