"""A small real service on loopback for the prober's tests, half of it weak and half of it sound."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from engines.canary import canary
from engines.contract import Attempt, Observation, Probe, Record, Rule, Skip, Target, stable_id
from engines.dynamic.engine import DynamicEngine
from engines.dynamic.plan import PlanRow
from engines.scope import Scope

RELEASE, ASSESSMENT = "shop-1.0", 1


@dataclass
class Seen:
    """A request as the service got it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: dict


@dataclass
class Answer:
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})


@dataclass
class Service:
    """A running service: routes are regular expressions; every request is kept."""

    url: str
    routes: dict[tuple[str, str], Callable]
    requests: list[Seen]
    stop: Callable[[], None]

    def count(self, method: str, path: str) -> int:
        return sum(seen.method == method and seen.path == path for seen in self.requests)


def start(routes: dict[tuple[str, str], Callable]) -> Service:
    requests: list[Seen] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length).decode()
            is_json = "json" in self.headers.get("Content-Type", "")
            body = json.loads(raw) if raw and is_json else {k: v[0] for k, v in parse_qs(raw).items()}
            query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {k.lower(): v for k, v in self.headers.items()}
            seen = Seen(self.command, parts.path, query, headers, body)
            requests.append(seen)
            for (method, pattern), handler in routes.items():
                match = re.fullmatch(pattern, parts.path)
                if method == self.command and match:
                    self.send(handler(seen, *map(unquote, match.groups())))
                    return
            self.send(Answer(404, "nothing here"))

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body.encode())))
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that gave up waiting
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return Service(f"http://127.0.0.1:{server.server_port}", routes, requests, stop)


def shop_routes() -> dict[tuple[str, str], Callable]:
    rows = sqlite3.connect(":memory:", check_same_thread=False)
    rows.execute("create table things (name text)")
    rows.execute("insert into things values ('lamp')")
    lock, notes, tokens = threading.Lock(), [], {}
    orders = {"1001": "alice", "2001": "bob"}

    def query(sql: str, *values: str) -> Answer:
        with lock:
            try:
                return Answer(body="<p>" + ", ".join(html.escape(r[0]) for r in rows.execute(sql, values)) + "</p>")
            except sqlite3.Error as error:
                return Answer(500, f"sqlite3.OperationalError: {html.escape(str(error))}")

    def login(seen: Seen) -> Answer:
        name = seen.body.get("user")
        if seen.body.get("password") != f"{name}-secret":
            return Answer(401, "no")
        tokens[f"tok-{name}-{len(tokens)}"] = name
        return Answer(body=json.dumps({"token": list(tokens)[-1]}), headers={"Content-Type": "application/json"})

    def who(seen: Seen) -> str | None:
        return tokens.get(seen.headers.get("authorization", "").removeprefix("Bearer "))

    def order(seen: Seen, number: str, *, is_checked: bool) -> Answer:
        if not who(seen):
            return Answer(401, "log in")
        if number not in orders or (is_checked and orders[number] != who(seen)):
            return Answer(404, "no such order")
        return Answer(body=f"<p>hello {who(seen)}</p><b>order {number} of {orders[number]}</b>")

    def redirect(target: str) -> Answer:
        return Answer(302, "", {"Location": target})

    def ours(target: str) -> Answer:
        return redirect(target if urlsplit(target).netloc == "" and not target.startswith("//") else "/")

    def note(seen: Seen) -> Answer:
        notes.append(seen.body.get("text", ""))
        return Answer(201, "stored")

    return {
        ("GET", "/health"): lambda seen: Answer(body="ok"),
        ("GET", "/things"): lambda seen: query(f"select name from things where name = '{seen.query.get('name')}'"),
        ("GET", "/safe-things"): lambda seen: query(
            "select name from things where name = ?", seen.query.get("name", "")
        ),
        ("GET", "/hello"): lambda seen: Answer(body=f"<p>Hello {seen.query.get('name')}</p>"),
        ("GET", "/safe-hello"): lambda seen: Answer(body=f"<p>Hello {html.escape(seen.query.get('name', ''))}</p>"),
        ("GET", "/go"): lambda seen: redirect(seen.query.get("next", "/")),
        ("GET", "/safe-go"): lambda seen: ours(seen.query.get("next", "/")),
        ("GET", "/orders/([^/]+)"): lambda seen, number: order(seen, number, is_checked=False),
        ("GET", "/safe-orders/([^/]+)"): lambda seen, number: order(seen, number, is_checked=True),
        ("POST", "/login"): login,
        ("POST", "/notes"): note,
        ("GET", "/notes"): lambda seen: Answer(body="".join(f"<li>{text}</li>" for text in notes)),
        ("GET", "/forget"): lambda seen: tokens.clear() or Answer(body="forgotten"),
    }


@pytest.fixture
def shop() -> Iterator[Service]:
    service = start(shop_routes())
    yield service
    service.stop()


@pytest.fixture
def serve() -> Iterator[Callable[[dict], Service]]:
    """Start any routes; stopped after the test."""
    running: list[Service] = []

    def serve_routes(routes: dict) -> Service:
        running.append(start(routes))
        return running[-1]

    yield serve_routes
    for service in running:
        service.stop()


def make_rule(rule_id: str, **dynamic: object) -> Rule:
    dynamic.setdefault("safety", {"class": "read-only", "max_requests": 10})
    return Rule(rule_id, rule_id, rule_id.split(".")[0], "CWE-1", "high", "high", "flaw", "", "", dynamic=dynamic)


SQL = make_rule(
    "sql-injection.test",
    probes={
        "base": "{{seed}}{{canary}}",
        "quote": "{{seed}}{{canary}}'\"",
        "true": "{{seed}}' AND '{{n}}'='{{n}}",
        "false": "{{seed}}' AND '{{n}}'='{{m}}",
    },
    matchers={
        "error": {"on": "quote", "regex": "OperationalError", "not_in": "base"},
        "boolean": {"same": ["seed", "true"], "differ": ["seed", "false"], "repeat": 2},
    },
)
XSS = make_rule(
    "cross-site-scripting.test",
    probes={"base": "{{seed}}{{canary}}", "markup": "{{seed}}'\"><{{canary}}>"},
    matchers={"reflected": {"on": "markup", "context": "html"}},
)
REDIRECT = make_rule(
    "open-redirect.test",
    probes={"base": "/{{canary}}", "attack": "//{{canary}}.invalid/"},
    matchers={"location": {"on": "attack", "header_host": "{{canary}}.invalid"}},
)
HEADERS = make_rule(
    "missing-headers.test", form="passive", passive={"on": "html", "missing_headers": ["content-security-policy"]}
)
ACCESS = make_rule("object-access.test", form="scenario", scenario="object_access")
RULES = (SQL, XSS, REDIRECT, HEADERS, ACCESS)


def make_row(rule: Rule, method: str, route: str, parameter: str = "", place: str = "query", **more: object) -> PlanRow:
    place = place if parameter else ""
    attempt_id = stable_id(RELEASE, "shop", method, route, parameter, place, rule.id)
    values = {"seed": "lamp", **more}
    return PlanRow(attempt_id, "shop", method, route, parameter, place, rule.id, **values)


class Run:
    """Runs the prober against a service and sorts what it yields."""

    def __init__(
        self,
        service: Service,
        rows: list[PlanRow],
        sessions: dict,
        scope: Scope,
        rules: tuple[Rule, ...] = RULES,
        **more: object,
    ) -> None:
        rows = [PlanRow(**{**row.__dict__, "plan_rank": rank}) for rank, row in enumerate(rows)]
        self.engine = DynamicEngine(
            rows, {"shop": service.url}, sessions, scope, ASSESSMENT, {"shop": "/health"}, **more
        )
        self.target = Target(RELEASE, "shop", "1.0", "b", "internet", base_url=service.url)
        self.records: list[Record] = list(self.engine.run(self.target, rules))
        self.attempts = [r for r in self.records if isinstance(r, Attempt)]
        self.probes = [r for r in self.records if isinstance(r, Probe)]
        self.skips = [r for r in self.records if isinstance(r, Skip)]
        self.observations = [r for r in self.records if isinstance(r, Observation)]
        self._routes = {row.attempt_id: row.route for row in rows}

    @property
    def signals(self) -> set[tuple[str, str]]:
        return {(self._routes[o.attempt_id], o.signal) for o in self.observations}

    def roles(self, route: str) -> list[str]:
        return [p.role for p in self.probes if self._routes[p.attempt_id] == route]

    @property
    def reasons(self) -> dict[str, str]:
        """Route (or subject) → reason of its skip."""
        skips = [s for s in self.skips if s.subject_kind != "endpoint"]
        return {self._routes.get(s.subject, s.subject): s.reason for s in skips}


@dataclass
class Bench:
    """What tests need of this file, handed over as one fixture."""

    run: Callable[..., Run]
    row: Callable[..., PlanRow]
    rule: Callable[..., Rule]
    answer: type[Answer]
    SQL: Rule = SQL
    XSS: Rule = XSS
    REDIRECT: Rule = REDIRECT
    HEADERS: Rule = HEADERS
    ACCESS: Rule = ACCESS
    release: str = RELEASE

    def canary(self, attempt_id: str, role: str) -> str:
        return canary(RELEASE, ASSESSMENT, attempt_id, role)


@pytest.fixture
def bench() -> Bench:
    def run(service: Service, rows: list[PlanRow], sessions: dict | None = None, scope: Scope | None = None, **more):
        return Run(service, rows, sessions or {}, scope or Scope(may_mutate=True), **more)

    return Bench(run, make_row, make_rule, Answer)
