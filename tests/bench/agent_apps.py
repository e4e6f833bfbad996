"""How well the Python agent records an application that somebody else wrote: functions, routes, statements, sinks.

    PYTHONPATH=. .venv/bin/python tests/bench/agent_apps.py APP.yaml [--keep DIR] [--trees 2]

`APP.yaml` says what to start and what to ask; paths are relative to it:

    name: shop
    source: shop/src                 # what the agent and the inventory look at
    cwd: shop                        # where the command runs; default: the source
    prepare: [python, manage.py, migrate]                  # optional, run before, without the agent
    command: [venv/bin/python, app.py]                     # started under the agent
    environment: {SHOP_DATA: /tmp/x}
    url: http://127.0.0.1:5000
    requests:                        # in order, with one cookie jar; `{token}` and the like stand for what `keep` kept
      - GET /                        # short for {method: GET, path: /}
      - {method: POST, path: /login, json: {user: a}, keep: {token: auth_token}}
      - {method: GET, path: /me, headers: {Authorization: "Bearer {token}"}}
      - {method: POST, path: /form, form: {a: 1}, csrf: /form}  # a hidden csrfmiddlewaretoken is fetched there first

Printed are the share of executed functions that the inventory knows, and which it does not; the route of every request
beside the path; statements and sinks; what was dropped; what the agent said on standard error; and span trees to read.
Everything stays on loopback.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import httpx
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engines.contract import (  # noqa: E402  # noqa: E402
    Batch,
    CallPath,
    Endpoint,
    Exerciser,
    Function,
    Quarantined,
    Request,
    SinkHit,
    Skip,
    Target,
    TracedService,
)
from engines.static.inventory.engine import InventoryEngine  # noqa: E402
from engines.trace.engine import TraceEngine  # noqa: E402
from engines.trace.receiver import Receiver  # noqa: E402

_AGENT = ROOT / "engines" / "agents" / "python"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("app", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for the recording; a temporary one where left out")
    parser.add_argument("--trees", type=int, default=2, help="span trees to print")
    parser.add_argument("--tree", action="append", default=[], help="print the tree of this route; repeatable")
    given = parser.parse_args()
    spec = yaml.safe_load(given.app.read_text(encoding="utf-8"))
    base = given.app.resolve().parent
    folder = given.keep or Path(tempfile.mkdtemp(prefix="leadline-app-"))
    source = (base / spec["source"]).resolve()
    segment, answered, said = record(spec, base, source, folder)
    target = Target("bench-1", spec["name"], "1", "bench", "internal", source=source, language="python")
    known = list(InventoryEngine().run(target, ()))
    seen = observed(segment, target)
    print(f"== {spec['name']}: {len(answered)} requests, statuses {dict(Counter(status for _, status in answered))}")
    report_functions(known, seen)
    report_routes(known, seen)
    report_sinks(seen)
    for row in seen[TracedService]:
        print("recorded:", {key: row[key] for key in row if key not in ("service",)})
    print("told:", [(row["reason"], row["explanation"]) for row in seen[Skip]], f"{len(seen[Quarantined])} quarantined")
    print("agent and service said:", "".join(f"\n   | {line}" for line in said[-15:]) or "nothing")
    for tree in trees(seen, given.trees, given.tree):
        print(tree)
    return 0


def record(spec: dict[str, Any], base: Path, source: Path, folder: Path) -> tuple[Path, list, list[str]]:
    """Run the application under the agent and ask it; return segment, (request, status) pairs and standard error."""
    cwd = (base / spec.get("cwd", spec["source"])).resolve()
    command = [str(base / part) if part.startswith("venv") else part for part in spec["command"]]
    environment = dict(os.environ) | {k: str(v) for k, v in spec.get("environment", {}).items()}
    if prepare := spec.get("prepare"):
        prepare = [str(base / part) if part.startswith("venv") else part for part in prepare]
        subprocess.run(prepare, cwd=cwd, env=environment, check=True, capture_output=True, timeout=300)
    with Receiver("127.0.0.1:0", folder) as receiver:
        segment = receiver.start_segment(spec["name"])
        environment |= {
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint,
            "OTEL_SERVICE_NAME": spec["name"],
            "PYTHONPATH": os.pathsep.join([str(_AGENT), environment.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        }
        run = [command[0], "-m", "leadline_agent", "--roots", str(source), "--", *command]
        with (folder / "output.txt").open("w+") as output:
            process = subprocess.Popen(
                run, cwd=cwd, env=environment, stdout=output, stderr=output, start_new_session=True
            )
            try:
                answered = ask(spec)
                receiver.settle()
            finally:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            receiver.settle()
            output.seek(0)
            said = [line.rstrip()[:200] for line in output if "leadline" in line or "Traceback" in line]
    return segment, answered, said


def ask(spec: dict[str, Any]) -> list[tuple[str, int | str]]:
    """Send the requests in order; return each with its status, or with what went wrong."""
    kept: dict[str, str] = {}
    answered: list[tuple[str, int | str]] = []
    with httpx.Client(base_url=spec["url"], timeout=20, follow_redirects=False, trust_env=False) as client:
        for _ in range(150):
            try:
                client.get("/")
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        for one in spec["requests"]:
            if isinstance(one, str):
                method, _, path = one.partition(" ")
                one = {"method": method, "path": path}
            method, path = one["method"], filled(one["path"], kept)
            form = dict(filled(one.get("form"), kept) or {})
            try:
                if one.get("csrf"):
                    token = _TOKEN.search(client.get(filled(one["csrf"], kept)).text)
                    form["csrfmiddlewaretoken"] = token[1] if token else ""
                answer = client.request(
                    method, path, json=filled(one.get("json"), kept), data=form or None,
                    headers={"Referer": spec["url"], **(filled(one.get("headers"), kept) or {})},
                )  # fmt: skip
                answered.append((f"{method} {path}", answer.status_code))
                for name, key in one.get("keep", {}).items():
                    kept[name] = str(answer.json().get(key, ""))
            except (httpx.HTTPError, ValueError) as error:
                answered.append((f"{method} {path}", type(error).__name__))
    return answered


def filled(value: Any, kept: dict[str, str]) -> Any:
    """Return the value with every `{name}` that was kept put in."""
    if isinstance(value, str):
        for name, told in kept.items():
            value = value.replace("{" + name + "}", told)
        return value
    if isinstance(value, dict):
        return {key: filled(one, kept) for key, one in value.items()}
    return value


def observed(segment: Path, target: Target) -> dict[type, list[dict[str, Any]]]:
    """Return the rows that the trace engine tells, by record class."""
    seen: dict[type, list[dict[str, Any]]] = defaultdict(list)
    for item in TraceEngine(segment, Exerciser.QA).run(target, ()):
        if isinstance(item, Batch):
            seen[item.record_type] += item.rows.to_pylist()
        else:
            seen[type(item)].append(vars(item))
    return seen


def report_functions(known: list, seen: dict[type, list]) -> None:
    by_file: dict[str, list[Function]] = defaultdict(list)
    for function in known:
        if isinstance(function, Function) and function.kind != "module":
            by_file[function.file].append(function)
    ran = {(row["file"], row["symbol"], row["line"]) for row in seen[CallPath] if row["kind"] == "function"}
    exact = by_line = 0
    unmatched = []
    for file, symbol, line in sorted(ran, key=str):
        around = [f for f in by_file.get(file, ()) if f.start_line <= (line or 0) <= f.end_line]
        inner = max(around, key=lambda f: f.start_line, default=None)
        if inner is not None and inner.qualified_name == symbol and inner.start_line == line:
            exact += 1
        elif inner is not None:
            by_line += 1
            unmatched.append(f"   by line only: {file}:{line} {symbol} is {inner.qualified_name}:{inner.start_line}")
        else:
            unmatched.append(f"   unknown: {file}:{line} {symbol}")
    total = sum(len(functions) for functions in by_file.values())
    share = (exact + by_line) / len(ran) if ran else 0
    print(f"functions: {len(ran)} ran, {exact} known by name and line, {by_line} by line only: {share:.1%}; "
          f"{total} in the inventory")  # fmt: skip
    print("\n".join(unmatched[:40]))


def report_routes(known: list, seen: dict[type, list]) -> None:
    declared = {(e.method, e.route) for e in known if isinstance(e, Endpoint)}
    rows = Counter()
    for row in seen[Request]:
        rows[row["method"], row["route"], row["path_example"] if not row["route"] else ""] += row["requests"]
    routed = sum(n for (_, route, _), n in rows.items() if route)
    print(f"routes: {routed} of {rows.total()} requests carry one; {len(declared)} declared in the source")
    for (method, route, path), count in sorted(rows.items()):
        mark = "=" if (method, route) in declared or ("*", route) in declared else " "
        print(f"   {mark} {method:<6} {route or '(none) ' + path}  ×{count}")


def report_sinks(seen: dict[type, list]) -> None:
    hits = seen[SinkHit]
    print("sinks:", dict(Counter(row["kind"] for row in hits)))
    for kind in sorted({row["kind"] for row in hits}):
        places = {(row["file"], row["line"], row["function"]): row for row in hits if row["kind"] == kind}
        for (file, line, function), row in sorted(places.items(), key=str)[:12]:
            print(f"   {kind:<11} {file}:{line} {function}: {row['statement'][:110]!r}"
                  f"{' ← ' + row['outside_parameter'] if row['outside_parameter'] else ''}")  # fmt: skip


def trees(seen: dict[type, list], count: int, routes: list[str]) -> list[str]:
    """Return the call paths of some entry endpoints as trees, the largest first."""
    by_entry: dict[tuple, list[dict]] = defaultdict(list)
    for row in seen[CallPath]:
        by_entry[row["entry_service"], row["entry_method"], row["entry_route"]].append(row)
    wanted = [key for key in by_entry if key[2] in routes]
    wanted += [key for key in sorted(by_entry, key=lambda key: -len(by_entry[key])) if key not in wanted]
    drawn = []
    for key in wanted[: max(count, len(routes))]:
        rows = {row["path_id"]: row for row in by_entry[key]}
        below: dict[Any, list[dict]] = defaultdict(list)
        for row in rows.values():
            below[row["parent_path_id"] if row["parent_path_id"] in rows else None].append(row)
        lines = [f"-- {' '.join(key)}"]

        def draw(parent: Any, depth: int, below: dict = below, lines: list = lines) -> None:
            for row in sorted(below[parent], key=lambda row: (row["line"] or 0, row["symbol"])):
                place = f"{row['file']}:{row['line']}" if row["file"] else ""
                targets = " ".join(row["sink_targets"] or ())
                lines.append(f"{'  ' * depth}{row['kind']} {row['symbol']} {place} ×{row['calls']} {targets}".rstrip())
                draw(row["path_id"], depth + 1)

        draw(None, 1)
        drawn.append("\n".join(lines[:80]))
    return drawn


if __name__ == "__main__":
    sys.exit(main())
