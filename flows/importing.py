"""`leadline import`: what other tools recorded or reported; the content tells the format, never the name."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engines.contract import Batch, Engine, EngineError, Exerciser, Record, Target
from engines.imported.cyclonedx import CycloneDxEngine
from engines.imported.decision_log import DecisionLogEngine
from engines.imported.junit import JUnitEngine
from engines.rules.loader import load_rules
from engines.trace import spool
from engines.trace.engine import TraceEngine
from flows.landing import land_once
from flows.release import prepare
from flows.settings import Settings

_HEAD = 4_096  # bytes that tell a format


class NotRecognised(ValueError):
    """A file is of no format that can be imported; the message says what it looks like and what is accepted."""


def import_all(settings: Settings, files: list[Path], manifest: Path | None) -> list[dict[str, Any]]:
    """Recognise and read every file; with a manifest, land each into its release, once by content.

    Raises:
        NotRecognised: a file is of no known format.
        EngineError: a file is of a known format and cannot be read at all.
    """
    engines = [(path, *recognise(path)) for path in files]
    assessment = prepare(manifest, None, None, None, settings.data, False) if manifest else None
    outcome = []
    for path, name, engine in engines:
        if assessment is None:
            target = Target("", "*", "", "", "internal")
            rows = Counter(_tables(engine.run(target, load_rules())))
            outcome.append({"file": str(path), "format": name, "landed": False, "rows": dict(rows)})
            continue
        key = assessment.key(engine.name, engine.version, engine.technique, "*", _content(path))
        landed = land_once(settings.warehouse, key, lambda e=engine: e.run(assessment.system_target, assessment.rules))
        if landed.status == "failed":
            raise EngineError(landed.reason)
        outcome.append({"file": str(path), "format": name, "landed": landed.status, "rows": landed.rows})
    return outcome


def recognise(path: Path) -> tuple[str, Engine]:
    """Return the name of the format and the engine that reads it.

    Raises:
        NotRecognised: with what the file looks like.
    """
    if path.is_dir():
        return "recorded segment", TraceEngine(path, Exerciser.IMPORT)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise NotRecognised(f"{path} cannot be read ({error.strerror}); name a file that exists") from None
    if head.startswith(spool.HEADER):
        return "recorded segment", TraceEngine(path, Exerciser.IMPORT)
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if re.match(r"<!doctype html|<html", text, re.IGNORECASE):
        raise NotRecognised(
            f"{path} is an HTML page, not a report (a login or error page saved under that name?); export it again"
        )
    if re.search(r'"bomFormat"\s*:\s*"CycloneDX"', text):
        return "CycloneDX", CycloneDxEngine(path)
    if re.search(r"<testsuites?\b", text):
        return "JUnit", JUnitEngine(path)
    if re.search(r"^- *\w+ *:", text, re.MULTILINE) and re.search(r"^[- ] *(action|subject\w*) *:", text, re.MULTILINE):
        return "decision log", DecisionLogEngine(path)
    if text.startswith("{") and '"runs"' in text and "sarif" in text.lower():
        raise NotRecognised(f"{path} is SARIF, which cannot be imported yet; accepted: {_ACCEPTED}")
    if not head:
        raise NotRecognised(f"{path} is empty; accepted: {_ACCEPTED}")
    if _looks_like_otlp(head, text):
        return "OTLP", TraceEngine(path, Exerciser.IMPORT)
    raise NotRecognised(f"{path} is of no known format; accepted: {_ACCEPTED}")


_ACCEPTED = "OTLP traces (protobuf or JSON, plain, gzip or zstd), CycloneDX JSON, JUnit XML, a decision log in YAML"


def _looks_like_otlp(head: bytes, text: str) -> bool:
    compressed = head[:2] == b"\x1f\x8b" or head[:4] == b"\x28\xb5\x2f\xfd"
    return compressed or "resourceSpans" in text or "resource_spans" in text or head[:1] == b"\x0a"


def _content(path: Path) -> bytes:
    if path.is_dir():
        return b"".join(f.read_bytes() for f in sorted(path.rglob("*")) if f.is_file())
    return path.read_bytes()


def _tables(observed: Iterator[Record | Batch]) -> Iterator[str]:
    with contextlib.closing(observed):
        for item in observed:
            if isinstance(item, Batch):
                yield from [item.record_type.TABLE] * item.rows.num_rows
            else:
                yield item.TABLE
