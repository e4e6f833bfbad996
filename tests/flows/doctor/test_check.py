from flows.doctor.check import Check, ok


def test_what_is_all_right_needs_no_remedy() -> None:
    assert ok("orders", "routes", "all carry one") == Check("orders", "routes", "ok", "all carry one", "", ())
