def test_a_message_is_taken(notifier):
    assert notifier.post("/messages", json={"text": "the shop is open"}).status_code == 202
