import os


def test_a_search_lists_what_was_found(gateway):
    page = gateway.get("/search", params={"q": "kettle"})
    assert page.status_code == 200
    assert "Results for kettle" in page.text
    assert "Copper kettle" in page.text


def test_a_search_without_results_is_a_page(gateway):
    assert gateway.get("/search", params={"q": "lantern"}).status_code == 200


def test_a_search_can_be_sorted(gateway):
    page = gateway.get("/search", params={"q": "tea", "sort": "price", "page": 1, "available": "yes"}).text
    assert page.index("Tea spoon") < page.index("Iron teapot")


def test_a_suggestion_repeats_the_term(gateway):
    assert "tea pot" in gateway.get("/suggest", params={"q": "tea pot"}).text


def test_a_customer_signs_in(gateway):
    user, password = os.environ["SHOP_BOB_USER"], os.environ["SHOP_BOB_PASSWORD"]
    assert gateway.post("/login", json={"user": user, "password": password}).json()["user"] == user


def test_a_wrong_password_is_refused(gateway):
    answer = gateway.post("/login", json={"user": os.environ["SHOP_BOB_USER"], "password": "guessed"})
    assert answer.status_code == 403


def test_a_customer_sees_an_order(gateway, alice):
    answer = gateway.get("/orders/1001", params={"user": "alice"}, headers=alice)
    assert answer.status_code == 200
    assert answer.json()["price"] == "49.00 EUR"
    assert answer.json()["shipment"]["carrier"] == "Post"
    assert answer.json()["stock"] == 12


def test_another_customer_sees_an_order(gateway, bob):
    assert gateway.get("/orders/1002", params={"user": "bob"}, headers=bob).json()["item"] == "mug"


def test_orders_are_not_for_everyone(gateway):
    assert gateway.get("/orders/1001").status_code == 401


def test_an_unknown_order_is_not_found(gateway, alice):
    assert gateway.get("/orders/9999", params={"user": "alice"}, headers=alice).status_code == 404


def test_a_link_leads_on(gateway):
    answer = gateway.get("/go", params={"to": "/search"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/search")


def test_a_link_leads_to_a_partner(gateway):
    answer = gateway.get("/leave", params={"to": "https://partner.shop.example/offers"})
    assert answer.headers["location"] == "https://partner.shop.example/offers"


def test_a_badge_tells_whether_its_picture_is_there(gateway):
    url = os.environ["SHOP_CATALOG_URL"] + "/items/mug"
    assert gateway.get("/badge", params={"url": url}).json() == {"available": True}


def test_a_page_is_previewed(gateway):
    url = os.environ["SHOP_CATALOG_URL"] + "/items/mug"
    assert gateway.get("/preview", params={"url": url}).json()["type"] == "application/json"
