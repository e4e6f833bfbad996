"""What a release changed against its predecessor, read from the published marts: for the terminal and for machines.

Nothing is compared here. Against a release further back the steps in between are told one after the other, the newest
first: what came and went in between is seen as well.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from engines.redact import printable
from flows.decision import NoDecision, select
from flows.warehouse import reading

KINDS = ("endpoints", "parameters", "functions")
_SIGNS = {"new": "[green]+[/]", "removed": "[red]−[/]", "renamed": "→", "moved": "↷", "changed": "[yellow]~[/]"}
_SIGNS |= {"handler_changed": "⇄", "parameters_changed": "≈", "retyped": "≠", "became_required": "[yellow]![/]"}
_ORDER = [*_SIGNS, "became_optional"]
_ROWS = {
    "endpoints": """select service, change, method, route, previous_method, previous_route, handler, previous_handler,
            file, line, changed_share, changed_parameters, is_outside, findings
        from marts.endpoint_changes where release_id = ? order by service, route, method""",
    "parameters": """select service, change, method, route, name, place, type, previous_type, previous_place,
            is_required
        from marts.parameter_changes where release_id = ? order by service, route, method, place, name, change""",
    "functions": """select service, change, qualified_name, file, line, lines, previous_qualified_name, previous_file,
            matched_by, endpoints, findings
        from marts.function_changes where release_id = ? order by service, findings desc, file, line, qualified_name""",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One release beside its predecessor; `previous_release_id` is None for a baseline, which changes nothing."""

    release_id: str
    previous_release_id: str | None
    endpoints: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    functions: list[dict[str, Any]]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each kind changed, and how."""
        return {kind: _counted(getattr(self, kind)) for kind in KINDS}


def read_diff(published: Path, release_id: str | None = None, against: str | None = None) -> list[Step]:
    """Read what a release (None: the newest) changed, step by step back to `against` (None: its predecessor).

    Raises:
        NoDecision: nothing is published, there is no such release, or it does not descend from `against`.
    """
    if not published.exists():
        raise NoDecision("nothing has been published yet; run `leadline release leadline.yaml` first")
    with reading(published) as connection:
        known = {
            row["release_id"]: row["previous_release_id"]
            for row in select(
                connection,
                "select release_id, previous_release_id from marts.releases order by assessed_at desc, release_id desc",
            )
        }
        return [
            Step(one, known[one], **{kind: select(connection, sql, one) for kind, sql in _ROWS.items()})
            for one in _steps(known, release_id, against)
        ]


def _steps(known: dict[str, str | None], release_id: str | None, against: str | None) -> list[str]:
    start = release_id or next(iter(known), None)
    if start not in known:
        raise NoDecision(f"no release {release_id!r} has been assessed; known: {', '.join(known) or 'none'}")
    if against is None:
        return [start]
    steps, at = [], start
    while at in known and at != against and at not in steps:
        steps.append(at)
        at = known[at]
    if at != against or not steps:
        before = ", ".join([r for r in (known[s] for s in steps) if r]) or "nothing"
        raise NoDecision(
            f"{start} was not assessed against {against!r} but against {before}: "
            f"assess it with `leadline release leadline.yaml --against RELEASE`"
        )
    return steps


def as_json(steps: list[Step]) -> list[dict[str, Any]]:
    """Return the steps whole, each with its counts."""
    return [asdict(step) | {"counts": step.counts()} for step in steps]


def show_diff(steps: list[Step], limit: int, console: Console | None = None) -> None:
    """Print the steps for people: counts first, then at most `limit` rows of a kind in a service."""
    console = console or Console(highlight=False, soft_wrap=True)
    for step in steps:
        if step.previous_release_id is None:
            console.print(f"[bold]{_text(step.release_id)}[/] is a baseline: there is nothing to compare it with")
            continue
        console.print(f"[bold]{_text(step.release_id)}[/] against {_text(step.previous_release_id)}")
        for kind, counted in step.counts().items():
            told = " · ".join(f"{_SIGNS.get(change, ' ')} {n:,} {_words(change)}" for change, n in counted.items())
            console.print(f"  {kind:<11}{told or 'unchanged'}")
        for kind in KINDS:
            for service, rows in groupby(getattr(step, kind), key=lambda row: row["service"]):
                _show_rows(console, kind, service, list(rows), limit)


def _show_rows(console: Console, kind: str, service: str, rows: list[dict[str, Any]], limit: int) -> None:
    console.print(f"\n[bold]{_text(service)}[/] {kind}")
    shown = sorted(rows, key=lambda row: (_ORDER.index(row["change"]), -row.get("findings", 0)))[:limit]
    for row in shown:
        subject, notes = _TOLD[kind](row)
        tail = f"  [dim]{_text(' · '.join(note for note in notes if note))}[/]" if any(notes) else ""
        console.print(f"  {_SIGNS.get(row['change'], ' ')} {_words(row['change']):<18} {_text(subject)}{tail}")
    if len(rows) > len(shown):
        console.print(f"    [dim]… and {len(rows) - len(shown):,} more (--limit, or --json for all)[/]")


def _endpoint(row: dict[str, Any]) -> tuple[str, list[str]]:
    return f"{row['method']} {row['route']}", [
        f"was {row['previous_method']} {row['previous_route']}" if row["change"] == "renamed" else "",
        f"handler {row['previous_handler']} → {row['handler']}" if row["change"] == "handler_changed" else "",
        f"{row['changed_share']:.0%} of its code" if row["changed_share"] and row["change"] != "new" else "",
        _many(row["changed_parameters"], "parameter"),
        "outside" if row["is_outside"] else "",
        _many(row["findings"], "finding"),
    ]


def _parameter(row: dict[str, Any]) -> tuple[str, list[str]]:
    return f"{row['method']} {row['route']} {row['name']}", [
        f"{row['previous_place']} → {row['place']}" if row["change"] == "moved" else row["place"],
        f"{row['previous_type']} → {row['type']}" if row["change"] == "retyped" else row["type"],
        "required" if row["is_required"] else "",
    ]


def _function(row: dict[str, Any]) -> tuple[str, list[str]]:
    before = (row["previous_qualified_name"], row["previous_file"])
    is_other = before[1] is not None and before != (row["qualified_name"], row["file"])
    return f"{row['qualified_name']} ({row['file']}:{row['line']})", [
        f"was {before[0]} ({before[1]})" if is_other else "",
        _many(row["endpoints"], "endpoint"),
        _many(row["findings"], "finding"),
    ]


_TOLD = {"endpoints": _endpoint, "parameters": _parameter, "functions": _function}


def _counted(rows: list[dict[str, Any]]) -> dict[str, int]:
    changes = [row["change"] for row in rows]
    return {change: changes.count(change) for change in _ORDER if change in changes}


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number != 1 else ''}" if number else ""


def _words(change: str) -> str:
    return change.replace("_", " ")


def _text(value: str) -> str:
    return escape(printable(value))
