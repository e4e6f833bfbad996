"""The gate: only hosts that were named, whatever a name resolves to; only so many, only so fast; nothing denied."""

from __future__ import annotations

import http.server
import socket
import threading
import time

import pytest

from engines.contract import EngineError
from engines.scope import OutOfScope, Scope, client


def resolving(monkeypatch, *addresses: str) -> None:
    found = [(socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, 80)) for a in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def reason(scope: Scope, url: str, method: str = "GET", **more: object) -> str | None:
    try:
        scope.admit(method, url, "shop", **more)
    except OutOfScope as refusal:
        assert str(refusal).endswith(".") and str(refusal).count(". ") == 0, "one sentence"
        return refusal.reason
    return None


def test_loopback_is_allowed_and_else_nothing():
    assert reason(Scope(), "http://127.0.0.1:1/") is None and reason(Scope(), "http://[::1]:1/") is None
    for url in (
        "http://192.0.2.1/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://0.0.0.0/",
        "ftp://127.0.0.1/",
    ):
        assert reason(Scope(), url) == "out_of_scope", url


@pytest.mark.parametrize(
    ("hosts", "addresses", "expected"),
    [
        ([], ["127.0.0.1"], None),
        ([], ["127.0.0.1", "192.0.2.1"], "out_of_scope"),  # one allowed address does not excuse the other
        (["staging.example"], ["192.0.2.1"], None),
        (["STAGING.example."], ["192.0.2.1"], None),
        (["staging.example"], ["169.254.169.254"], "out_of_scope"),  # the metadata of a cloud machine
        (["other.example"], ["192.0.2.1"], "out_of_scope"),
        (["192.0.2.0/24"], ["192.0.2.1"], None),
        (["192.0.2.0/24"], ["::ffff:192.0.2.1"], None),
        (["192.0.2.0/24"], ["198.51.100.1"], "out_of_scope"),
    ],
)
def test_a_name_is_judged_by_all_its_addresses(monkeypatch, hosts, addresses, expected):
    resolving(monkeypatch, *addresses)
    assert reason(Scope(hosts), "http://staging.example/") == expected


def test_a_name_that_does_not_resolve_is_out_of_scope():
    assert reason(Scope(["nowhere.invalid"]), "http://nowhere.invalid/") == "out_of_scope"


def test_a_url_cannot_hide_its_host():
    assert reason(Scope(), "http://127.0.0.1@192.0.2.1/") == "out_of_scope"


@pytest.mark.parametrize(
    "path", ["/reset", "//reset", "/./reset", "/x/../reset", "/%72eset", "/reset/", "/orders/7", "/admin/a/b"]
)
def test_denied_endpoints_are_denied_in_every_spelling(path):
    scope = Scope(deny=["GET shop /reset", "* shop /orders/{id}", "GET * /admin/*"])
    assert reason(scope, "http://127.0.0.1" + path) == "denied"
    assert scope.total == 0


def test_what_is_not_denied_passes():
    scope = Scope(deny=["POST shop /reset", "GET other /reset", "GET shop /orders/{id}"], may_mutate=True)
    for path in ("/reset", "/orders", "/orders/7/lines"):
        assert reason(scope, "http://127.0.0.1" + path) is None
    assert reason(scope, "http://127.0.0.1/reset", "POST") == "denied"


def test_a_deny_rule_that_cannot_be_read_is_an_error():
    with pytest.raises(EngineError, match="METHOD service /route"):
        Scope(deny=["/reset"])


def test_changing_requests_need_leave_or_are_logins():
    url = "http://127.0.0.1/x"
    assert reason(Scope(), url, "POST") == reason(Scope(), url, "DELETE") == "needs_mutation"
    assert reason(Scope(may_mutate=True), url, "POST") is None and reason(Scope(), url, "POST", is_login=True) is None


def test_the_budget_is_exact_over_threads():
    scope, admitted = Scope(request_budget=50), []
    threads = [
        threading.Thread(target=lambda: [admitted.append(reason(scope, "http://127.0.0.1/")) for _ in range(20)])
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admitted.count(None) == 50 == scope.total and admitted.count("budget") == 50 and scope.remaining == 0


def test_the_rate_is_kept_for_each_host():
    scope, started = Scope(rate=50), time.monotonic()
    for _ in range(6):
        scope.admit("GET", "http://127.0.0.1:1/")
    assert 0.09 < time.monotonic() - started < 0.5


def test_a_client_goes_to_the_judged_address_and_follows_nothing(monkeypatch):
    asked = []

    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Host"]))
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/away")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.9:3128")
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: real("127.0.0.1" if host == "shop.example" else host, *a, **k)
    )
    scope = Scope(["shop.example"])
    try:
        with client(scope, "shop") as session:
            answer = session.get(f"http://shop.example:{server.server_port}/go")
            assert answer.status_code == 302 and asked == [("/go", f"shop.example:{server.server_port}")]
            with pytest.raises(OutOfScope):
                session.get(answer.headers["location"], follow_redirects=True)
            assert scope.total == 1
            with pytest.raises(OutOfScope):
                session.get(f"http://shop.example:{server.server_port}/go", follow_redirects=True)
            assert scope.total == 2, "even a followed redirect comes through the gate"
    finally:
        server.shutdown()
        server.server_close()
