import dataclasses

from engines import contract


def test_ids_do_not_depend_on_how_parts_are_split():
    assert contract.stable_id("ab", "c") != contract.stable_id("a", "bc")


def test_none_and_empty_are_the_same_part():
    assert contract.stable_id("a", None) == contract.stable_id("a", "")


def test_every_record_is_a_table_of_its_own():
    tables = [record_type.TABLE for record_type in contract.record_types()]
    assert len(tables) == len(set(tables)) > 20


def test_records_are_frozen():
    assert all(r.__dataclass_params__.frozen and dataclasses.is_dataclass(r) for r in contract.record_types())
