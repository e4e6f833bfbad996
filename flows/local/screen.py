"""A scan for people: findings by file with the code, why, and the best fix; at the end, in how much was looked.

Everything from the source is made printable before it reaches a terminal, and known secrets are hidden: the output of a
hook ends up in logs.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Any

from rich.console import Console
from rich.text import Text

from engines.contract import Match, Rule, Skip
from engines.redact import printable, redact
from engines.static.files import SourceFile
from flows.local.finding import SEVERITIES, Finding
from flows.local.findings import Scanned

STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "note": "dim"}
_AROUND = 2  # lines of code before a match
_MOST_LINES = 8  # of a match
_WIDEST = 240  # characters of a line of code
_INDENT = 8  # columns in front of what is told
_READABLE = 110  # columns
_MOST_STEPS = 6  # of a flow
_NAMED = 3  # skipped files named for each reason
_QUIET = {"no_code", "excluded_paths"}  # as it should be: told only when all that was skipped is asked for


def show(console: Console, scanned: Scanned, threshold: str | None, all_skips: bool = False) -> None:
    """Print a scan. `threshold`: the severity from which the exit status is 1; `all_skips`: name everything unread."""
    shown = [finding for finding in scanned.findings if not finding.suppression]
    explained: set[str] = set()  # rules: each is explained once
    for file, findings in groupby(shown, key=lambda finding: finding.match.file):
        console.print(Text(_seen_from_here(scanned.root, file), style="bold underline"), soft_wrap=True)
        for finding in findings:
            _show_finding(console, finding, scanned, finding.rule.id not in explained)
            explained.add(finding.rule.id)
    for file, comment in scanned.without_reason:
        where = f"{_seen_from_here(scanned.root, file)}:{comment.line}"
        console.print(Text(f"{where}: leadline:ignore gives no reason, so it does not count.", style="yellow"))
    _show_skips(console, scanned, all_skips)
    console.print(_closing(scanned, threshold), soft_wrap=True)


def show_rule(console: Console, rule: Rule, language: str | None = None) -> None:
    """Print one rule so that somebody can learn from it; fix and samples of one language, where it has any."""
    width = min(console.width, _READABLE) - 2
    samples = {side: _samples(rule, side, language) for side in ("bad", "good")}
    fixes = {language: rule.fix[language]} if language in rule.fix else rule.fix
    languages = sorted({name for block in rule.static for name in block["languages"]})
    seen_in = [f"source ({', '.join(languages)})"] * bool(languages)
    seen_in += ["running system"] * bool(rule.dynamic) + ["traces"] * bool(rule.trace)
    console.print(Text.assemble((rule.id, "bold"), f"  {rule.name}  {rule.cwe}"), soft_wrap=True)
    console.print(Text(f"severity {rule.severity}, confidence {rule.confidence}", style=STYLES[rule.severity]))
    _show_part(console, "Why", wrap(_flat(rule.description), width))
    _show_part(console, "Remedy", wrap(_flat(rule.remediation), width))
    for name, fix in fixes.items():
        _show_part(console, f"Fix in {name}", fix.rstrip().splitlines(), "green")
    for side, heading in (("bad", "Found, for example"), ("good", "Not found")):
        for sample in samples[side]:
            _show_part(console, f"{heading} ({sample['language']})", sample["code"].rstrip().splitlines())
    _show_part(console, "Seen in", [", ".join(seen_in)])
    _show_part(console, "Suppressed by a comment", [f"leadline:ignore {rule.id} REASON"])
    _show_part(console, "More", rule.references, "blue")


def _samples(rule: Rule, side: str, language: str | None) -> list[Mapping[str, Any]]:
    """One sample of a side, of this language where there is one."""
    samples = [sample for sample in rule.samples.get(side, ()) if "code" in sample]
    return sorted(samples, key=lambda sample: sample["language"] != language)[:1] if language else samples[:1]


def _show_part(console: Console, heading: str, lines: Sequence[str], style: str = "") -> None:
    console.print()
    console.print(Text(heading, style="bold"))
    for line in lines:
        console.print(Text(f"  {printable(line)}", style), soft_wrap=True)


def _show_finding(console: Console, finding: Finding, scanned: Scanned, is_first: bool) -> None:
    """Print a finding; the first of a rule with why it matters and where to read on."""
    match, rule = finding.match, finding.rule
    head = Text(f"  {match.start_line}:{match.start_column}  ")
    doubt = ", low confidence" if rule.confidence == "low" else ""
    head.append(rule.severity, STYLES[rule.severity]).append(doubt).append(f"  {rule.name}  ", "bold")
    console.print(head.append(f"{rule.id}  {rule.cwe}", "dim"), soft_wrap=True)
    for line in _code(match, scanned.files.get(match.file)):
        console.print(line, soft_wrap=True)
    parts = [("from", [_openings(finding)] if finding.openings else [], "", True)]
    parts.append(("flow", list(_flow(finding, scanned.root)), "", False))
    parts.append(("why", [_why(match, rule) if is_first else _flat(match.message or rule.description)], "", True))
    fix = rule.fix.get(finding.language)
    parts.append(
        ("fix", [printable(row) for row in fix.rstrip().splitlines()], "green", False)
        if fix
        else ("remedy", [_flat(rule.remediation)], "", True)
    )
    if finding.also:
        parts.append(("also", [", ".join(finding.also)], "dim", True))
    if is_first:
        parts.append(
            (
                "more",
                [f"leadline rules show {rule.id} --language {finding.language}", *rule.references[:1]],
                "blue",
                False,
            )
        )
    for label, rows, style, is_wrapped in parts:
        for line in _told(console, label, *rows, style=style, is_wrapped=is_wrapped):
            console.print(line, soft_wrap=True)
    console.print()


def _why(match: Match, rule: Rule) -> str:
    """Why it matters; before it what the match says of this place, where that is more than the rule's own sentence."""
    is_general = not match.message or any(match.message == _flat(block.get("message", "")) for block in rule.static)
    return _flat(rule.description if is_general else f"{match.message} {rule.description}")


def _openings(finding: Finding) -> str:
    """The endpoints from which calls lead there; those that are only likely where there are no others."""
    sure = [each for each in finding.openings if not each.is_likely]
    told = sure or finding.openings
    named = ", ".join(printable(f"{each.method} {each.route}") for each in told[:_NAMED])
    more = f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    return named + more + ("" if sure else ": likely, through a call told by its name alone")


def _flow(finding: Finding, root: Path) -> Iterator[str]:
    """The first way that the data takes to the place, a step a line; of a long one the ends."""
    steps = [step for step in finding.steps if step.flow == finding.steps[0].flow]
    for number, step in enumerate(steps):
        if len(steps) > _MOST_STEPS and number == _MOST_STEPS // 2:
            yield f"… {len(steps) - _MOST_STEPS} more steps"
        if len(steps) <= _MOST_STEPS or not _MOST_STEPS // 2 <= number < len(steps) - _MOST_STEPS // 2:
            place = "line " if step.step_file == finding.match.file else f"{_seen_from_here(root, step.step_file)}:"
            yield f"{place}{step.step_line}" + (f": {_flat(step.message)}" if step.message else "")


def _told(console: Console, label: str, *rows: str, style: str = "", is_wrapped: bool = True) -> Iterator[Text]:
    """Rows of text behind a label, wrapped to what can be read in one glance."""
    width = min(console.width, _READABLE) - _INDENT
    lines = [line for row in rows for line in (wrap(row, width) if is_wrapped else [row])]
    for number, line in enumerate(lines):
        yield Text.assemble((f"{label if number == 0 else '':>{_INDENT - 1}} ", "dim"), (line, style))


def _code(match: Match, file: SourceFile | None) -> Iterator[Text]:
    """The lines of a match with their numbers, what is before them, and a mark under the place."""
    lines = file.content.decode("utf-8").split("\n") if file else match.snippet.split("\n")
    offset = 0 if file else match.start_line - 1
    first, last = max(match.start_line - _AROUND, offset + 1), min(match.end_line, match.start_line + _MOST_LINES - 1)
    width = max(_INDENT - 3, len(str(last)))
    for number in range(first, last + 1):
        line = lines[number - 1 - offset] if number - 1 - offset < len(lines) else ""
        is_marked = number >= match.start_line
        shown = _printable(line)
        yield Text.assemble((f" {number:>{width}} │ ", "dim"), (shown, "" if is_marked else "dim"))
        if is_marked:
            begin, end = _columns(match, number, line, shown)
            yield Text.assemble((f" {'':>{width}} │ {'':>{begin}}", "dim"), ("^" * max(end - begin, 1), "bold red"))
    if match.end_line > last:
        yield Text(f" {'…':>{width}} │ {match.end_line - last} more lines", "dim")


def _columns(match: Match, number: int, line: str, shown: str) -> tuple[int, int]:
    """Where the mark begins and ends on screen; engines count columns in bytes, from 1."""
    raw = line.encode("utf-8")
    before = raw[: match.start_column - 1] if number == match.start_line else raw[: len(raw) - len(raw.lstrip())]
    until = raw[: match.end_column - 1] if number == match.end_line else raw
    begin, end = (_printable(part.decode("utf-8", "ignore")) for part in (before, until))
    if shown.startswith(begin) and shown.startswith(end):
        return len(begin), len(end)
    return len(shown) - len(shown.lstrip()), len(shown)  # a secret is hidden here, and places are not the same


def _widened(line: str) -> str:
    return line.replace("\t", "    ")[:_WIDEST]


def _printable(line: str) -> str:
    return printable(redact(_widened(line.rstrip("\r"))))


def _show_skips(console: Console, scanned: Scanned, all_skips: bool) -> None:
    """What was not read, by reason; what nobody misses only when all is asked for."""
    told = (skip for skip in scanned.skips if all_skips or skip.reason not in _QUIET)
    ordered = sorted(told, key=lambda skip: (skip.reason, skip.subject))
    for reason, group in groupby(ordered, key=lambda skip: skip.reason):
        by_part: dict[str, list[Skip]] = {"not read, ": [], "read in part, ": [], "": []}
        for skip in group:
            by_part[_part(skip, scanned)].append(skip)
        for part, some in by_part.items():
            begin = f"{part}{_words(reason)}: "
            if all_skips:
                lines = [f"{begin}{printable(skip.subject)}: {printable(skip.explanation)}" for skip in some]
            else:
                more = f" and {len(some) - _NAMED:,} more (--skipped names them)" if len(some) > _NAMED else ""
                reasons = {skip.explanation.rstrip(".") for skip in some}
                why = f": {printable(reasons.pop())}" if len(reasons) == 1 else ""  # one for all: told
                lines = (
                    [begin + ", ".join(printable(skip.subject) for skip in some[:_NAMED]) + more + why] if some else []
                )
            for line in lines:
                console.print(Text(line, style="dim"), soft_wrap=True)


def _part(skip: Skip, scanned: Scanned) -> str:
    """How to begin what is said of a file; nothing, for a rule."""
    if skip.subject_kind == "rule":
        return ""
    return "read in part, " if _is_part(skip, scanned) else "not read, "


def _is_part(skip: Skip, scanned: Scanned) -> bool:
    """Whether the file was scanned although this is said of it."""
    return skip.subject in scanned.files


def _closing(scanned: Scanned, threshold: str | None) -> Text:
    seconds = f"{scanned.seconds:.1f} s"
    if not scanned.files:
        nothing = f"nothing that changed since {scanned.since} is" if scanned.since else "none of it is"
        return Text(f"Nothing was scanned: {nothing} code that can be read. {seconds}", style="bold yellow")
    counted = {
        "of them in part": len({skip.subject for skip in scanned.skips if _is_part(skip, scanned)}),
        "not read": sum(skip.reason not in _QUIET and _part(skip, scanned) == "not read, " for skip in scanned.skips),
        "suppressed": sum(finding.suppression is not None for finding in scanned.findings),
        "older where nothing changed": scanned.older,
        "less severe left out": scanned.less_severe,
    }
    files = "1 file" if len(scanned.files) == 1 else f"{len(scanned.files):,} files"
    notes = [f"{number:,} {what}" for what, number in counted.items() if number]
    ending = ", ".join([f"{files} scanned", *notes, seconds])
    active = scanned.active
    if not active:
        head = "No findings of that severity" if scanned.less_severe else "No findings"
        return Text.assemble((head, "bold green"), f": {ending}")
    counts = Counter(finding.rule.severity for finding in active)
    by_severity = ", ".join(f"{counts[name]} {name}" for name in reversed(SEVERITIES) if counts[name])
    fails = threshold is not None and scanned.reaches(threshold)
    head = f"{len(active)} finding{'s' if len(active) > 1 else ''} ({by_severity})"
    return Text.assemble((head, "bold red" if fails else "bold yellow"), f": {ending}")


def _words(reason: str) -> str:
    return reason.replace("_", " ")


def _seen_from_here(root: Path, file: str) -> str:
    return printable(os.path.relpath(root / file))


def _flat(text: str | Sequence[str]) -> str:
    return printable(" ".join(str(text).split()))
