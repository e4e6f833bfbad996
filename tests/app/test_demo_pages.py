"""The app on a real result: the demo's published file in a real browser. Every test fails on a console error."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from app.page import PAGES
from tests.app.conftest import App, started

RELEASES = ("shop-4.6.0", "shop-4.5.1")


@pytest.fixture(scope="module")
def shop(demo_run, tmp_path_factory) -> Iterator[App]:
    """The app over what the demo published, opened with `leadline app` from another folder."""
    command = ["-m", "flows.cli", "app", "--data", str(demo_run.data), "--port"]
    yield from started(command, tmp_path_factory.mktemp("elsewhere"), {}, demo_run.published)


def select(app: App, sql: str, *values: object) -> list[tuple]:
    with duckdb.connect(str(app.published), read_only=True) as connection:
        return connection.execute(sql, list(values)).fetchall()


def injection(app: App, release: str) -> str:
    """The finding whose path crosses from one service into another and ends in a statement under attack."""
    found = select(
        app,
        """select distinct finding_id from marts.lead_paths join marts.findings using (release_id, finding_id)
        where release_id = ? and statement_attack is not null and lead_paths.service <> lead_paths.entry_service
            and weakness_class = 'sql-injection' and lead_paths.file = 'orders/audience.py'""",
        release,
    )
    assert len(found) == 1
    return found[0][0]


@pytest.mark.parametrize("view", PAGES)
def test_every_page_opens_on_the_demo(shop, watched, view):
    page = watched.open(shop.address(view, release=RELEASES[0]))
    assert page.inner_text("header.page h1") == PAGES[view]
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("table.rows tbody tr").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


@pytest.mark.parametrize("release", RELEASES)
def test_the_decision_and_every_reason_of_the_demo_are_on_the_first_screen(shop, watched, release):
    page = watched.open(shop.address("release", release=release))
    wanted = select(shop, "select reason_id from marts.decision_reasons where release_id = ?", release)
    boxes = {r.get_attribute("data-reason"): r.bounding_box() for r in page.locator(".reason").all()}
    assert set(boxes) == {reason for (reason,) in wanted} != set()
    for box in (page.locator(".decision").bounding_box(), *boxes.values()):
        assert 0 <= box["y"] and box["y"] + box["height"] <= 900
        assert 0 <= box["x"] and box["x"] + box["width"] <= 1440
    titles = page.locator(".reason .title").all()
    assert [t.inner_text() for t in titles if t.evaluate("node => node.scrollWidth > node.clientWidth")] == []


@pytest.mark.parametrize("release", RELEASES)
def test_from_the_reason_of_the_injection_across_services_to_its_path_in_two_clicks(shop, watched, release):
    finding = injection(shop, release)
    page = watched.open(shop.address("release", release=release))
    ((reason,),) = select(
        shop,
        "select reason_id from marts.decision_reasons where release_id = ? and list_contains(finding_ids, ?)",
        release,
        finding,
    )
    page.locator(f"[data-reason='{reason}']").get_by_role("link").click()
    page.wait_for_selector(".picture, table.rows a[href*='view=lead_path']")
    watched.settle()
    if f"finding={finding}" not in page.url:  # the reason counts several: one click more
        page.locator(f"a[href*='finding={finding}']").first.click()
    page.wait_for_selector(".picture")
    watched.settle()
    assert f"finding={finding}" in page.url

    assert page.locator(".lane-name").all_inner_texts() == ["gateway", "orders"]
    hops = select(
        shop,
        """select trim(symbol), is_observed, calls from marts.lead_paths
        where release_id = ? and finding_id = ? and entry_service = 'gateway' order by path_number, hop""",
        release,
        finding,
    )
    boxes = page.locator(".hop").all()
    assert [page.locator(".hop b").nth(n).inner_text() for n in range(len(boxes))] == [symbol for symbol, _, _ in hops]
    for box, (_, is_observed, calls) in zip(boxes, hops, strict=True):
        assert (f"observed {calls}×" if is_observed else "possible, never observed") in box.inner_text()
    assert "line" in boxes[-1].get_attribute("class") and "orders/audience.py" in boxes[-1].inner_text()
