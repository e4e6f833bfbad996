import os
import subprocess

import duckdb
import pytest

from engines.contract import Match, record_types
from flows.warehouse import ENVELOPE, arrow_schema, columns_of, publish, reading, writing


def test_every_record_class_has_its_raw_table(tmp_path):
    with writing(tmp_path / "w.duckdb") as connection:
        for record_type in record_types():
            names = [row[0] for row in connection.execute(f"describe raw.{record_type.TABLE}").fetchall()]
            assert names == [*ENVELOPE, *columns_of(record_type)]


def test_nullable_is_told_from_the_annotation():
    assert columns_of(Match)["start_line"] == ("bigint", False)
    assert all(not field.nullable for field in arrow_schema(Match))


def test_raw_survives_being_opened_again(tmp_path):
    path = tmp_path / "w.duckdb"
    with writing(path) as connection:
        connection.execute("insert into raw.policy_rules (release_id, condition) values ('r', 'c')")
    with writing(path) as connection:
        assert connection.execute("select count(*) from raw.policy_rules").fetchone() == (1,)


def test_a_reader_keeps_what_it_opened_while_a_new_snapshot_is_published(tmp_path):
    warehouse, published = tmp_path / "w.duckdb", tmp_path / "p.duckdb"
    with writing(warehouse):
        pass
    publish(warehouse, published)
    with reading(published) as reader:
        with writing(warehouse) as connection:
            connection.execute("insert into raw.policy_rules (release_id, condition) values ('r', 'c')")
        publish(warehouse, published)
        assert reader.execute("select count(*) from raw.policy_rules").fetchone() == (0,)
    with reading(published) as reader:
        assert reader.execute("select count(*) from raw.policy_rules").fetchone() == (1,)
        with pytest.raises(duckdb.InvalidInputException):
            reader.execute("delete from raw.policy_rules")
    assert [p.name for p in tmp_path.glob("*.new")] == []


def test_a_copy_that_a_killed_process_left_is_cleared_away_and_that_of_a_running_one_is_not(tmp_path):
    warehouse, published = tmp_path / "w.duckdb", tmp_path / "p.duckdb"
    with writing(warehouse):
        pass
    with subprocess.Popen(["true"]) as ended:
        pass
    dead, alive = tmp_path / f"p.{ended.pid}.new", tmp_path / f"p.{os.getppid()}.new"
    dead.touch()
    alive.touch()
    publish(warehouse, published)
    assert [p.name for p in tmp_path.glob("*.new")] == [alive.name]
