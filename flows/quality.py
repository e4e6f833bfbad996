"""Great Expectations at the door of the warehouse: what a landing must hold, and where what breaks it goes.

The expectations are data (`expectations.yaml`). Small tables are validated as they are; of bulk tables Great
Expectations judges one profile a batch (how many rows break each expectation, counted in SQL), because a row at a time
would cost more than the landing. Either way the rows that break one go to quarantine and the rest land.
"""

from __future__ import annotations

import functools
import json
import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from engines.contract import Check, Quarantined, Record

Tables = dict[type[Record], list[pa.Table]]

_BULK = 20_000  # rows from which a profile stands for the table
_RECORD_LIMIT = 4_000  # characters of a quarantined record
_SHOWN = 1_000  # quarantined rows of one expectation; the check counts all
_one_judge = threading.Lock()  # Great Expectations mixes up the rows of two threads that validate at once


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line of `expectations.yaml`."""

    column: str
    expect: str
    min: float | None = None
    max: float | None = None
    values: tuple[str, ...] = ()
    other: str | None = None

    @property
    def sentence(self) -> str:
        """What the column must hold, for people."""
        match self.expect:
            case "not_blank":
                return f"{self.column} is not blank"
            case "between":
                bounds = [f"at least {self.min:g}"] if self.min is not None else []
                bounds += [f"at most {self.max:g}"] if self.max is not None else []
                return f"{self.column} is {' and '.join(bounds)}"
            case "in":
                return f"{self.column} is one of {', '.join(self.values)}"
            case "not_before":
                return f"{self.column} is at least {self.other}"
        raise ValueError(f"unknown expectation {self.expect!r} in expectations.yaml")

    def violated(self) -> tuple[str, list[Any]]:
        """Return the SQL condition, with its values, that holds for a row breaking this."""
        column = f'"{self.column}"'
        match self.expect:
            case "not_blank":
                return f"length({column}) = 0", []
            case "between":
                low, high = self.min, self.max
                return f"{column} < coalesce(?, {column}) or {column} > coalesce(?, {column})", [low, high]
            case "in":
                return f"not list_contains(?, {column})", [list(self.values)]
            case "not_before":
                return f'{column} < "{self.other}"', []
        raise ValueError(f"unknown expectation {self.expect!r} in expectations.yaml")


@functools.cache
def expectations() -> dict[str, tuple[Expectation, ...]]:
    """Return the expectations by table."""
    raw = yaml.safe_load(Path(__file__).with_name("expectations.yaml").read_text(encoding="utf-8"))
    return {
        table: tuple(Expectation(**line | {"values": tuple(line.get("values", ()))}) for line in lines)
        for table, lines in raw.items()
    }


def validate(tables: Tables, service: str) -> tuple[Tables, list[Quarantined], list[Check]]:
    """Return the tables without the rows that break an expectation, those rows as quarantine, and every check made."""
    kept: Tables = {}
    refused: list[Quarantined] = []
    checks: list[Check] = []
    for record_type, parts in tables.items():
        rows, table = pa.concat_tables(parts), record_type.TABLE
        wanted = expectations().get(table, ())
        broken = _broken(rows, wanted)
        for expectation, found, is_met in zip(wanted, broken, _judged(rows, wanted, broken), strict=True):
            sentence = expectation.sentence
            checks.append(Check(service, table, expectation.column, sentence, is_met, len(found), rows.num_rows))
            refused += [_refusal(record_type, rows, i, expectation) for i in found[:_SHOWN]]
        if dropped := {i for found in broken for i in found}:
            left = [i for i in range(rows.num_rows) if i not in dropped]
            rows = rows.take(pa.array(left, pa.int64()))  # typed: none may be left
        kept[record_type] = [rows]
    return kept, refused, checks


def _broken(rows: pa.Table, wanted: tuple[Expectation, ...]) -> list[list[int]]:
    """Return per expectation the indexes of the rows that break it."""
    if not wanted:
        return []
    numbered = rows.append_column("row_index", pa.array(range(rows.num_rows), pa.int64()))
    broken = []
    with duckdb.connect() as connection:
        connection.register("numbered", numbered)
        for expectation in wanted:
            condition, values = expectation.violated()
            sql = f"select row_index from numbered where {condition} order by row_index"
            broken.append([row[0] for row in connection.execute(sql, values).fetchall()])
    return broken


def _judged(rows: pa.Table, wanted: tuple[Expectation, ...], broken: list[list[int]]) -> list[bool]:
    """Let Great Expectations judge the rows, or their profile (rows breaking each expectation) where they are bulk."""
    if not wanted:
        return []
    with _one_judge:
        outcome = _outcome(rows, wanted, broken)
    met = {result.expectation_config.meta["position"]: bool(result.success) for result in outcome.results}
    return [met[i] for i in range(len(wanted))]


def _outcome(rows: pa.Table, wanted: tuple[Expectation, ...], broken: list[list[int]]) -> Any:
    import pandas as pd

    gx, batches = _great_expectations()
    if rows.num_rows > _BULK:
        frame = pd.DataFrame({f"breaks_{i}": [len(found)] for i, found in enumerate(broken)})
        between = gx.expectations.ExpectColumnValuesToBeBetween
        suite = [between(column=name, min_value=0, max_value=0) for name in frame.columns]
    else:
        columns = dict.fromkeys(c for e in wanted for c in (e.column, e.other) if c)
        frame = rows.select(list(columns)).to_pandas()
        suite = [_native(gx, expectation) for expectation in wanted]
    for position, expectation in enumerate(suite):
        expectation.meta = {"position": position}  # outcomes come back in an order of their own
    batch = batches.get_batch(batch_parameters={"dataframe": frame})
    return batch.validate(gx.ExpectationSuite(name="landing", expectations=suite))


def _native(gx: Any, e: Expectation) -> Any:
    match e.expect:
        case "not_blank":
            return gx.expectations.ExpectColumnValueLengthsToBeBetween(column=e.column, min_value=1)
        case "between":
            return gx.expectations.ExpectColumnValuesToBeBetween(column=e.column, min_value=e.min, max_value=e.max)
        case "in":
            return gx.expectations.ExpectColumnValuesToBeInSet(column=e.column, value_set=list(e.values))
        case "not_before":
            return gx.expectations.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=e.column, column_B=e.other, or_equal=True, ignore_row_if="either_value_is_missing"
            )
    raise ValueError(f"unknown expectation {e.expect!r} in expectations.yaml")


@functools.cache
def _great_expectations() -> tuple[Any, Any]:
    """Import Great Expectations (seconds: only when something lands) and make the one batch definition."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # the second module sets a level of its own at import, to tell where its temporary folder is
    for talker in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(talker).setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("landing").add_dataframe_asset("rows")
    return gx, asset.add_batch_definition_whole_dataframe("whole")


def _refusal(record_type: type[Record], rows: pa.Table, index: int, expectation: Expectation) -> Quarantined:
    row = rows.slice(index, 1).to_pylist()[0]
    return Quarantined(
        service=str(row.get("service") or "*"),
        table_name=record_type.TABLE,
        reason=f"expected: {expectation.sentence}",
        record=json.dumps(row, default=str, ensure_ascii=True)[:_RECORD_LIMIT],
        source="landing",
    )
