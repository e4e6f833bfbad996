"""All checks together, as a person and as a program see them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from flows.doctor.check import Check, ok
from flows.doctor.command import show

ROOT = Path(__file__).parents[3]
CHECKS = [
    ok("orders", "answers", "it does"),
    Check("web", "traces", "mend", "none \x1b[31marrived", "Start it [under] the agent.", ("named",)),
    ok("orders", "routes", "all"),
]


def test_a_subject_stands_once_and_what_is_wrong_comes_with_its_remedy() -> None:
    out = io.StringIO()
    show("shop-2", CHECKS, Console(file=out, highlight=False, width=200))
    text = out.getvalue()
    assert text.count("orders\n") == 1
    assert "✗ traces" in text and "→ Start it [under] the agent." in text and "named" in text
    assert "\x1b" not in text
    assert "1 to mend, 3 looked at; traces of shop-2" in text


def test_before_any_release_it_says_what_to_do_next(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "flows.cli", "doctor", "--data", str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    told = subprocess.run(run, capture_output=True, text=True, env=environment, timeout=120, cwd=ROOT)
    assert told.returncode == 0, told.stderr
    assert "no release was assessed yet: run `leadline release leadline.yaml`" in told.stdout
    machine = subprocess.run([*run, "--json"], capture_output=True, text=True, env=environment, timeout=120, cwd=ROOT)
    document = json.loads(machine.stdout)
    assert document["release_id"] is None
    assert {check["name"] for check in document["checks"]} >= {"python", "semgrep", "warehouse"}
