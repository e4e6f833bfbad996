"""A lending library in two releases, small enough to hold in the head, landed as engines would land it.

- web (internet): GET /loans/{id}, GET /search, in 1.1.0 GET /cover. XSS in `search`, fixed in 1.1.0;
  SSRF in `cover`, new.
- ledger (internal): GET /loans/{id}, GET /labels/{name}, POST /purge. SQL injection in `load_loan`, reached from web:
  confirmed. A command in `print_label`: refuted, renamed in 1.1.0. A command in `purge` that nobody ever calls.
- attic (internal), not deployed: a function with a flaw to which nothing leads.

In 1.1.0 `load_loan` also stands three lines lower and writes a table it did not touch before, and `older_than` of
POST /purge is a number.
"""

from __future__ import annotations

from pathlib import Path

from engines.contract import (
    Attempt,
    Call,
    Endpoint,
    ExpectedEngine,
    Match,
    MatchStep,
    Observation,
    Parameter,
    Record,
    Release,
    Request,
    SeenParameter,
    Service,
    Statement,
    TracedService,
    stable_id,
)
from tests.dbt_project.landing import (
    BUILD,
    Warehouse,
    called,
    canary_of,
    entry,
    flow,
    function,
    hit,
    match,
    probe,
    rule,
    sink,
    took,
    trace_of,
)

OLD, NEW = "library-1.0.0", "library-1.1.0"

SQLI, XSS, EXEC, SSRF = (
    "sql-injection.string-built-query",
    "cross-site-scripting.reflected",
    "command-injection.shell",
    "ssrf.outgoing-request",
)
LOAN_SQL = "select * from loans where id = {}"


def rules() -> list[Record]:
    """The four rules that the scenario's engines use."""
    by_trace = {
        "confirmed": [["trace.confirm"], ["dynamic.boolean"]],
        "reached": [["trace.sink"]],
        "refuted": [["trace.sink", "not trace.confirm"]],
        "likely": [["dynamic.error"]],
    }
    return [
        *rule(SQLI, "CWE-89", "high", sink="sql", how="token_shape", attack="quote", verdicts=by_trace),
        *rule(EXEC, "CWE-78", "critical", sink="exec", how="token_shape", attack="quote", verdicts=by_trace),
        *rule(SSRF, "CWE-918", "high", sink="http", how="contains", attack="base", verdicts=by_trace),
        *rule(XSS, "CWE-79", "medium", verdicts={"confirmed": [["dynamic.reflected"]]}),
    ]


def declared(release: str) -> list[Record]:
    """What the manifest says of a release."""
    name = release.removeprefix("library-")
    exposures = {"web": "internet", "ledger": "internal", "attic": "internal"}
    return [
        Release("library", name, OLD if release == NEW else None, "sprint", 6.0, True),
        *(
            Service(s, name, BUILD, "digest", "python", e, "lending team", f"http://127.0.0.1/{s}", True, True, ())
            for s, e in exposures.items()
        ),
        *(ExpectedEngine(s, t, t) for s in exposures for t in ("inventory", "static", "dynamic", "trace")),
    ]


def web_source(release: str) -> list[Record]:
    """Inventory of web."""
    records: list[Record] = [
        function("web", "app.py", "<module>", 1, 60),
        function("web", "app.py", "show_loan", 10, 20),
        function("web", "app.py", "search", 30, 40, "search, mended" if release == NEW else ""),
        function("web", "client.py", "fetch_loan", 5, 12),
        Endpoint("web", BUILD, "GET", "/loans/{id}", "show_loan", "app.py", 10, "source"),
        Endpoint("web", BUILD, "GET", "/search", "search", "app.py", 30, "source"),
        Parameter("web", BUILD, "GET", "/loans/{id}", "id", "path", "string", True, "17", "source"),
        Parameter("web", BUILD, "GET", "/search", "q", "query", "string", True, "emma", "source"),
        Call("web", BUILD, "show_loan", "app.py", "fetch_loan", "client.py", 14, "call", False),
    ]
    if release == NEW:
        records += [
            function("web", "app.py", "cover", 50, 58),
            Endpoint("web", BUILD, "GET", "/cover", "cover", "app.py", 50, "source"),
            Parameter("web", BUILD, "GET", "/cover", "url", "query", "string", True, None, "source"),
        ]
    return records


def ledger_source(release: str) -> list[Record]:
    """Inventory of ledger; in 1.1.0 the store has three more lines on top, and `print_label` a new name."""
    lower, label = _ledger_moves(release)
    purge_type = "integer" if release == NEW else "string"
    return [
        function("ledger", "app.py", "<module>", 1, 60),
        function("ledger", "app.py", "read_loan", 8, 14),
        function("ledger", "app.py", "read_label", 16, 22),
        function("ledger", "app.py", "purge", 24, 30),
        function("ledger", "store.py", "<module>", 1, 80),
        function("ledger", "store.py", "load_loan", 20 + lower, 30 + lower),
        function("ledger", "labels.py", label, 5, 15, body="print label"),
        Endpoint("ledger", BUILD, "GET", "/loans/{id}", "read_loan", "app.py", 8, "source"),
        Endpoint("ledger", BUILD, "GET", "/labels/{name}", "read_label", "app.py", 16, "source"),
        Endpoint("ledger", BUILD, "POST", "/purge", "purge", "app.py", 24, "source"),
        Parameter("ledger", BUILD, "GET", "/loans/{id}", "id", "path", "string", True, "17", "source"),
        Parameter("ledger", BUILD, "GET", "/labels/{name}", "name", "path", "string", True, "box", "source"),
        Parameter("ledger", BUILD, "POST", "/purge", "older_than", "query", purge_type, True, None, "source"),
        Call("ledger", BUILD, "read_loan", "app.py", "load_loan", "store.py", 11, "call", False),
        Call("ledger", BUILD, "read_label", "app.py", label, "labels.py", 19, "call", False),
        Statement("ledger", BUILD, "load_loan", "store.py", 26 + lower, "select * from loans", "read", ("loans",)),
    ]


def matches(release: str) -> dict[str, list[Match]]:
    """What static analysis matched, by service."""
    lower, _ = _ledger_moves(release)
    web = match("web", XSS, "app.py", 38, "return page + q")
    if release == NEW:
        web = match("web", SSRF, "app.py", 55, "get(url)")
    return {
        "web": [web],
        "ledger": [
            match("ledger", SQLI, "store.py", 26 + lower, "execute(sql + id)"),
            match("ledger", EXEC, "labels.py", 12, "run([lp, name])", tainted=False),
            match("ledger", EXEC, "app.py", 28, "system(cmd)"),
        ],
        "attic": [match("attic", SQLI, "old.py", 7, "execute(q)")],
    }


def steps(release: str) -> list[MatchStep]:
    """The data flow that the static engine reports for the injection in `load_loan`."""
    lower, _ = _ledger_moves(release)
    match_of = ("ledger", BUILD, SQLI, "store.py", 26 + lower, 4)
    return [
        MatchStep(*match_of, 1, 1, "app.py", 9, 8, "id enters here"),
        MatchStep(*match_of, 1, 2, "store.py", 26 + lower, 4, "id reaches the statement"),
    ]


def loan_flow(release: str, exerciser: str, calls: int = 1):
    """web → ledger → the statement in `load_loan`."""
    lower, _ = _ledger_moves(release)
    return flow(
        exerciser,
        entry("web", "GET /loans/{id}"),
        called("web", "app.py", "show_loan", 10),
        called("web", "client.py", "fetch_loan", 5),
        entry("ledger", "GET /loans/{id}"),
        called("ledger", "app.py", "read_loan", 8),
        called("ledger", "store.py", "load_loan", 20 + lower),
        sink("ledger", "sql", "store.py", 26 + lower, "table:loans"),
        calls=calls,
    )


def audit_flow(exerciser: str):
    """What 1.1.0 adds behind the same endpoint: a write to a table that it did not touch before."""
    return [
        *loan_flow(NEW, exerciser)[:-1],
        flow(
            exerciser,
            *(
                entry("web", "GET /loans/{id}"),
                called("web", "app.py", "show_loan", 10),
                called("web", "client.py", "fetch_loan", 5),
                entry("ledger", "GET /loans/{id}"),
                called("ledger", "app.py", "read_loan", 8),
                called("ledger", "store.py", "load_loan", 23),
                sink("ledger", "sql", "store.py", 32, "table:audit", operation="write"),
            ),
        )[-1],
    ]


def label_flow(release: str, exerciser: str):
    """ledger → the command in `print_label`."""
    _, label = _ledger_moves(release)
    return flow(
        exerciser,
        entry("ledger", "GET /labels/{name}"),
        called("ledger", "app.py", "read_label", 16),
        called("ledger", "labels.py", label, 5),
        sink("ledger", "exec", "labels.py", 12, "program:lp", operation="other"),
    )


def search_flow(exerciser: str):
    """web's search, which calls nothing."""
    return flow(exerciser, entry("web", "GET /search"), called("web", "app.py", "search", 30))


def recorded(release: str) -> list[Record]:
    """What QA's traffic showed."""
    loans = loan_flow(release, "qa", 5)
    shown: list[Record] = [
        *loans,
        *(audit_flow("qa")[-1:] if release == NEW else []),
        *search_flow("qa"),
        hit(loans, "select * from loans where id = ?", LOAN_SQL.format("17"), outside=("id", "17")),
        Request("web", "GET", "/loans/{id}", "/loans/17", 200, "qa", None, 5),
        Request("ledger", "GET", "/loans/{id}", "/loans/17", 200, "qa", "web", 5),
        Request("web", "GET", "/search", "/search", 200, "qa", None, 1),
        SeenParameter("web", "GET", "/loans/{id}", "id", "path", "17", "qa"),
        SeenParameter("web", "GET", "/search", "q", "query", "emma", "qa"),
        TracedService("web", "qa", 30, 6, 3, 0, 6, 6, 8, 2, 2, False),
        TracedService("ledger", "qa", 20, 5, 2, 0, 5, 5, 8, 2, 2, False),
    ]
    return shown


def attempt_id(release: str, service: str, route: str, parameter: str, rule_id: str) -> str:
    """The id under which a rule is tried at a parameter."""
    return stable_id(release, service, "GET", route, parameter, "path", rule_id)


def probed(release: str) -> dict[str, list[Record]]:
    """What the dynamic engine sent, by service: one confirmed injection, one refuted command, one reflection."""
    loan = attempt_id(release, "web", "/loans/{id}", "id", SQLI)
    label = attempt_id(release, "ledger", "/labels/{name}", "name", EXEC)
    search = attempt_id(release, "web", "/search", "q", XSS)
    tried = [
        ("web", loan, SQLI, "/loans/{id}", "id", ("base", "quote")),
        ("ledger", label, EXEC, "/labels/{name}", "name", ("base", "quote")),
        ("web", search, XSS, "/search", "q", ("base",)),
    ]
    sent: dict[str, list[Record]] = {"web": [], "ledger": []}
    for rank, (service, attempt, rule_id, route, parameter, roles) in enumerate(tried):
        sent[service].append(
            Attempt(service, attempt, rule_id, "GET", route, parameter, "path", "emma", rank, "done", True)
        )
        sent[service] += [
            probe(service, attempt, role, i, "GET", f"http://127.0.0.1{route}?{role}") for i, role in enumerate(roles)
        ]
    if release == OLD:
        sent["web"].append(Observation("web", search, XSS, "dynamic.reflected", "the mark came back as markup", "<b>"))
    return sent


def probe_traces(release: str) -> list[Record]:
    """What the traces of those probes showed."""
    loan = attempt_id(release, "web", "/loans/{id}", "id", SQLI)
    label = attempt_id(release, "ledger", "/labels/{name}", "name", EXEC)
    search = attempt_id(release, "web", "/search", "q", XSS)
    loans, labels, searches = loan_flow(release, "dast", 2), label_flow(release, "dast"), search_flow("dast")
    shown: list[Record] = [
        *loans,
        *labels,
        *searches,
        *took(loans, trace_of(loan, "base"), trace_of(loan, "quote")),
        *took(labels, trace_of(label, "base"), trace_of(label, "quote")),
        *took(searches, trace_of(search, "base")),
        TracedService("web", "dast", 10, 3, 3, 0, 3, 3, 8, 2, 2, False),
        TracedService("ledger", "dast", 10, 4, 3, 0, 4, 4, 8, 2, 2, False),
    ]
    for role, shape in (("base", "id = ?"), ("quote", "broken: id = ? '")):
        mark = canary_of(loan, role)
        shown.append(hit(loans, shape, LOAN_SQL.format(mark), trace=trace_of(loan, role), canaries=(mark,)))
    for role in ("base", "quote"):
        mark = canary_of(label, role)
        shown.append(hit(labels, "argv:lp/2", f"lp {mark}", trace=trace_of(label, role), canaries=(mark,)))
    return shown


def land_release(warehouse: Warehouse, release: str, *, until: str = "probed") -> None:
    """Land a release up to a stage: declared, static, recorded or probed."""
    warehouse.land(release, "declare", "*", *declared(release), *rules())
    if until == "declared":
        return
    sources = {
        "web": web_source(release),
        "ledger": ledger_source(release),
        "attic": [function("attic", "old.py", "find", 1, 12)],
    }
    for service, records in sources.items():
        warehouse.land(release, "inventory", service, *records)
    for service, found in matches(release).items():
        warehouse.land(release, "static", service, *found, *(steps(release) if service == "ledger" else ()))
    if until == "static":
        return
    warehouse.land(release, "trace", "*", *recorded(release))
    if until == "recorded":
        return
    for service, records in probed(release).items():
        warehouse.land(release, "dynamic", service, *records)
    warehouse.land(release, "trace", "*", *probe_traces(release))


def library(path: Path) -> Warehouse:
    """Land both releases whole and return the warehouse, not yet built."""
    warehouse = Warehouse(path)
    for release in (OLD, NEW):
        land_release(warehouse, release)
    return warehouse


def _ledger_moves(release: str) -> tuple[int, str]:
    return (3, "make_label") if release == NEW else (0, "print_label")
