"""Changes: what this release does to endpoints, parameters and functions, and which findings stand on changed code."""

from itertools import groupby

from app import queries
from app.components import (
    PAGE_ROWS,
    Column,
    code,
    filters,
    finding_link,
    heading,
    number,
    pager,
    place,
    service_link,
    state_badge,
    table,
)
from app.decision import change_counts
from app.markup import h, join, link, show
from app.page import open_page
from app.vocabulary import CHANGES, words

SHOWN = 200  # rows of the lists that have no pages

release = open_page("Changes")
name = release["release_id"]
totals = queries.change_totals(name)

strip = join(change_counts(kind, list(alike)) for kind, alike in groupby(totals, key=lambda row: row["subject_kind"]))
nothing = "there is no earlier release to compare with" if release["is_baseline"] else "nothing changed"
show(h('<div class="strip">{kinds}</div>', kinds=strip or nothing))

chosen = filters(
    ("Service", "service", sorted({row["service"] for row in totals})),
    ("Change", "change", [change for change in CHANGES if change in {row["change"] for row in totals}]),
)


def cut(shown: list[queries.Row]) -> str:
    """Say where a list was cut: the filters, or `leadline diff --json`, show the rest."""
    return f" · the first {SHOWN}: filter for the rest, or `leadline diff --json`" if len(shown) == SHOWN else ""


def told(row: queries.Row) -> object:
    """What became of it, with its sign."""
    return f"{CHANGES.get(row['change'], '?')} {words(row['change'])}"


def before(row: queries.Row) -> object:
    """What it was: another route, another handler."""
    if row["change"] == "renamed":
        return code(f"{row['previous_method']} {row['previous_route']}")
    return code(row["previous_handler"]) if row["change"] == "handler_changed" else ""


def was(row: queries.Row) -> object:
    """The name and file that a function had, where they are others now."""
    old, new = ((row[f"{prefix}qualified_name"], row[f"{prefix}file"]) for prefix in ("previous_", ""))
    return code(f"{old[0]} ({old[1]})") if old[1] and old != new else ""


def turned(row: queries.Row, what: str, change: str) -> str:
    """What it is, behind what it was where that is the change."""
    return f"{row[f'previous_{what}']} → {row[what]}" if row["change"] == change else row[what]


endpoints = queries.endpoint_changes(name, SHOWN, **chosen)
heading("Endpoints", "a renamed one has its handler under another route: to the outside it is new" + cut(endpoints))
table(
    endpoints,
    [
        Column("Change", told),
        Column("Service", lambda row: service_link(row, name)),
        Column("Endpoint", lambda row: code(f"{row['method']} {row['route']}"), is_wide=True),
        Column("Was", before),
        Column("Handler", lambda row: code(row["handler"])),
        Column("Outside", lambda row: "yes" if row["is_outside"] else "no"),
        Column("Code changed", lambda row: f"{number(100 * (row['changed_share'] or 0))} %", is_number=True),
        Column("Findings", lambda row: number(row["findings"]), is_number=True),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
    "No endpoint changed.",
)

parameters = queries.parameter_changes(name, SHOWN, **chosen)
heading("Parameters", "of endpoints that both releases have" + cut(parameters))
table(
    parameters,
    [
        Column("Change", told),
        Column("Service", lambda row: service_link(row, name)),
        Column("Endpoint", lambda row: code(f"{row['method']} {row['route']}"), is_wide=True),
        Column("Parameter", lambda row: code(row["name"])),
        Column("In", lambda row: turned(row, "place", "moved")),
        Column("Type", lambda row: turned(row, "type", "retyped")),
        Column("", lambda row: "required" if row["is_required"] else "optional"),
    ],
    "No parameter changed.",
)

heading("Findings on changed functions", link("→ code flaws", "code_flaws", release=name))
table(
    queries.findings_on_changes(name, PAGE_ROWS, **chosen),
    [
        Column("State", state_badge),
        Column("Finding", lambda row: finding_link(row, name), is_wide=True),
        Column("Service", lambda row: service_link(row, name)),
        Column("Function", lambda row: code(row["qualified_name"])),
        Column("Its change", lambda row: f"{CHANGES.get(row['function_change'], '?')} {words(row['function_change'])}"),
        Column("Place", place),
        Column("Since", lambda row: words(row["tracking"])),
        Column("Risk", lambda row: number(row["risk_score"]), is_number=True),
    ],
    "No changed function holds a finding.",
)

total = queries.function_change_count(name, **chosen)
heading("Functions", f"{number(total)}, those with findings first")
table(
    queries.function_changes(name, PAGE_ROWS, pager(total), **chosen),
    [
        Column("Change", told),
        Column("Service", lambda row: service_link(row, name)),
        Column("Function", lambda row: code(row["qualified_name"]), is_wide=True),
        Column("Place", place),
        Column("Was", was),
        Column("Told by", lambda row: words(row["matched_by"])),
        Column("Lines", lambda row: number(row["lines"]), is_number=True),
        Column("Endpoints", lambda row: number(row["endpoints"]), is_number=True),
        Column("Findings", lambda row: number(row["findings"]), is_number=True),
    ],
    "No function changed.",
)
