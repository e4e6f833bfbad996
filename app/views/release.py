"""Release: the decision, every reason on one screen, and what is behind them."""

from itertools import groupby

import streamlit as st

from app import queries
from app.components import (
    PAGE_ROWS,
    Column,
    ago,
    badge,
    endpoint,
    endpoint_link,
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
from app.decision import change_counts, decision_bar, engine_strip, reason_list
from app.markup import h, join, link, show
from app.page import open_page
from app.vocabulary import CHANGES, GAPS, MANUAL, mark, words

release = open_page("Release")
name = release["release_id"]
engines = queries.engine_status(name)

show(decision_bar(release))
show(reason_list(queries.reasons(name), engines, name))

changed = queries.change_totals(name)
kinds = groupby(changed, key=lambda row: row["subject_kind"])
against = f"against {release['previous_release_id']}" if release["previous_release_id"] else "a baseline"
heading("What changed", join([against, link("→ changes", "changes", release=name)], " ") if changed else against)
strip = join(change_counts(kind, list(alike)) for kind, alike in kinds)
nothing = "there is no earlier release to compare with" if release["is_baseline"] else "nothing changed"
show(h('<div class="strip">{kinds}</div>', kinds=strip or nothing))
if changed:
    shown = queries.changes(name, 200)
    with st.expander(f"{number(sum(row['changes'] for row in changed))} changes, the first {len(shown)} one by one"):
        table(
            shown,
            [
                Column("", lambda row: CHANGES.get(row["change"], "?")),
                Column("Change", lambda row: f"{words(row['subject_kind'])} {words(row['change'])}"),
                Column("Service", lambda row: service_link(row, name)),
                Column("Subject", "subject", is_wide=True),
                Column("", "detail", is_wide=True),
            ],
        )
heading("Engines", "what looked, what did not, what failed")
show(engine_strip(engines, name))

queue = queries.manual_tests(name)
fits = sum(bool(row["fits"]) for row in queue)
heading("Manual tests", link(f"fits: {fits} of {len(queue)} → queue", "manual_testing", release=name) if queue else "")
table(
    queue[:10],
    [
        Column("", lambda row: badge(mark(MANUAL, row["status"]))),
        Column(
            "Trigger",
            lambda row: link(words(row["trigger"]), "manual_testing", trigger=row["trigger_id"], release=name),
        ),
        Column("Service", lambda row: service_link(row, name)),
        Column("Subject", "subject"),
        Column("Figures", "figures", is_long=True),
        Column("Hours", lambda row: number(row["hours"], 1), is_number=True),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
    "No trigger fired: nothing that this release changes asks for a person.",
)

gaps = queries.gaps(name)
heading(
    "Coverage gaps", link(f"{len(gaps)} → all, each with a request to QA", "coverage", release=name) if gaps else ""
)
table(
    gaps[:10],
    [
        Column(
            "Gap",
            lambda row: link(GAPS.get(row["gap"], words(row["gap"])), "coverage", selected=row["gap_id"], release=name),
        ),
        Column("Service", lambda row: service_link(row, name)),
        Column("", "title", is_wide=True),
        Column("Endpoint", lambda row: endpoint_link(row, name)),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
    why_nothing(engines, "gaps"),
)


@st.fragment
def finding_table() -> None:
    """The findings with their filters: a fragment, so that a filter draws nothing else again."""
    heading("Findings")
    values = queries.finding_values(name)
    wanted = [
        ("State", "state"),
        ("Service", "service"),
        ("Class", "weakness_class"),
        ("Since", "tracking"),
        ("Triage", "triage"),
    ]
    chosen = filters(*((label, key, values.get(key, [])) for label, key in wanted))
    total = queries.finding_count(name, **chosen)
    table(
        queries.findings(name, PAGE_ROWS, pager(total), **chosen),
        [
            Column("State", state_badge),
            Column("Finding", lambda row: finding_link(row, name), is_wide=True),
            Column("Service", lambda row: service_link(row, name)),
            Column("Place", place),
            Column("From", endpoint),
            Column("CWE", "cwe"),
            Column("Since", lambda row: words(row["tracking"])),
            Column("Triage", lambda row: words(row["triage"])),
            Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
        ],
        "No finding is left by these filters." if any(chosen.values()) else why_nothing(engines),
    )
    show(h('<div class="quiet">{n} findings · assessed {at}</div>', n=number(total), at=ago(release["assessed_at"])))


finding_table()
