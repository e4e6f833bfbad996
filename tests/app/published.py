"""A published file of an invented system, straight from the marts contract: two releases of a ferry company.

Everything hostile that data can hold is in it: markup, Markdown, very long values, nulls wherever a null may be.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.app.contract import MARTS, columns_of

Row = dict[str, Any]

NOW = datetime(2026, 3, 4, 9, 30)
OLD, NEW = "ferry-2.3.1", "ferry-2.4.0"
SCRIPT = "<script>window.breached = true</script>"
IMAGE = '<img src="x" onerror="window.breached=true">'
MARKDOWN = "**bold** [link](javascript:window.breached=true) `code` :material/bug_report: $x^2$ | a | b |"
LONG = "SELECT " + ", ".join(f"column_{number}" for number in range(400)) + " FROM sailings"


def finding(finding_id: str, service: str, title: str, state: str, risk: float, **values: Any) -> Row:
    """Return a finding with the values that most have."""
    return {
        "finding_id": finding_id,
        "service": service,
        "weakness_class": "sql-injection",
        "title": title,
        "cwe": "CWE-89",
        "severity": "high",
        "confidence": "high",
        "kind": "flaw",
        "state": state,
        "state_reason": f"{state} because the fixture says so",
        "triage": "open",
        "tracking": "new",
        "file": f"{service}/store.py",
        "line": 48,
        "function": "find_booking",
        "snippet": 'query = "SELECT * FROM bookings WHERE owner = \'" + owner + "\'"\nrows = store.execute(query)',
        "method": "GET",
        "route": "/bookings/{id}",
        "entry_service": "portal",
        "parameter": "owner",
        "is_outside": True,
        "is_changed": True,
        "techniques": ["dynamic", "static", "trace"],
        "rule_ids": ["sql-injection.concatenated"],
        "evidence_count": 3,
        "tried": "4 probes of sql-injection by the prober, 1 recording by QA",
        "not_tried": "fuzz: not enabled for this service",
        "description": "A statement is built by concatenation.",
        "remediation": "Bind the value as a parameter.",
        "fix": '{"python": "store.execute(statement, (owner,))"}',
        "fix_group_id": f"fix-{finding_id}",
        "candidates": [],
        "aliases": [],
        "risk_score": risk,
    } | values


def findings(release: str) -> list[Row]:
    """The findings of one release, one of each state."""
    known = [
        finding("f-sql", "bookings", "SQL injection in find_booking", "confirmed", 94.6, aliases=["f-sql-before"]),
        finding("f-xss", "portal", f"Reflected {SCRIPT} in the search", "likely", 61.2, cwe="CWE-79",
                weakness_class="cross-site-scripting", file="portal/search.py", line=21, function="search",
                snippet=f"return {IMAGE}", description=MARKDOWN, fix_group_id="fix-f-xss"),
        finding("f-exec", "ledger", "Command built from input", "unreached", 44.0, cwe="CWE-78",
                weakness_class="command-injection", file="ledger/maintenance.py", line=77, function="vacuum",
                method=None, route=None, entry_service=None, parameter=None, is_outside=False, techniques=["static"],
                evidence_count=1, tried=None, not_tried="dynamic: no base URL; trace: nothing recorded"),
        finding("f-ssrf", "portal", "Request to a host from outside", "reached", 58.0, cwe="CWE-918",
                weakness_class="server-side-request-forgery", file="portal/preview.py", line=30, function="preview"),
        finding("f-path", "berths", "Path from input", "reachable", 39.5, cwe="CWE-22", weakness_class="path-traversal",
                file="berths/export.py", line=15, function="export", tracking="persisting"),
        finding("f-eval", "berths", "Expression evaluated", "possible", 22.1, cwe="CWE-95",
                weakness_class="code-injection", file="berths/rules.py", line=9, function="evaluate"),
        finding("f-order", "bookings", MARKDOWN, "refuted", 8.0, file="bookings/list.py", line=60, function="listing",
                tracking="persisting", triage="false_positive", triage_author="ana", triage_reason="allow-listed"),
        finding("f-lib", "berths", LONG, "possible", 30.0, kind="known_vulnerability", cwe=None,
                weakness_class="known-vulnerability", file=None, line=None, function=None, snippet=None, method=None,
                route=None, entry_service=None, parameter=None, tracking="persisting"),
        finding("f-head", "portal", "Security headers missing", "confirmed", 18.0, kind="bad_practice", cwe="CWE-693",
                weakness_class="missing-headers", file=None, line=None, function=None, snippet=None, parameter=None,
                techniques=["dynamic"], severity="low", evidence_count=1),
    ]  # fmt: skip
    return known if release == NEW else [row | {"tracking": "baseline"} for row in known[4:]]


def lead_paths(release: str) -> list[Row]:
    """An observed path and a possible one to the SQL injection; a possible one elsewhere."""
    if release == OLD:
        return []

    def hop(finding_id: str, path: int, number: int, kind: str, service: str, symbol: str, **values: Any) -> Row:
        entry = {"entry_service": "portal", "entry_method": "GET", "entry_route": "/bookings/{id}"}
        place = {"file": f"{service}/store.py" if kind != "endpoint" else None, "line": 40 + number}
        return {"finding_id": finding_id, "path_number": path, "hop": number, "hop_kind": kind, "service": service,
                "symbol": symbol, "is_observed": True, "calls": 12 + number, "exercisers": ["qa", "dast"]} | (
                entry | place | values)  # fmt: skip

    unseen = {"is_observed": False, "calls": 0, "exercisers": []}
    admin = {"entry_service": "portal", "entry_method": "POST", "entry_route": "/staff/lookup"}
    return [
        hop("f-sql", 1, 1, "endpoint", "portal", "GET /bookings/{id}", outside_parameter="owner",
            outside_value="rotem"),
        hop("f-sql", 1, 2, "function", "portal", "show_booking"),
        hop("f-sql", 1, 3, "endpoint", "bookings", "GET /bookings/{id}"),
        hop("f-sql", 1, 4, "function", "bookings", "find_booking", outside_parameter="owner", outside_value=SCRIPT),
        hop("f-sql", 1, 5, "line", "bookings", "store.execute", line=48,
            outside_parameter="owner", outside_value="rotem",
            statement="SELECT * FROM bookings WHERE owner = 'rotem'",
            statement_attack="SELECT * FROM bookings WHERE owner = 'rotem'' OR '1'='1' --'"),
        hop("f-sql", 2, 1, "endpoint", "portal", "POST /staff/lookup", **admin, calls=3, exercisers=["qa"]),
        hop("f-sql", 2, 2, "function", "bookings", "find_booking", **admin, **unseen),
        hop("f-sql", 2, 3, "line", "bookings", "store.execute", line=48, **admin, **unseen),
        hop("f-xss", 1, 1, "endpoint", "portal", "GET /search", entry_route="/search", **unseen),
        hop("f-xss", 1, 2, "function", "portal", f"render_{IMAGE}", entry_route="/search", **unseen),
        hop("f-xss", 1, 3, "line", "portal", SCRIPT, entry_route="/search", **unseen, statement=MARKDOWN),
    ]  # fmt: skip


def evidence(release: str) -> list[Row]:
    """Three engines on the injection; markup in the rest."""
    curl = "curl -sS 'http://127.0.0.1:9000/bookings/7?owner=rotem%27'"
    place = {"file": "bookings/store.py", "line": 48, "function": "find_booking", "observed_at": NOW}
    if release == OLD:
        return []
    return [
        place | {"evidence_id": "e1", "finding_id": "f-sql", "service": "bookings", "technique": "static",
                 "engine": "semgrep", "rule_id": "sql-injection.concatenated", "signal": "static.match",
                 "summary": "concatenated statement", "excerpt": 'query = "SELECT …" + owner', "join_pass": 3,
                 "join_reason": "a sink hit lies in the function of the match"},
        place | {"evidence_id": "e2", "finding_id": "f-sql", "service": "portal", "technique": "dynamic",
                 "engine": "prober", "rule_id": "sql-injection.concatenated", "signal": "dynamic.boolean",
                 "summary": "answers differ between true and false", "method": "GET", "route": "/bookings/{id}",
                 "parameter": "owner", "attempt_id": "a1", "trace_id": "dast01", "curl": curl, "excerpt": SCRIPT,
                 "join_pass": 1, "join_reason": "same trace reaches the sink"},
        place | {"evidence_id": "e3", "finding_id": "f-sql", "service": "bookings", "technique": "trace",
                 "engine": "receiver", "signal": "trace.confirm", "summary": "the statement changed its shape",
                 "excerpt": LONG, "trace_id": "dast01", "join_pass": 1, "join_reason": "same trace"},
        place | {"evidence_id": "e4", "finding_id": "f-xss", "service": "portal", "technique": "dynamic",
                 "engine": "prober", "signal": "dynamic.reflected", "summary": f"{SCRIPT} came back {MARKDOWN}",
                 "excerpt": IMAGE, "curl": f"curl 'http://127.0.0.1:9000/search?q={SCRIPT}'"},
    ]  # fmt: skip


def reasons(release: str) -> list[Row]:
    """Fifteen reasons for the new release, none but notes for the old one."""
    lines = [
        ("block", "finding", "finding", "f-sql", "bookings", "SQL injection in find_booking", "confirmed"),
        ("block", "finding", "finding", "f-ssrf", "portal", "Request to a host from outside", "reached, new"),
        ("test_by_hand", "finding", "finding", "f-xss", "portal", f"Reflected {SCRIPT}", "likely"),
        ("test_by_hand", "finding", "manual_test", "t-new", "portal", "New endpoint POST /preview", "first seen"),
        ("test_by_hand", "finding", "manual_test", "t-search", "portal", "GET /search changed largely", "41 % changed"),
        ("test_by_hand", "finding", "manual_test", "t-reach", "bookings", "Reaches a new table", "table:refunds"),
        ("test_by_hand", "finding", "manual_test", "t-fun", "berths", "4 new functions in one flow", MARKDOWN),
        ("test_by_hand", "finding", "manual_test", "t-step", "portal", "Minor step 2.3.1 → 2.4.0", "16 changes"),
        ("test_by_hand", "finding", "gap", "g-exec", "ledger", "Command built from input", "no traffic ever"),
        ("test_by_hand", "finding", "manual_test", "t-dis", "bookings", "Dismissed in 2.3.1, changed since", LONG),
        ("test_by_hand", "finding", "manual_test", "t-odd", "berths", "Hang on a malformed request", "31 s"),
        ("could_not_assess", "engine", "engine", "ledger dynamic prober", "ledger", "dynamic on ledger", "no base URL"),
        ("could_not_assess", "engine", "engine", "berths static semgrep", "berths", "static on berths", "not found"),
        ("could_not_assess", "qa", "gap", "g-trace", "ledger", "ledger: no recording", "no trace arrived"),
        ("note", "debt", "finding", "f-path", "berths", "Path from input", "in 2.3.1 already"),
    ]
    names = ("outcome", "kind", "subject_kind", "subject_id", "service", "title", "detail")
    chosen = lines if release == NEW else [lines[-1]]
    return [
        dict(zip(names, line, strict=True))
        | {
            "reason_id": f"r{rank}",
            "reason_rank": rank,
            "remedy": "see there",
            "finding_ids": [line[3]] if line[2] == "finding" else [],
        }
        for rank, line in enumerate(chosen, 1)
    ]


def engine_status(release: str) -> list[Row]:
    """Complete, skipped, failed and missing engines in the new release; all complete in the old one."""
    bad = {("ledger", "dynamic"): ("skipped", "no base URL"), ("ledger", "trace"): ("missing", "no recording"),
           ("berths", "static"): ("failed", f"semgrep was not found {SCRIPT}")}  # fmt: skip
    engines = {"inventory": "inventory", "static": "semgrep", "dynamic": "prober", "trace": "receiver"}
    found = []
    for service in ("portal", "bookings", "berths", "ledger"):
        for technique, engine in engines.items():
            status, reason = bad.get((service, technique), ("complete", None)) if release == NEW else ("complete", None)
            found.append({"service": service, "technique": technique, "engine": engine, "status": status,
                          "reason": reason, "rows": 96 if status == "complete" else 0, "started_at": NOW,
                          "ended_at": NOW + timedelta(seconds=8)})  # fmt: skip
    return found


def manual_tests(release: str) -> list[Row]:
    """Seven triggers, five of which fit."""
    if release == OLD:
        return []
    triggers = [
        ("t-new", "new_endpoint", "portal", "POST", "/preview", "f-ssrf"),
        ("t-search", "changed_endpoint", "portal", "GET", "/search", None),
        ("t-reach", "new_reach", "bookings", "GET", "/bookings/{id}", "f-sql"),
        ("t-fun", "new_functions", "berths", "GET", "/export", None),
        ("t-step", "version_step", "portal", None, None, None),
        ("t-dis", "dismissed_changed", "bookings", None, None, "f-order"),
        ("t-odd", "anomaly", "berths", "GET", "/berths", None),
    ]
    return [
        {"trigger_id": trigger_id, "trigger": trigger, "service": service, "method": method, "route": route,
         "subject": f"{method or ''} {route or service}".strip(), "figures": f"figure {rank} of {MARKDOWN}",
         "strength": "strong" if rank == 1 else "normal", "finding_id": finding_id, "risk_score": 80.0 - rank,
         "hours": 1.0, "queue_rank": rank, "fits": rank <= 5, "status": "passed" if trigger == "anomaly" else "open",
         "signed_by": "ana" if trigger == "anomaly" else None, "signed_reason": SCRIPT,
         "replay_curl": f"curl -X {method} 'http://127.0.0.1:9000{route}'" if route else None}
        for rank, (trigger_id, trigger, service, method, route, finding_id) in enumerate(triggers, 1)
    ]  # fmt: skip


def gaps(release: str) -> list[Row]:
    """A finding that no traffic reached, a service without recording, a shadow endpoint."""
    if release == OLD:
        return []
    return [
        {"gap_id": "g-exec", "gap": "finding_without_traffic", "service": "ledger", "title": "vacuum was never called",
         "detail": "static analysis sees a flaw, nobody ever went there", "finding_id": "f-exec", "method": "POST",
         "route": "/maintenance", "entry_service": "ledger", "function": "vacuum",
         "file": "ledger/maintenance.py", "line": 77,
         "risk_score": 44.0, "request_curl": "curl -X POST 'http://127.0.0.1:9003/maintenance' -d 'table=sailings'",
         "request_test": "def test_maintenance(client):\n    assert client.post('/maintenance').status_code == 200",
         "is_asked": False},
        {"gap_id": "g-trace", "gap": "service_without_trace", "service": "ledger", "title": "No recording of ledger",
         "detail": MARKDOWN, "risk_score": 20.0, "is_asked": True},
        {"gap_id": "g-shadow", "gap": "shadow_endpoint", "service": "berths", "title": SCRIPT, "method": "GET",
         "detail": IMAGE, "route": "/debug", "risk_score": 15.0, "request_curl": f"curl '{SCRIPT}'",
         "is_asked": False},
    ]  # fmt: skip


def releases() -> list[Row]:
    """Two releases: one that must not ship and the clean one before it."""
    shared = {"system": "ferry", "assessment": 1, "preset": "sprint"}
    return [
        shared | {"release_id": OLD, "release_name": "2.3.1", "decision": "ship", "exit_code": 0, "risk_score": 47.2,
                  "uncertainty": 0.02, "blocking": 0, "person": 0, "not_assessed": 0, "noted": 1, "is_baseline": True,
                  "assessed_at": NOW - timedelta(days=9)},
        shared | {"release_id": NEW, "release_name": "2.4.0", "previous_release_id": OLD, "decision": "block",
                  "exit_code": 20, "risk_score": 71.4, "risk_change": 24.2, "uncertainty": 0.12, "blocking": 2,
                  "person": 9, "not_assessed": 3, "noted": 1, "is_baseline": False, "assessed_at": NOW},
    ]  # fmt: skip


def services(release: str) -> list[Row]:
    """Four services, one of them not deployed."""
    figures = [("portal", "internet", 71.4), ("bookings", "internal", 68.0), ("berths", "internal", 40.2),
               ("ledger", "partner", 44.0)]  # fmt: skip
    return [
        {"service": name, "version": release.split("-")[1], "exposure": exposure, "owner": "web team",
         "language": "python", "datastores": ["sqlite"], "is_released": name != "ledger",
         "base_url": None if name == "ledger" else "http://127.0.0.1:9000", "endpoints": 5, "findings": 3,
         "confirmed": 1, "gaps": 1, "risk_score": risk, "uncertainty": 0.1, "previous_risk_score": risk - 20}
        for name, exposure, risk in figures
    ]  # fmt: skip


def endpoints(release: str) -> list[Row]:
    """A few endpoints of two services."""
    return [
        {"endpoint_id": f"{service} {method} {route}", "service": service, "method": method, "route": route,
         "handler": "handle", "file": f"{service}/app.py", "line": 12, "exposure": "internet", "is_outside": True,
         "declared_by": ["source"], "status": status, "seen_by": seen, "change": "unchanged", "changed_share": 0.0,
         "parameters": ["owner query"], "possible_functions": 3, "findings": 1, "confirmed": 0, "risk_score": risk}
        for service, method, route, status, seen, risk in [
            ("portal", "GET", "/search", "declared", ["qa", "dast"], 61.0),
            ("portal", "POST", "/preview", "declared", ["dast"], 58.0),
            ("portal", "GET", SCRIPT, "shadow", ["qa"], 3.0),
            ("ledger", "POST", "/maintenance", "declared", [], 44.0),
        ]
    ]  # fmt: skip


def map_nodes(release: str) -> list[Row]:
    """Each kind of place, a neighbour that sends no traces, a service that nobody called."""
    places = [("outside", "internet", "observed"), ("service", "portal", "traced"), ("service", "bookings", "traced"),
              ("service", "berths", "uninstrumented"), ("service", "ledger", "not_seen"),
              ("datastore", "sqlite of bookings", "observed"), ("queue", "mails", "observed"),
              ("third_party", SCRIPT, "observed")]  # fmt: skip
    return [
        {"node_id": f"{kind}:{name}", "kind": kind, "name": name, "status": status, "exercisers": ["qa"], "calls": 40,
         "store_kind": "sql" if kind == "datastore" else None, "spans": 900 if status == "traced" else 0,
         "is_sampled": name == "bookings", "dropped": 7 if name == "portal" else 0,
         "targets": ["table:bookings", f"table:{SCRIPT}"] if kind == "datastore" else [], "is_released": True,
         "is_declared": kind == "service", "is_deployed": name != "ledger",
         "exposure": "internal" if kind == "service" else None}
        for kind, name, status in places
    ]  # fmt: skip


def map_links(release: str) -> list[Row]:
    """One link of each status and access."""
    links = [
        ("outside:internet", "service:portal", "observed", ["call"], []),
        ("service:portal", "service:bookings", "observed", ["call"], []),
        ("service:bookings", "service:portal", "observed", ["call"], []),
        ("service:portal", "service:berths", "observed", ["call"], []),
        ("service:portal", "queue:mails", "observed", ["publish"], []),
        ("queue:mails", "service:bookings", "observed", ["consume"], []),
        ("service:bookings", "datastore:sqlite of bookings", "observed", ["read", "write"], ["table:bookings"]),
        ("service:portal", f"third_party:{SCRIPT}", "gone", [], []),
        ("service:portal", "service:ledger", "possible", [], []),
    ]
    return [
        {"link_id": f"{tail} {head}", "from_id": tail, "to_id": head, "status": status, "accesses": how,
         "from_kind": tail.split(":", 1)[0], "from_name": tail.split(":", 1)[1],
         "to_kind": head.split(":", 1)[0], "to_name": head.split(":", 1)[1],
         "is_observed": status == "observed", "is_declared": False, "is_possible": status == "possible",
         "exercisers": ["dast", "qa"] if status == "observed" else [], "targets": targets, "possible_targets": [],
         "exerciser_calls": [33, 7] if status == "observed" else [],
         "possible_accesses": ["destroy"] if targets else [], "calls": 40 if status == "observed" else 0,
         "first_release_id": OLD, "last_release_id": NEW if status == "observed" else OLD}
        for tail, head, status, how, targets in links
    ]  # fmt: skip


def flows(release: str) -> list[Row]:
    """What GET /search does: a function, another service, a table, and a function that nobody reached."""
    search = "portal GET /search"
    lines = [
        (search, None, 0, "endpoint", "portal", "GET /search", True, []),
        ("f1", search, 1, "function", "portal", f"search_{SCRIPT}", True, []),
        ("f2", "f1", 2, "endpoint", "bookings", "GET /bookings/{id}", True, []),
        ("f3", "f2", 3, "function", "bookings", "find_booking", True, []),
        ("f4", "f3", 4, "sink", "bookings", "sql", True, ["table:bookings", f"table:{IMAGE}"]),
        ("f5", "f1", 2, "function", "portal", "export", False, []),
        ("f6", "f5", 3, "sink", "portal", "sql", False, ["table:archive"]),
    ]
    return [
        {"endpoint_id": search, "flow_id": flow, "parent_flow_id": parent, "depth": depth, "kind": kind,
         "service": service, "symbol": symbol, "function_id": flow if kind == "function" else None,
         "file": f"{service}/store.py" if kind != "endpoint" else None, "line": 40 if kind != "endpoint" else None,
         "sink_kind": "sql" if kind == "sink" else None, "sink_targets": targets,
         "sink_operation": "read" if kind == "sink" else None, "is_observed": seen,
         "exercisers": ["qa", "dast"] if seen else [], "calls": 12 if seen else 0, "traces": 3 if seen else 0}
        for flow, parent, depth, kind, service, symbol, seen, targets in lines
    ] + [{"endpoint_id": "ledger POST /maintenance", "flow_id": "ledger POST /maintenance", "depth": 0,
          "kind": "endpoint", "service": "ledger", "symbol": "POST /maintenance", "is_observed": False,
          "sink_targets": [], "exercisers": [], "calls": 0, "traces": 0}]  # fmt: skip


def function_coverage(release: str) -> list[Row]:
    """A function that QA reached and DAST did not; one of a service that was sampled; one that was not traced."""
    known = [("portal", "search", {"qa": "reached", "dast": "unreached"}, "no_traffic"),
             ("portal", SCRIPT, {}, "sampled"), ("ledger", "vacuum", {}, "not_traced")]  # fmt: skip
    return [
        {"service": service, "function_id": f"{service} {named}", "qualified_name": named, "file": f"{service}/app.py",
         "start_line": 7, "exerciser": who, "status": told.get(who, "unknown"), "entry_count": 1,
         "limited_by": None if who in told else why, "calls": 5 if told.get(who) == "reached" else 0,
         "entries": ["GET portal /search"] if told.get(who) == "reached" else [], "told_by": ["trace"]}
        for service, named, told, why in known for who in ("qa", "dast", "fuzz", "import")
    ]  # fmt: skip


def function_shares(release: str) -> list[Row]:
    """The same, counted for each service and its one file."""
    counts = {("portal", "any"): (1, 0, 1), ("portal", "qa"): (1, 0, 1), ("portal", "dast"): (0, 1, 1)}
    return [
        {"service": service, "file": file, "exerciser": who, "functions": total, "reached": reached,
         "unreached": unreached, "unknown": unknown,
         "limited_by": "sampled" if service == "portal" else "not_traced"}
        for service, total in (("portal", 2), ("ledger", 1)) for file in ("*", f"{service}/app.py")
        for who in ("any", "qa", "dast", "fuzz", "import")
        for reached, unreached, unknown in [counts.get((service, who), (0, 0, total))]
    ]  # fmt: skip


def outside_values(release: str) -> list[Row]:
    """A value seen whole at a sink, and a canary that came out of a table later."""
    seen = {"service": "bookings", "function": "find_booking", "file": "bookings/store.py", "line": 48,
            "sink_kind": "sql", "shape": "select ?", "exerciser": "dast", "parameter": "owner", "place": "query",
            "source_service": "portal", "source_method": "GET", "source_route": "/search", "entry_service": "portal",
            "entry_method": "GET", "entry_route": "/search", "statement": LONG, "hits": 3, "traces": 1}  # fmt: skip
    return [seen | {"seen_as": "literal", "arrived_by": "same_request", "value": SCRIPT, "exerciser": "qa"},
            seen | {"seen_as": "canary", "arrived_by": "earlier_request", "value": "qz0123456789a"}]  # fmt: skip


def others(release: str) -> dict[str, list[Row]]:
    """The marts that need a row or two."""
    change = {"service": "portal", "subject_kind": "endpoint", "detail": "first seen in 2.4.0"}
    function = {
        "service": "portal",
        "file": "portal/app.py",
        "line": 12,
        "lines": 9,
        "endpoints": 1,
        "findings": 0,
        "finding_ids": [],
    }
    endpoint = {
        "service": "portal",
        "method": "GET",
        "handler": "handle",
        "changed_share": 0.5,
        "is_outside": True,
        "findings": 1,
        "risk_score": 58.0,
    }
    attempt = {"attempt_id": "a1", "service": "portal", "method": "GET", "route": "/bookings/{id}"}
    return {
        "release_changes": [] if release == OLD else [
            change | {"change": "new", "subject": "POST /preview"},
            change | {"change": "changed", "subject": "GET /search", "detail": "41 % of its code"},
            change | {"subject_kind": "function", "change": "new", "subject": f"fetch_{SCRIPT}"},
            change | {"subject_kind": "function", "change": "renamed", "subject": "render → render_page"},
            change | {"subject_kind": "reach", "change": "new", "subject": "table:refunds", "service": "bookings"},
            change | {"subject_kind": "version", "change": "stepped", "subject": "2.3.1 → 2.4.0", "detail": "minor"},
        ],
        "function_changes": [] if release == OLD else [
            function | {"function_id": "new", "change": "new", "qualified_name": f"fetch_{SCRIPT}"},
            function | {"function_id": "page", "change": "renamed", "qualified_name": "render_page",
                        "previous_qualified_name": "render", "previous_file": "portal/app.py", "matched_by": "body"},
            function | {"function_id": "find", "change": "changed", "service": "bookings", "file": "bookings/store.py",
                        "qualified_name": "find_booking", "matched_by": "name", "previous_file": "bookings/store.py",
                        "previous_qualified_name": "find_booking", "findings": 1, "finding_ids": ["f-sql"]},
        ],
        "endpoint_changes": [] if release == OLD else [
            endpoint | {"endpoint_id": "preview", "change": "new", "method": "POST", "route": "/preview"},
            endpoint | {"endpoint_id": "seek", "change": "renamed", "route": "/seek", "previous_method": "GET",
                        "previous_route": "/search"},
        ],
        "parameter_changes": [] if release == OLD else [
            {"endpoint_id": "seek", "service": "portal", "method": "GET", "route": "/seek", "name": MARKDOWN,
             "place": "query", "change": "retyped", "type": "integer", "previous_type": "string",
             "previous_place": "query", "is_required": True},
        ],
        "risk_factors": [
            {"subject_kind": kind, "subject_id": subject, "factor": factor, "value": value, "explanation": MARKDOWN}
            for kind, subject in (("finding", "f-sql"), ("service", "portal"))
            for factor, value in (("impact", 0.95), ("likelihood", 0.99))
        ],
        "service_map_nodes": map_nodes(release),
        "service_map_links": map_links(release),
        "flows": flows(release),
        "function_coverage": function_coverage(release),
        "function_shares": function_shares(release),
        "outside_values": outside_values(release),
        "unmatched_functions": [
            {"service": "portal", "file": "generated/stubs.py", "symbol": SCRIPT, "line": 3, "exercisers": ["qa"],
             "calls": 2, "unmatched_because": "unknown_file"},
        ],
        "attempts": [] if release == OLD else [
            attempt | {"parameter": "owner", "rule_id": "sql-injection.concatenated", "status": "done", "probes": 2,
                       "weakness_class": "sql-injection", "identity": "ana", "verdict": "confirmed",
                       "signals": ["dynamic.boolean", "trace.confirm"], "finding_id": "f-sql"},
        ],
        "probes": [] if release == OLD else [
            {"attempt_id": "a1", "service": "portal", "role": role, "ordinal": number, "method": "GET",
             "url": "http://127.0.0.1:9000/bookings/7", "curl": f"curl 'http://127.0.0.1:9000/bookings/7?owner={role}'",
             "outcome": "answered", "status": 200, "elapsed_ms": 12.5, "trace_id": "dast01", "is_traced": True,
             "response_excerpt": SCRIPT}
            for number, role in enumerate(("base", "quote"), 1)
        ],
        "coverage": [
            {"service": service, "technique": technique, "subject_kind": "endpoint", "subject": "GET /search",
             "status": "not_run" if service == "ledger" else "pass", "reason": "no base URL"}
            for service in ("portal", "bookings", "berths", "ledger") for technique in ("static", "dynamic", "trace")
        ],
        "skips": [{"service": "ledger", "technique": "dynamic", "subject_kind": "service", "subject": "ledger",
                   "reason": "no_base_url", "explanation": f"not deployed {SCRIPT}"}],
        "quarantine": [{"service": "portal", "table_name": "sink_hits", "reason": "not JSON", "record": SCRIPT,
                        "source": MARKDOWN, "observed_at": NOW}],
        "checks": [{"service": "portal", "table_name": "matches", "column_name": "file", "expectation": "not null",
                    "is_met": True, "unexpected": 0, "rows": 412}],
        "runs": [{"run_id": f"run-{row['service']}-{row['engine']}", "assessment": 1, "records": row["rows"],
                  **{k: row[k] for k in ("engine", "technique", "service", "status", "reason", "started_at",
                                         "ended_at")}} for row in engine_status(release)],
        "scores": [{"scope": "correlation", "truth_rows": 20, "true_positive": 9, "false_positive": 0,
                    "false_negative": 1, "true_negative": 10, "unlisted": 1, "precision": 1.0, "recall": 0.9,
                    "youden": 0.9}],
        "trace_summary": [{"service": "portal", "exerciser": "qa", "spans": 900, "traces": 40, "functions": 12,
                           "dropped": 0}],
        "test_results": [{"suite": "qa", "name": "test_booking", "outcome": "passed", "seconds": 0.2, "message": ""}],
        "decision_log": [{"entry_id": "d1", "service": "bookings", "subject_kind": "finding", "subject_id": "f-order",
                          "action": "false_positive", "author": "ana", "reason": MARKDOWN, "decided_at": NOW,
                          "is_matched": True}],
    }  # fmt: skip


RULES: list[Row] = [
    {"rule_id": "sql-injection.concatenated", "weakness_class": "sql-injection", "name": "Concatenated statement",
     "cwe": "CWE-89", "severity": "high", "confidence": "high", "kind": "flaw", "description": MARKDOWN,
     "remediation": "Bind it.", "fix": '{"python": "execute(sql, values)"}', "parts": ["static", "dynamic", "trace"],
     "findings": 2},
]  # fmt: skip


def tables(more_findings: int = 0) -> dict[str, list[Row]]:
    """Return every mart's rows; `more_findings` adds that many to the newest release."""
    marts: dict[str, list[Row]] = {mart: [] for mart in MARTS} | {"releases": releases(), "rules": RULES}
    for release in (OLD, NEW):
        made = {"findings": findings(release), "lead_paths": lead_paths(release), "evidence": evidence(release),
                "decision_reasons": reasons(release), "engine_status": engine_status(release),
                "manual_tests": manual_tests(release), "coverage_gaps": gaps(release), "services": services(release),
                "endpoints": endpoints(release)} | others(release)  # fmt: skip
        for mart, found in made.items():
            marts[mart] += [{"release_id": release} | row for row in found]
    marts["findings"] += [
        {"release_id": NEW} | finding(f"m{number}", "berths", f"Finding {number}", "possible", 5.0, line=number)
        for number in range(more_findings)
    ]
    return marts


def write(path: Path, marts: dict[str, list[Row]]) -> None:
    """Write the marts to a new file and move it over `path` in one rename, as publishing does."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    connection = duckdb.connect(str(fresh))
    try:
        connection.execute("create schema marts")
        for mart in MARTS:
            columns = columns_of(mart)
            body = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            connection.execute(f'create table marts."{mart}" ({body})')
            values = [[row.get(name) for name in columns] for row in marts[mart]]
            places = ", ".join("?" * len(columns))
            for start in range(0, len(values), 500):
                chunk = values[start : start + 500]
                many = ", ".join([f"({places})"] * len(chunk))
                connection.execute(f'insert into marts."{mart}" values {many}', [v for row in chunk for v in row])
    finally:
        connection.close()
    os.replace(fresh, path)
