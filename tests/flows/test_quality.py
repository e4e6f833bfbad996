import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from engines.contract import Match, record_types
from flows import quality
from flows.quality import expectations, validate
from flows.warehouse import arrow_schema, columns_of

GOOD = Match("gateway", "build", "rule", "a.py", 3, 1, 3, 9, "x()", "x()", "message", True)


def table(*records):
    return pa.Table.from_pylist([dataclasses.asdict(r) for r in records], schema=arrow_schema(type(records[0])))


def test_expectations_name_tables_and_columns_that_exist():
    columns = {r.TABLE: columns_of(r) for r in record_types()}
    for name, wanted in expectations().items():
        for expectation in wanted:
            assert expectation.column in columns[name] and (expectation.other or expectation.column) in columns[name]
            assert expectation.sentence and expectation.violated()


@pytest.mark.parametrize("bulk", [20_000, 1], ids=["row by row", "by profile"])
def test_rows_that_break_an_expectation_go_to_quarantine_and_the_rest_stays(monkeypatch, bulk):
    monkeypatch.setattr(quality, "_BULK", bulk)
    no_rule = dataclasses.replace(GOOD, rule_id="")
    backwards = dataclasses.replace(GOOD, start_line=9, end_line=2)
    kept, refused, checks = validate({Match: [table(GOOD, no_rule), table(backwards, GOOD)]}, "gateway")
    assert kept[Match][0].to_pylist() == [dataclasses.asdict(GOOD)] * 2
    assert [q.reason for q in refused] == [
        "expected: rule_id is not blank",
        "expected: end_line is at least start_line",
    ]
    unmet = {c.expectation: c.unexpected for c in checks if not c.is_met}
    assert unmet == {"rule_id is not blank": 1, "end_line is at least start_line": 1}
    assert len(checks) == len(expectations()["matches"]) and {c.rows for c in checks} == {4}


def test_clean_rows_pass_every_check():
    kept, refused, checks = validate({Match: [table(GOOD)]}, "gateway")
    assert kept[Match][0].num_rows == 1 and not refused and all(c.is_met for c in checks)


def test_threads_that_validate_at_once_judge_their_own_rows():
    good = {Match: [table(*[GOOD] * 20)]}
    bad = {Match: [table(*[dataclasses.replace(GOOD, rule_id="", file="")] * 20)]}
    with ThreadPoolExecutor(4) as threads:
        judged = list(threads.map(lambda tables: validate(tables, "gateway")[2], [good, bad] * 8))
    unmet = [sum(not check.is_met for check in checks) for checks in judged]
    assert unmet == [0, 2] * 8


def test_validating_says_nothing_on_the_terminal(caplog):
    quality._great_expectations.cache_clear()
    with caplog.at_level("INFO"):
        validate({Match: [table(GOOD)]}, "gateway")
    assert [r.message for r in caplog.records if r.name.startswith("great_expectations")] == []
