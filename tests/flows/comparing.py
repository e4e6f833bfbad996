"""What a release came to, so that two assessments of the same system can be compared row by row."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from engines.contract import record_types

Row = tuple[tuple[str, Any], ...]
Tables = dict[str, Counter[Row]]

_LEFT_OUT = re.compile(r"run_id|.*_at|elapsed_ms|seconds")  # ids of runs and times
_PORT = re.compile(r"(127\.0\.0\.1(?::|%3A))\d{2,5}", re.IGNORECASE)  # in a parameter, too


def marts(data: Path) -> Tables:
    """Return every row of every published mart, without run ids, times and ports; rows count, their order does not."""
    with duckdb.connect(str(data / "published.duckdb"), read_only=True) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
        ).fetchall()
        return {name: _rows(connection, name) for (name,) in names}


def _rows(connection: Any, table: str) -> Counter[Row]:
    cursor = connection.execute(f'select * from marts."{table}"')
    columns = [column[0] for column in cursor.description]
    kept = [i for i, name in enumerate(columns) if not _LEFT_OUT.fullmatch(name)]
    return Counter(tuple((columns[i], _PORT.sub(r"\1PORT", repr(row[i]))) for i in kept) for row in cursor.fetchall())


def differences(expected: Tables, found: Tables) -> list[str]:
    """Return what is lost and what is new, a line a row, the columns that differ first where one row became another."""
    told = [f"mart {name} is only in one of them" for name in sorted(expected.keys() ^ found.keys())]
    for name in sorted(expected.keys() & found.keys()):
        lost, new = expected[name] - found[name], found[name] - expected[name]
        told += [f"{name}: {lost.total()} lost, {new.total()} new of {expected[name].total()}"] if lost or new else []
        for row in sorted(lost.elements(), key=repr)[:20]:
            near = min(new.elements(), key=lambda other, row=row: _apart(row, other), default=None)
            if near is None:
                told.append(f"  lost {dict(row)}")
            else:
                changed = {c: (a, b) for (c, a), (_, b) in zip(row, near, strict=True) if a != b}
                told.append(f"  {row[0][1]} {row[1][1]} became {changed}")
        if not lost:
            told += [f"  new {dict(row)}" for row in list(new.elements())[:20]]
    return told


def _apart(one: Row, other: Row) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def half_runs(data: Path) -> list[str]:
    """Return the runs of the warehouse whose rows are not those that they name, and rows that no run names."""
    tables = [record_type.TABLE for record_type in record_types()]
    landed = " union all ".join(f'select run_id from raw."{table}"' for table in tables)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        return [
            f"{technique or 'no run'}: {records} rows declared, {found} found"
            for technique, records, found in connection.execute(
                f"""with landed as (select run_id, count(*) as found from ({landed}) group by all)
                select technique, records, coalesce(found, 0) from raw.runs full join landed using (run_id)
                where records is distinct from coalesce(found, 0)"""
            ).fetchall()
        ]
