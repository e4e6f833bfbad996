"""Rules: what was in force, read-only."""

import streamlit as st

from app import queries
from app.components import Column, filters, heading, number, table
from app.fixes import examples
from app.markup import h, link, show
from app.page import open_page
from app.vocabulary import words

release = open_page("Rules")
name = release["release_id"]
everything = queries.rules()
chosen = filters(
    ("Class", "weakness_class", sorted({row["weakness_class"] for row in everything})),
    ("Part", "part", ["static", "dynamic", "trace"]),
)
wanted = st.query_params.get("rule")
opened = next((row for row in everything if row["rule_id"] == wanted), None)

if opened:
    heading(opened["name"], link("→ all rules", "rules", release=name))
    show(
        h(
            "<div><code>{id}</code> · {cwe} · severity {severity} · confidence {confidence}</div>"
            "<p>{text}</p><p><b>Remediation:</b> {fix}</p>",
            id=opened["rule_id"],
            cwe=opened["cwe"],
            severity=opened["severity"],
            confidence=opened["confidence"],
            text=opened["description"],
            fix=opened["remediation"],
        )
    )
    for language, example in examples(opened["fix"]).items():
        show(h('<div class="quiet">{language}</div>', language=language))
        st.code(example, language=None)

kept = queries.rules(chosen["weakness_class"], chosen["part"])
heading("Rules", f"{len(kept)} as they were landed; the editor comes later, until then the packs are files")
table(
    kept,
    [
        Column("Rule", lambda row: link(row["rule_id"], "rules", rule=row["rule_id"], release=name)),
        Column("Name", "name", is_wide=True),
        Column("Class", lambda row: words(row["weakness_class"])),
        Column("CWE", "cwe"),
        Column("Severity", "severity"),
        Column("Confidence", "confidence"),
        Column("Kind", lambda row: words(row["kind"])),
        Column("Static", lambda row: "✓" if "static" in (row["parts"] or []) else "–"),
        Column("Dynamic", lambda row: "✓" if "dynamic" in (row["parts"] or []) else "–"),
        Column("Trace", lambda row: "✓" if "trace" in (row["parts"] or []) else "–"),
        Column("Findings", lambda row: number(row["findings"]), is_number=True),
    ],
    "No rule is left by these filters." if any(chosen.values()) else "No rule was landed: nothing could be found.",
)
