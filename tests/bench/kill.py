"""Kill the release of the demo system at each of the ten stages, rerun it, and compare all marts with those of an
undisturbed run.

`python tests/bench/kill.py [--folder DIR] [--twice] [STAGE …]`: about two minutes a stage. `--twice` compares two
undisturbed runs first: what differs there, no kill has caused.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.conftest import DEMO_PYTHON, prefect_running  # noqa: E402
from tests.flows.comparing import Tables, differences, half_runs, marts  # noqa: E402
from tests.flows.killing import STAGES, Victim, addresses  # noqa: E402

RELEASE = "4.6.0"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where to work; kept")
    parser.add_argument("--twice", action="store_true", help="compare two undisturbed runs first")
    parser.add_argument("stages", nargs="*", default=list(STAGES))
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="leadline-kill-"))
    system = folder / "system"
    shutil.copytree(ROOT / "data" / "demo", system, dirs_exist_ok=True)
    with prefect_running(folder / "prefect") as server:
        victim = Victim(system / RELEASE, folder / "state", DEMO_PYTHON, *addresses(victim_services(system)), server)
        undisturbed = marts(assessed(victim, folder / "undisturbed"))
        if given.twice:
            told("undisturbed again", differences(undisturbed, marts(assessed(victim, folder / "again"))))
        failed = [stage for stage in given.stages if not survives(victim, folder, stage, undisturbed)]
    print(f"{len(given.stages) - len(failed)} of {len(given.stages)} stages survive", flush=True)
    return 1 if failed else 0


def victim_services(system: Path) -> list[str]:
    from flows.system import load_system

    return list(load_system(system / RELEASE / "system.yaml").services)


def assessed(victim: Victim, data: Path) -> Path:
    """Assess undisturbed, unless that was done before in this folder."""
    if not (data / "published.duckdb").exists():
        began = time.monotonic()
        ran = victim.assess(data)
        print(f"{data.name}: status {ran.returncode}, {time.monotonic() - began:.0f} s", flush=True)
        if ran.returncode not in (0, 10, 20, 30):
            raise SystemExit(ran.stderr[-3000:])
    return data


def survives(victim: Victim, folder: Path, stage: str, undisturbed: Tables) -> bool:
    data = folder / stage.replace(" ", "-")
    shutil.rmtree(data, ignore_errors=True)
    began = time.monotonic()
    killed = victim.assess(data, stage)
    if killed.returncode != -signal.SIGKILL:
        return told(stage, [f"was not killed: status {killed.returncode}", killed.stderr[-2000:]])
    half = half_runs(data)
    ran = victim.assess(data)
    if ran.returncode not in (0, 10, 20, 30):
        return told(stage, [f"the rerun ended with {ran.returncode}", ran.stderr[-2000:]])
    left = [f"left behind: {path.name}" for path in data.glob("*.new")]
    kept = ran.stderr.count("kept from before")
    print(f"{stage}: {time.monotonic() - began:.0f} s, {kept} stages with work kept", flush=True)
    return told(stage, half + half_runs(data) + left + differences(undisturbed, marts(data)))


def told(stage: str, wrong: list[str]) -> bool:
    print(f"{'✗' if wrong else '✓'} {stage}", *wrong, sep="\n    ", flush=True)
    return not wrong


if __name__ == "__main__":
    sys.exit(main())
