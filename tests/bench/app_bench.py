"""How fast the app is with 10,000 findings: first paint and one interaction, in a real browser.

    PYTHONPATH=. python tests/bench/app_bench.py

Goals: first paint under 3 s, interaction under 1 s. Prints the figures; the exit status is 1 where a goal is missed.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app import queries
from tests.app import published as fixture
from tests.app.conftest import CHROMIUM, FLAGS, App, serve

FINDINGS = 10_000
GOALS = {"first paint": 3.0, "interaction": 1.0}


def first_paint(page: Page, address: str, until: str) -> float:
    """Return the seconds from asking for a page to seeing what it is for."""
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(until)
    return time.perf_counter() - start


def interaction(page: Page, app: App) -> float:
    """Return the seconds from choosing a filter to seeing the table filtered."""
    page.goto(app.address("release", release=fixture.NEW))
    page.wait_for_selector("text=10,009 findings")
    page.get_by_role("combobox", name="State").scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a menu that opens while the page still scrolls closes again
    page.get_by_role("combobox", name="State").click()
    option = page.get_by_role("option", name="refuted")
    option.wait_for()
    start = time.perf_counter()
    option.click()
    page.wait_for_selector("text=1 findings · assessed")
    return time.perf_counter() - start


def measure(app: App) -> dict[str, list[float]]:
    """Return the seconds of five runs of each measure."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        first_paint(page, app.address("release"), ".decision")  # the server's first run imports what it needs
        lead = app.address("lead_path", finding="f-sql", release=fixture.NEW)
        figures = {
            "first paint of Release": [first_paint(page, app.address("release"), ".reasons") for _ in range(5)],
            "first paint of Lead path": [first_paint(page, lead, ".picture") for _ in range(5)],
            "first paint of Code flaws": [first_paint(page, app.address("code_flaws"), "table.rows") for _ in range(5)],
            "interaction: filter the findings": [interaction(page, app) for _ in range(5)],
        }
        browser.close()
    return figures


def slowest_query() -> tuple[str, float]:
    """Return the slowest of the queries that read the findings, with its seconds."""
    timed = {}
    for name, call in {
        "findings": lambda: queries.findings(fixture.NEW, 50, 5000),
        "finding_values": lambda: queries.finding_values(fixture.NEW),
        "fix_groups": lambda: queries.fix_groups(fixture.NEW, 50),
        "reasons": lambda: queries.reasons(fixture.NEW),
        "finding": lambda: queries.finding(fixture.NEW, "f-sql"),
    }.items():
        start = time.perf_counter()
        call()
        timed[name] = time.perf_counter() - start
    return max(timed.items(), key=lambda pair: pair[1])


def main() -> int:
    """Print the figures; return 1 where a goal is missed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "published.duckdb"
        fixture.write(path, fixture.tables(more_findings=FINDINGS))
        os.environ["LEADLINE_PUBLISHED"] = str(path)
        name, seconds = slowest_query()
        print(f"slowest query: {name}, {seconds * 1000:.0f} ms")
        with contextlib.closing(serve(path)) as server:
            figures = measure(next(server))
    missed = 0
    for told, seconds_each in figures.items():
        goal = next(goal for key, goal in GOALS.items() if told.startswith(key))
        middle = statistics.median(seconds_each)
        missed += middle > goal
        print(f"{told}: median {middle:.2f} s of {', '.join(f'{s:.2f}' for s in seconds_each)} (goal {goal:.0f} s)")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
