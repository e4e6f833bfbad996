"""The release flow on a tiny real system with a real Prefect server: what it decides, and what it survives."""

import os
import subprocess
import sys
import textwrap

import httpx
import pytest

from flows.manifest import ManifestError, load_manifest
from flows.release import narrowed
from tests import systems
from tests.command import ROOT, Ran


@pytest.fixture
def tiny(tmp_path, run_system):
    return run_system(systems.write(tmp_path / "system"))


def test_a_system_with_nothing_wrong_ships_and_says_what_was_done(tiny, prefect_server):
    ran = tiny.release("--json", tiny.data / "summary.json")
    assert ran.status == 0, ran.err + ran.out
    assert "SHIP" in ran.out and "exit status 0" in ran.out
    status = {(r["technique"], r["status"]) for r in tiny.rows("select * from marts.engine_status")}
    assert {t for t, s in status if s == "complete"} >= {"inventory", "static", "dynamic", "trace", "imported"}
    assert tiny.rows("select count(*) as n from marts.findings where kind = 'flaw' and state <> 'refuted'") == [
        {"n": 0}
    ]
    reached = tiny.rows("select seen_by from marts.endpoints where route = '/colour'")
    assert set(reached[0]["seen_by"]) >= {"qa", "dast"}
    artifacts = httpx.post(f"{prefect_server}/artifacts/filter", json={}, trust_env=False).json()
    assert any(a["key"] == "decision" and "# SHIP: palette-1.0" in a["data"] for a in artifacts)


def without_semgrep(tiny) -> Ran:
    """Run the release where no semgrep is: not beside Python, not on PATH."""
    code = """
        import engines.static.command as command
        def find(given=None):
            raise command.EngineError(f"semgrep was not found: {command.REMEDY}.")
        import engines.static.semgrep as engine
        command.find_executable = engine.find_executable = find
        from flows.cli import main
        main()
    """
    environment = dict(os.environ) | tiny.environment | {"PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-c", textwrap.dedent(code), "release", tiny.folder / "leadline.yaml", "--data", tiny.data]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=300, cwd=ROOT)
    return Ran(done.returncode, done.stdout, done.stderr)


def test_a_missing_engine_is_a_reason_and_never_ships(tiny):
    ran = without_semgrep(tiny)
    assert ran.status == 30, ran.err + ran.out
    assert "COULD NOT ASSESS" in ran.out and "semgrep was not found" in ran.out
    reasons = tiny.rows("select * from marts.decision_reasons where outcome = 'could_not_assess'")
    assert [r["kind"] for r in reasons] == ["engine"]


def test_a_failing_qa_suite_is_not_assessed(tiny):
    test = tiny.folder / "qa" / "test_colours.py"
    test.write_text(test.read_text().replace('["blue"]', '["red"]'))
    ran = tiny.release()
    assert ran.status == 30, ran.err + ran.out
    assert "QA" in ran.out


def test_one_service_can_be_released_alone(tmp_path):
    folder = systems.write(tmp_path)
    manifest = load_manifest(folder / "leadline.yaml", {"COLOURS_URL": "http://127.0.0.1:1", "LEADLINE_TRACES": "x:1"})
    alone = narrowed(manifest, "colours", "1.1", None)
    assert (alone.release_id, alone.services["colours"].version) == ("palette-colours-1.1", "1.1")
    assert narrowed(manifest, None, None, "0.9").against == "0.9"
    with pytest.raises(ManifestError, match="valid: colours"):
        narrowed(manifest, "colors", None, None)
    with pytest.raises(ManifestError, match="--version needs --service"):
        narrowed(manifest, None, "2", None)


PRICING = """\
(ns pricing.core
  (:require [clojure.java.jdbc :as jdbc]
            [compojure.core :refer [context defroutes GET]]))

(defn find-price [db item]
  (jdbc/query db [(str "select price from prices where item = '" item "'")]))

(defroutes app
  (context "/prices" []
    (GET "/:item" [item] (find-price {:dbtype "h2"} item))))
"""


def test_a_service_in_clojure_is_read_with_its_routes_and_data_flows(tiny):
    source = tiny.folder / "pricing" / "src"
    source.mkdir(parents=True)
    (source / "core.clj").write_text(PRICING)
    manifest = tiny.folder / "leadline.yaml"
    manifest.write_text(manifest.read_text().replace("services:\n", systems.PRICING_SERVICE, 1))
    ran = tiny.release()
    assert ran.status in (0, 10, 20, 30), ran.err + ran.out
    assert tiny.rows("select method, route, handler from marts.endpoints where service = 'pricing'") == [
        {"method": "GET", "route": "/prices/{item}", "handler": "find-price"}
    ]
    engines = tiny.rows("select engine, status from marts.engine_status where service = 'pricing' order by engine")
    assert {"engine": "clojure-taint", "status": "complete"} in engines
    found = tiny.rows("select file, line, function from marts.findings where service = 'pricing'")
    assert [(each["file"], each["line"], each["function"]) for each in found] == [("core.clj", 6, "find-price")]
    steps = tiny.rows("select line from marts.match_steps where service = 'pricing' order by step")
    assert steps and steps[-1]["line"] == 6
