"""How much folding a recording into call paths costs, beside a plain aggregation of edges in the same DuckDB.

    PYTHONPATH=. .venv/bin/python tests/bench/fold_bench.py [--spans 1000000 10000000] [--runs 3]

The spans are made here once for each number and kept as Parquet: twenty a trace over a hundred services, functions,
requests of each other, statements with values in them and addresses that differ in every trace. Each run has a process
of its own; CPU is what the operating system says that a step used, and the least of all runs counts.

`edges` groups (entry, caller, callee) with a count, from the same tables of the same database as the fold, within the
same bounds: it costs one join to the caller and one to the entry, and can invent paths that never happened. `fold`
reads the spans, hangs them together, places them in the tree and counts calls and traces by path; `all` beside it also
counts requests, statements, repeats and what was recorded of each service, and finds what arrived from outside.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from engines.contract import Exerciser
from engines.trace import folded as folded_module
from engines.trace.arrivals import Arrivals
from engines.trace.described import describe
from engines.trace.folded import Folded
from engines.trace.partition import parts_of
from engines.trace.spans import CLIENT, INTERNAL, SERVER, SPANS
from engines.trace.store import Store

SERVICES, FUNCTIONS, ENDPOINTS, VARIANTS, LENGTH = 100, 200, 10, 2, 20
LEADS = 100_000

# What the spans of a trace are, in order: the kind, the span that it is called from, and whether it is of the second
# service (the first one calls it at span 12).
_SHAPE = [
    ("server", None, 0), *(("function", parent, 0) for parent in (0, 1, 2, 2, 4, 5, 6)), ("sql", 5, 0), ("sql", 7, 0),
    ("function", 3, 0), ("function", 10, 0), ("client", 7, 0), ("server", 12, 1), ("function", 13, 1),
    ("function", 14, 1), ("function", 15, 1), ("sql", 15, 1), ("sql", 16, 1), ("function", 10, 0),
]  # fmt: skip

_EDGES = """
create table edges as
with told as (
    select s.key, s.parent_key, s.trace_key, s.calls,
        case when n.kind = 3 then hash(n.symbol_key, v.symbol_key) else n.symbol_key end as symbol
    from spans as s inner join nodes as n using (node_key) left join sink_values as v using (value_key)
),
entries as (select trace_key, any_value(symbol) as entry from told where parent_key = 0 group by trace_key)
select e.entry, caller.symbol as caller, told.symbol, count(*) as spans, sum(told.calls) as calls
from told inner join entries as e using (trace_key) left join told as caller on caller.key = told.parent_key
group by all
"""

_TREE_ONLY = folded_module._TAKE.split(";")[0]

# The shortest path to the function of each lead, the most used of equals, and all of its steps.
_LEADS = f"""
create or replace temp table functions as
select *, (row_number() over (order by path_id) - 1)::integer as number from (
    select service, file, symbol, arg_min(path_id, (depth, -traces, path_id)) as path_id
    from call_paths where kind = 'function' group by service, file, symbol
);
create or replace temp table nodes as
select path_id, any_value(parent_path_id) as parent_path_id, any_value(symbol) as symbol
from call_paths group by path_id;
create or replace temp table leads as
select range::integer as lead, (range % (select count(*) from functions))::integer as number from range({LEADS});
create or replace temp table lead_paths as
with recursive steps as (
    select leads.lead, nodes.path_id, nodes.parent_path_id, nodes.symbol
    from leads inner join functions using (number) inner join nodes using (path_id)
    union all
    select steps.lead, nodes.path_id, nodes.parent_path_id, nodes.symbol
    from steps inner join nodes on nodes.path_id = steps.parent_path_id
)
select * from steps
"""


def make(path: Path, spans: int) -> None:
    """Write so many spans as Parquet."""
    connection = duckdb.connect(config={"memory_limit": "2GB"})
    connection.register("templates", pa.Table.from_pylist(_templates()))
    picked = "(hash(trace) % 1000003 / 1000003.0)"  # few endpoints take most of the traffic
    columns = {
        "trace_id": "unhex(md5('trace ' || trace))", "span_id": f"hash(trace * {LENGTH} + number) | 1",
        "parent_id": f"case when parent >= 0 then hash(trace * {LENGTH} + parent) | 1 else 0 end",
        "scope": "'opentelemetry.instrumentation.bench'", "name": "name", "kind": "kind",
        "start": '1760000000000000000 + trace * 2000000 + number * 10000', '"end"': "start + 900000",
        "is_error": "false", "service": "service", "method": "method", "route": "route", "function": "function",
        "file": "file", "line": "line", "db_system": "db_system", "status": "status",
        "path": "replace(route, '{id}', (trace * 7919 % 1000003)::varchar)",
        "query": "case when route is not null then 'q=u' || trace % 1000003 || 'x&page=' || trace % 9 end",
        "url": "case when address is not null then address || trace % 1000003 || '?q=u' || trace % 1000003 || 'x' end",
        "statement": "replace(statement, '{}', 'u' || trace % 1000003 || 'x')",
    }  # fmt: skip
    chosen = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    told = connection.execute(
        f"""select {chosen} from (
            select r.trace, t.* from (select range as trace, (power({picked.replace("trace", "range")}, 2)
                * {SERVICES * ENDPOINTS * VARIANTS})::int as template from range({spans // LENGTH})) as r
            inner join templates as t using (template)
        )"""
    ).to_arrow_reader(8_192)
    with pq.ParquetWriter(path, SPANS, compression="zstd") as writer:
        for batch in told:
            have = {name: batch.column(name).cast(SPANS.field(name).type) for name in batch.schema.names}
            missing = pa.nulls(batch.num_rows)
            columns_of = [have.get(name, missing.cast(SPANS.field(name).type)) for name in SPANS.names]
            writer.write_batch(pa.RecordBatch.from_arrays(columns_of, schema=SPANS))


def _templates() -> Iterator[dict[str, Any]]:
    rows = []
    for template in range(SERVICES * ENDPOINTS * VARIANTS):
        endpoint = template // VARIANTS
        first, second = endpoint // ENDPOINTS, (endpoint * 7 + 1) % SERVICES
        for number, (kind, parent, side) in enumerate(_SHAPE):
            service = second if side else first
            route = f"/api/v1/things{endpoint % ENDPOINTS if not side else endpoint * 3 % ENDPOINTS}/{{id}}/parts"
            f = (template * 31 + number * 17) % FUNCTIONS
            told = ("method", "route", "function", "file", "line", "db_system", "status", "address", "statement")
            row = dict.fromkeys(told)
            match kind:
                case "server":
                    row |= {"method": "GET", "route": route, "status": 200}
                case "function":
                    row |= {"function": f"pkg.mod_{f // 10}.method_{f}", "file": f"/app/svc{service}/mod_{f // 10}.py",
                            "line": 10 + f % 10 * 30}  # fmt: skip
                case "sql":
                    row |= {"db_system": "postgresql",
                            "statement": f"SELECT a FROM items_{f % 7} WHERE code = '{{}}' AND kind = {f}"}  # fmt: skip
                case "client":
                    row |= {"method": "GET", "address": f"http://svc{second}.local/api/v1/things/"}
            kinds = {"server": SERVER, "function": INTERNAL, "sql": CLIENT, "client": CLIENT}
            row |= {"template": template, "number": number, "parent": -1 if parent is None else parent}
            rows.append(row | {"kind": kinds[kind], "name": f"{kind} {number}", "service": f"svc-{service:04}"})
    return rows


class Clock:
    """CPU seconds and peak memory of steps."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        before, begun = _cpu(), time.perf_counter()
        yield
        self.steps[name] = self.steps.get(name, 0) + _cpu() - before
        self.steps[name + " wall"] = self.steps.get(name + " wall", 0) + time.perf_counter() - begun


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def once(path: Path, what: str) -> dict[str, float]:
    """Run one variant in this process."""
    clock = Clock()
    with Store() as store:
        with clock.step("load"):
            for batch in pq.ParquetFile(path, pre_buffer=False).iter_batches(8_192):
                store.add(batch)
            store.settle()
        with clock.step("describe"):
            nodes = describe(store, {})
        if what == "edges":
            with clock.step("edges"):
                store.connection.execute(_EDGES)
            rows = store.rows("select count(*) as n from edges")[0]["n"]
        else:
            rows = _fold(store, nodes, clock, what)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return clock.steps | {"rows": rows, "peak MB": peak}


def _fold(store: Store, nodes: Any, clock: Clock, what: str) -> int:
    if what == "fold":
        folded_module._TAKE = _TREE_ONLY
    folded, arrivals = Folded(store, Exerciser.QA), Arrivals(store)
    parts = parts_of(store, nodes)
    while True:
        with clock.step("place"):
            part = next(parts, None)
        if part is None:
            break
        with clock.step("count"):
            folded.take(part)
        if what == "all":
            with clock.step("arrivals"):
                arrivals.take()
    with clock.step("arrivals"):
        arrivals.settle()
    with clock.step("name"):
        folded.name()
    with clock.step("rows"):
        paths = folded.call_paths()
        if what == "all":
            hits = folded.hits()
            folded.requests()
            folded.services()
            clock.steps["hits"] = hits.num_rows
    store.create("call_paths", paths)
    with clock.step("leads"):
        store.connection.execute(_LEADS)
    return paths.num_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "leadline-fold-bench")
    parser.add_argument("--once", nargs=2, metavar=("FILE", "WHAT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(once(Path(given.once[0]), given.once[1])))
        return
    given.cache.mkdir(exist_ok=True)
    for spans in given.spans:
        path = given.cache / f"{spans}.parquet"
        if not path.exists():
            make(path, spans)
        best: dict[str, dict[str, float]] = {}
        for _ in range(given.runs):
            for what in ("edges", "fold", "all"):
                command = [sys.executable, __file__, "--once", str(path), what]
                told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
                kept = best.setdefault(what, told)
                best[what] = {name: min(kept[name], told[name]) for name in told}
        _show(spans, best)


def _show(spans: int, best: dict[str, dict[str, float]]) -> None:
    print(f"\n{spans:,} spans, CPU seconds (least of the runs)")
    for what, told in best.items():
        print(f"  {what:6}", "  ".join(f"{name} {value:,.2f}" for name, value in told.items() if "wall" not in name))
    fold = sum(best["fold"][name] for name in ("place", "count", "name"))
    peak = max(told["peak MB"] for told in best.values())
    print(f"  fold ÷ edges {fold / best['edges']['edges']:.2f}; peak {peak:.0f} MB")
    print(f"  full paths of {LEADS:,} leads in {best['fold']['leads wall']:.2f} s")


if __name__ == "__main__":
    main()
