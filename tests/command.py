"""The `leadline` command run as a user runs it: in a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEADLINE = [sys.executable, "-m", "flows.cli"]


@dataclass(frozen=True)
class Ran:
    """A call of the command line, as a user sees it."""

    status: int
    out: str
    err: str


def leadline(*arguments: object, cwd: Path = ROOT, env: dict[str, str] | None = None, timeout: float = 600) -> Ran:
    """Run the `leadline` command in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LEADLINE_", "PREFECT_"))}
    environment |= {"PYTHONPATH": str(ROOT), "COLUMNS": "160"} | (env or {})
    done = subprocess.run(
        [*LEADLINE, *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout
    )
    return Ran(done.returncode, done.stdout, done.stderr)
