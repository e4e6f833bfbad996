"""`leadline doctor`: all checks, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from engines.redact import printable
from flows.doctor.check import Check
from flows.doctor.installation import installation
from flows.doctor.staging import staging
from flows.doctor.traces import traces
from flows.manifest import load_manifest
from flows.settings import Settings, environment

_MARKS = {"ok": ("✓", "green"), "mend": ("✗", "bold red"), "note": ("•", "yellow"), "unknown": ("?", "yellow")}


def examine(settings: Settings, manifest_path: Path | None, release_id: str | None) -> tuple[str | None, list[Check]]:
    """Return the release that was looked at, None where none was assessed yet, and all checks.

    `manifest_path`: without it neither the receiver's address nor the services are asked.

    Raises:
        ManifestError: the manifest cannot be used.
        NoDecision: there is no such release.
    """
    manifest = load_manifest(manifest_path, environment()) if manifest_path else None
    languages = frozenset(spec.language or "" for spec in manifest.services.values()) if manifest else frozenset()
    checks = list(installation(settings, languages))
    if manifest:
        checks += staging(manifest)
    chosen, found = traces(settings.published, release_id)
    return chosen, checks + found


def as_json(release_id: str | None, checks: Iterable[Check]) -> dict[str, Any]:
    """Return the checks for machines."""
    return {"release_id": release_id, "checks": [asdict(check) for check in checks]}


def show(release_id: str | None, checks: list[Check], console: Console | None = None) -> None:
    """Print the checks by subject; what is to be mended comes with its remedy."""
    console = console or Console(highlight=False)
    for subject, group in groupby(sorted(checks, key=_order(checks)), key=lambda check: check.subject):
        console.print(Text(printable(subject), style="bold"), soft_wrap=True)
        for check in group:
            mark, style = _MARKS[check.status]
            console.print(
                Text.assemble("  ", (mark, style), f" {check.name:<15}", printable(check.seen)), soft_wrap=True
            )
            if check.remedy and check.status != "ok":
                console.print(Text(f"{'':<19}→ {printable(check.remedy)}", style="cyan"), soft_wrap=True)
            for detail in check.details:
                console.print(Text(f"{'':<19}{printable(detail)}", style="dim"), soft_wrap=True)
    told = (
        f"traces of {release_id}" if release_id else "no release was assessed yet: run `leadline release leadline.yaml`"
    )
    wrong = sum(check.status == "mend" for check in checks)
    closing = f"{wrong} to mend" if wrong else "nothing to mend"
    console.print(Text(f"\n{closing}, {len(checks)} looked at; {told}", style="bold"), soft_wrap=True)


def _order(checks: list[Check]) -> Any:
    """Return a key that keeps subjects in order of first mention, so that a service stands once."""
    first: dict[str, int] = {}
    for check in checks:
        first.setdefault(check.subject, len(first))
    return lambda check: first[check.subject]
