"""Manual testing: the queue by risk, cut at the team's capacity, and the test that is open."""

import streamlit as st

from app import queries
from app.components import Column, badge, endpoint, filters, heading, number, service_link, table
from app.markup import h, link, show
from app.page import open_page
from app.vocabulary import MANUAL, mark, words

release = open_page("Manual testing")
name = release["release_id"]
queue = queries.manual_tests(name)
chosen = filters(("Service", "service", sorted({row["service"] for row in queue})), ("Status", "status", list(MANUAL)))
wanted = st.query_params.get("trigger")
opened = next((row for row in queue if row["trigger_id"] == wanted), None)

if opened:
    heading(f"{words(opened['trigger'])}: {opened['subject']}", link("→ whole queue", "manual_testing", release=name))
    finding = queries.finding(name, opened["finding_id"]) if opened["finding_id"] else None
    signed = f"{opened['signed_by']}: {opened['signed_reason']}" if opened["signed_by"] else "nobody has signed it off"
    lead = link("→ lead path", "lead_path", finding=opened["finding_id"], release=name) if finding else "no single lead"
    tried = (
        f"tried: {finding['tried'] or 'nothing'}; not tried: {finding['not_tried'] or '–'}"
        if finding
        else "see coverage"
    )
    show(
        h(
            "<div>{status} <b>{service}</b> {endpoint} · risk {risk} · {hours} h · {lead}</div><div>{figures}</div>"
            "<div>Machines: {tried}</div><div>Sign-off: {signed}</div>",
            status=badge(mark(MANUAL, opened["status"])),
            service=opened["service"],
            endpoint=endpoint(opened),
            risk=number(opened["risk_score"]),
            hours=number(opened["hours"], 1),
            lead=lead,
            figures=opened["figures"],
            tried=tried,
            signed=signed,
        )
    )
    if opened["replay_curl"]:
        st.code(opened["replay_curl"], language="bash", wrap_lines=True)

kept = queries.manual_tests(name, chosen["service"], chosen["status"])
COLUMNS = [
    Column("#", "queue_rank", is_number=True),
    Column("Status", lambda row: badge(mark(MANUAL, row["status"]))),
    Column(
        "Trigger", lambda row: link(words(row["trigger"]), "manual_testing", trigger=row["trigger_id"], release=name)
    ),
    Column("", "strength"),
    Column("Service", lambda row: service_link(row, name)),
    Column("Subject", "subject", is_wide=True),
    Column("Figures", "figures", is_long=True),
    Column(
        "Lead",
        lambda row: link("→ path", "lead_path", finding=row["finding_id"], release=name) if row["finding_id"] else "",
    ),
    Column("Signed", "signed_by"),
    Column("Hours", lambda row: number(row["hours"], 1), is_number=True),
    Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
]
fits = [row for row in kept if row["fits"]]
beyond = [row for row in kept if not row["fits"]]
hours = sum(row["hours"] or 0 for row in fits)
heading("Fits the team's hours", f"{len(fits)} of {len(kept)} tests, {number(hours, 1)} h")
table(
    fits, COLUMNS, "No test is left by these filters." if any(chosen.values()) else "No trigger fired in this release."
)
if beyond:
    heading("Beyond capacity", f"{len(beyond)} tests that nobody has the hours for: they stay open")
    table(beyond, COLUMNS)
SIGN_OFF = "Sign-offs are written in the decision log that the manifest names, and count from the next assessment."
show(h('<div class="quiet">{how}</div>', how=SIGN_OFF))
