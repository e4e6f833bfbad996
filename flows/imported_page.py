"""What `leadline import` says on a terminal of the files it was given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from engines.redact import printable

_MOST = 20  # endpoints, or services, that are named

# What a record of a report is called, one and several.
_NOUNS = {
    "matches": ("match", "matches"),
    "rules": ("rule", "rules"),
    "advisories": ("known vulnerability", "known vulnerabilities"),
    "test_results": ("test verdict", "test verdicts"),
    "decision_log": ("decision", "decisions"),
    "covered_lines": ("stretch of lines that ran", "stretches of lines that ran"),
}


def show(console: Console, files: Sequence[Mapping[str, Any]]) -> None:
    """Print what each file told, and whether it was landed."""
    for file in files:
        console.print(
            Text(printable(file["file"]), style="bold").append(f": {file['format']}", "not bold"), soft_wrap=True
        )
        if "spans" in file:
            _show_traces(console, file)
        else:
            counts = [_counted(count, *_NOUNS[name]) for name, count in file["rows"].items() if name in _NOUNS]
            _line(console, ", ".join(counts) or "nothing that is kept")
        _show_refused(console, file["quarantined"])
        _show_untold(console, file["untold"])
        if unknown := file.get("not_in_manifest"):
            _line(console, f"Not in the manifest: {_named(unknown)}; what they did meets no source.", "yellow")
            _line(
                console,
                "  Name a service alike in leadline.yaml and OTEL_SERVICE_NAME; a HAR's hosts are found by base_url.",
            )
    _show_landed(console, files)


def _show_traces(console: Console, file: Mapping[str, Any]) -> None:
    sinks = ", ".join(f"{count:,} {kind}" for kind, count in file["sinks"].items())
    paths = f"; call paths to sinks: {sinks}" if sinks else "; no call path to a sink"
    _line(console, f"{_counted(file['traces'], 'trace')}, {_counted(file['spans'], 'span')}{paths}")
    named = f": {_named(file['services'])}" if file["services"] else ""
    _line(console, f"{_counted(len(file['services']), 'service')}{named}")
    endpoints = [
        f"{one['method']} {one['route'] or '(no route)'}".strip() + f" of {one['service']}" for one in file["endpoints"]
    ]
    _line(console, f"{_counted(len(endpoints), 'endpoint')}" + (f": {_named(endpoints)}" if endpoints else ""))


def _show_refused(console: Console, reasons: Sequence[Mapping[str, Any]]) -> None:
    if reasons:
        total = sum(one["count"] for one in reasons)
        _line(console, f"{_counted(total, 'record')} refused, kept in quarantine when landed:", "yellow")
    for one in reasons:
        where = f" (one is at {one['source']})" if one["source"] else ""
        _line(console, f"  {one['count']:,} × {one['reason']}{where}")


def _show_untold(console: Console, untold: Sequence[Mapping[str, Any]]) -> None:
    services: dict[str, list[str]] = defaultdict(list)
    for one in untold:
        services[one["explanation"]] += [one["service"]] if one["service"] not in ("", "*") else []
    if untold:
        _line(console, "What it does not tell:", "yellow")
    for explanation, whose in services.items():
        _line(console, f"  {_named(whose)}: {explanation}" if whose else f"  {explanation}")


def _show_landed(console: Console, files: Sequence[Mapping[str, Any]]) -> None:
    if all(file["landed"] is False for file in files):
        console.print("Nothing was landed: name the release by --manifest leadline.yaml.")
        return
    kept = sum(file["landed"] == "kept" for file in files)
    console.print(
        f"Landed {len(files) - kept:,} of {len(files):,}" + (f"; {kept:,} had landed before." if kept else ".")
    )


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(f"  {printable(text)}", style=style), soft_wrap=True)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST:,} more (--json names all)" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or one + 's'}"
