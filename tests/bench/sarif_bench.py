"""How much CPU an import of a large SARIF file takes, beside sarif-tools on the same file.

    PYTHONPATH=. .venv/bin/python tests/bench/sarif_bench.py --sarif-tools /path/to/venv/bin/sarif [--results 100000]

The file is made here, from a seed: results of a few hundred rules over a few thousand files, one in ten with a data
flow. All are asked in processes of their own, in turns, and the least that the operating system says they used counts.
Ours is measured to the last row, and apart from that with its landing in a warehouse and the checks at its door;
sarif-tools to the end of its `summary`, which counts, and of its `csv`, which writes a line a result.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_260_301
_WORDS = "order load save user name path query value render parse token read write file stream reply".split()

_READ = """
import sys
from pathlib import Path
from engines.contract import Batch, Target
from engines.imported.sarif import SarifEngine
engine = SarifEngine(Path(sys.argv[1]))
found = engine.run(Target("bench-1", "*", "", "", "internal"), ())
print(sum(one.rows.num_rows if isinstance(one, Batch) else 1 for one in found), "rows")
"""
_LAND = """
import sys
from pathlib import Path
from engines.contract import Target
from engines.imported.sarif import SarifEngine
from flows.landing import RunKey, land
engine = SarifEngine(Path(sys.argv[1]))
key = RunKey("bench-1", 1, engine.name, engine.version, engine.technique, "*", "", "bench")
landed = land(Path(sys.argv[2]), key, lambda: engine.run(Target("bench-1", "*", "", "", "internal"), ()))
print(landed.status, landed.reason or "", landed.rows, landed.quarantined)
"""


def document(results: int, seed: int = SEED) -> dict[str, Any]:
    """Return a SARIF document with this many results."""
    draw = random.Random(seed)
    rules = [_rule(number) for number in range(300)]
    files = [f"src/{draw.choice(_WORDS)}/{draw.choice(_WORDS)}_{number}.py" for number in range(3_000)]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Bench", "version": "1.0", "rules": rules}},
                "results": [_result(draw, rules, files, number) for number in range(results)],
            }
        ],
    }


def _rule(number: int) -> dict[str, Any]:
    cwe = (89, 79, 78, 22, 918, 502, 611, 327)[number % 8]
    return {
        "id": f"py/rule-{number}",
        "shortDescription": {"text": f"Rule {number}"},
        "fullDescription": {"text": f"What rule {number} is about, at some length. " * 5},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["security", f"external/cwe/cwe-{cwe:03}"], "security-severity": "7.5"},
    }


def _place(draw: random.Random, file: str) -> dict[str, Any]:
    line, column = draw.randint(1, 900), draw.randint(1, 60)
    code = f"    {draw.choice(_WORDS)} = {draw.choice(_WORDS)}({draw.choice(_WORDS)}, '{draw.choice(_WORDS)}', {line})"
    region = {"startLine": line, "startColumn": column, "endColumn": column + 20, "snippet": {"text": code}}
    return {"physicalLocation": {"artifactLocation": {"uri": file, "uriBaseId": "%SRCROOT%"}, "region": region}}


def _result(draw: random.Random, rules: list[dict[str, Any]], files: list[str], number: int) -> dict[str, Any]:
    index, file = draw.randrange(len(rules)), draw.choice(files)
    result = {
        "ruleId": rules[index]["id"],
        "ruleIndex": index,
        "level": draw.choice(["error", "warning", "note"]),
        "message": {"text": f"{draw.choice(_WORDS)} of {draw.choice(_WORDS)} flows into {draw.choice(_WORDS)} here."},
        "locations": [_place(draw, file)],
        "partialFingerprints": {"primaryLocationLineHash": f"{draw.getrandbits(64):016x}:1"},
    }
    if number % 10 == 0:
        steps = [{"location": _place(draw, draw.choice(files)) | {"message": {"text": f"step {n}"}}} for n in range(4)]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return result


def cpu_seconds(command: list[str], folder: Path) -> tuple[float, float, str]:
    """Return the CPU seconds and the peak memory (MiB) of a command, with the last line that it printed."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, env=_environment())
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    lines = said.strip().splitlines() or [""]
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, lines[-1]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def main() -> None:
    """Make the file, measure and print the ratios."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--sarif-tools", type=Path, required=True, help="The `sarif` command of sarif-tools.")
    arguments.add_argument("--results", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        file = folder / "large.sarif"
        file.write_text(json.dumps(document(given.results)))
        print(f"{given.results:,} results, {file.stat().st_size / 1e6:.0f} MB, seed {SEED}")
        tool = str(given.sarif_tools.absolute())
        asked = {
            "leadline, file to rows": [sys.executable, "-c", _READ, str(file)],
            "leadline, file to warehouse": [sys.executable, "-c", _LAND, str(file), str(folder / "w.duckdb")],
            "sarif-tools summary": [tool, "summary", "--output", str(folder / "summary.txt"), str(file)],
            "sarif-tools csv": [tool, "csv", "--output", str(folder / "all.csv"), str(file)],
        }
        least: dict[str, tuple[float, float, str]] = {}
        for _ in range(given.rounds):
            for name, command in asked.items():
                least[name] = min(least.get(name, (1e9, 0.0, "")), cpu_seconds(command, folder))
        for name, (seconds, memory, said) in least.items():
            print(f"{name}: {seconds:.2f} s CPU, {memory:.0f} MiB: {said}")
        for ours in ("leadline, file to rows", "leadline, file to warehouse"):
            for theirs in ("sarif-tools summary", "sarif-tools csv"):
                print(f"{ours} / {theirs}: {least[ours][0] / least[theirs][0]:.2f}")


if __name__ == "__main__":
    main()
