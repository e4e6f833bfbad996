"""Second stage: read the source — what is there (inventory) and what looks weak (static analysis)."""

from __future__ import annotations

import functools
from pathlib import Path

from engines.contract import Engine, Target, Technique
from engines.static.cache import FileCache
from engines.static.clojure.engine import ClojureTaintEngine, clojure_files
from engines.static.files import walk
from engines.static.inventory import InventoryEngine
from engines.static.semgrep import SemgrepEngine
from flows.assessment import Assessment
from flows.landing import Landed, land_once, land_status


def scan(assessment: Assessment, service: str) -> list[Landed]:
    """Run the source engines over one service; without a source, say so."""
    target = assessment.targets[service]
    landed = []
    for engine in _engines(assessment.settings.cache):
        if engine.technique is Technique.STATIC and engine.name not in static_engines(target):
            continue
        key = assessment.key(engine.name, engine.version, engine.technique, service)
        if target.source is None and target.openapi is None:
            landed.append(land_status(assessment.settings.warehouse, key, "skipped", "the manifest names no source"))
            continue
        landed.append(land_once(assessment.settings.warehouse, key, lambda e=engine: e.run(target, assessment.rules)))
    return landed


def static_engines(target: Target) -> tuple[str, ...]:
    """Return the names of the static engines that have something to read in a target's source."""
    has_source = target.source is not None and target.source.is_dir()
    has_clojure = has_source and bool(clojure_files(walk(target.source)))  # type: ignore[arg-type]
    return ("semgrep", "clojure-taint") if has_clojure else ("semgrep",)


@functools.cache  # one instance each: semgrep is asked for its version once
def _engines(cache: Path) -> tuple[Engine, ...]:
    kept = FileCache(cache)
    return InventoryEngine(kept), SemgrepEngine(cache=kept), ClojureTaintEngine(kept)
