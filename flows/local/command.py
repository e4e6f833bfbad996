"""The commands `leadline scan` and `leadline rules show`: read the arguments, call one thing, say what came of it.

What is slow to import is imported when it is needed: a hook is run at every commit.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.local.findings import Scanned


class Severity(StrEnum):
    """How grave a finding is if it is true."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTE = "note"


class FailOn(StrEnum):
    """From which severity on the exit status is 1."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTE = "note"
    NEVER = "never"


Packs = Annotated[list[Path] | None, typer.Option("--pack", help="Folder of an own rule pack; repeatable.")]


def scan(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders.", show_default=".")] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="REV", help="Only what changed since this revision of git, uncommitted and new files too."
        ),
    ] = None,
    all_lines: Annotated[
        bool, typer.Option("--all-lines", help="With --since: all findings of changed files, older ones too.")
    ] = False,
    severity: Annotated[Severity, typer.Option(help="Show findings from this severity on.")] = Severity.NOTE,
    fail_on: Annotated[FailOn, typer.Option(help="Exit with 1 from this severity on.")] = FailOn.LOW,
    rule: Annotated[
        list[str] | None, typer.Option(help="Only this rule or weakness class; repeatable.", metavar="ID")
    ] = None,
    pack: Packs = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Leave out what matches, as in .gitignore; repeatable.", metavar="PATTERN")
    ] = None,
    json_out: Annotated[bool, typer.Option("--json", help="Print JSON instead, for programs.")] = False,
    sarif: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write SARIF 2.1.0; - prints it instead.", show_default=False),
    ] = None,
    skipped: Annotated[bool, typer.Option("--skipped", help="Name everything that was not read, and why.")] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Analyse all files anew, and keep nothing in the user's cache folder.")
    ] = False,
) -> None:
    """Find weaknesses in source code, on this machine alone: no server, no account, nothing leaves it.

    Examples:

    - `leadline scan` — the current folder
    - `leadline scan src api/views.py` — a folder and a file
    - `leadline scan --since HEAD~1` — what the last commit and the work since brought in
    - `leadline scan --since main --fail-on high` — a branch; only grave findings fail it
    - `leadline scan --sarif leadline.sarif` — for GitHub code scanning and editors
    - `leadline scan --rule sql-injection --json` — one weakness, for a program

    Each finding comes with the code, why it matters and the best fix; `leadline rules show ID` tells more. A finding
    that is none, or is accepted, is left out by a comment on its line or the line above: `leadline:ignore RULE REASON`;
    without a reason it does not count.

    Exit status: 0 no finding from `--fail-on` on, 1 findings, 64 wrong usage (also a folder without any code: that is
    no clean result), 70 failure. As a pre-commit hook: id `leadline-scan` of this repository.
    """
    from engines.static.cache import NO_CACHE, FileCache
    from flows.local.findings import ScanError, scan_paths
    from flows.local.rules import rules_of, selected
    from flows.local.waiting import shown
    from flows.settings import user_cache

    given = [path.absolute() for path in paths or [Path.cwd()]]
    missing = [str(path) for path, whole in zip(paths or (), given, strict=False) if not whole.exists()]
    if missing:
        raise ScanError(f"There is no {', '.join(missing)}: name files and folders that exist.")
    cache = NO_CACHE if no_cache else FileCache(user_cache())
    with shown() as tell:
        tell("Reading the rules")
        scanned = scan_paths(
            given,
            selected(rules_of(pack or (), cache), rule or ()),
            cache,
            since=since,
            whole_files=all_lines,
            exclude=exclude or (),
            severity=severity.value,
            tell=tell,
        )
    threshold = None if fail_on is FailOn.NEVER else fail_on.value
    if sarif:
        _write_sarif(scanned, sarif)
    if str(sarif) != "-":
        _show(scanned, threshold, json_out, skipped)
    if not scanned.files and since is None and any(path.is_dir() for path in given):
        raise typer.Exit(64)
    raise typer.Exit(1 if threshold and scanned.reaches(threshold) else 0)


def rules_show(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="A rule or weakness class.")],
    language: Annotated[
        str | None, typer.Option(help="Fix and examples in this language only, where there are any.")
    ] = None,
    pack: Packs = None,
) -> None:
    """Show one rule: why, the remedy, the fix in each language, and what it finds."""
    from rich.console import Console

    from engines.static.cache import NO_CACHE
    from flows.local.rules import rules_of, selected
    from flows.local.screen import show_rule

    for rule in selected(rules_of(pack or (), NO_CACHE), [rule_id]):
        show_rule(Console(highlight=False), rule, language)


def _show(scanned: Scanned, threshold: str | None, json_out: bool, skipped: bool) -> None:
    if json_out:
        from flows.local.report import as_json

        print(as_json(scanned))
        return
    from rich.console import Console

    from flows.local.screen import show

    show(Console(highlight=False), scanned, threshold, skipped)


def _write_sarif(scanned: Scanned, file: Path) -> None:
    from flows.local.report import as_sarif

    if str(file) == "-":
        print(as_sarif(scanned))
    else:
        file.write_text(as_sarif(scanned), encoding="utf-8")
