"""Endpoint: what it does — its flows through functions and services to sinks, and what of outside arrives there."""

import streamlit as st

from app import queries
from app.components import (
    Column,
    badge,
    code,
    endpoint_link,
    filters,
    finding_link,
    heading,
    number,
    place,
    service_link,
    state_badge,
    table,
    why_nothing,
)
from app.flow_tree import flow_tree, touched
from app.markup import h, show
from app.outside import outside_table
from app.page import absent, open_page
from app.vocabulary import EXERCISERS, NOT_ASSESSED, people, words

release = open_page("Endpoint")
name = release["release_id"]
wanted = st.query_params.get("endpoint")


def reached_by(row: queries.Row) -> object:
    """Who reached an endpoint; the hatched mark when nobody did."""
    return people([who for who in EXERCISERS if who in (row["seen_by"] or [])]) or badge(
        NOT_ASSESSED._replace(word="nobody")
    )


if not wanted:
    chosen = filters(("Service", "service", [row["service"] for row in queries.services(name)]))
    found = queries.endpoint_flows(name, chosen["service"])
    heading("What does an endpoint do?", "open one for its flows")
    table(
        found,
        [
            Column("Endpoint", lambda row: endpoint_link(row, name)),
            Column("Service", lambda row: service_link(row, name)),
            Column("", lambda row: "outside" if row["is_outside"] else "inside"),
            Column("Reached by", reached_by),
            Column("Calls", lambda row: number(row["calls"]), is_number=True),
            Column("Functions", lambda row: number(row["functions"]), is_number=True),
            Column("Possible", lambda row: number(row["possible_functions"]), is_number=True),
            Column("Depth", "depth", is_number=True),
            Column("Other services", lambda row: ", ".join(row["services"])),
            Column("Touches", lambda row: ", ".join(row["targets"]), is_wide=True),
            Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
        ],
        "No endpoint is declared, and none was seen in traffic.",
    )
    st.stop()

endpoint = queries.endpoint(name, wanted)
if endpoint is None:
    absent(f"{name} has no such endpoint.", "endpoint", "→ all endpoints", name)

is_other = endpoint["method"] in ("CONSUME", "RPC")
flows = queries.flows(name, wanted)
observed = [row for row in flows if row["is_observed"]]
show(
    h(
        '<section class="decision"><span class="counts"><b class="lead-title">{method} {route}</b>'
        "<small>{service} · {side} · {status} · reached by {by} · handled at {place}</small></span>"
        '<span class="figure"><b>{functions}</b><small>functions observed</small></span>'
        '<span class="figure"><b>{possible}</b><small>only possible</small></span>'
        '<span class="figure"><b>{risk}</b><small>risk</small></span></section>',
        method=endpoint["method"],
        route=endpoint["route"],
        service=service_link(endpoint, name),
        side="reachable from outside" if endpoint["is_outside"] else "inside",
        status="not HTTP, so no inventory knows it" if is_other else words(endpoint["status"]),
        by=reached_by(endpoint),
        place=place(endpoint) or "no known place",
        functions=number(len({row["function_id"] for row in observed if row["kind"] == "function"})),
        possible=number(len([row for row in flows if row["kind"] == "function" and not row["is_observed"]])),
        risk=number(endpoint["risk_score"]),
    )
)

heading("Touches")
show(touched(flows))

heading("Flows", "one line a distinct call path; what no traffic took says possible")
if flows:
    show(flow_tree(flows, name))
    known = {row["function_id"] for row in flows if row["kind"] == "function"}
    beyond = (endpoint["possible_functions"] or 0) - len(known)
    if beyond > 0:
        show(h('<div class="quiet">The call graph leads to {n} functions more.</div>', n=number(beyond)))
else:
    show(h('<div class="empty">{why}</div>', why="No flow is known: nobody called it, and its handler is not known."))

heading("Outside values at sinks", "what of a request was seen arriving there")
outside_table(
    queries.outside_values(name, endpoint["service"], endpoint["method"], endpoint["route"]),
    name,
    "No value of a request was seen arriving at a sink." if observed else "Nothing was recorded of this endpoint.",
)

callers = queries.callers(name, wanted)
if callers:
    heading("Called from", "endpoints whose flows pass through this one")
    table(
        callers,
        [
            Column("Endpoint", lambda row: endpoint_link(row, name)),
            Column("Service", lambda row: service_link(row, name)),
            Column("Calls", lambda row: number(row["calls"]), is_number=True),
        ],
    )

heading("Findings that are reached from here")
table(
    queries.endpoint_findings(name, wanted),
    [
        Column("State", state_badge),
        Column("Finding", lambda row: finding_link(row, name), is_wide=True),
        Column("Service", lambda row: service_link(row, name)),
        Column("Place", place),
        Column("Reach", lambda row: "observed" if row["is_reach_observed"] else "possible"),
        Column("CWE", lambda row: code(row["cwe"])),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
    why_nothing(row for row in queries.engine_status(name) if row["service"] == endpoint["service"]),
)
