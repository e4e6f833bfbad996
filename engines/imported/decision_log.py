"""The decision log: triage of findings, sign-offs of manual tests, waivers, requests to QA, each with author and time.

A YAML list, or one JSON object a line. Keys are the fields of `LogEntry`; short forms are allowed:

    - {subject: finding, where: {service: orders, class: sql-injection, file: a.py, function: load},
       action: false_positive, author: dana, reason: the column comes from a fixed table, at: 2026-02-16T09:30:00Z}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from engines import untrusted_yaml
from engines.contract import EngineError, LogEntry, Record, Rule, Target, Technique, stable_id
from engines.imported.reading import read_text
from engines.redact import bounded, printable

_WHAT = "a decision log (a YAML list or JSON lines)"
_LIMIT = 5_000_000
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "finding": ("false_positive", "accepted", "fixed", "open"),
    "manual_test": ("passed", "flaw_found", "waived"),
    "gap": ("asked", "waived"),
}
_SHORT = {
    "subject": "subject_kind",
    "id": "subject_id",
    "class": "weakness_class",
    "at": "decided_at",
    "until": "expires_at",
    "release": "decided_in_release",
}
_WHERE = ("service", "weakness_class", "file", "function", "method", "route", "trigger")
_OTHER = ("subject_kind", "subject_id", "action", "author", "reason", "decided_at", "expires_at", "decided_in_release")
_NEEDED = ("subject_kind", "action", "author", "reason", "decided_at")


class DecisionLogEngine:
    """Yields a `LogEntry` for each entry of the log."""

    name = "decision_log"
    version = "1"
    technique = Technique.MANUAL

    def __init__(self, path: Path) -> None:
        self._path = path

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield the entries. Raises `EngineError` that names file, entry, key and what is valid."""
        for number, raw in enumerate(self._entries(), start=1):
            yield self._entry(raw, f"{self._path.name}, entry {number}:", target.service)

    def _entries(self) -> list[Any]:
        text = read_text(self._path, _WHAT, _LIMIT)
        try:
            if text.lstrip().startswith("{"):
                return [json.loads(line) for line in text.splitlines() if line.strip()]
            entries = untrusted_yaml.load(text)
        except (ValueError, RecursionError, yaml.YAMLError) as error:
            said = " ".join(str(error).split())[:200]
            raise EngineError(f"{self._path.name} cannot be read as {_WHAT}: {said}") from error
        if not isinstance(entries, list | None):
            raise EngineError(f"{self._path.name} is no list: {_WHAT} was expected.")
        return entries or []

    def _entry(self, raw: Any, where: str, service: str) -> LogEntry:
        if not isinstance(raw, dict):
            raise EngineError(f"{where} it is no mapping; keys are {', '.join((*_OTHER, 'where'))}.")
        fields = _flat(raw, where)
        for key in _NEEDED:
            if fields.get(key) in (None, ""):
                raise EngineError(f"{where} `{key}` is missing; needed are {', '.join(_NEEDED)}.")
        kind, action = fields["subject_kind"], fields["action"]
        if kind not in ACTIONS:
            raise EngineError(f"{where} the subject {kind!r} is unknown; valid are {', '.join(ACTIONS)}.")
        if action not in ACTIONS[kind]:
            raise EngineError(
                f"{where} the action {action!r} is not for a {kind}; valid are {', '.join(ACTIONS[kind])}."
            )
        if not fields.get("subject_id") and not any(fields.get(key) for key in _WHERE[1:]):
            raise EngineError(f"{where} it names no subject; give `id`, or `where` with any of {', '.join(_WHERE)}.")
        for key in ("decided_at", "expires_at"):
            fields[key] = _moment(fields.get(key), f"{where} `{key}`")
        texts = {key: _text(fields.get(key)) for key in (*_WHERE, *_OTHER) if not key.endswith("_at")}
        texts["service"] = texts["service"] or service
        moments = {key: fields[key] for key in ("decided_at", "expires_at")}
        entry_id = stable_id(*(texts[key] for key in sorted(texts)), *(moments[key] for key in sorted(moments)))
        return LogEntry(entry_id=entry_id, **texts, **moments)  # type: ignore[arg-type]


def _flat(raw: Mapping[Any, Any], where: str) -> dict[str, Any]:
    """Return an entry with `where` unfolded and short keys spelled out."""
    place = raw.get("where") or {}
    if not isinstance(place, dict):
        raise EngineError(f"{where} `where` is no mapping; its keys are {', '.join(_WHERE)}.")
    fields: dict[str, Any] = {}
    for holder, valid in ((place, _WHERE), ({k: v for k, v in raw.items() if k != "where"}, (*_WHERE, *_OTHER))):
        for key, value in holder.items():
            name = _SHORT.get(str(key), str(key))
            if name not in valid:
                raise EngineError(
                    f"{where} the key {str(key)[:60]!r} is unknown; valid are {', '.join((*valid, 'where'))}."
                )
            fields[name] = value
    return fields


def _moment(value: Any, what: str) -> datetime | None:
    if value is None:
        return None
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (ValueError, AttributeError, OverflowError):
        raise EngineError(f"{what} is no time; write it as 2026-02-16T09:30:00Z.") from None


def _text(value: Any) -> str | None:
    return None if value is None else bounded(printable(str(value)), 2_000)
