def test_every_service_is_well(gateway, catalog, orders, notifier):
    for service in (gateway, catalog, orders, notifier):
        assert service.get("/health").json()["status"] == "ok"
