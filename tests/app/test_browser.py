"""The app in a real browser: what a person sees, clicks and reloads. Every test also fails on a console error."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import duckdb
import pytest

from app.page import PAGES
from tests.app import published as fixture

NEW, OLD = fixture.NEW, fixture.OLD


def text(watched) -> str:
    return watched.page.inner_text("[data-testid=stMain]")


OPENED = [
    ("release", {"state": "confirmed"}),
    ("changes", {"change": "new"}),
    ("lead_path", {"finding": "f-xss"}),
    ("lead_path", {"finding": "f-sql", "path": "2"}),
    ("code_flaws", {"service": "portal", "weakness_class": "cross-site-scripting"}),
    ("service_map", {"node": "service:portal"}),
    ("service", {"service": "portal"}),
    ("endpoint", {"endpoint": "portal GET /search"}),
    ("coverage", {"selected": "g-shadow", "service": "ledger"}),
    ("manual_testing", {"trigger": "t-odd", "status": "open"}),
    ("rules", {"rule": "sql-injection.concatenated", "part": "dynamic"}),
    ("runs", {"status": "failed"}),
]


def test_every_page_is_opened():
    assert {view for view, _ in OPENED} == set(PAGES)


@pytest.mark.parametrize(("view", "query"), OPENED)
def test_a_page_says_what_it_shows_runs_nothing_of_the_data_and_survives_a_reload(app, watched, view, query):
    page = watched.open(app.address(view, release=NEW, **query))
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.inner_text("header.page h1") == PAGES[view]
    told = page.inner_text("header.page .what")
    assert NEW in told and "built" in told
    assert "UTC" in page.get_attribute("header.page time", "title")

    before = text(watched)
    assert "<script>" in before or "[link](javascript:" in before  # hostile text is there, as text
    assert page.evaluate("window.breached === undefined")
    for live in ("script", "[onerror]", "a[href^='javascript:']", "strong:has-text('bold')"):
        assert page.locator(f"[data-testid=stMain] {live}").count() == 0

    page.reload()
    watched.settle()
    clean = re.compile(r"\d+ (s|min) ago")
    assert clean.sub("", text(watched)) == clean.sub("", before)
    assert (query | {"release": NEW, "view": view}).items() <= dict(parse_qsl(urlsplit(page.url).query)).items()


def test_the_decision_and_every_reason_are_on_the_first_screen(app, watched):
    page = watched.open(app.address("release", release=NEW))
    wanted = {row["reason_id"] for row in fixture.reasons(NEW)}
    boxes = {r.get_attribute("data-reason"): r.bounding_box() for r in page.locator(".reason").all()}
    assert set(boxes) == wanted
    decision = page.locator("#decision, .decision").first.bounding_box()
    for box in (decision, *boxes.values()):
        assert box["y"] >= 0 and box["y"] + box["height"] <= 900
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1440
    assert {box["height"] < 32 for box in boxes.values()} == {True}  # one line each
    assert "BLOCK" in page.inner_text(".decision") and "71" in page.inner_text(".decision")
    assert "+24" in page.inner_text(".decision") and "12 %" in page.inner_text(".decision")


def test_forty_reasons_still_fit(chromium, tmp_path, request):
    from tests.app.conftest import Watched, serve

    marts = fixture.tables()
    marts["decision_reasons"] += [
        row | {"reason_id": f"more{number}", "reason_rank": 100 + number}
        for number, row in enumerate([marts["decision_reasons"][5]] * 20)
    ]
    path = tmp_path / "published.duckdb"
    fixture.write(path, marts)
    server = serve(path)
    many = next(server)
    request.addfinalizer(server.close)
    page = Watched(chromium.new_page()).open(many.address("release", release=NEW))
    request.addfinalizer(page.close)
    boxes = [reason.bounding_box() for reason in page.locator(".reason").all()]
    assert len(boxes) == 35
    assert max(box["y"] + box["height"] for box in boxes) <= 900


def test_from_a_reason_to_its_lead_path_in_one_click(app, watched):
    page = watched.open(app.address("release", release=NEW))
    tabs = len(page.context.pages)
    page.locator(".reason", has_text="SQL injection in find_booking").get_by_role("link").click()
    page.wait_for_selector(".picture")
    watched.settle()
    assert "finding=f-sql" in page.url and f"release={NEW}" in page.url
    assert len(page.context.pages) == tabs
    assert "SQL injection in find_booking" in text(watched)


def test_from_a_manual_test_to_its_lead_path_in_two_clicks(app, watched):
    page = watched.open(app.address("release", release=NEW))
    tabs = len(page.context.pages)
    page.locator(".reason", has_text="Reaches a new table").get_by_role("link").click()
    page.get_by_role("link", name="→ lead path").click()
    page.wait_for_selector(".picture")
    assert "finding=f-sql" in page.url
    assert len(page.context.pages) == tabs


def test_the_map_equals_the_mart_and_a_box_opens_what_is_around_it(app, watched):
    page = watched.open(app.address("service_map", release=NEW))
    drawn = page.locator(".node b").all_inner_texts()
    assert sorted(name.split(" ", 1)[1] for name in drawn) == sorted(row["name"] for row in fixture.map_nodes(NEW))
    assert page.locator(".plane img").evaluate("image => image.complete && image.naturalWidth > 100")
    boxes = [node.bounding_box() for node in page.locator(".node").all()]
    plane = page.locator(".plane").bounding_box()
    assert all(plane["x"] <= box["x"] and box["x"] + box["width"] <= plane["x"] + plane["width"] for box in boxes)
    tabs = len(page.context.pages)
    page.locator(".node.datastore").click()
    page.wait_for_selector(".node.faint")
    watched.settle()
    assert "possible: destroy" in text(watched) and "1, the busiest first" in text(watched)
    assert len(page.context.pages) == tabs


def test_from_the_release_to_the_flows_of_an_endpoint_in_two_clicks(app, watched):
    page = watched.open(app.address("release", release=NEW))
    page.get_by_role("link", name="Endpoint", exact=True).click()
    page.get_by_role("link", name="GET /search").click()
    page.wait_for_selector(".flow")
    watched.settle()
    with duckdb.connect(str(app.published), read_only=True) as connection:
        (flows,) = connection.execute(
            "select count(*) from marts.flows where release_id = ? and endpoint_id = 'portal GET /search'", [NEW]
        ).fetchone()
    assert page.locator(".flow").count() == flows > 0
    assert page.locator(".flow.maybe").count() == 2 and page.locator(".flow.maybe", has_text="possible").count() == 2


@pytest.mark.parametrize("path", [1, 2])
def test_the_hops_equal_the_mart(app, watched, path):
    page = watched.open(app.address("lead_path", finding="f-sql", path=str(path), release=NEW))
    with duckdb.connect(str(app.published), read_only=True) as connection:
        hops = connection.execute(
            "select hop, hop_kind, service, symbol, is_observed, calls from marts.lead_paths "
            "where release_id = ? and finding_id = 'f-sql' and path_number = ? order by hop",
            [NEW, path],
        ).fetchall()
    assert hops
    table = page.locator("table.rows", has=page.locator("th", has_text="Reach")).first
    cells = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    shown = [(int(c[0]), c[1], c[2], c[3], c[5].startswith("observed"), int(c[6])) for c in cells]
    assert shown == hops
    drawn = page.locator(".hop b").all_inner_texts()
    assert drawn == [hop[3] for hop in hops]
    lanes = page.locator(".lane-name").all_inner_texts()
    assert lanes == list(dict.fromkeys(hop[2] for hop in hops))


def test_observed_and_possible_differ_in_words(app, watched):
    page = watched.open(app.address("lead_path", finding="f-sql", path="2", release=NEW))
    told = page.locator(".hop").all_inner_texts()
    assert "observed 3× by QA" in told[0] and "possible" not in told[0]
    assert "possible, never observed" in told[1] and "observed 3" not in told[1]
    assert page.locator(".edge .said").all_inner_texts() == ["possible", "possible"]


def test_the_sink_shows_its_statement_before_and_under_attack(app, watched):
    page = watched.open(app.address("lead_path", finding="f-sql", release=NEW))
    benign, attack = page.locator(".said-at-sink").all_inner_texts()
    assert "benign" in benign and "'rotem'" in benign
    assert "under attack" in attack and "OR '1'='1'" in attack


def test_the_replay_is_the_recorded_curl(app, watched):
    page = watched.open(app.address("lead_path", finding="f-sql", release=NEW))
    blocks = page.locator("[data-testid=stCode]").all_inner_texts()
    assert "curl 'http://127.0.0.1:9000/bookings/7?owner=quote'" in [block.strip() for block in blocks]
    assert "quote: answered 200" in text(watched)


def test_a_filter_lands_in_the_address(app, watched):
    page = watched.open(app.address("code_flaws", release=NEW))
    page.get_by_role("combobox", name="State").click()
    page.get_by_role("option", name="refuted").click()
    page.wait_for_url(re.compile("state=refuted"))
    watched.settle()
    assert "1 fixes end 1 leads" in text(watched)


def test_another_release_is_one_choice_away_and_stays_in_the_address(app, watched):
    page = watched.open(app.address("release"))
    assert f"release={NEW}" in page.url
    page.get_by_role("combobox", name="Release").click()
    page.get_by_role("option", name=OLD).click()
    page.wait_for_url(re.compile(re.escape(f"release={OLD}")))
    page.wait_for_function("document.querySelector('.decision').innerText.includes('SHIP')")
    watched.settle()
    page.get_by_role("link", name="Code flaws").click()
    page.wait_for_function("document.querySelector('header.page h1')?.innerText === 'Code flaws'")
    assert OLD in page.inner_text("header.page .what")


def test_clean_unscanned_and_failed_read_as_three_things(app, watched):
    page = watched.open(app.address("runs", release=NEW))
    rows = page.locator("table.rows").first.locator("tbody tr").all_inner_texts()
    told = {row.split("\t")[0].strip() for row in rows}
    assert {word.split(" ", 1)[1] for word in told} == {
        "complete",
        "failed",
        "not assessed: skipped",
        "not assessed: missing",
    }
    assert page.locator(".badge.unassessed").count() and page.locator(".badge.bad").count()


def test_a_republish_while_a_page_is_open_brings_the_new_release(app, watched):
    page = watched.open(app.address("release"))
    marts = fixture.tables()
    newer = marts["releases"][1] | {
        "release_id": "ferry-2.5.0",
        "release_name": "2.5.0",
        "previous_release_id": NEW,
        "decision": "ship",
        "assessed_at": fixture.NOW.replace(day=9),
    }
    marts["releases"].append(newer)
    fixture.write(app.published, marts)
    try:
        page.wait_for_selector("text=newest: ferry-2.5.0", timeout=15_000)
        assert NEW in page.inner_text("header.page .what")  # what was open stays open
        page.get_by_role("link", name="newest: ferry-2.5.0").click()
        page.wait_for_function("document.querySelector('.decision')?.innerText.includes('SHIP')")
        watched.settle()
        assert "not assessed No engine is on record" in text(watched)  # shipped, but nobody looked: not clean
        assert page.locator("[data-testid=stException]").count() == 0
    finally:
        fixture.write(app.published, fixture.tables())


def test_a_missing_file_is_one_sentence_with_the_remedy(app, watched):
    kept = app.published.read_bytes()
    app.published.unlink()
    try:
        page = watched.open(app.address("release"))
        told = page.inner_text(".empty.alone")
        assert "leadline demo" in told and "leadline release" in told
        assert page.locator("[data-testid=stException]").count() == 0
    finally:
        app.published.write_bytes(kept)
