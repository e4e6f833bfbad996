"""Runs: every engine run, the run log, what was refused, the checks of the data, the tests, the score."""

from app import queries
from app.components import Column, ago, badge, clock, code, duration, filters, heading, number, service_link, table
from app.page import open_page
from app.run_log import last_entries, without_beginnings
from app.settings import run_log
from app.vocabulary import ENGINE_STATES, mark, words

release = open_page("Runs")
name = release["release_id"]
engines = queries.engine_status(name)
runs = queries.runs(name)
chosen = filters(
    ("Service", "service", sorted({row["service"] for row in engines if row["service"]})),
    ("Technique", "technique", sorted({row["technique"] for row in engines})),
    ("Status", "status", list(ENGINE_STATES)),
)


def kept(found: list[queries.Row]) -> list[queries.Row]:
    """Leave the rows that the filters of this page name."""
    return [row for row in found if all(value in (None, row.get(key, value)) for key, value in chosen.items())]


def seconds(row: queries.Row) -> str:
    """How long a run took."""
    if not (row["started_at"] and row["ended_at"]):
        return "–"
    return number((row["ended_at"] - row["started_at"]).total_seconds(), 1)


RUN = [
    Column("Status", lambda row: badge(mark(ENGINE_STATES, row["status"]))),
    Column("Technique", "technique"),
    Column("Engine", "engine"),
    Column("Service", lambda row: service_link(row, name)),
    Column("Reason", "reason", is_long=True),
]
heading("Engines expected", "complete and clean, not assessed, failed: each says which")
table(
    kept(engines),
    [*RUN, Column("Rows", lambda row: number(row["rows"]), is_number=True), Column("Seconds", seconds, is_number=True)],
    "No engine is left by these filters." if any(chosen.values()) else "No engine was expected.",
)

heading("Runs")
table(
    kept(runs),
    [
        *RUN,
        Column("Assessment", "assessment", is_number=True),
        Column("Records", lambda row: number(row["records"]), is_number=True),
        Column("Seconds", seconds, is_number=True),
        Column("Started", lambda row: ago(row["started_at"])),
    ],
    "No run is left by these filters." if any(chosen.values()) else "No engine ran.",
)

entries, unreadable = last_entries(run_log())
entries = without_beginnings(entries)
heading("Run log", f"{run_log().name}, newest first" + (f"; {unreadable} lines are not readable" if unreadable else ""))
table(
    entries,
    [
        Column("At", lambda row: clock(row["at"])),
        Column("Stage", "stage"),
        Column("State", "state"),
        Column("Message", "message", is_wide=True),
        Column("Seconds", lambda row: duration(row["seconds"]), is_number=True),
    ],
    "No run was logged yet: a release writes its stages here while it runs.",
)

heading("Recorded traffic")
table(
    queries.trace_summary(name),
    [
        Column("Service", lambda row: service_link(row, name)),
        Column("Exercised by", lambda row: words(row["exerciser"])),
        *[
            Column(key.capitalize(), lambda row, key=key: number(row[key]), is_number=True)
            for key in ("traces", "spans", "functions", "dropped")
        ],
    ],
    "Nothing was recorded: no reach can be called observed.",
)

heading("Quarantine", "refused on the way in")
table(
    queries.quarantine(name),
    [
        Column("Table", "table_name"),
        Column("Reason", "reason"),
        Column("Source", "source"),
        Column("Record", lambda row: code(row["record"]), is_wide=True),
        Column("Seen", lambda row: ago(row["observed_at"])),
    ],
    "No record was refused.",
)

heading("Data checks")
table(
    queries.checks(name),
    [
        Column("", lambda row: "✓ met" if row["is_met"] else "✗ not met"),
        Column("Table", "table_name"),
        Column("Column", "column_name"),
        Column("Expectation", "expectation", is_wide=True),
        Column("Unexpected", lambda row: number(row["unexpected"]), is_number=True),
        Column("Rows", lambda row: number(row["rows"]), is_number=True),
    ],
    "No check ran.",
)

heading("QA tests")
table(
    queries.test_results(name),
    [
        Column("Outcome", "outcome"),
        Column("Suite", "suite"),
        Column("Test", "name", is_wide=True),
        Column("Message", "message", is_wide=True),
        Column("Seconds", lambda row: number(row["seconds"], 2), is_number=True),
    ],
    "No QA verdict was landed.",
)

scores = queries.scores(name)
if scores:
    heading("Against what is known to be true")
    table(
        scores,
        [
            Column("Scope", lambda row: words(row["scope"])),
            *[
                Column(words(key), lambda row, key=key: number(row[key]), is_number=True)
                for key in (
                    "truth_rows",
                    "true_positive",
                    "false_positive",
                    "false_negative",
                    "true_negative",
                    "unlisted",
                )
            ],
            *[
                Column(key.capitalize(), lambda row, key=key: number(row[key], 2), is_number=True)
                for key in ("precision", "recall", "youden")
            ],
        ],
    )

heading("Decision log", "what people decided")
table(
    queries.decision_log(name),
    [
        Column("Action", lambda row: words(row["action"])),
        Column("On", lambda row: words(row["subject_kind"])),
        Column("Service", lambda row: service_link(row, name)),
        Column("Author", "author"),
        Column("Reason", "reason", is_wide=True),
        Column("", lambda row: "matched" if row["is_matched"] else "matches nothing"),
        Column("Decided", lambda row: ago(row["decided_at"])),
    ],
    "Nobody has decided anything on this release.",
)
