"""Every page run without a browser: it ends without an exception and states its main facts."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.page import PAGES
from tests.app import published as fixture

ROUTER = str(Path(__file__).resolve().parents[2] / "app" / "streamlit_app.py")

FACTS = {
    "release": ["block", "risk (+24)", "SQL injection in find_booking", "→ path", "no base URL", "New endpoint"],
    "changes": [
        "→ renamed",
        "GET /search",
        "string → integer",
        "render (portal/app.py)",
        "SQL injection in find_booking",
    ],
    "lead_path": ["Which lead?", "Request to a host from outside"],
    "code_flaws": ["8 fixes end 8 leads; refuted and fixed ones are left out", "bookings/store.py:48", "CWE-918"],
    "service": ["portal", "internet", "not deployed", "neighbour"],
    "service_map": ["sqlite of bookings", "called, sends no traces", "publish", "possible: destroy", "not seen"],
    "endpoint": ["What does an endpoint do?", "GET /search", "nobody", "table:archive"],
    "coverage": ["finding without traffic", "shadow endpoint", "not assessed", "covered", "1 of 2", "unknown: sampled"],
    "manual_testing": ["5 of 7 tests", "Beyond capacity", "new endpoint", "strong"],
    "rules": ["sql-injection.concatenated", "the editor comes later"],
    "runs": ["semgrep was not found", "not assessed: missing", "1 lines are not readable", "quarantine", "youden"],
}


def run(view: str, **query: str) -> AppTest:
    """Run one page as its address would."""
    page = AppTest.from_file(ROUTER, default_timeout=30)
    for name, value in ({"view": view} | query).items():
        page.query_params[name] = value
    return page.run()


def words(page: AppTest) -> str:
    """The text of a page: its HTML without tags, its code blocks."""
    shown = " ".join(element.proto.body for element in page.get("html"))
    plain = html.unescape(re.sub(r"<[^>]+>", " ", shown))
    return re.sub(r"\s+", " ", plain + " " + " ".join(block.value for block in page.code))


def bodies(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


@pytest.mark.parametrize("view", PAGES)
@pytest.mark.parametrize("release", [fixture.NEW, fixture.OLD])
def test_every_page_runs_for_every_release_and_states_its_facts(published, view, release):
    page = run(view, release=release)
    told = words(page)
    assert not page.exception
    assert release in told and "built" in told
    facts = FACTS[view] if release == fixture.NEW else []
    assert [fact for fact in facts if fact.lower() not in told.lower()] == []


def test_the_views_are_the_pages():
    views = {path.stem for path in (Path(ROUTER).parent / "views").glob("*.py")}
    assert views == set(PAGES)


@pytest.mark.parametrize("state", ["confirmed", "likely", "unreached", "refuted"])
def test_a_finding_of_each_state_has_its_page(published, state):
    row = next(row for row in fixture.findings(fixture.NEW) if row["state"] == state)
    page = run("lead_path", finding=row["finding_id"], release=fixture.NEW)
    assert not page.exception
    assert state in words(page)


def test_a_finding_is_known_by_the_id_that_it_had_before(published):
    assert "SQL injection in find_booking" in words(run("lead_path", finding="f-sql-before", release=fixture.NEW))


def test_a_finding_without_path_says_so_and_asks_qa(published):
    page = run("lead_path", finding="f-exec", release=fixture.NEW)
    assert "No path is on record" in words(page)
    assert "→ finding without traffic" in words(page) and "selected=g-exec" in bodies(page)


def test_what_is_not_there_is_said(published):
    assert "Finding nowhere is not in" in words(run("lead_path", finding="nowhere"))
    assert "has no such endpoint" in words(run("endpoint", endpoint="nowhere"))
    assert "has no service nowhere" in words(run("service", service="nowhere"))
    assert "There is no release nowhere here" in words(run("release", release="nowhere"))
    assert "There is no fix nowhere" in words(run("code_flaws", fix_group="nowhere"))


def test_an_endpoint_tells_what_it_does_and_what_is_only_possible(published):
    page = run("endpoint", endpoint="portal GET /search", release=fixture.NEW)
    told = words(page)
    assert not page.exception
    assert "service bookings table" in told and "archive read possible" in told
    assert "▣ bookings GET /bookings/{id} QA, DAST 12×" in told and "ƒ export portal/store.py:40 possible" in told
    assert "owner GET portal /search kept from an earlier request sql" in told
    assert told.index("kept from an earlier request") < told.index("with this request")
    assert "SQL injection" not in told  # its function is not on these flows


def test_a_place_of_the_map_has_its_links_alone(published):
    told = words(run("service_map", node="datastore:sqlite of bookings", release=fixture.NEW))
    assert "1, the busiest first" in told and "read, write; possible: destroy table:bookings" in told
    told = words(run("service_map", exerciser="qa", release=fixture.NEW))
    assert "call DAST, QA ferry-2.3.1 ferry-2.4.0 7" in told  # the calls of QA alone
    assert "No link is left by these filters" in words(run("service_map", exerciser="fuzz", release=fixture.NEW))


def test_the_functions_of_a_file_say_who_reached_them(published):
    told = words(run("coverage", service="portal", file="portal/app.py", release=fixture.NEW))
    assert "search portal/app.py:7 ✓ reached ◌ not reached ▨ unknown ▨ unknown GET portal /search 5" in told
    assert "generated/stubs.py:3 the file is not in the inventory" in told


def test_a_gap_carries_its_request_to_qa(published):
    blocks = [block.value for block in run("coverage", selected="g-exec").code]
    assert any(block.startswith("curl -X POST") for block in blocks)
    assert any(block.startswith("def test_maintenance") for block in blocks)


def test_a_clean_release_an_unscanned_one_and_a_failed_one_read_differently(published):
    told = {}
    for status, reason in (("complete", None), ("skipped", "no base URL"), ("failed", "semgrep was not found")):
        marts = fixture.tables() | {"findings": [], "lead_paths": [], "coverage_gaps": []}
        marts["engine_status"] = [
            {"release_id": fixture.NEW, "service": "portal", "technique": "static", "engine": "semgrep",
             "status": status, "reason": reason, "rows": 412}
        ]  # fmt: skip
        fixture.write(published, marts)
        told[status] = words(run("code_flaws", release=fixture.NEW))
    assert "clean no findings from static (1 services, 412 rows)" in told["complete"]
    assert "not assessed: skipped nothing can be said by static on portal: no base URL" in told["skipped"]
    assert "failed nothing can be said by static on portal: semgrep was not found" in told["failed"]
    assert "clean" not in told["skipped"] + told["failed"]


def test_no_engine_on_record_is_not_clean(published):
    fixture.write(published, fixture.tables() | {"findings": [], "engine_status": []})
    told = words(run("code_flaws", release=fixture.NEW))
    assert "not assessed No engine is on record" in told and "clean" not in told


def test_an_empty_published_file_names_the_remedy(published):
    fixture.write(published, {mart: [] for mart in fixture.MARTS})
    page = run("release")
    assert not page.exception
    assert "holds no release yet: run leadline demo" in words(page).replace("`", "")


def test_a_file_that_is_no_database_names_the_remedy(published):
    published.write_bytes(b"not a database" * 100)
    page = run("release")
    assert not page.exception
    assert "cannot be read" in words(page) and "leadline release" in words(page)


def test_markup_and_markdown_arrive_as_text(published):
    for view, query in (
        ("release", {}),
        ("lead_path", {"finding": "f-xss"}),
        ("runs", {}),
        ("coverage", {}),
        ("service_map", {}),
    ):
        page = run(view, release=fixture.NEW, **query)
        assert "<script" not in bodies(page) and 'onerror="window' not in bodies(page)
        assert html.escape(fixture.SCRIPT) in bodies(page)
        assert not page.markdown  # nothing goes through Markdown


def test_filters_come_from_the_address(published):
    assert "1 fixes end 1 leads" in words(run("code_flaws", state="refuted", release=fixture.NEW))
    assert "No finding is left by these filters" in words(run("code_flaws", state="likely", service="ledger"))


def test_what_a_reason_counts_is_one_click_away(published):
    marts = fixture.tables()
    row = next(row for row in marts["decision_reasons"] if row["release_id"] == fixture.NEW)
    row |= {"title": "2 findings of one kind", "finding_ids": ["f-sql", "f-order"]}
    fixture.write(published, marts)
    page = run("release", release=fixture.NEW)
    assert "→ 2 leads" in words(page) and f"reason={row['reason_id']}" in bodies(page)
    told = words(run("code_flaws", reason=row["reason_id"], release=fixture.NEW))
    assert "2 findings of one kind" in told and "2 fixes end 2 leads" in told


def test_a_technique_that_looked_in_vain_and_one_that_was_not_asked_read_differently(published):
    assert "static ✓ looked and says nothing of this finding" in words(run("lead_path", finding="f-head"))
    marts = fixture.tables()
    marts["coverage"] = [row for row in marts["coverage"] if (row["service"], row["technique"]) != ("portal", "static")]
    fixture.write(published, marts)
    assert "static – not expected not asked of this service" in words(run("lead_path", finding="f-head"))
    assert "– not expected" in words(run("coverage", release=fixture.NEW))
