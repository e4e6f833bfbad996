"""The command `leadline inventory`: what a source holds, for people as a page and for machines as JSON."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from engines.contract import Call, Endpoint, Function, Parameter, Record, ScannedFile, Skip, Statement, Target
from engines.redact import printable

R = TypeVar("R", bound=Record)

_MOST_ROUTES = 200
_NAMED = 3  # files named for each reason
_NO_ENDPOINTS = (
    "No file declares one in a way that is known here. Those of a framework that is not known, and those that only an "
    "OpenAPI document declares, are tested when a leadline.yaml names that document as `openapi` of the service."
)
_FIELDS_OF_RUN = ("service", "build_id", "technique")


def inventory(
    path: Annotated[Path, typer.Argument(help="Folder of a source.")] = Path("."),
    json_out: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help=f"Print all endpoints and requests, not the first {_MOST_ROUTES}.")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Read all files anew, and keep nothing in the user's cache folder.")
    ] = False,
) -> None:
    """Print what a source holds: functions, endpoints, parameters, calls, and what was not read, with reasons.

    No server and no warehouse is needed. A function counts as reached by an endpoint when a chain of calls leads there;
    calls through interfaces and by name alone are marked as likely.

        leadline inventory services/orders
        leadline inventory --json . | jq '.endpoints[] | select(.method == "POST")'
    """
    from engines.static.cache import NO_CACHE, FileCache
    from engines.static.inventory import InventoryEngine
    from flows.local.waiting import shown
    from flows.settings import user_cache

    source = path.resolve()
    if not source.is_dir():
        raise typer.BadParameter(f"{path} is no folder", param_hint="PATH")
    engine = InventoryEngine(NO_CACHE if no_cache else FileCache(user_cache()))
    target = Target("local", source.name, "", "", "internal", source=source)
    with shown() as tell:
        tell(f"Reading {path}; what is known of unchanged files is kept")
        records = [record for record in engine.run(target, ()) if isinstance(record, Record)]
    if json_out:
        print(json.dumps(as_json(records), indent=2))
    else:
        show(Console(), records, every)


def as_json(records: Sequence[Record]) -> dict[str, Any]:
    """Return all records of an inventory by kind, and their counts."""
    from engines.static.inventory.reach import reached

    endpoints, calls = _of(records, Endpoint), _of(records, Call)
    reach = reached(endpoints, calls)
    shown: dict[str, Any] = {
        kind.TABLE: [_plain(record) for record in _of(records, kind)]
        for kind in (Function, Endpoint, Parameter, Call, Statement, ScannedFile, Skip)
    }
    for entry in shown["endpoints"]:
        entry["reaches"] = [
            {"file": file, "function": name, "is_approximate": is_likely}
            for (file, name), is_likely in reach[entry["method"], entry["route"]].items()
        ]
    return {"counts": {name: len(rows) for name, rows in shown.items()}, **shown}


def show(console: Console, records: Sequence[Record], every: bool) -> None:
    """Print an inventory for people."""
    if _of(records, ScannedFile):
        _show_languages(console, records)
        _show_endpoints(console, records, every)
        _show_calls(console, records, every)
    else:
        console.print(Text("No file was read: none of it is code that can be read.", style="yellow"))
    _show_skips(console, records)


def _show_languages(console: Console, records: Sequence[Record]) -> None:
    functions = _of(records, Function)
    by_file = {function.file: function.language for function in functions}
    files = Counter(by_file.get(file.file, "?") for file in _of(records, ScannedFile))
    lines: Counter[str] = Counter()
    for file in _of(records, ScannedFile):
        lines[by_file.get(file.file, "?")] += file.lines
    named = Counter(function.language for function in functions if function.kind != "module")
    table = Table("language", "files", "lines", "functions", box=None, header_style="bold", pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for language, count in files.most_common():
        table.add_row(language, f"{count:,}", f"{lines[language]:,}", f"{named[language]:,}")
    console.print(table)


def _show_endpoints(console: Console, records: Sequence[Record], every: bool) -> None:
    from engines.static.inventory.reach import reached

    endpoints = sorted(_of(records, Endpoint), key=lambda each: (each.route, each.method))
    parameters: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in _of(records, Parameter):
        parameters[each.method, each.route].append(each.name if each.place == "path" else f"{each.place}:{each.name}")
    reach = reached(endpoints, _of(records, Call))
    console.print(f"\n[bold]{_counted(len(endpoints), 'endpoint')}[/]")
    if not endpoints:
        console.print(Text(_NO_ENDPOINTS, style="dim"))
    for endpoint in endpoints if every else endpoints[:_MOST_ROUTES]:
        functions = reach[endpoint.method, endpoint.route]
        line = Text(f"{endpoint.method:7}", style="bold").append(printable(endpoint.route), style="not bold")
        if given := parameters[endpoint.method, endpoint.route]:
            line.append(f"  ({printable(', '.join(given))})", style="not bold dim")
        console.print(line, soft_wrap=True)
        where = f"{endpoint.handler or 'handler unknown'}  {endpoint.file}:{endpoint.line}"
        likely = sum(functions.values())
        told = f", reaches {_counted(len(functions) - 1, 'function')}" + (
            f", {likely} of them likely" if likely else ""
        )
        shown = f"        {printable(where)}{told if len(functions) > 1 else ''}"
        console.print(Text(shown, style="dim"), soft_wrap=True)
    _show_more(console, len(endpoints), every)


def _show_calls(console: Console, records: Sequence[Record], every: bool) -> None:
    calls = _of(records, Call)
    inner = [call for call in calls if call.callee_file is not None]
    likely = sum(call.is_approximate for call in inner)
    console.print(
        f"\n[bold]{_counted(len(calls), 'call')}[/]: {len(inner):,} to functions of this source, "
        f"{likely:,} of them likely only; {_counted(len(_of(records, Statement)), 'SQL statement')}",
        soft_wrap=True,
    )
    requests = dict.fromkeys(f"{c.callee}  {c.caller_file}:{c.line}" for c in calls if c.kind == "http")
    for request in list(requests) if every else list(requests)[:_MOST_ROUTES]:
        console.print(Text(f"request {printable(request)}"), soft_wrap=True)
    _show_more(console, len(requests), every)


def _show_more(console: Console, count: int, every: bool) -> None:
    if not every and count > _MOST_ROUTES:
        console.print(f"… and {count - _MOST_ROUTES:,} more (--all prints them)")


def _show_skips(console: Console, records: Sequence[Record]) -> None:
    by_reason: dict[str, list[Skip]] = defaultdict(list)
    for skip in _of(records, Skip):
        by_reason[skip.reason].append(skip)
    if by_reason:
        console.print("\n[bold]Not read, or not whole[/]")
    for reason, skips in sorted(by_reason.items(), key=lambda each: -len(each[1])):
        named = "; ".join(f"{skip.subject} ({skip.explanation.rstrip('.')})" for skip in skips[:_NAMED])
        more = f"; and {len(skips) - _NAMED:,} more" if len(skips) > _NAMED else ""
        console.print(
            Text(f"{len(skips):,} {reason.replace('_', ' ')}: ", style="yellow").append(
                printable(named + more), "default"
            ),
            soft_wrap=True,
        )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _of(records: Sequence[Record], kind: type[R]) -> list[R]:
    return [record for record in records if isinstance(record, kind)]


def _plain(record: Record) -> dict[str, Any]:
    return {key: value for key, value in asdict(record).items() if key not in _FIELDS_OF_RUN}
