"""The prober against a real service: what is weak is seen, what is sound is not, and nothing is left out in silence."""

from __future__ import annotations

import socket

import pytest

from engines.canary import canaries_in, exerciser_of
from engines.contract import Exerciser
from engines.identities import IdentitySpec, LoginSpec, Session
from engines.scope import Scope

ORDERS = {"shop /orders/{id}": ["1001"], "shop /safe-orders/{id}": ["1001"]}


def sessions(service, scope, **passwords):
    login = LoginSpec("shop", "/login", json={"user": "{{username}}", "password": "{{password}}"})
    return {
        name: Session(
            IdentitySpec(name, login, token_json="token", owns=ORDERS if name == "alice" else {}),
            service.url,
            name,
            password,
            scope,
        )
        for name, password in passwords.items()
    }


def test_sql_injection_is_told_from_a_bound_parameter(shop, bench):
    run = bench.run(
        shop, [bench.row(bench.SQL, "GET", "/things", "name"), bench.row(bench.SQL, "GET", "/safe-things", "name")]
    )
    assert run.signals == {("/things", "dynamic.error"), ("/things", "dynamic.boolean")}
    assert all(a.status == "done" and a.controls_sound for a in run.attempts) and len(run.attempts) == 2
    # Only where the first round looked like it are probes repeated, and the base replayed.
    assert run.roles("/things") == ["base", "seed", "quote", "true", "false", "seed", "true", "false", "base"]
    assert run.roles("/safe-things") == ["base", "seed", "quote", "true", "false"]


def test_reflected_markup_is_told_from_escaped(shop, bench):
    run = bench.run(
        shop, [bench.row(bench.XSS, "GET", "/hello", "name"), bench.row(bench.XSS, "GET", "/safe-hello", "name")]
    )
    assert run.signals == {("/hello", "dynamic.reflected")}


def test_open_redirect_is_told_from_an_allow_list(shop, bench):
    run = bench.run(
        shop, [bench.row(bench.REDIRECT, "GET", "/go", "next"), bench.row(bench.REDIRECT, "GET", "/safe-go", "next")]
    )
    assert run.signals == {("/go", "dynamic.location")}
    assert all(".invalid" not in seen.headers["host"] for seen in shop.requests), (
        "redirects are looked at, not followed"
    )


def test_every_probe_is_recognisable_by_trace_and_canary(shop, bench):
    row = bench.row(bench.XSS, "GET", "/hello", "name")
    run = bench.run(shop, [row])
    sent = {
        seen.headers["traceparent"].split("-")[1]: seen
        for seen in shop.requests
        if seen.path == "/hello" and "traceparent" in seen.headers
    }
    assert len(run.probes) == len({p.trace_id for p in run.probes}) == 3
    for probe in run.probes:
        assert exerciser_of(probe.trace_id, Exerciser.QA) is Exerciser.DAST
        assert probe.canary == bench.canary(row.attempt_id, probe.role)
        assert canaries_in(sent[probe.trace_id].query["name"]) == (probe.canary,)
    assert {seen.headers["user-agent"] for seen in shop.requests} == {"leadline/1 run shop-1.0#1"}


def test_equal_inputs_give_equal_records(serve, bench):
    from dataclasses import replace

    def records():
        rows = [bench.row(bench.XSS, "GET", f"/page{i}", "q") for i in range(20)]
        service = serve({("GET", "/.*"): lambda seen: bench.answer(body=f"<p>{seen.query.get('q')}</p>")})
        run = bench.run(service, rows)
        port = service.url.rpartition(":")[2]
        return [
            replace(r, elapsed_ms=0, url=r.url.replace(port, ""), curl=r.curl.replace(port, ""))
            if hasattr(r, "curl")
            else r
            for r in run.records
        ]

    first = records()
    assert len(first) == 20 * (1 + 3 + 1) and first == records()


def test_missing_headers_are_seen_once_a_service(serve, bench):
    page = {"Content-Type": "text/html"}
    bare = serve({("GET", "/.*"): lambda seen: bench.answer(body="<p>hi</p>", headers=page)})
    good = serve(
        {("GET", "/.*"): lambda seen: bench.answer(body="<p>hi</p>", headers={**page, "Content-Security-Policy": "x"})}
    )
    json_only = serve(
        {("GET", "/.*"): lambda seen: bench.answer(body="{}", headers={"Content-Type": "application/json"})}
    )
    row = bench.row(bench.HEADERS, "", "")
    seen = [bench.run(service, [row]) for service in (bare, good, json_only)]
    assert [len(run.observations) for run in seen] == [1, 0, 0]
    assert seen[0].observations[0].signal == "dynamic.missing_headers"
    assert [run.attempts[0].controls_sound for run in seen] == [True, True, False]
    assert seen[2].skips[0].reason == "not_applicable", "a service without HTML is not called sound"


def test_a_stranger_reading_what_another_owns(shop, bench):
    scope = Scope(may_mutate=True)
    two = sessions(shop, scope, alice="alice-secret", bob="bob-secret")
    routes = ["/orders/{id}", "/safe-orders/{id}", "/hello"]
    run = bench.run(shop, [bench.row(bench.ACCESS, "GET", route, "id", "path") for route in routes], two, scope)
    assert run.signals == {("/orders/{id}", "dynamic.object_access")}
    assert run.roles("/orders/{id}") == ["owner", "stranger", "missing", "anonymous"]
    assert {p.role: p.status for p in run.probes if "/orders/" in p.url and "safe" not in p.url}["anonymous"] == 401
    assert run.reasons == {"/hello": "no_owned_object"}
    assert "secret" not in repr(run.records) and "tok-" not in repr(run.records)
    assert any('-H "authorization: Bearer $ALICE_TOKEN"' in p.curl for p in run.probes)


def test_cookies_do_not_pass_from_one_identity_to_the_next(shop, bench):
    """An answer that sets a cookie must not make the stranger or nobody look like the owner."""
    scope = Scope(may_mutate=True)
    order = shop.routes["GET", "/safe-orders/([^/]+)"]

    def setting_a_cookie(seen, number):
        answer = order(seen, number)
        answer.headers = {**answer.headers, "Set-Cookie": "sid=owner; Path=/"}
        return answer

    shop.routes["GET", "/safe-orders/([^/]+)"] = setting_a_cookie
    two = sessions(shop, scope, alice="alice-secret", bob="bob-secret")
    run = bench.run(shop, [bench.row(bench.ACCESS, "GET", "/safe-orders/{id}", "id", "path")], two, scope)
    assert [p.role for p in run.probes] == ["owner", "stranger", "missing", "anonymous"] and not run.observations
    assert not any("cookie" in seen.headers for seen in shop.requests)


def test_one_identity_is_not_enough_for_object_access(shop, bench):
    scope = Scope(may_mutate=True)
    run = bench.run(
        shop,
        [bench.row(bench.ACCESS, "GET", "/orders/{id}", "id", "path")],
        sessions(shop, scope, alice="alice-secret"),
        scope,
    )
    assert run.reasons == {"/orders/{id}": "no_session"} and not run.probes


def test_a_failed_login_is_never_replaced_by_no_login(shop, bench):
    scope = Scope(may_mutate=True)
    run = bench.run(shop, [bench.row(bench.XSS, "GET", "/hello", "name")], sessions(shop, scope, alice="wrong"), scope)
    assert run.reasons == {"/hello": "no_session", "alice": "no_session"} and not run.probes
    assert shop.count("GET", "/hello") == 0 or all("traceparent" not in s.headers for s in shop.requests)
    assert shop.count("POST", "/login") == 1, "asked once, not once a row"


def test_a_lost_session_is_renewed_once(shop, bench):
    scope = Scope(may_mutate=True)
    alice = sessions(shop, scope, alice="alice-secret")
    alice["alice"].credentials()
    shop.routes["GET", "/forget"](None)
    run = bench.run(shop, [bench.row(bench.XSS, "GET", "/orders/{id}", "id", "path", seed="1001")], alice, scope)
    assert run.attempts[0].status == "done" and shop.count("POST", "/login") == 2
    assert [(p.role, p.status) for p in run.probes][:2] == [("base", 401), ("base", 404)]


def test_what_only_refuses_is_not_covered(shop, bench):
    rows = [bench.row(bench.XSS, "GET", route, "q") for route in ("/nowhere", "/orders/{id}")]
    run = bench.run(shop, rows)
    assert run.reasons == {"/nowhere": "endpoint_refused", "/orders/{id}": "endpoint_refused"}
    assert {a.status for a in run.attempts} == {"aborted"} and not any(a.controls_sound for a in run.attempts)
    assert run.roles("/nowhere") == ["base", "seed"] and run.roles("/orders/{id}") == ["base"]


def test_a_missing_object_is_not_a_missing_endpoint(serve, bench):
    def item(seen, number):
        return bench.answer(200 if number == "7" else 404, "x")

    service = serve({("GET", "/health"): lambda seen: bench.answer(body="ok"), ("GET", "/items/([^/]+)"): item})
    rows = [bench.row(bench.XSS, "GET", route, "id", "path", seed="7") for route in ("/items/{id}", "/gone/{id}")]
    run = bench.run(service, rows)
    assert run.reasons == {"/gone/{id}": "endpoint_refused"}
    assert [(p.role, p.status) for p in run.probes][:3] == [("base", 404), ("markup", 404), ("seed", 200)]
    assert [(a.status, a.controls_sound) for a in run.attempts] == [("done", True), ("aborted", False)]


def test_where_credentials_are_the_input_a_401_is_an_answer(shop, bench):
    scope = Scope(may_mutate=True)
    known = (("id", "path", "1001"),)
    rows = [
        bench.row(bench.XSS, "POST", "/login", "user", "json"),
        bench.row(bench.XSS, "GET", "/orders/{id}", "Authorization", "header", request_parameters=known),
    ]
    run = bench.run(shop, rows, sessions(shop, scope, alice="alice-secret"), scope)
    assert not run.skips and [(a.status, a.controls_sound) for a in run.attempts] == [("done", True)] * 2
    probes = [p for p in run.probes if p.role != "sweep"]
    assert [(p.role, p.status) for p in probes] == [("base", 401), ("markup", 401)] * 2
    assert shop.count("POST", "/login") == 1 + 2, "the session is not renewed for it"
    assert any(seen.headers.get("authorization") == f"lamp{probes[2].canary}" for seen in shop.requests)


def test_a_stored_value_is_found_where_it_comes_out(shop, bench):
    rows = [bench.row(bench.XSS, "POST", "/notes", "text", "json"), bench.row(bench.XSS, "GET", "/notes", "page")]
    run = bench.run(shop, rows)
    stored = [o for o in run.observations if "later answer" in o.explanation]
    assert [o.signal for o in stored] == ["dynamic.reflected"] and stored[0].attempt_id == rows[0].attempt_id
    swept = [p for p in run.probes if p.role == "sweep"]
    assert [p.method for p in swept] == ["GET"] and swept[0].attempt_id == rows[0].attempt_id


def test_in_turn_every_read_is_looked_at_after_a_change(serve, bench):
    service = serve({(method, "/.*"): lambda seen: bench.answer(body="ok") for method in ("GET", "POST")})
    reads = [bench.row(bench.XSS, "GET", f"/read{i}", "q", is_allowed=i != 3) for i in range(9)]
    near = bench.row(bench.XSS, "GET", "/notes", "q")
    run = bench.run(
        service, [*(bench.row(bench.XSS, "POST", "/notes", f"t{i}", "json") for i in range(2)), *reads, near]
    )
    swept = [p.url.rpartition("/")[2].partition("?")[0] for p in run.probes if p.role == "sweep"]
    assert len(swept) == 10 and swept.count("notes") == 2, "the nearest each time"
    assert set(swept) == {"notes", *(f"read{i}" for i in range(9) if i != 3)}, "the others in turn, never a refused one"


def test_nothing_is_changed_without_leave(shop, bench):
    run = bench.run(shop, [bench.row(bench.XSS, "POST", "/notes", "text", "json")], scope=Scope())
    assert run.reasons == {"/notes": "needs_mutation"} and shop.count("POST", "/notes") == 0


def test_denied_refused_and_unknown_rows_are_skips(shop, bench):
    destructive = bench.rule("x.y", safety={"class": "destructive", "max_requests": 1})
    rows = [
        bench.row(bench.XSS, "GET", "/hello", "name"),
        bench.row(bench.XSS, "GET", "/forget", "q", is_allowed=False, refusal="destructive"),
        bench.row(bench.XSS, "GET", "/go", "q", is_allowed=False, refusal="its trace shows DELETE FROM users"),
        bench.row(destructive, "GET", "/things", "q"),
    ]
    run = bench.run(shop, rows, scope=Scope(deny=["GET shop /hello"]))
    assert run.reasons == {"/hello": "denied", "/forget": "destructive", "/go": "destructive", "/things": "no_rule"}
    assert "its trace shows DELETE" in run.skips[2].explanation
    assert {seen.path for seen in shop.requests} == {"/health"}


def test_a_rule_that_cannot_be_used_stops_only_its_own_attempts(shop, bench):
    broken = bench.rule("x.broken", probes={"base": "{{nobody}}"}, matchers={})
    rows = [bench.row(broken, "GET", "/hello", "name"), bench.row(bench.XSS, "GET", "/safe-hello", "name")]
    run = bench.run(shop, rows, rules=(broken, bench.XSS))
    assert run.reasons == {"/hello": "bad_rule"} and run.roles("/safe-hello") == ["base", "markup"]
    assert "{{nobody}} is unknown" in run.skips[0].explanation


def test_the_budget_is_kept_and_what_it_costs_is_said(shop, bench):
    scope = Scope(request_budget=20)
    rows = [bench.row(bench.XSS, "GET", "/hello", f"name{i}") for i in range(20)]
    run = bench.run(shop, rows, scope=scope)
    assert scope.total == len(shop.requests) <= 20
    assert 1 <= len(run.attempts) and {s.reason for s in run.skips} == {"budget"}
    assert len({a.attempt_id for a in run.attempts} | {s.subject for s in run.skips}) == 20, (
        "each row once or the other"
    )


def test_a_base_url_off_loopback_sends_nothing(shop, bench, monkeypatch):
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.7", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: elsewhere)
    shop.url = "http://shop.example"
    run = bench.run(shop, [bench.row(bench.XSS, "GET", "/hello", "name")])
    assert run.reasons == {"/hello": "out_of_scope"} and not run.probes


def test_an_undeployed_service_is_said(shop, bench):
    shop.url = ""
    assert bench.run(shop, [bench.row(bench.XSS, "GET", "/hello", "name")]).reasons == {"/hello": "no_base_url"}


def test_a_service_that_dies_ends_the_run(serve, bench):
    state = {"alive": True}

    def page(seen):
        state["alive"] = state["alive"] and "'" not in seen.query.get("q", "")
        return bench.answer(200 if state["alive"] else 500, "page")

    service = serve({("GET", "/.*"): page, ("POST", "/.*"): page})
    rows = [bench.row(bench.XSS, "GET", f"/page{i}", "q") for i in range(40)]
    run = bench.run(service, rows)
    left = {s.subject for s in run.skips if s.reason == "health" and s.subject_kind == "attempt"}
    assert 0 < len(run.attempts) <= 8 and len(left | {a.attempt_id for a in run.attempts}) == 40
    assert any(a.status == "aborted" for a in run.attempts)
    state["alive"] = False
    assert set(bench.run(service, rows).reasons.values()) == {"health"}, "a sick service is not tested at all"


def test_lost_state_ends_the_run_too(serve, bench):
    state = {"users": True}

    def wipe(seen):
        state["users"] = False
        return bench.answer(body="wiped")

    def users(seen):
        return bench.answer(200 if state["users"] else 404, "users")

    service = serve(
        {("GET", "/health"): lambda s: bench.answer(body="ok"), ("GET", "/users"): users, ("GET", "/wipe"): wipe}
    )
    rows = [
        bench.row(bench.XSS, "GET", "/users", ""),
        *(bench.row(bench.XSS, "GET", "/wipe", f"q{i}") for i in range(40)),
    ]
    run = bench.run(service, rows)
    assert any(s.reason == "health" and "404" in s.explanation for s in run.skips) and len(run.attempts) < 41


@pytest.mark.parametrize("place", ["query", "path", "json", "form", "header", "cookie"])
def test_a_value_arrives_in_every_place(serve, bench, place):
    arrived = []

    def echo(seen, *path):
        found = [
            *path,
            *seen.query.values(),
            *map(str, seen.body.values()),
            seen.headers.get("x-name"),
            seen.headers.get("cookie"),
        ]
        arrived.extend(canaries_in(" ".join(filter(None, found))))
        return bench.answer(body="ok")

    service = serve({("GET", "/health"): echo, ("POST", "/in/([^/]+)"): echo})
    name = {"header": "X-Name", "path": "id"}.get(place, "name")
    run = bench.run(service, [bench.row(bench.XSS, "POST", "/in/{id}", name, place)])
    assert set(arrived) == {p.canary for p in run.probes} and len(arrived) == len(run.probes) > 1


def test_an_answer_that_never_ends_is_a_timeout(serve, bench):
    import time

    def slow(seen):
        time.sleep(2 if seen.path != "/health" else 0)
        return bench.answer(body="late")

    run = bench.run(serve({("GET", "/.*"): slow}), [bench.row(bench.XSS, "GET", "/slow", "q")], seconds=0.8)
    assert [(p.role, p.outcome, p.status) for p in run.probes] == [("base", "timeout", None)]
    assert run.attempts[0].status == "aborted" and run.reasons == {"/slow": "no_answer"}
