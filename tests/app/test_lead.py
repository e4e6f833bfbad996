"""Which path of several a lead shows first."""

from app.lead import widest


def hop(service: str, symbol: str, is_observed: bool = True) -> dict:
    return {"service": service, "hop_kind": "function", "symbol": symbol, "file": None, "line": None,
            "is_observed": is_observed}  # fmt: skip


SHORT = [hop("back", "GET /loans"), hop("back", "load")]


def test_the_path_that_begins_further_outside_is_shown_first():
    assert widest({1: SHORT, 2: [hop("front", "GET /"), *SHORT]}) == 2


def test_a_path_of_its_own_or_one_that_was_never_observed_is_not():
    assert widest({1: SHORT, 2: [hop("front", "GET /"), hop("back", "other"), hop("back", "load")]}) == 1
    assert widest({1: SHORT, 2: [hop("front", "GET /", False), *(h | {"is_observed": False} for h in SHORT)]}) == 1
