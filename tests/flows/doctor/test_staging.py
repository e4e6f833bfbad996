"""Services are asked whether they answer, within the scope only; the receiver's address must be free."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from flows.doctor.check import Check
from flows.doctor.staging import staging
from flows.manifest import Manifest


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response({"/health": 200, "/": 404, "/moved": 404}.get(self.path, 503))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def look(listen: str, **services: dict) -> dict[str, Check]:
    common = {"source": ".", "version": "1", "exposure": "internal"}
    manifest = Manifest.model_validate(
        {
            "system": "shop", "release": "1", "traces": {"listen": listen},
            "services": {name: {**common, **spec} for name, spec in services.items()},
        }
    )  # fmt: skip
    return {check.subject: check for check in staging(manifest)}


def test_a_service_that_answers_is_all_right(url: str) -> None:
    seen = look("127.0.0.1:0", a={"base_url": url, "health": "/health"}, b={"base_url": url})
    assert (seen["a"].status, seen["b"].status, seen["staging"].status) == ("ok", "ok", "ok")


def test_what_does_not_answer_well_says_what_to_do(url: str) -> None:
    seen = look(
        "127.0.0.1:0",
        broken={"base_url": url, "health": "/deep"},
        wrong={"base_url": url, "health": "/moved"},
        absent={"base_url": "http://127.0.0.1:9"},
        foreign={"base_url": "http://192.0.2.1"},
        paper={},
    )
    assert {name: seen[name].status for name in ("broken", "wrong", "absent", "foreign", "paper")} == {
        "broken": "mend", "wrong": "mend", "absent": "mend", "foreign": "mend", "paper": "note"
    }  # fmt: skip
    assert "scope.hosts" in seen["foreign"].remedy and "outside the scope" in seen["foreign"].seen
    assert all(check.remedy for check in seen.values() if check.status != "ok")


def test_an_address_that_is_taken_or_none_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = look(f"127.0.0.1:{taken.getsockname()[1]}", a={})["staging"]
    assert busy.status == "mend" and "traces.listen" in busy.remedy
    assert look("nonsense", a={})["staging"].status == "mend"
