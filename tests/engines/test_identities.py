"""Identities log in, carry what they were given, log in again when told to, and say why when they cannot."""

from __future__ import annotations

import http.server
import json
import threading

import pytest

from engines.identities import IdentitySpec, LoginFailed, LoginSpec, Session
from engines.scope import Scope


@pytest.fixture
def logins():
    """A login endpoint; `logins.bodies` are the bodies it got."""

    class Login(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            server.bodies.append(body)
            is_right = "right" in body
            token = f"secret-token-{len(server.bodies)}"
            answer = json.dumps({"auth": {"token": token}, "text": "x"}).encode() if self.path != "/html" else b"<p>hi"
            self.send_response(200 if is_right else 403)
            self.send_header("Set-Cookie", f"sid={token}; HttpOnly")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Login)
    server.bodies = []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def session(server, password="right", scope=None, path="/login", **spec):
    body = {"user": "{{username}}", "login": {"password": "{{password}}"}}
    login = LoginSpec("shop", path, **spec.pop("login", {"json": body}))
    identity = IdentitySpec("alice-1", login, **{"token_json": "auth.token", **spec})
    return Session(identity, f"http://127.0.0.1:{server.server_port}", "alice", password, scope or Scope())


def test_a_token_of_json_goes_into_the_header(logins):
    alice = session(logins)
    assert alice.credentials() == {"Authorization": "Bearer secret-token-1"} == alice.credentials()
    assert [json.loads(body) for body in logins.bodies] == [{"user": "alice", "login": {"password": "right"}}]
    assert alice.placeholder() == {"Authorization": "Bearer $ALICE_1_TOKEN"}


def test_a_cookie_goes_back_as_a_cookie(logins):
    alice = session(
        logins, login={"form": {"u": "{{username}}", "p": "{{password}}"}}, token_json=None, token_cookie="sid"
    )
    assert alice.credentials() == {"Cookie": "sid=secret-token-1"} and logins.bodies == ["u=alice&p=right"]


def test_a_refused_token_is_renewed_once(logins):
    alice = session(logins)
    first = alice.credentials()
    assert alice.renew(first) and not alice.renew(first)
    assert alice.credentials() == {"Authorization": "Bearer secret-token-2"} and len(logins.bodies) == 2
    assert set(alice.secrets) == {"right", "secret-token-1", "secret-token-2"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "wrong"}, "answered 403"),
        ({"password": ""}, "set the variables"),
        ({"path": "/html"}, "holds no auth.token"),
        ({"token_json": "text.token"}, "holds no text.token"),
        ({"token_json": None, "token_cookie": "other"}, "holds no other"),
        ({"scope": Scope(request_budget=0)}, "requests are spent"),
        ({"scope": Scope(deny=["POST shop /login"])}, "denied"),
    ],
)
def test_a_failure_is_a_reason_without_secrets_and_final(logins, change, said):
    alice = session(logins, **change)
    for _ in range(2):
        with pytest.raises(LoginFailed, match=said) as failure:
            alice.credentials()
        assert "wrong" not in str(failure.value)
    assert len(logins.bodies) <= 1 and alice.failure is not None


def test_a_service_that_is_not_there_is_a_reason():
    alone = Session(IdentitySpec("a", LoginSpec("shop", "/login")), None, "a", "b", Scope())
    away = Session(IdentitySpec("a", LoginSpec("shop", "/login")), "http://127.0.0.1:1", "a", "b", Scope())
    for each, said in ((alone, "no base_url"), (away, "refused")):
        with pytest.raises(LoginFailed, match=said):
            each.credentials()
