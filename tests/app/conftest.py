"""The app as people meet it: a published file, a server on a free loopback port, a real browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.app import published as fixture
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published file of the invented system, which the app in this process reads."""
    path = tmp_path / "published.duckdb"
    log = tmp_path / "run_log.jsonl"
    log.write_text(json.dumps({"at": "09:30", "stage": "static", "state": "done", "seconds": 4.2}) + "\nnot JSON\n")
    fixture.write(path, fixture.tables())
    monkeypatch.setenv("LEADLINE_PUBLISHED", str(path))
    monkeypatch.setenv("LEADLINE_RUN_LOG", str(log))
    return path


@dataclass
class App:
    """A running app and the file that it reads."""

    base: str
    published: Path

    def address(self, view: str, **query: str) -> str:
        """Return the address of a page."""
        return f"{self.base}/?{urlencode({'view': view} | query)}"


def serve(published: Path) -> Iterator[App]:
    """Start the app on a free loopback port; end it afterwards."""
    environment = {
        "LEADLINE_PUBLISHED": str(published),
        "LEADLINE_RUN_LOG": str(published.with_name("run_log.jsonl")),
    }
    command = ["-m", "streamlit", "run", "app/streamlit_app.py", "--server.port"]
    yield from started(command, ROOT, environment, published)


def started(command: list[str], folder: Path, environment: dict[str, str], published: Path) -> Iterator[App]:
    """Start a Python command that serves the app on the port that is its last argument; end it afterwards."""
    port = free_port()
    environment = os.environ | environment | {"PYTHONPATH": str(ROOT)}
    output = published.with_name("app.log").open("w")
    process = subprocess.Popen(
        [sys.executable, *command, str(port)], cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
    )
    try:
        base = f"http://127.0.0.1:{port}"
        _wait_for(f"{base}/_stcore/health", process)
        yield App(base, published)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        output.close()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the app did not come up at {url}")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app over the invented system."""
    path = tmp_path_factory.mktemp("app") / "published.duckdb"
    fixture.write(path, fixture.tables())
    yield from serve(path)


@dataclass
class Watched:
    """A browser page with everything that must never happen on it."""

    page: object
    troubles: list[str] = field(default_factory=list)

    def open(self, address: str) -> object:
        """Open an address and wait until the page is drawn."""
        self.page.goto(address)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the script has run to its end."""
        self.page.wait_for_selector("header.page, .empty.alone, [data-testid=stException]", timeout=20_000)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=20_000)
        drawn, before = self.page.inner_text("body"), None  # code blocks are drawn a moment after the rest
        while drawn != before:
            self.page.wait_for_timeout(150)
            drawn, before = self.page.inner_text("body"), drawn

    def watch(self) -> None:
        """Note console errors, page errors and requests that leave this machine."""
        self.page.on("console", lambda m: m.type == "error" and self.troubles.append(f"console: {m.text}"))
        self.page.on("pageerror", lambda error: self.troubles.append(f"page: {error}"))
        self.page.on("request", lambda request: self._local(request.url))

    def _local(self, url: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).hostname != "127.0.0.1":
            self.troubles.append(f"off loopback: {url}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """One window of Debian's Chromium, driven by Playwright."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: {CHROMIUM} is absent")
    sync_api = pytest.importorskip("playwright.sync_api", reason="no browser: playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser.new_context(viewport={"width": 1440, "height": 900})
        browser.close()


@pytest.fixture
def watched(chromium: object) -> Iterator[Watched]:
    """A fresh page at 1440 × 900; whatever must never happen fails the test."""
    page = Watched(chromium.new_page())
    page.watch()
    yield page
    page.page.close()
    assert page.troubles == []
