"""The nightly flow: everything for all services with deep budgets, then retention."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from prefect import flow

from flows.release import assess, prepare
from flows.settings import Settings

_SPOOL_DAYS = 7  # raw recordings are kept for folding again, not for ever


@flow(name="nightly", description="Assess all services of a system with deep budgets, and apply retention.")
def nightly(manifest: Path, data: Path | None = None) -> str:
    """Assess every service of the manifest as released and return the decision.

    Args:
        manifest: the system's leadline.yaml.
        data: folder of the warehouse; default $LEADLINE_DATA, else .leadline.
    """
    assessment = prepare(manifest, None, None, None, data, True)
    decision = assess(assessment).decision
    with assessment.log.stage("retention") as stage:
        dropped = drop_old_recordings(assessment.settings, time.time())
        stage.says(f"{len(dropped)} recordings older than {_SPOOL_DAYS} days dropped {', '.join(dropped)}".strip())
    return decision


def drop_old_recordings(settings: Settings, now: float) -> list[str]:
    """Delete the spool of assessments whose files are all older than the retention; return their names.

    `now` is in seconds since the epoch. What was folded from them stays in the warehouse.
    """
    if not settings.spool.is_dir():
        return []
    dropped = []
    for folder in sorted(settings.spool.iterdir()):
        newest = max((f.stat().st_mtime for f in folder.rglob("*")), default=folder.stat().st_mtime)
        if now - newest > _SPOOL_DAYS * 86_400:
            shutil.rmtree(folder)
            dropped.append(folder.name)
    return dropped
