"""Fourth stage: ask the running system exactly what correlation wants to know, and land the answers and their traces.

The probe plan is frozen in a file when it is first read, so that an assessment that was killed half-way asks the same
questions again and not those that its own first answers would suggest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from engines.contract import Engine, Exerciser, Technique
from engines.dynamic.engine import DynamicEngine
from engines.dynamic.plan import PlanRow
from engines.fuzz.wire import FuzzEngine
from engines.identities import IdentitySpec, LoginSpec, Session
from engines.scope import Scope
from engines.trace.receiver import Receiver
from flows.assessment import Assessment
from flows.landing import Landed, RunKey, has_landed, land_once, land_status
from flows.manifest import ScopeSpec
from flows.record import land_segment, segment_path, start_segment
from flows.settings import environment
from flows.warehouse import reading

_PLAN = """
select attempt_id, service, method, route, parameter, place, rule_id, seed, request_parameters, plan_rank, is_allowed,
    refusal
from marts.probe_plan where release_id = ? order by plan_rank, attempt_id
"""


def scope_of(spec: ScopeSpec) -> Scope:
    """Return the single gate that every outgoing request of this assessment passes."""
    return Scope(
        hosts=tuple(spec.hosts),
        may_mutate=spec.mutate,
        rate=spec.rate,
        request_budget=spec.requests,
        deny=tuple(spec.deny),
    )


def probe_plan(assessment: Assessment) -> tuple[PlanRow, ...]:
    """Return the plan of this assessment: as frozen, or from the marts as they are now."""
    frozen = assessment.scratch / "probe_plan.json"
    if not frozen.exists():
        with reading(assessment.settings.warehouse) as connection:
            cursor = connection.execute(_PLAN, [assessment.release_id])
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        fresh = frozen.with_suffix(".new")
        fresh.write_text(json.dumps(rows))
        os.replace(fresh, frozen)
    return tuple(_plan_row(row) for row in json.loads(frozen.read_text()))


def is_probed(assessment: Assessment) -> bool:
    """Tell whether nothing is left to send in this assessment."""
    deployed = {name: spec for name, spec in assessment.manifest.services.items() if spec.base_url}
    keys = [engine_key(assessment, DynamicEngine, name) for name in deployed]
    keys += [engine_key(assessment, FuzzEngine, name) for name, spec in deployed.items() if spec.fuzz]
    return all(has_landed(assessment.settings.warehouse, key) for key in keys)


def engine_key(assessment: Assessment, engine: Engine | type[Engine], service: str) -> RunKey:
    """Return the key under which a run of an engine that sends requests lands."""
    return assessment.key(engine.name, engine.version, engine.technique, service)


def probe(assessment: Assessment, service: str, scope: Scope, receiver: Receiver) -> list[Landed]:
    """Spend the plan's rows on one service, then fuzz it where the manifest says so; land answers and traces."""
    spec = assessment.manifest.services[service]
    plan = probe_plan(assessment)
    base_urls = {n: s.base_url for n, s in assessment.manifest.services.items() if s.base_url}
    health = {n: s.health for n, s in assessment.manifest.services.items() if s.base_url}
    prober = DynamicEngine(
        plan=plan,
        base_urls=base_urls,
        sessions=_sessions(assessment, scope),
        scope=scope,
        assessment=assessment.number,
        health=health,
    )
    landed = _exercise(assessment, prober, service, receiver)
    if spec.fuzz and spec.base_url:
        limit, seconds = (1500, 900) if assessment.is_deep else (120, 40)
        fuzzer = FuzzEngine(
            scope=scope, assessment=assessment.number, health_path=spec.health, limit=limit, seconds=seconds
        )
        landed += _exercise(assessment, fuzzer, service, receiver)
    return landed


def _exercise(assessment: Assessment, engine: Engine, service: str, receiver: Receiver) -> list[Landed]:
    """Run one engine that sends requests, in a segment of its own, and land the engine's run and then its traces."""
    warehouse, target = assessment.settings.warehouse, assessment.targets[service]
    key = engine_key(assessment, engine, service)
    name = f"{engine.technique}-{service}"
    if target.base_url is None:
        return [land_status(warehouse, key, "skipped", "not deployed on staging: the manifest names no base_url")]
    segment = segment_path(assessment, name)
    if not has_landed(warehouse, key):
        start_segment(assessment, receiver, name)

    def observe() -> Iterator[Any]:
        yield from engine.run(target, assessment.rules)
        receiver.settle()  # before the run lands: what lands as complete has its traces on disk

    landed = [land_once(warehouse, key, observe)]
    if landed[0].status != "failed":
        exerciser = Exerciser.FUZZ if engine.technique is Technique.FUZZ else Exerciser.DAST
        landed.append(land_segment(assessment, name, segment, exerciser))
    return landed


def _sessions(assessment: Assessment, scope: Scope) -> dict[str, Session]:
    env = environment()
    sessions = {}
    for name, spec in assessment.manifest.identities.items():
        login = LoginSpec(
            service=spec.login.service,
            method=spec.login.method,
            path=spec.login.path,
            json=spec.login.json_body,
            form=spec.login.form,
        )
        identity = IdentitySpec(
            name=name,
            login=login,
            token_json=spec.token.json_key,
            token_cookie=spec.token.cookie,
            header=spec.token.header,
            format=spec.token.format,
            owns={key: tuple(ids) for key, ids in spec.owns.items()},
        )
        base_url = assessment.manifest.services[spec.login.service].base_url
        sessions[name] = Session(
            identity, base_url, env.get(spec.username_env, ""), env.get(spec.password_env, ""), scope
        )
    return sessions


def _plan_row(row: dict[str, Any]) -> PlanRow:
    parameters = tuple((p["name"], p["place"], p["example"]) for p in json.loads(row["request_parameters"] or "[]"))
    return PlanRow(**{**row, "request_parameters": parameters, "identity": None})
