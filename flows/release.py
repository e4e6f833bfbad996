"""The release flow: from source, staging and recordings to a decision."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import httpx
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

from engines.rules.loader import BUNDLED, load_rules
from engines.scope import OutOfScope
from engines.trace.receiver import Receiver
from flows import lifeline
from flows import settings as settings_of
from flows.assessment import ENGINE, Assessment, begin
from flows.correlate import Built, correlate, correlate_plan
from flows.decision import Decision, read_decision
from flows.declare import declare
from flows.landing import Landed, land_once
from flows.manifest import Manifest, ManifestError, load_manifest
from flows.markdown import decision_markdown
from flows.probe import is_probed, probe, probe_plan, scope_of
from flows.record import record_qa
from flows.scan import scan
from flows.warehouse import publish

_SCANS_AT_ONCE = 2  # semgrep is one process a service


@flow(name="release", description="Assess one release: scan, record, correlate, probe, correlate, decide.")
def release(
    manifest: Path,
    service: str | None = None,
    version: str | None = None,
    against: str | None = None,
    data: Path | None = None,
    deep: bool = False,
) -> str:
    """Assess a release and return its decision: ship, test_by_hand, block or could_not_assess.

    Args:
        manifest: the system's leadline.yaml.
        service: release only this service; the others take part as neighbours.
        version: its version, where it differs from the manifest's.
        against: the release to compare with, instead of the newest one before.
        data: folder of the warehouse; default $LEADLINE_DATA, else .leadline.
        deep: nightly budgets instead of those of a release.
    """
    assessment = prepare(manifest, service, version, against, data, deep)
    return assess(assessment).decision


def prepare(
    path: Path, service: str | None, version: str | None, against: str | None, data: Path | None, deep: bool
) -> Assessment:
    """Read manifest and rules and open the assessment; nothing has run yet.

    Raises:
        ManifestError: the manifest, or what it was called with, cannot be used.
    """
    settings = settings_of.load(data)
    manifest = load_manifest(path, settings_of.environment())
    manifest = narrowed(manifest, service, version, against)
    check_scope(manifest, path)
    _token(manifest)
    return begin(settings, manifest, path, load_rules((BUNDLED, *manifest.rules)), deep)


def assess(assessment: Assessment) -> Decision:
    """Take an assessment through all its stages."""
    lifeline.tie_prefect_server()
    manifest, settings = assessment.manifest, assessment.settings
    stage = _Stages(assessment)
    stage.run("declare", lambda: _landed(declare(assessment)))
    stage.run("read source", lambda: _landed(_scan_all(assessment)))
    scope = scope_of(manifest.scope)
    with Receiver(manifest.traces.listen, assessment.spool, token=_token(manifest)) as receiver:
        stage.run("record QA", lambda: _landed(record_qa(assessment, receiver, is_probed(assessment))))
        stage.run("correlate", lambda: _built(correlate_plan(settings)), retries=1)
        stage.run("plan probes", lambda: _planned(assessment))
        for name, spec in manifest.services.items():
            if spec.base_url:
                stage.run(f"probe {name}", lambda n=name: _landed(probe(assessment, n, scope, receiver)))
    stage.run("correlate again", lambda: _built(correlate(settings)), retries=1)
    stage.run("publish", lambda: publish(settings.warehouse, settings.published))
    decision = read_decision(settings.published, assessment.release_id)
    create_markdown_artifact(key="decision", markdown=decision_markdown(decision), description=assessment.release_id)
    _close(assessment)
    return decision


def _token(manifest: Manifest) -> str | None:
    """Return what senders of traces must show. Raises `ManifestError` when it is named and not set."""
    name = manifest.traces.token_env
    token = settings_of.environment().get(name) if name else None
    if name and not token:
        raise ManifestError(f"traces.token_env names {name}, which is not set; set it to the token that services send")
    return token


def narrowed(manifest: Manifest, service: str | None, version: str | None, against: str | None) -> Manifest:
    """Return the manifest for a release of one service, or with another predecessor."""
    update: dict[str, object] = {}
    if against:
        update["against"] = against
    if version and not service:
        raise ManifestError("--version needs --service: it names the version of one service")
    if service:
        if service not in manifest.services:
            raise ManifestError(f"--service {service!r} is not in the manifest; valid: {', '.join(manifest.services)}")
        services = {n: s.model_copy(update={"released": n == service}) for n, s in manifest.services.items()}
        if version:
            services[service] = services[service].model_copy(update={"version": version})
        update |= {"services": services, "release": f"{service}-{services[service].version}"}
    return manifest.model_copy(update=update)


def check_scope(manifest: Manifest, path: Path) -> None:
    """Refuse a base URL that the scope does not allow, before anything is sent.

    Raises:
        ManifestError: names the service and the scope.
    """
    scope = scope_of(manifest.scope)
    for name, spec in manifest.services.items():
        if spec.base_url:
            url = httpx.URL(spec.base_url)
            try:
                scope.resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
            except OutOfScope as refused:
                raise ManifestError(f"{path}: services.{name}.base_url: {refused}") from None


class _Stages:
    """Runs each stage as one Prefect task with a line of progress."""

    def __init__(self, assessment: Assessment) -> None:
        self._log = assessment.log

    def run(self, name: str, work: Callable[[], str | None], retries: int = 0) -> None:
        """Run a stage; `retries` only where a repeat is harmless and another process may hold the file."""

        @task(
            name=name,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=retries,
            retry_delay_seconds=3,
            retry_condition_fn=_is_locked,
        )
        def perform(work: Callable[[], str | None]) -> None:
            with self._log.stage(name) as stage:
                message = work() or ""
                stage.says(message, "failed" if message.startswith("failed") else "done")

        perform(quote(work))


def _is_locked(_task, _run, state) -> bool:
    return isinstance(state.result(raise_on_failure=False), duckdb.IOException)


def _scan_all(assessment: Assessment) -> Iterable[Landed]:
    with ThreadPoolExecutor(_SCANS_AT_ONCE) as pool:
        return [
            landed for runs in pool.map(lambda s: scan(assessment, s), assessment.manifest.services) for landed in runs
        ]


def _landed(runs: Iterable[Landed]) -> str:
    runs = list(runs)
    failed = [run.reason or "" for run in runs if run.status == "failed"]
    if failed:
        return f"failed: {'; '.join(failed)}"
    rows = sum(sum(run.rows.values()) for run in runs)
    quarantined = sum(run.quarantined for run in runs)
    kept = sum(run.status == "kept" for run in runs)
    notes = [f"{rows:,} rows"]
    notes += [f"{kept} of {len(runs)} runs kept from before"] if kept else []
    notes += [f"{quarantined} records quarantined"] if quarantined else []
    notes += [f"{run.reason}" for run in runs if run.status == "skipped" and run.reason]
    return ", ".join(dict.fromkeys(notes))


def _built(built: Built) -> str:
    return f"{built.models} models, {built.tests} tests"


def _planned(assessment: Assessment) -> str:
    plan = probe_plan(assessment)
    refused = sum(not row.is_allowed for row in plan)
    return f"{len(plan) - refused} attempts planned, {refused} refused"


def _close(assessment: Assessment) -> None:
    """Mark the assessment as decided: the next call begins a new one."""
    key = assessment.key(ENGINE, "1", "decide", "*")
    land_once(assessment.settings.warehouse, dataclasses.replace(key, input_digest=assessment.input_digest), lambda: ())
