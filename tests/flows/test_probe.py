import dataclasses

import duckdb
import pytest

from engines.dynamic.engine import DynamicEngine
from engines.fuzz.wire import FuzzEngine
from flows.assessment import begin
from flows.landing import land
from flows.manifest import ScopeSpec, load_manifest
from flows.probe import engine_key, is_probed, probe_plan, scope_of
from flows.settings import Settings
from tests.flows.test_assessment import MANIFEST

PLAN = """
create schema marts;
create table marts.probe_plan as
select 'shop-2' as release_id, 'attempt' || i as attempt_id, 'gateway' as service, 'GET' as method, '/a' as route,
    'q' as parameter, 'query' as place, 'sql-injection.x' as rule_id, 'seed' as seed,
    '[{"name": "q", "place": "query", "example": "tea"}]' as request_parameters, i as plan_rank, true as is_allowed,
    cast(null as varchar) as refusal
from range(3) as numbers(i)
"""


@pytest.fixture
def assessment(tmp_path):
    (tmp_path / "src").mkdir()
    path = tmp_path / "leadline.yaml"
    path.write_text(MANIFEST)
    opened = begin(Settings(tmp_path / "data"), load_manifest(path, {}), path, ())
    with duckdb.connect(str(opened.settings.warehouse)) as connection:
        connection.execute(PLAN)
    return opened


def test_the_plan_is_read_in_its_order(assessment):
    plan = probe_plan(assessment)
    assert [row.attempt_id for row in plan] == ["attempt0", "attempt1", "attempt2"]
    assert plan[0].request_parameters == (("q", "query", "tea"),)


def test_the_plan_stays_as_it_was_when_the_assessment_is_resumed(assessment):
    before = probe_plan(assessment)
    with duckdb.connect(str(assessment.settings.warehouse)) as connection:
        connection.execute("delete from marts.probe_plan")
    assert probe_plan(assessment) == before


def test_all_is_probed_when_every_deployed_service_is(assessment):
    spec = assessment.manifest.services["gateway"].model_copy(update={"base_url": "http://127.0.0.1:1", "fuzz": True})
    manifest = assessment.manifest.model_copy(update={"services": assessment.manifest.services | {"gateway": spec}})
    deployed = dataclasses.replace(assessment, manifest=manifest)
    for engine in (DynamicEngine, FuzzEngine):
        assert not is_probed(deployed)
        land(deployed.settings.warehouse, engine_key(deployed, engine, "gateway"), lambda: ())
    assert is_probed(deployed)


def test_the_scope_of_the_manifest_is_the_gate():
    scope = scope_of(ScopeSpec(requests=7, deny=["GET gateway /reset"]))
    assert (scope.may_mutate, scope.remaining) == (False, 7)
    assert scope.is_denied("GET", "gateway", "/reset")
