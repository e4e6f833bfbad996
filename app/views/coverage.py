"""Coverage: the gaps, each with a request to QA, and what every technique did and did not reach."""

import streamlit as st

from app import queries
from app.components import (
    Column,
    badge,
    code,
    endpoint,
    endpoint_link,
    filters,
    heading,
    number,
    place,
    service_link,
    table,
    why_nothing,
)
from app.heat import heat_columns, pivoted
from app.markup import h, join, link, show
from app.page import open_page
from app.vocabulary import (
    COVERAGE,
    EXERCISERS,
    GAPS,
    NOT_EXPECTED,
    REACHED,
    UNMATCHED,
    mark,
    people,
    words,
)

release = open_page("Coverage")
name = release["release_id"]
names = [row["service"] for row in queries.services(name)]
matrix = queries.coverage_matrix(name)
techniques = sorted({row["technique"] for row in matrix})

chosen = filters(
    ("Service", "service", names),
    ("Gap", "gap", list(GAPS)),
    ("Technique", "technique", techniques),
    ("Status", "status", list(COVERAGE)),
)
gaps = queries.gaps(name, chosen["service"], chosen["gap"])
selected = next((row for row in queries.gaps(name) if row["gap_id"] == st.query_params.get("selected")), None)

if selected:
    heading("Ask QA", link("→ all gaps", "coverage", release=name))
    lead = (
        link("→ lead path", "lead_path", finding=selected["finding_id"], release=name) if selected["finding_id"] else ""
    )
    show(
        h(
            "<div><b>{title}</b> {endpoint} {place} {lead}</div><div>{detail}</div>",
            title=selected["title"],
            endpoint=endpoint(selected),
            place=place(selected),
            lead=lead,
            detail=selected["detail"],
        )
    )
    for text, language in ((selected["request_curl"], "bash"), (selected["request_test"], "python")):
        if text:
            st.code(text, language=language, wrap_lines=True)

heading("Gaps", f"{len(gaps)}, the riskiest first; open one for its request to QA")
table(
    gaps,
    [
        Column(
            "Gap",
            lambda row: link(GAPS.get(row["gap"], words(row["gap"])), "coverage", selected=row["gap_id"], release=name),
        ),
        Column("Service", lambda row: service_link(row, name)),
        Column("", "title", is_wide=True),
        Column("Endpoint", lambda row: endpoint_link(row, name)),
        Column("Place", place),
        Column(
            "Lead",
            lambda row: (
                link("→ path", "lead_path", finding=row["finding_id"], release=name) if row["finding_id"] else ""
            ),
        ),
        Column("Asked", lambda row: "asked" if row["is_asked"] else "not yet"),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
    "No gap is left by these filters." if any(chosen.values()) else why_nothing(queries.engine_status(name), "gaps"),
)

service, file = chosen["service"], st.query_params.get("file")
shares = queries.function_shares(name, service)
heading(
    "Functions by who reached them",
    join([f"files of {service}", link("→ all services", "coverage", release=name)], " ")
    if service
    else "a service opens its files; what a recording cannot tell is unknown, never unreached",
)


def opened(row: queries.Row) -> object:
    """A service as the link to its files, a file as the link to its functions."""
    query = {"service": service, "file": row["name"]} if service else {"service": row["name"]}
    return link(row["name"], "coverage", release=name, **query)


table(
    pivoted(shares, lambda row: row["file"] if service else row["service"]),
    [
        Column("File" if service else "Service", opened),
        Column("Functions", lambda row: number(row["functions"]), is_number=True),
        *heat_columns(),
    ],
    "The inventory knows no function, so nothing can be said of reach.",
)
if service:
    functions = queries.uncovered_functions(name, service, file)
    heading(
        "Its functions",
        join([f"in {file}", link("→ all files", "coverage", service=service, release=name)], " ")
        if file
        else "those that nobody reached first, at most 300",
    )
    table(
        functions,
        [
            Column("Function", lambda row: code(row["qualified_name"])),
            Column("Place", place),
            *[
                Column(EXERCISERS[who], lambda row, who=who: badge(mark(REACHED, row["statuses"].get(who))))
                for who in EXERCISERS
            ],
            Column("Through", "entries", is_wide=True),
            Column("Calls", lambda row: number(row["calls"]), is_number=True),
        ],
        "The inventory knows no function of it.",
    )

strangers = queries.unmatched_functions(name, service)
heading("Executed, not in the inventory", "functions that ran and that no source declares")
table(
    strangers,
    [
        Column("Function", lambda row: code(row["symbol"])),
        Column("Service", lambda row: service_link(row, name)),
        Column("Place", place),
        Column("Because", lambda row: UNMATCHED.get(row["unmatched_because"], words(row["unmatched_because"]))),
        Column("By", lambda row: people(row["exercisers"])),
        Column("Calls", lambda row: number(row["calls"]), is_number=True),
    ],
    "Every function that ran is in the inventory."
    if any(row["reached"] for row in shares)
    else "No function was seen running.",
)

heading("Who looked where", "services, endpoints, functions and parameters by status; a number opens them")


def cell(service: str, technique: str) -> object:
    """The statuses of one service under one technique."""
    counts: dict[str, int] = {}
    for row in matrix:
        if (row["service"], row["technique"]) == (service, technique):
            counts[row["status"]] = counts.get(row["status"], 0) + row["subjects"]
    found = (
        h(
            "<div>{b} {n}</div>",
            b=badge(mark(COVERAGE, status)),
            n=link(
                number(counts[status]), "coverage", service=service, technique=technique, status=status, release=name
            ),
        )  # fmt: skip
        for status in COVERAGE
        if status in counts
    )
    return join(found) or badge(NOT_EXPECTED)


covered = [{"service": service} for service in sorted({row["service"] for row in matrix})]
table(
    covered,
    [Column("Service", lambda row: service_link(row, name))]
    + [Column(technique, lambda row, technique=technique: cell(row["service"], technique)) for technique in techniques],
    "Nothing was expected, so nothing can be compared.",
)

if any(chosen[key] for key in ("service", "technique", "status")):
    heading("Subjects", "at most 500")
    table(
        queries.coverage(name, chosen["service"], chosen["technique"], chosen["status"]),
        [
            Column("Status", lambda row: badge(mark(COVERAGE, row["status"]))),
            Column("Service", lambda row: service_link(row, name)),
            Column("Technique", "technique"),
            Column("Kind", lambda row: words(row["subject_kind"])),
            Column("Subject", "subject", is_wide=True),
            Column("Reason", "reason", is_long=True),
        ],
        "No subject is left by these filters.",
    )

heading("Skipped, and why")
table(
    queries.skips(name, chosen["service"], chosen["technique"]),
    [
        Column("Technique", "technique"),
        Column("Service", lambda row: service_link(row, name)),
        Column("Reason", lambda row: words(row["reason"])),
        Column("Kind", lambda row: words(row["subject_kind"])),
        Column("For example", lambda row: row["subject"] if row["subject_kind"] != "attempt" else "", is_wide=True),
        Column("", "explanation", is_long=True),
        Column("Skipped", lambda row: number(row["skipped"]), is_number=True),
    ],
    "No engine reported that it left anything out.",
)
