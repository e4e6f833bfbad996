"""`leadline import`: what other tools recorded or reported."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

from engines.contract import Engine, EngineError, Target
from engines.rules.loader import load_rules
from flows.formats import recognise
from flows.settings import Settings
from flows.tally import Tally

_NO_RELEASE = Target("", "*", "", "", "internal")


def import_all(settings: Settings, files: list[Path], manifest: Path | None) -> list[dict[str, Any]]:
    """Recognise and read every file; with a manifest, land each into its release, once by content.

    Returns for each file, or for files of one tool that land together, what it is and what it tells
    (`flows/tally.py`); `landed` is False without a manifest, else what became of the run;
    `not_in_manifest` holds the services of the file that the manifest does not name.

    Raises:
        NotRecognised: a file is of no known format.
        EngineError: a file is of a known format and cannot be read at all.
    """
    known = [(path, *recognise(path)) for path in files]  # refused before anything is opened
    if manifest is not None:
        return _land(settings, files, manifest)
    return [{"file": str(path), "format": name, "landed": False, **_read(engine)} for path, name, engine in known]


def _land(settings: Settings, files: list[Path], manifest: Path) -> list[dict[str, Any]]:
    from flows.release import prepare  # Prefect, which takes its time, is only needed here
    from flows.reports import land_files, together

    assessment = prepare(manifest, None, None, None, settings.data, False)
    services = tuple(assessment.targets.values())
    recognised = [(path, *recognise(path, services)) for path in files]
    names = {path: name for path, name, _ in recognised}
    outcome = []
    for group in together([(path, engine) for path, _, engine in recognised]):
        tally = Tally()
        landed = land_files(assessment, group, tally)
        if landed.status == "failed":
            raise EngineError(landed.reason)
        shown = ", ".join(str(path) for path, _ in group)
        told = {"file": shown, "format": names[group[0][0]], "landed": landed.status, **tally.told()}
        unknown = [name for name in told.get("services", []) if name not in assessment.targets]
        outcome.append(told | {"rows": landed.rows} | ({"not_in_manifest": unknown} if unknown else {}))
    return outcome


def _read(engine: Engine) -> dict[str, Any]:
    """Return what a file tells, which is kept nowhere."""
    tally = Tally()
    deque(tally.of(engine, engine.run(_NO_RELEASE, load_rules())), maxlen=0)
    return tally.told()
