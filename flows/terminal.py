"""What a person reads at the end of a run: the decision with its reasons, and the score where the truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.decision import WORDS, Decision, read_decision, select
from flows.warehouse import reading

_STYLE = {"ship": "bold green", "test_by_hand": "bold yellow", "block": "bold red", "could_not_assess": "bold magenta"}
_MARK = {"block": "[red]⬤ blocks[/]", "could_not_assess": "[magenta]▨ not assessed[/]"}
_MARK |= {"test_by_hand": "[yellow]✋ by hand[/]", "note": "[dim]· noted[/]"}


def show(published: Path, release_ids: list[str], expected: Path | None = None, names: tuple[str, ...] = ()) -> int:
    """Print the decision of each release, and return the exit status of the last one.

    `expected` is the demo's file of expected decisions by release name; a difference is printed, not hidden.
    """
    console, status = Console(highlight=False), 0
    for release_id in release_ids:
        decision = read_decision(published, release_id)
        _show_decision(console, decision)
        _show_score(console, published, release_id)
        status = decision.exit_status
    if expected:
        _show_expected(console, published, release_ids, names, yaml.safe_load(expected.read_text()))
    return status


def _show_decision(console: Console, decision: Decision) -> None:
    change = "" if decision.risk_change is None else f" ({decision.risk_change:+.0f})"
    console.rule(f"[bold]{escape(decision.release_id)}", align="left")
    console.print(
        f"[{_STYLE[decision.decision]}]{WORDS[decision.decision]}[/]   risk {decision.risk_score:.0f}{change}   "
        f"uncertainty {decision.uncertainty:.0%}   exit status {decision.exit_status}"
    )
    table = Table(box=None, show_header=False, padding=(0, 1), expand=False)
    for reason in decision.reasons:
        table.add_row(_MARK[reason.outcome], escape(reason.title), f"[dim]{escape(reason.detail)}[/]")
    console.print(table)


def _show_score(console: Console, published: Path, release_id: str) -> None:
    with reading(published) as connection:
        rows = select(connection, "select * from marts.scores where release_id = ? order by scope", release_id)
        later = select(
            connection,
            "select count(distinct truth_id) as n from marts.score_rows where release_id = ? and coverage = 'later'",
            release_id,
        )[0]["n"]
    if not rows:
        return
    table = Table("judged against the truth", "TP", "FP", "FN", "TN", "unlisted", "precision", "recall", "Youden")
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        counts = [row[c] for c in ("true_positive", "false_positive", "false_negative", "true_negative", "unlisted")]
        ratios = [_ratio(row[c]) for c in ("precision", "recall", "youden")]
        table.add_row(row["scope"], *(str(c) for c in counts), *ratios)
    console.print(table)
    if later:
        console.print(f"[dim]{later} rows of the truth are marked `later` (not covered yet) and not counted.[/]")


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _show_expected(
    console: Console, published: Path, release_ids: list[str], names: tuple[str, ...], expected: dict[str, Any]
) -> None:
    for release_id, name in zip(release_ids, names, strict=True):
        decision, stated = read_decision(published, release_id), expected["releases"][name]
        agrees = (decision.decision, decision.exit_status) == (stated["decision"], stated["exit_status"])
        word = "as the truth file states" if agrees else f"but the truth file states {stated['decision']}"
        console.print(f"{escape(release_id)}: {decision.decision}, {word}")
