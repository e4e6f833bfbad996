"""Which reads may follow a stored value: harmless by the plan, complete, nearest first."""

from __future__ import annotations

from engines.dynamic.plan import PlanRow
from engines.dynamic.sweep import known_reads


def row(method, route, name="q", place="query", seed="1", **more):
    return PlanRow(f"{method}{route}{name}", "shop", method, route, name, place, "r", seed, **more)


def test_only_complete_and_harmless_reads():
    plan = [
        row("GET", "/notes"),
        row("POST", "/notes"),
        row("GET", "/notes/{id}", "id", "path", seed="7"),
        row("GET", "/users/{id}"),
        row("GET", "/reset", is_allowed=False, refusal="destructive"),
        row("GET", "/mixed"),
        row("GET", "/mixed", "other", is_allowed=False),
        row(
            "", "", "", request_parameters=(("/report", "route", ""), ("/reset", "route", ""), ("/a/{b}", "route", ""))
        ),
    ]
    reads = {read.route: read.parameters for read in known_reads(plan)}
    assert reads == {"/report": (), "/notes": (("q", "query", "1"),), "/notes/{id}": (("id", "path", "7"),)}
