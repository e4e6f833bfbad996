"""How a release is compared with its predecessor where both are large: seconds and memory, and how they grow.

    PYTHONPATH=. python tests/bench/diff_bench.py [functions]

An invented history of two releases (200,000 functions, a twentieth as many endpoints, a tenth as many matches) goes
through the models of changes and of tracking; a tenth of it before. Prints the figures; the exit status is 1 where the
whole takes more than twelve times as long in these models, or the comparison loses what was changed on purpose.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

import pyarrow as pa

from engines.contract import Batch, Call, Endpoint, Function, Match, Parameter, Record, Release, Service, stable_id
from flows.warehouse import reading
from tests.dbt_project.build import invoke
from tests.dbt_project.landing import BUILD, Warehouse, rule

ONE, TWO = "large-1", "large-2"
RULE = "sql-injection.string-built-query"
FUNCTIONS, SERVICES, IN_A_FILE = 200_000, 20, 50
MODELS = ("int_functions__", "int_endpoints__", "int_parameters__", "int_tracking", "int_findings__earlier")
MARTS = ("function_changes", "endpoint_changes", "parameter_changes")
MOST_GROWTH = 12

# Of a hundred functions, by their number: what the second release does to them.
CHANGES = {0: "removed", 1: "removed", 2: "changed", 3: "changed", 4: "changed", 5: "renamed", 6: "renamed"}
CHANGES |= {7: "moved", 8: "moved", 9: "renamed and changed"}


def told(release: str, number: int) -> tuple[str, str, str] | None:
    """The file, name and body of a function in a release; None where it is gone."""
    change = CHANGES.get(number % 100) if release == TWO else None
    if change == "removed":
        return None
    file = f"{'new' if change == 'moved' else 'src'}/file{number // IN_A_FILE}.py"
    name = f"function{number}" + ("_renamed" if change and change.startswith("renamed") else "")
    return file, name, f"body {number}" + (" changed" if change and change.endswith("changed") else "")


def added(count: int) -> int:
    """How many functions the second release has behind those of the first."""
    return count // 50


def is_weak(number: int) -> bool:
    """Whether static analysis matches something in the function."""
    return number % 11 == 7


def batch(kind: type[Record], rows: list[Record]) -> Batch:
    """Records as one Arrow batch."""
    columns = list(zip(*map(astuple, rows), strict=True))
    return Batch(kind, pa.table({f.name: pa.array(c) for f, c in zip(fields(kind), columns, strict=True)}))


def history(release: str, count: int) -> Iterator[tuple[str, type[Record], list[Record]]]:
    """The records of a release, by technique and class."""
    functions, calls, endpoints, parameters, matches = [], [], [], [], []
    for number in range(count + (added(count) if release == TWO else 0)):
        known = told(release, number)
        if known is None:
            continue
        file, name, body = known
        service, line = f"service{number % SERVICES}", 1 + 20 * (number % IN_A_FILE)
        functions.append(
            Function(service, BUILD, name, "module", file, line, line + 15, stable_id(body), 16, "python", "function")
        )
        calls += [
            Call(service, BUILD, name, file, f"library.call{(number + i) % 5_000}", None, line, "call", False)
            for i in range(4)
        ]
        if number % 20 == 5:
            route = f"/route{number}" + ("/renamed" if release == TWO and number % 100 == 45 else "")
            endpoints.append(Endpoint(service, BUILD, "GET", route, name, file, line, "source"))
            kind = "integer" if release == TWO and number % 100 == 25 else "string"
            parameters.append(Parameter(service, BUILD, "GET", route, "q", "query", kind, False, None, "source"))
        if is_weak(number):
            code = "db.execute(sql+name)"
            matches.append(Match(service, BUILD, RULE, file, line + 3, 4, line + 3, 40, code, code, "matched", False))
    yield "inventory", Function, functions
    yield "inventory", Call, calls
    yield "inventory", Endpoint, endpoints
    yield "inventory", Parameter, parameters
    yield "static", Match, matches


def land(path: Path, count: int) -> None:
    """Land both releases, each technique in one run."""
    warehouse = Warehouse(path)
    for release, previous in ((ONE, None), (TWO, ONE)):
        services = [
            Service(f"service{n}", "1", BUILD, "d", "python", "internal", "team", None, True, True, ())
            for n in range(SERVICES)
        ]
        declared = [Release("large", release, previous, "sprint", 6.0, True), *services]
        warehouse.land(release, "declare", "*", *declared, *rule(RULE, "CWE-89", "high"))
        batches: dict[str, list[Batch]] = {}
        for technique, kind, rows in history(release, count):
            batches.setdefault(technique, []).append(batch(kind, rows))
        for technique, landed in batches.items():
            warehouse.land(release, technique, "*", *landed)


def run(path: Path, told: multiprocessing.Queue) -> None:
    """Build the models in a process of its own; tell seconds by model and the peak of its memory in MB."""
    start = time.perf_counter()
    selected = [f"+{mart}" for mart in MARTS]
    kinds = ("--resource-type", "model", "--resource-type", "seed")
    outcome = invoke(path, "build", *kinds, "--select", *selected)
    seconds = {r.node.name: r.execution_time for r in outcome.result.results} if outcome.result else {}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.put((outcome.success, seconds, time.perf_counter() - start, peak))


def measure(count: int) -> tuple[float, bool]:
    """Print the figures for a history of this size; return the seconds in these models, and whether all is right."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        land(path, count)
        answers: multiprocessing.Queue = multiprocessing.get_context("spawn").Queue()
        process = multiprocessing.get_context("spawn").Process(target=run, args=(path, answers))
        process.start()
        is_built, seconds, whole, peak = answers.get(timeout=1800)
        process.join()
        ours = {n: s for n, s in seconds.items() if n.startswith(MODELS) or n in MARTS}
        print(f"{count:,} functions: {sum(ours.values()):.1f} s in {len(ours)} models of changes and tracking", end="")
        print(f", {whole:.0f} s with all that they need, {peak:,.0f} MB")
        for name, spent in sorted(ours.items(), key=lambda pair: -pair[1])[:6]:
            print(f"    {spent:6.2f} s  {name}")
        is_as_made = is_built and is_right(path, count)
        print("    as it was made" if is_as_made else "    NOT as it was made")
        return sum(ours.values()), is_as_made


def expected(count: int) -> tuple[Counter[str], Counter[str]]:
    """What the marts must say: functions by change, findings by tracking."""
    functions: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    for number in range(count + added(count)):
        before, now = told(ONE, number) if number < count else None, told(TWO, number)
        change = CHANGES.get(number % 100, "unchanged").replace("renamed and changed", "changed")
        if before or now:
            functions["new" if not before else change] += 1
            if is_weak(number):
                findings["new" if not before else "persisting" if now else "fixed"] += 1
    del functions["unchanged"]
    return functions, findings


def is_right(path: Path, count: int) -> bool:
    """Whether the marts say what was done to the second release, and no finding was lost on the way."""
    with reading(path) as connection:

        def counted(sql: str) -> dict[str, int]:
            return dict(connection.execute(f"select {sql} group by 1 order by 1").fetchall())

        functions = counted("change, count(*) from marts.function_changes")
        routes = counted("change, count(*) from marts.endpoint_changes where change in ('renamed', 'handler_changed')")
        parameters = counted("change, count(*) from marts.parameter_changes")
        findings = counted(f"tracking, count(*) from intermediate.int_findings__tracked where release_id = '{TWO}'")
    print(f"    functions {functions}; routes {routes}; parameters {parameters}; findings {findings}")
    hundreds = count // 100
    return (functions, findings) == expected(count) and routes | parameters == {
        "renamed": hundreds,
        "retyped": hundreds,
    }


def main() -> int:
    """Measure a tenth, then the whole."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FUNCTIONS
    small, is_small_right = measure(count // 10)
    large, is_large_right = measure(count)
    print(f"ten times as much takes {large / small:.1f} times as long (at most {MOST_GROWTH})")
    return 0 if is_small_right and is_large_right and large / small <= MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
