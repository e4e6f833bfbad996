"""What the static stage costs beside semgrep itself, and what a second look costs: ratios of one run.

    PYTHONPATH=. python tests/bench/static_bench.py SOURCE

SOURCE is a folder of source code, large enough to take semgrep ten seconds or more. Goals: the stage takes at most 1.3
times as long as bare semgrep with the same rules on the same files; looking at the unchanged source again takes at most
0.15 of the first time; `leadline scan --since HEAD~1` takes at most 2 s more than semgrep needs to start. Prints the
figures; the exit status is 1 where a goal is missed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from engines.contract import Match, Record, Target
from engines.rules.loader import load_rules
from engines.static.blocks import semgrep_rules
from engines.static.cache import FileCache
from engines.static.command import find_executable
from engines.static.files import MAX_BYTES, SourceFile, walk
from engines.static.semgrep import SemgrepEngine

GOALS = {"stage ÷ bare semgrep": 1.3, "second ÷ first": 0.15, "scan --since beyond semgrep's start, s": 2.0}
ONE_RULE = {"id": "a", "languages": ["python"], "severity": "INFO", "message": "m", "pattern": "danger(...)"}
ROOT = Path(__file__).resolve().parents[2]


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return the seconds that some work takes, and what it returns."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def bare(rules: Sequence[object], folder: Path, scratch: Path) -> int:
    """Run semgrep as anybody would, and return how much it found."""
    config = scratch / "rules.json"
    config.write_text(json.dumps({"rules": rules}))
    options = ["--json", "--quiet", "--metrics=off", "--disable-version-check", "--no-git-ignore"]
    options += ["--disable-nosem", f"--max-target-bytes={MAX_BYTES}", "--jobs", str(os.cpu_count())]
    command = [str(find_executable()), "scan", *options, "--x-ignore-semgrepignore-files", "--config", str(config)]
    done = subprocess.run([*command, str(folder)], capture_output=True, check=True)
    return len(json.loads(done.stdout)["results"])


def copied(source: Path, folder: Path) -> int:
    """Copy what the static stage reads into a folder; return the number of files."""
    files = [entry for entry in walk(source) if isinstance(entry, SourceFile)]
    for file in files:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.content)
    return len(files)


def since(folder: Path, cache: Path) -> float:
    """Commit one changed file, and return the seconds that `leadline scan --since HEAD~1` takes."""

    def git(*arguments: str) -> None:
        names = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "before")
    (folder / "brought_in.py").write_text("def f(db, key):\n    return db.execute('select ' + key)\n")
    git("add", "-A")
    git("commit", "-q", "-m", "after")
    command = [sys.executable, "-m", "flows.cli", "scan", "--since", "HEAD~1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "XDG_CACHE_HOME": str(cache)}
    subprocess.run(
        [*command[:-1], "HEAD"], cwd=folder, env=environment, check=False, capture_output=True
    )  # reads rules
    seconds, done = timed(lambda: subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True))
    assert "1 finding" in done.stdout, done.stdout + done.stderr  # type: ignore[attr-defined]
    return seconds


def main(source: Path) -> int:
    """Measure and print; return the exit status."""
    rules = load_rules()
    bodies = list(semgrep_rules(rules))
    target = Target("", "", "", "", "internal", source=source)
    with tempfile.TemporaryDirectory() as scratch_name:
        scratch = Path(scratch_name).resolve()
        copies = scratch / "copies"
        number = copied(source, copies)
        (scratch / "empty").mkdir()
        (scratch / "empty" / "a.py").write_text("")
        start, _ = timed(lambda: bare([ONE_RULE], scratch / "empty", scratch))
        alone, results = timed(lambda: bare(bodies, copies, scratch))

        def stage() -> list[Record]:
            return list(SemgrepEngine(cache=FileCache(scratch / "cache.sqlite")).run(target, rules))  # type: ignore[arg-type]

        first, records = timed(stage)
        second, again = timed(stage)
        assert records == again, "the second run says something else"
        scan = since(copies, scratch / "user")
    matches = sum(isinstance(record, Match) for record in records)  # type: ignore[attr-defined]
    print(
        f"{number} files, {len(bodies)} semgrep rules, {results} results, {matches} matches (one of a rule at a place)"
    )
    print(f"bare semgrep {alone:.1f} s, stage {first:.1f} s, second run {second:.2f} s")
    print(f"scan --since HEAD~1 {scan:.2f} s, semgrep's own start {start:.2f} s")
    figures = dict(zip(GOALS, (first / alone, second / first, scan - start), strict=True))
    for name, figure in figures.items():
        print(f"{name:40} {figure:6.2f}  goal {GOALS[name]:5.2f}  {'met' if figure <= GOALS[name] else 'MISSED'}")
    return int(any(figure > GOALS[name] for name, figure in figures.items()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
