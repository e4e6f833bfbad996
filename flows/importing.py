"""`leadline import`: what other tools recorded or reported."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engines.contract import Batch, Engine, EngineError, Record, Target
from engines.rules.loader import load_rules
from flows.formats import recognise
from flows.release import prepare
from flows.reports import land_files, together
from flows.settings import Settings


def import_all(settings: Settings, files: list[Path], manifest: Path | None) -> list[dict[str, Any]]:
    """Recognise and read every file; with a manifest, land each into its release, once by content.

    Raises:
        NotRecognised: a file is of no known format.
        EngineError: a file is of a known format and cannot be read at all.
    """
    known = [(path, *recognise(path)) for path in files]  # refused before anything is opened
    if manifest is None:
        return [_counted(path, name, engine) for path, name, engine in known]
    assessment = prepare(manifest, None, None, None, settings.data, False)
    services = tuple(assessment.targets.values())
    recognised = [(path, *recognise(path, services)) for path in files]
    outcome = []
    for group in together([(path, engine) for path, _, engine in recognised]):
        landed = land_files(assessment, group)
        if landed.status == "failed":
            raise EngineError(landed.reason)
        names = {path: name for path, name, _ in recognised}
        paths = [path for path, _ in group]
        shown = ", ".join(map(str, paths))
        outcome.append({"file": shown, "format": names[paths[0]], "landed": landed.status, "rows": landed.rows})
    return outcome


def _counted(path: Path, name: str, engine: Engine) -> dict[str, Any]:
    target = Target("", "*", "", "", "internal")
    rows = Counter(_tables(engine.run(target, load_rules())))
    return {"file": str(path), "format": name, "landed": False, "rows": dict(rows)}


def _tables(observed: Iterator[Record | Batch]) -> Iterator[str]:
    with contextlib.closing(observed):
        for item in observed:
            if isinstance(item, Batch):
                yield from [item.record_type.TABLE] * item.rows.num_rows
            else:
                yield item.TABLE
