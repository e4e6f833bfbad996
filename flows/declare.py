"""First stage: what is to be judged lands before anything runs: release, services, rules, policy, logs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from engines.contract import Engine, ExpectedEngine, PolicyRule, Record, Release, Service
from engines.imported.cyclonedx import CycloneDxEngine
from engines.imported.decision_log import DecisionLogEngine
from engines.imported.truth import TruthEngine
from engines.rules.rows import rule_records
from flows.assessment import ENGINE, Assessment
from flows.formats import recognise
from flows.landing import Landed, land_once
from flows.reports import land_files, together
from flows.scan import static_engines

_VERSION = "1"


def declare(assessment: Assessment) -> list[Landed]:
    """Land the declaration and every file that the manifest names, each once."""
    warehouse = assessment.settings.warehouse
    key = dataclasses.replace(
        assessment.key(ENGINE, _VERSION, "declare", "*"), input_digest=assessment.input_digest
    )  # the digest by which a killed assessment is found again
    landed = [land_once(warehouse, key, lambda: _declaration(assessment))]
    return landed + [land_files(assessment, group) for group in together(_named_files(assessment))]


def _named_files(assessment: Assessment) -> Iterator[tuple[Path, Engine]]:
    manifest = assessment.manifest
    for path in manifest.advisories:
        yield path, CycloneDxEngine(path)
    services = tuple(assessment.targets.values())
    for report in manifest.reports:
        yield report.file, recognise(report.file, services, report.service)[1]
    if manifest.decisions:
        yield manifest.decisions, DecisionLogEngine(manifest.decisions)
    if manifest.truth:
        yield manifest.truth, TruthEngine(manifest.truth, manifest.release)


def _declaration(assessment: Assessment) -> Iterator[Record]:
    manifest, override = assessment.manifest, assessment.manifest.policy.override
    yield Release(
        system=manifest.system,
        name=manifest.release,
        previous_release_id=assessment.previous_release_id,
        preset=manifest.policy.preset,
        capacity_hours=manifest.manual.hours,
        is_mutation_allowed=manifest.scope.mutate,
        override_author=override.author if override else None,
        override_reason=override.reason if override else None,
    )
    for condition, outcome in manifest.policy.rules.items():
        yield PolicyRule(condition, outcome)
    for name, spec in manifest.services.items():
        target = assessment.targets[name]
        yield Service(
            service=name,
            version=spec.version,
            build_id=target.build_id,
            source_digest=assessment.digests[name],
            language=spec.language,
            exposure=spec.exposure,
            owner=spec.owner,
            base_url=spec.base_url,
            is_released=spec.released,
            has_source=spec.source is not None,
            datastores=tuple(spec.datastores),
        )
    yield from _expected_engines(assessment)
    yield from rule_records(assessment.rules)


def _expected_engines(assessment: Assessment) -> Iterator[ExpectedEngine]:
    manifest = assessment.manifest
    for name, spec in manifest.services.items():
        if spec.source:
            yield ExpectedEngine(name, "inventory", "inventory")
            for engine in static_engines(assessment.targets[name]):
                yield ExpectedEngine(name, "static", engine)
        if spec.base_url:
            yield ExpectedEngine(name, "dynamic", "prober")
            if spec.fuzz:
                yield ExpectedEngine(name, "fuzz", "boofuzz")
    if any(spec.base_url for spec in manifest.services.values()):
        yield ExpectedEngine("*", "trace", "otlp")
    if manifest.qa:
        yield ExpectedEngine("*", "imported", "junit")
