"""The run log: one JSON object a line (`at, stage, state, seconds, message`), written by the flow while it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FIELDS = ("at", "stage", "state", "seconds", "message")
TAIL = 256 * 1024  # bytes that are read
SHOWN = 200


def last_entries(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the newest entries first, and how many lines could not be read. A missing log is empty."""
    try:
        with path.open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - TAIL))
            lines = log.read(TAIL).decode(errors="replace").splitlines()[1 if size > TAIL else 0 :]
    except FileNotFoundError:
        return [], 0
    entries: list[dict[str, Any]] = []
    unreadable = 0
    for line in reversed([line for line in lines if line.strip()][-SHOWN:]):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        if isinstance(entry, dict):
            entries.append({field: entry.get(field) for field in FIELDS})
        else:
            unreadable += 1
    return entries, unreadable


def without_beginnings(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out that a stage began where it has ended since; `entries` are the newest first."""
    ended: dict[object, int] = {}
    kept = []
    for entry in entries:
        if entry["state"] == "running" and ended.get(entry["stage"]):
            ended[entry["stage"]] -= 1
            continue
        if entry["state"] != "running":
            ended[entry["stage"]] = ended.get(entry["stage"], 0) + 1
        kept.append(entry)
    return kept
