"""A service that is hooked behaves as it does without: same results, same errors, same places in its log."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.engines.agents.python.environments import AGENT

UNCHANGED = Path(__file__).parent / "unchanged"


def seen(python: Path, *arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(AGENT), "LEADLINE_ROOTS": str(UNCHANGED)}
    command = [str(python), "run.py", *arguments]
    done = subprocess.run(command, cwd=UNCHANGED, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_what_a_service_can_notice_is_the_same_with_and_without_the_hooks(python: Path):
    bare, hooked = seen(python), seen(python, "hooked")
    assert len(bare) > 20
    assert {name: (bare[name], hooked[name]) for name in bare if bare[name] != hooked[name]} == {}
