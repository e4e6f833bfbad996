"""What the inventory of a source costs on one core: reading its files, joining their facts, and a second look.

    PYTHONPATH=. python tests/bench/inventory_bench.py SOURCE ...

Each SOURCE is a folder of source code. Goals: 400 files a second where a file has 200 lines (80 lines a millisecond of
CPU time); an unchanged source again, in another process with the cache of the first, in at most 0.15 of the first time.
Every run is a process of its own and every figure the median of several; all are seconds of CPU. How a run compares
with tree-sitter alone (its parser and the language's query on the same files, in the same process) stays the same on a
machine that is busy with other things as well. Prints the figures; the exit status is 1 where a goal is missed.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from statistics import median

from tree_sitter import QueryCursor

from engines.contract import ScannedFile, Target
from engines.static.cache import NO_CACHE, Cache, FileCache
from engines.static.files import SourceFile, walk
from engines.static.inventory import InventoryEngine
from engines.static.reading.language import load

LINES_A_MS = 80.0
SECOND = 0.15
RUNS = 3
ROOT = Path(__file__).resolve().parents[2]

Figures = Mapping[str, float]


def parsed(source: Path) -> float:
    """Return the seconds that tree-sitter takes for the files of the languages that it reads."""
    files = [entry for entry in walk(source) if isinstance(entry, SourceFile)]
    known = [(load(file.language, PurePosixPath(file.path).suffix.lower()), file.content) for file in files]
    start = time.process_time()
    for language, content in known:
        if language is not None:
            QueryCursor(language.query).matches(language.parser.parse(content).root_node)
    return time.process_time() - start


def run(source: Path, cache: Cache) -> Figures:
    """Take the inventory of a source once."""
    files = lines = records = 0
    start = read = time.process_time()
    for record in InventoryEngine(cache).run(Target("", "", "", "", "internal", source=source), ()):
        records += 1
        if isinstance(record, ScannedFile):  # all of them come before the first thing that is joined
            files, lines, read = files + 1, lines + record.lines, time.process_time()
    whole = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"files": files, "lines": lines, "records": records, "read": read - start, "whole": whole, "peak": peak}


def in_a_process(source: Path, cache: Path | str, *, parse: bool = False) -> Figures:
    """Return the figures of one run in a process of its own; `cache`: '' for none."""
    command = [sys.executable, __file__, "--one", str(source), str(cache), "parse" if parse else ""]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    return json.loads(done.stdout)


def middle(runs: list[Figures]) -> Figures:
    """Return the median of each figure."""
    return {name: median(each[name] for each in runs) for name in runs[0]}


def measure(source: Path) -> bool:
    """Measure one source and print; return whether all goals are met."""
    alone = middle([in_a_process(source, "", parse=True) for _ in range(RUNS)])
    first, second = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            first.append(in_a_process(source, Path(folder) / "cache.sqlite"))
            second.append(in_a_process(source, Path(folder) / "cache.sqlite"))
    ratio = median(b["whole"] / a["whole"] for a, b in zip(first, second, strict=True))
    files, whole = max(alone["files"], 1), alone["whole"]
    a_ms = alone["lines"] / whole / 1000
    each = 1000 / files
    print(f"{source}: {files:,.0f} files of {alone['lines'] / files:.0f} lines, {alone['records']:,.0f} records")
    print(
        f"  a file: tree-sitter {alone['parse'] * each:.2f} ms, reading beside it "
        f"{(alone['read'] - alone['parse']) * each:.2f} ms, "
        f"joining {(whole - alone['read']) * each:.2f} ms; whole ÷ tree-sitter {whole / alone['parse']:.2f}"
    )
    print(f"  {files / whole:.0f} files a second, peak memory {alone['peak']:.0f} MB")
    print(f"  lines a ms {a_ms:6.1f}  goal {LINES_A_MS:6.1f}  {'met' if a_ms >= LINES_A_MS else 'MISSED'}")
    print(f"  second ÷ first {ratio:.3f}  goal {SECOND:.3f}  {'met' if ratio <= SECOND else 'MISSED'}")
    return a_ms >= LINES_A_MS and ratio <= SECOND


def main(sources: list[Path]) -> int:
    """Measure all sources; return the exit status."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {RUNS} runs each")
    return int(not all([measure(source) for source in sources]))


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        place = Path(sys.argv[2])
        figures = run(place, FileCache(Path(sys.argv[3])) if sys.argv[3] else NO_CACHE)
        print(json.dumps({**figures, "parse": parsed(place) if sys.argv[4] else 0.0}))
    else:
        sys.exit(main([Path(each).resolve() for each in sys.argv[1:]]))
