"""Whether the traces of a release tell what correlation needs: a check per service and question, from the marts.

Nothing is judged twice here: the figures are those of `marts.trace_quality` and `marts.unmatched_functions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows.decision import NoDecision, select
from flows.doctor.check import Check, ok
from flows.warehouse import reading

MATCHED = 0.99  # share of executed functions that the inventory should know
_NAMED = 20  # unmatched functions that are named
_FEW = 5  # statements that say nothing yet
_WHY = {
    "no_inventory": "the source of the service was not read",
    "no_location": "the trace tells no file",
    "unknown_file": "the inventory has no such file",
    "unknown_line": "the inventory has no function there",
}
_ROOTS = (
    "Give the agent the folder that the manifest calls the service's source (--roots), and release from that commit."
)


def traces(published: Path, release_id: str | None) -> tuple[str | None, list[Check]]:
    """Return the release that was looked at (None: there is none yet) and its checks.

    Raises:
        NoDecision: there is no such release.
    """
    if not published.exists():
        return None, []
    with reading(published) as connection:
        rows = select(connection, "select release_id from marts.releases order by assessed_at desc, release_id desc")
        known = [row["release_id"] for row in rows]
        chosen = release_id or next(iter(known), None)
        if chosen is None:
            return None, []
        if chosen not in known:
            raise NoDecision(f"no release {chosen!r} has been assessed; known: {', '.join(known)}")
        services = select(connection, "select * from marts.trace_quality where release_id = ? order by service", chosen)
        unmatched = select(
            connection,
            """select * from marts.unmatched_functions where release_id = ?
            order by service, calls desc, file, line, symbol""",
            chosen,
        )
    checks = []
    for service in services:
        own = [row for row in unmatched if row["service"] == service["service"]]
        checks += _checks(service, own)
    return chosen, checks


def _checks(told: dict[str, Any], unmatched: list[dict[str, Any]]) -> Iterator[Check]:
    service = told["service"]
    if not told["spans"]:
        yield _silent(told)
        return
    senders = ", ".join(f"{name}" for name in told["exercisers"])
    yield ok(service, "traces", f"{told['spans']:,} spans in {told['traces']:,} traces, from {senders}")
    yield _routes(told)
    yield _locations(told)
    yield _statements(told)
    yield _functions(told, unmatched)
    if told["is_sampled"]:
        yield Check(service, "sampling", "mend", "only a sample was sent: what it did not reach is unknown",
                    "Set OTEL_TRACES_SAMPLER=always_on for the service on staging.")  # fmt: skip
    if told["dropped"]:
        yield Check(service, "dropped", "mend", f"{told['dropped']:,} spans or call paths were dropped by the sender",
                    "Lower scope.rate in the manifest, or split what QA does at once.")  # fmt: skip


def _silent(told: dict[str, Any]) -> Check:
    if not told["base_url"]:
        return Check(told["service"], "traces", "note", "none: it is not deployed on staging",
                     "Deploy it and give its base_url in the manifest.")  # fmt: skip
    agents = {
        "python": "`python -m leadline_agent --roots SRC -- CMD`",
        **dict.fromkeys(("clojure", "java", "kotlin", "scala"), "`java -javaagent:leadline-agent.jar=roots=SRC …`"),
    }
    how = agents.get(told["language"] or "", "its OpenTelemetry agent (see docs/opentelemetry.md)")
    return Check(told["service"], "traces", "mend", "none arrived: which code ran is unknown, nothing can be refuted",
                 f"Start it under {how} with OTEL_EXPORTER_OTLP_ENDPOINT set to the receiver and "
                 f"OTEL_SERVICE_NAME={told['service']}.")  # fmt: skip


def _routes(told: dict[str, Any]) -> Check:
    if not told["requests"]:
        return Check(told["service"], "routes", "mend", "no request was recorded, only other spans",
                     "Let the instrumentation of the web framework record server spans.")  # fmt: skip
    seen = f"{told['routed']:,} of {told['requests']:,} requests carry the template of their route"
    if told["routed"] >= told["requests"]:
        return ok(told["service"], "routes", seen)
    return Check(told["service"], "routes", "mend", f"{seen} (404, 405 and the fuzzer's left out)",
                 "Use instrumentation that sets http.route, or give an OpenAPI file.")  # fmt: skip


def _locations(told: dict[str, Any]) -> Check:
    seen = f"{told['located']:,} of {told['spans']:,} spans name a place in the code"
    if told["located"]:
        return ok(told["service"], "code locations", seen)
    return Check(told["service"], "code locations", "mend", seen,
                 "Use Leadline's agent, or the setting of yours that records code.* attributes.")  # fmt: skip


def _statements(told: dict[str, Any]) -> Check:
    if not told["statements"]:
        return Check(told["service"], "SQL", "note", "no statement was seen")
    seen = f"{told['raw_statements']:,} of {told['statements']:,} statements hold values"
    if told["raw_statements"] or told["statements"] < _FEW:
        return ok(told["service"], "SQL", seen)
    return Check(told["service"], "SQL", "note", f"{seen}: all take parameters, or the recorder hides values",
                 "If it sanitises, turn that off: a value that is hidden can prove nothing.")  # fmt: skip


def _functions(told: dict[str, Any], unmatched: list[dict[str, Any]]) -> Check:
    executed, matched = told["executed_functions"], told["matched_functions"]
    if not executed:
        return Check(told["service"], "functions", "mend", "no function was recorded",
                     "Use Leadline's agent: without functions, paths from endpoint to line are unknown.")  # fmt: skip
    seen = f"{matched:,} of {executed:,} executed functions are in the inventory ({matched / executed:.1%})"
    details = tuple(
        f"{row['symbol']} ({row['file'] or '?'}:{row['line'] or '?'}): {_WHY[row['unmatched_because']]}"
        for row in unmatched[:_NAMED]
    )
    if len(unmatched) > _NAMED:
        details += (f"… and {len(unmatched) - _NAMED:,} more",)
    if matched / executed >= MATCHED:
        return Check(told["service"], "functions", "ok", seen, "", details)
    return Check(told["service"], "functions", "mend", seen, _ROOTS, details)
