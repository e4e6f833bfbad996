import dataclasses

import pyarrow as pa
import pytest

from engines.contract import Batch, EngineError, Match, Skip
from flows import landing
from flows.landing import RunKey, has_landed, land, land_once, land_status
from flows.warehouse import arrow_schema, reading

KEY = RunKey("shop-1", 1, "toy", "1", "static", "gateway", "build", "input")
MATCH = Match("gateway", "build", "rule", "a.py", 3, 1, 3, 9, "x()", "x()", "message", True)


@pytest.fixture
def warehouse(tmp_path):
    return tmp_path / "w.duckdb"


def count(warehouse, table):
    with reading(warehouse) as connection:
        return connection.execute(f"select count(*) from raw.{table}").fetchone()[0]


def test_records_and_batches_land_with_the_envelope(warehouse):
    batch = Batch(Match, pa.Table.from_pylist([dataclasses.asdict(MATCH)] * 2, schema=arrow_schema(Match)))
    landed = land(warehouse, KEY, lambda: [MATCH, batch])
    assert (landed.status, landed.rows["matches"], landed.quarantined) == ("complete", 3, 0)
    with reading(warehouse) as connection:
        row = connection.execute("select distinct run_id, release_id, assessment, engine from raw.matches").fetchall()
    assert row == [(landed.run_id, "shop-1", 1, "toy")]


def test_an_engine_that_fails_lands_nothing_but_its_reason(warehouse):
    def observe():
        yield MATCH
        raise EngineError("semgrep is not installed; install it")

    landed = land(warehouse, KEY, observe)
    assert (landed.status, landed.reason) == ("failed", "semgrep is not installed; install it")
    assert (count(warehouse, "matches"), count(warehouse, "runs")) == (0, 1)
    assert has_landed(warehouse, KEY) is None


def test_any_other_error_lands_nothing_and_is_not_swallowed(warehouse):
    def observe():
        yield MATCH
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        land(warehouse, KEY, observe)
    assert not warehouse.exists() or count(warehouse, "runs") == 0


def test_a_run_lands_whole_or_not_at_all(warehouse, monkeypatch):
    """Broken between the tables and the run's own line, nothing of the run is there."""
    land_status(warehouse, KEY, "skipped", "so that the file exists")
    monkeypatch.setattr(landing, "RUN_COLUMNS", {"no_such_column": "varchar"})
    with pytest.raises(Exception, match="no_such_column|zip|argument"):
        land(warehouse, KEY, lambda: [MATCH])
    assert (count(warehouse, "matches"), count(warehouse, "runs")) == (0, 1)


def test_the_same_work_lands_once_in_an_assessment(warehouse):
    first = land_once(warehouse, KEY, lambda: [MATCH])
    again = land_once(warehouse, KEY, lambda: pytest.fail("must not run again"))
    assert (again.status, again.run_id) == ("kept", first.run_id)
    assert land_once(warehouse, dataclasses.replace(KEY, assessment=2), lambda: [MATCH]).status == "complete"
    assert count(warehouse, "matches") == 2


def test_what_is_skipped_is_said_once_an_assessment_and_what_fails_each_time(warehouse):
    for status in ("skipped", "failed"):
        for _ in range(2):
            land_status(warehouse, KEY, status, "the manifest names no source")
    with reading(warehouse) as connection:
        runs = connection.execute("select status, count(*) from raw.runs group by all order by all").fetchall()
    assert runs == [("failed", 2), ("skipped", 1)]


def test_a_record_that_breaks_the_contract_is_quarantined_and_the_rest_lands(warehouse):
    broken = Skip("gateway", "static", "file", "a.py", None, "no reason given")
    landed = land(warehouse, KEY, lambda: [MATCH, broken, Skip("gateway", "static", "file", "b.py", "binary", "NUL")])
    assert (landed.rows["skips"], landed.quarantined) == (1, 1)
    with reading(warehouse) as connection:
        reason, record = connection.execute("select reason, record from raw.quarantine").fetchone()
    assert "reason must not be null" in reason and "no reason given" in record
