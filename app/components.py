"""The pieces that pages share: badges, times, tables, and the sentence that explains why something is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from app.markup import Html, h, join, link, show
from app.queries import Row
from app.vocabulary import CLEAN, ENGINE_STATES, FIXED, STATES, Mark, mark, words

PAGE_ROWS = 50
LOOKING = ("static", "dynamic", "fuzz", "trace", "imported", "manual")  # techniques that can find something


def badge(chosen: Mark) -> Html:
    """Return icon, word and colour; the word is always there."""
    return h('<span class="badge {c}"><i>{i}</i> {w}</span>', c=chosen.colour, i=chosen.icon, w=chosen.word)


def state_badge(row: Row) -> Html:
    """Return the badge of a finding's state; one that is gone from this release says so."""
    return badge(FIXED if row.get("tracking") == "fixed" else mark(STATES, row["state"]))


def ago(at: datetime | str | None) -> Html:
    """Return a time as "2 min ago", the exact UTC time on hover. Naive times are UTC."""
    if at is None:
        return h('<span class="quiet">–</span>')
    if isinstance(at, str):
        return h("<span>{at}</span>", at=at)
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    seconds = (datetime.now(UTC) - aware).total_seconds()
    spans = ((60, "s", 1), (3600, "min", 60), (86400, "h", 3600), (float("inf"), "d", 86400))
    unit, size = next((unit, size) for limit, unit, size in spans if abs(seconds) < limit)
    told = f"{abs(seconds) // size:.0f} {unit}"
    return h(
        '<time title="{exact}">{told}</time>',
        exact=aware.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        told=f"{told} ago" if seconds >= 0 else f"in {told}",
    )


def clock(at: object) -> Html:
    """Return an ISO time of a log as hours, minutes and seconds, all of it on hover; anything else as it is."""
    try:
        told = datetime.fromisoformat(str(at)).strftime("%H:%M:%S")
    except ValueError:
        told = str(at or "–")
    return h('<time title="{at}">{told}</time>', at=at, told=told)


def duration(seconds: object) -> str:
    """Return seconds with one digit; what is no number as it is."""
    return number(seconds, 1) if isinstance(seconds, int | float) else str(seconds or "–")


def code(value: object) -> Html:
    """Return text in the code face, nothing for nothing."""
    return h("<code>{value}</code>", value=value) if value else Html("")


def located(row: Row) -> str:
    """Return file:line, as much as is known."""
    return f"{row['file']}:{row['line']}" if row["file"] and row["line"] else row["file"] or ""


def place(row: Row) -> Html:
    """Return file:line in the code face."""
    return code(located(row))


def endpoint(row: Row) -> Html:
    """Return method and route, as much as is known."""
    return code(f"{row.get('method') or ''} {row.get('route') or ''}".strip())


def endpoint_link(row: Row, release: str) -> Html:
    """Return method and route as the link to the endpoint's flows, where it is known as one."""
    told = f"{row.get('method') or ''} {row.get('route') or ''}".strip()
    known = row.get("endpoint_id")
    return link(told, "endpoint", endpoint=known, release=release) if known and told else endpoint(row)


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with thousands apart; a missing one as a dash."""
    return "–" if value is None else f"{value:,.{digits}f}"


def finding_link(row: Row, release: str) -> Html:
    """Return a finding's title as the link to its lead path."""
    return link(row.get("title") or row["finding_id"], "lead_path", finding=row["finding_id"], release=release)


def service_link(row: Row, release: str) -> Html:
    """Return a service's name as the link to its page; `*` stands for the system."""
    named = row["service"]
    return link(named, "service", service=named, release=release) if named not in (None, "*") else Html("system")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and the key or the function that gives a row's cell."""

    head: str
    cell: str | Callable[[Row], object]
    is_number: bool = False
    is_wide: bool = False  # takes the space that is left, one line, the whole text on hover
    is_long: bool = False  # a sentence: takes the space that is left and wraps

    def of(self, row: Row) -> object:
        """Return the cell of one row."""
        return row.get(self.cell) if isinstance(self.cell, str) else self.cell(row)


def table(found: Sequence[Row], columns: Sequence[Column], empty: Html | str = "Nothing here.") -> None:
    """Show rows as a table; nothing at all is explained by `empty`."""
    if not found:
        show(h('<div class="empty">{why}</div>', why=empty))
        return
    heads = join(h('<th class="{c}">{head}</th>', c=_class(column), head=column.head) for column in columns)
    body = join(h("<tr>{cells}</tr>", cells=join(_cell(column, row) for column in columns)) for row in found)
    show(h('<table class="rows"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>', heads=heads, body=body))


def _class(column: Column) -> str:
    return "number" if column.is_number else "wide" if column.is_wide else "long" if column.is_long else ""


def _cell(column: Column, row: Row) -> Html:
    cell = column.of(row)
    if isinstance(cell, list):
        cell = ", ".join(map(str, cell))
    if column.is_wide and not isinstance(cell, Html):
        return h('<td class="wide" title="{cell}">{cell}</td>', cell=cell)
    return h('<td class="{c}">{cell}</td>', c=_class(column), cell=cell)


def heading(title: str, note: object = "") -> None:
    """Show a section's heading with a quiet note beside it."""
    show(h('<h3 class="section">{title} <small>{note}</small></h3>', title=title, note=note))


def choose(
    label: str, key: str, options: Sequence[str], told: Callable[[str], str] = words, default: str | None = None
) -> str | None:
    """Show a filter that lives in the address (`?key=…`); "any" is None, unless there is a default."""
    wanted = st.query_params.get(key, default)
    known = [*options, wanted] if wanted and wanted not in options else list(options)
    start = known.index(wanted) if wanted else None
    chosen = st.selectbox(label, known, start, format_func=told, key=f"filter_{key}", placeholder="any")
    if chosen is None:
        st.query_params.pop(key, None)
    elif chosen != wanted:
        st.query_params[key] = chosen
    return chosen


def filters(*wanted: tuple[str, str, Sequence[str]]) -> dict[str, str | None]:
    """Show filters (label, key, options) side by side; return what each is set to."""
    columns = st.columns(max(len(wanted), 4))
    chosen: dict[str, str | None] = {}
    for column, (label, key, options) in zip(columns, wanted, strict=False):
        with column:
            chosen[key] = choose(label, key, options)
    return chosen


def pager(total: int, key: str = "page") -> int:
    """Show which page of a long table is open (`?page=…`); return the offset of its first row."""
    pages = max(1, -(-total // PAGE_ROWS))
    if pages == 1:
        return 0
    return (min(st.pagination(pages, key=key, bind="query-params"), pages) - 1) * PAGE_ROWS


def why_nothing(engines: Iterable[Row], subject: str = "findings") -> Html:
    """Explain an absence: who looked and found nothing, who did not look, who failed. The three never look alike."""
    engines = [row for row in engines if row["technique"] in LOOKING or row["status"] != "complete"]
    if not engines:
        return h("{b} No engine is on record for this, so nothing can be said.", b=badge(STATES["not_assessed"]))
    lines = []
    for status in ("complete", "failed", "skipped", "missing"):
        alike = [row for row in engines if row["status"] == status]
        if alike:
            told = badge(CLEAN if status == "complete" else mark(ENGINE_STATES, status))
            who = _lookers(alike) if status == "complete" else _reasons(alike)
            lead = f"no {subject} from" if status == "complete" else "nothing can be said by"
            lines.append(h("<div>{told} {lead} {who}</div>", told=told, lead=lead, who=who))
    return join(lines)


def _lookers(engines: list[Row]) -> str:
    counted: dict[str, tuple[int, int]] = {}
    for row in engines:
        services, seen = counted.get(row["technique"], (0, 0))
        counted[row["technique"]] = services + 1, seen + (row["rows"] or 0)
    return ", ".join(f"{name} ({services} services, {number(seen)} rows)" for name, (services, seen) in counted.items())


def _reasons(engines: list[Row]) -> str:
    return "; ".join(f"{row['technique']} on {row['service']}: {row['reason'] or 'no reason given'}" for row in engines)
