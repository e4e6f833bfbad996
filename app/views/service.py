"""Service: what it is, its risk with the factors, its neighbours, its endpoints."""

import streamlit as st

from app import queries
from app.components import (
    Column,
    badge,
    endpoint_link,
    finding_link,
    heading,
    number,
    place,
    service_link,
    state_badge,
    table,
    why_nothing,
)
from app.map_picture import reaches
from app.markup import h, join, link, show
from app.outside import outside_table
from app.page import absent, open_page
from app.vocabulary import EXERCISERS, MAP_KINDS, MAP_LINKS, NOT_ASSESSED, people, words

release = open_page("Service")
name = release["release_id"]
services = queries.services(name)
wanted = st.query_params.get("service")

if not wanted:
    table(
        services,
        [
            Column("Service", lambda row: service_link(row, name)),
            Column("Version", "version"),
            Column("", lambda row: "released" if row["is_released"] else "neighbour"),
            Column("Exposure", "exposure"),
            Column("Owner", "owner"),
            Column("Staging", lambda row: row["base_url"] or badge(NOT_ASSESSED._replace(word="not deployed"))),
            Column("Endpoints", lambda row: number(row["endpoints"]), is_number=True),
            Column("Findings", lambda row: number(row["findings"]), is_number=True),
            Column("Confirmed", lambda row: number(row["confirmed"]), is_number=True),
            Column("Gaps", lambda row: number(row["gaps"]), is_number=True),
            Column("Uncertainty", lambda row: f"{number(100 * (row['uncertainty'] or 0))} %", is_number=True),
            Column("Before", lambda row: number(row["previous_risk_score"]), is_number=True),
            Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
        ],
        "This release declares no service.",
    )
    st.stop()

service = next((row for row in services if row["service"] == wanted), None)
if service is None:
    absent(f"{name} has no service {wanted}.", "service", "→ all services", name)

show(
    h(
        '<section class="decision"><span class="counts"><b class="lead-title">{service} {version}</b>'
        "<small>{exposure} · owner {owner} · {language} · datastores {stores} · {base}</small></span>"
        '<span class="figure"><b>{risk}</b><small>risk{before}</small></span>'
        '<span class="figure"><b>{uncertainty} %</b><small>uncertainty</small></span></section>',
        service=service["service"],
        version=service["version"],
        exposure=service["exposure"],
        owner=service["owner"] or "nobody named",
        language=service["language"] or "language unknown",
        stores=", ".join(service["datastores"] or []) or "none declared",
        base=service["base_url"] or "not deployed on staging",
        risk=number(service["risk_score"]),
        before="" if service["previous_risk_score"] is None else f", before {number(service['previous_risk_score'])}",
        uncertainty=number(100 * (service["uncertainty"] or 0)),
    )
)


def factor(row: queries.Row) -> object:
    """The name of a factor; one that is a finding is the link to its lead path."""
    kind, _, subject = row["factor"].partition(":")
    if kind == "finding" and subject:
        return link(row["explanation"], "lead_path", finding=subject, release=name)
    return row["explanation"] if subject else words(kind)


factors = queries.risk_factors(name, "service", wanted)
if factors:
    heading("Why this risk")
    most = max(abs(row["value"]) for row in factors) or 1
    show(
        join(
            h(
                '<div class="factor" title="{why}"><span>{factor}</span>'
                '<div class="bar"><div style="width: {w}%"></div></div><b>{value}</b></div>',
                why=row["explanation"],
                factor=factor(row),
                w=round(100 * abs(row["value"]) / most),
                value=number(row["value"], 1),
            )
            for row in factors
        )
    )

here = f"service:{wanted}"
heading("Neighbours", link("→ on the service map", "service_map", node=here, release=name))


def neighbour(kind: str, named: str) -> object:
    """A neighbour: a service as the link to its page, anything else as the link to it on the map."""
    if kind == "service":
        return link(named, "service", service=named, release=name)
    return link(named, "service_map", node=f"{kind}:{named}", release=name)


table(
    [row for row in queries.map_links(name) if here in (row["from_id"], row["to_id"])],
    [
        Column("From", lambda row: neighbour(row["from_kind"], row["from_name"])),
        Column("", lambda row: "→" if row["is_observed"] else "⇢"),
        Column("To", lambda row: neighbour(row["to_kind"], row["to_name"])),
        Column("Kind", lambda row: MAP_KINDS[row["to_kind"]].word),
        Column("Link", lambda row: MAP_LINKS[row["status"]]),
        Column("How", reaches),
        Column("What", lambda row: ", ".join(row["targets"] or row["possible_targets"]), is_wide=True),
        Column("By", lambda row: people(row["exercisers"])),
        Column("Calls", lambda row: number(row["calls"]), is_number=True),
    ],
    "No link to another service, datastore or third party is declared or was seen.",
)


def ticks(row: queries.Row) -> object:
    """Who reached an endpoint; the hatched mark when nobody did."""
    return people([who for who in EXERCISERS if who in (row["seen_by"] or [])]) or badge(
        NOT_ASSESSED._replace(word="nobody")
    )


heading("Endpoints")
table(
    queries.endpoints(name, wanted),
    [
        Column("Endpoint", lambda row: endpoint_link(row, name)),
        Column("", lambda row: words(row["status"])),
        Column("", lambda row: "outside" if row["is_outside"] else "inside"),
        Column("Handler", place),
        Column("Parameters", "parameters", is_wide=True),
        Column("Reached by", ticks),
        Column("Change", lambda row: words(row["change"])),
        Column("Confirmed", lambda row: number(row["confirmed"]), is_number=True),
        Column("Findings", lambda row: number(row["findings"]), is_number=True),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
    "No endpoint is declared, and none was seen in traffic.",
)

heading("Outside values at its sinks", "what of a request was seen arriving there")
outside_table(
    queries.outside_values(name, wanted),
    name,
    "No value of a request was seen arriving at a sink of this service.",
)

heading("Findings", link("→ by fix", "code_flaws", service=wanted, release=name))
table(
    queries.findings(name, 50, service=wanted),
    [
        Column("State", state_badge),
        Column("Finding", lambda row: finding_link(row, name), is_wide=True),
        Column("Place", place),
        Column("CWE", "cwe"),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
    why_nothing(row for row in queries.engine_status(name) if row["service"] == wanted),
)

heading("Over the releases")
table(
    queries.service_history(wanted),
    [
        Column("Release", lambda row: link(row["release_id"], "service", service=wanted, release=row["release_id"])),
        Column("Version", "version"),
        Column("Findings", lambda row: number(row["findings"]), is_number=True),
        Column("Uncertainty", lambda row: f"{number(100 * (row['uncertainty'] or 0))} %", is_number=True),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
)
