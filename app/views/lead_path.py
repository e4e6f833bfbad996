"""Lead path: from the outside endpoint, hop by hop, to the line; and everything known about that line."""

import streamlit as st

from app import queries
from app.components import (
    Column,
    choose,
    code,
    endpoint,
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
from app.fixes import examples
from app.lead import evidence_cards, finding_header, path_label, statements, subject_of, widest
from app.markup import h, join, link, show
from app.page import absent, open_page
from app.picture import outside, picture, reach
from app.vocabulary import words

release = open_page("Lead path")
name = release["release_id"]
wanted = st.query_params.get("finding")

if not wanted:
    heading("Which lead?", "the riskiest of this release")
    table(
        queries.findings(name, 30),
        [
            Column("State", state_badge),
            Column("Finding", lambda row: finding_link(row, name), is_wide=True),
            Column("Service", lambda row: service_link(row, name)),
            Column("Place", place),
            Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
        ],
        why_nothing(queries.engine_status(name)),
    )
    st.stop()

finding = queries.finding(name, wanted)
if finding is None:
    absent(f"Finding {wanted} is not in {name}: it was fixed, or never there.", "code_flaws", "→ all findings", name)

finding_id = finding["finding_id"]
show(finding_header(finding, name))

hops = queries.lead_path(name, finding_id)
paths = {key: [hop for hop in hops if hop["path_number"] == key] for key in {hop["path_number"] for hop in hops}}
if paths:
    chosen = widest(paths)
    if len(paths) > 1:
        labels = {str(key): path_label(paths[key]) for key in sorted(paths)}
        told = lambda key: labels.get(key, f"no path {key}")  # noqa: E731
        picked = choose(f"{len(paths)} paths lead here", "path", list(labels), told, default=str(chosen))
        chosen = int(picked) if picked in labels else chosen
    shown = paths[chosen]
    show(picture(shown, finding["state"]))
    show(statements(shown[-1]))
    heading("Hops", "the picture as a table")
    table(
        shown,
        [
            Column("Hop", "hop", is_number=True),
            Column("", "hop_kind"),
            Column("Service", lambda row: service_link(row, name)),
            Column("Symbol", lambda row: code(row["symbol"])),
            Column("Place", place),
            Column("Reach", reach),
            Column("Calls", lambda row: number(row["calls"]), is_number=True),
            Column("Outside value", outside, is_wide=True),
        ],
    )
else:
    show(
        h(
            '<div class="empty">{b} No path is on record: {why}</div>',
            b=state_badge(finding),
            why=finding["state_reason"] if finding["file"] else "no code line is known for it",
        )
    )

follow_ups = queries.follow_ups(name, finding_id)
if follow_ups:
    heading("For people", "gaps to ask QA about, tests to do by hand")
    table(
        follow_ups,
        [
            Column("", lambda row: link(f"→ {words(row['kind'])}", row["page"], release=name, **subject_of(row))),
            Column("", "title", is_wide=True),
            Column("", "detail", is_long=True),
        ],
    )

if finding["snippet"]:
    heading("Code", place(finding))
    st.code(finding["snippet"], language=None)

evidence = queries.evidence(name, finding_id)
heading("Evidence", f"{len(evidence)} from {len({row['engine'] for row in evidence})} engines")
show(evidence_cards(evidence, queries.technique_status(name, finding["service"]), name))

heading("Tried")
table(
    queries.attempts(name, finding_id),
    [
        Column("Verdict", lambda row: words(row["verdict"])),
        Column("Endpoint", endpoint),
        Column("Parameter", "parameter"),
        Column("Rule", lambda row: link(row["rule_id"], "rules", rule=row["rule_id"], release=name)),
        Column("As", "identity"),
        Column("Signals", "signals", is_wide=True),
        Column("Probes", "probes", is_number=True),
    ],
    "No probe was sent at this finding.",
)
if finding["candidates"]:
    others = [link(other, "lead_path", finding=other, release=name) for other in finding["candidates"][:20]]
    show(h("<div><b>Ambiguous, it may belong to:</b> {others}</div>", others=join(others, ", ")))
tried, not_tried = finding["tried"] or "nothing", finding["not_tried"] or "nothing was left out"
show(h("<div><b>Tried:</b> {tried}<br><b>Not tried:</b> {not_tried}</div>", tried=tried, not_tried=not_tried))

probes = queries.probes(name, finding_id)
first = [row for row in probes if row["attempt_id"] == probes[0]["attempt_id"]]
others = len({row["attempt_id"] for row in probes}) - 1
replays = [(f"{row['role']}: answered {row['status'] or row['outcome']}", row["curl"]) for row in first if row["curl"]]
replays = replays or [(row["signal"], row["curl"]) for row in evidence if row["curl"]]
if replays:
    also = f"; {others} more attempts were alike" if others > 0 else ""
    heading("Replay", f"one attempt on staging, each request with the recorded answer{also}")
    for label, curl in replays:
        show(h('<div class="quiet">{label}</div>', label=label))
        st.code(curl, language="bash", wrap_lines=True)

heading(
    "Best fix",
    link(words(finding["weakness_class"]), "code_flaws", weakness_class=finding["weakness_class"], release=name),
)
told = evidence[0]["summary"] if evidence else "nothing"
show(h("<p>{text}</p>", text=finding["remediation"] or f"No rule states a remediation; the evidence says: {told}"))
for language, example in examples(finding["fix"]).items():
    show(h('<div class="quiet">{language}</div>', language=language))
    st.code(example, language=None)

heading("Endpoints that lead here", "every entry of a path")
table(
    [path[0] for path in paths.values()],
    [
        Column(
            "Service", lambda row: link(row["entry_service"], "service", service=row["entry_service"], release=name)
        ),
        Column(
            "Endpoint",
            lambda row: endpoint_link(row | {"method": row["entry_method"], "route": row["entry_route"]}, name),
        ),
        Column(
            "Path",
            lambda row: link(
                path_label(paths[row["path_number"]]),
                "lead_path",
                finding=finding_id,
                path=row["path_number"],
                release=name,
            ),
        ),
    ],
    "None is known.",
)
