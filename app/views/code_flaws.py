"""Code flaws: one card's worth of a line for each fix, with the leads it ends."""

import streamlit as st

from app import queries
from app.components import (
    PAGE_ROWS,
    Column,
    endpoint,
    filters,
    finding_link,
    heading,
    number,
    pager,
    place,
    service_link,
    state_badge,
    table,
    why_nothing,
)
from app.fixes import examples
from app.markup import h, link, show
from app.page import open_page
from app.vocabulary import words

release = open_page("Code flaws")
name = release["release_id"]

values = queries.finding_values(name)
wanted = (
    ("Service", "service"),
    ("Since", "tracking"),
    ("State", "state"),
    ("Class", "weakness_class"),
    ("Severity", "severity"),
)
chosen = filters(*((label, key, values.get(key, [])) for label, key in wanted))
group = st.query_params.get("fix_group")
reason = next((row for row in queries.reasons(name) if row["reason_id"] == st.query_params.get("reason")), None)
kept = chosen | {
    "reason": reason["reason_id"] if reason else None,
    "is_open": not (reason or chosen["state"] or chosen["tracking"]),
}


def where(row: queries.Row) -> object:
    """The line to change, or the endpoint where no line is known."""
    return place(row) or endpoint(row) or "–"


if group:
    members = queries.fix_group(name, group)
    heading("One fix", link("→ all fixes", "code_flaws", release=name))
    if members:
        show(h("<p>{place} — {text}</p>", place=place(members[0]), text=members[0]["remediation"]))
        if members[0]["snippet"]:
            st.code(members[0]["snippet"], language=None)
        for example in examples(members[0]["fix"]).values():
            st.code(example, language=None)
    table(
        members,
        [
            Column("State", state_badge),
            Column("Lead that it ends", lambda row: finding_link(row, name), is_wide=True),
            Column("Service", lambda row: service_link(row, name)),
            Column("Place", place),
            Column("Evidence", lambda row: number(row["evidence_count"]), is_number=True),
            Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
        ],
        f"There is no fix {group} in {name}.",
    )
    st.stop()

total = queries.finding_count(name, **kept)
groups = queries.fix_groups(name, PAGE_ROWS, 0, **kept)
fixes = groups[0]["fix_groups"] if groups else 0
offset = pager(fixes)
groups = queries.fix_groups(name, PAGE_ROWS, offset, **kept) if offset else groups
if reason:
    heading(reason["title"], link("→ all fixes", "code_flaws", release=name))
left_out = "; refuted and fixed ones are left out, choose them as state or since" if kept["is_open"] else ""
heading("Fixes", f"{number(fixes)} fixes end {number(total)} leads{left_out}")
table(
    groups,
    [
        Column("Worst state", state_badge),
        Column("Lead", lambda row: finding_link(row, name), is_wide=True),
        Column("Service", lambda row: service_link(row, name)),
        Column("Line to change", where),
        Column("Best fix", lambda row: row["remediation"] or "–", is_wide=True),
        Column("CWE", "cwe"),
        Column("Since", lambda row: words(row["tracking"])),
        Column(
            "Leads",
            lambda row: link(number(row["findings"]), "code_flaws", fix_group=row["fix_group_id"], release=name),
            is_number=True,
        ),
        Column("Evidence", lambda row: number(row["evidence_count"]), is_number=True),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
    "No finding is left by these filters." if any(chosen.values()) else why_nothing(queries.engine_status(name)),
)
