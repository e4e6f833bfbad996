"""What the agent's page promises is what is tested."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.engines.agents.python.environments import AGENT, LOCK, VERSIONS
from tests.engines.agents.python.leadline_agent.test_frameworks import SERVED

BOOT = AGENT / "leadline_agent" / "boot"
README = (AGENT / "README.md").read_text()
ROWS = re.findall(r"^\| (\w+) \| ([\d., ]+) \| ([\w, ]+) \| ([\d., ]+) \|$", README, re.M)


def test_every_framework_that_is_tested_has_its_row() -> None:
    told = {name.lower() for name, *_ in ROWS}
    assert told == {name.split()[0] for name in SERVED} - {"plain"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_is_true(row: tuple[str, str, str, str]) -> None:
    name, versions, servers, pythons = row
    locked = re.findall(rf"^{name.lower()}==([\d.]+)", LOCK.read_text(), re.M)
    assert sorted(versions.split(", ")) == sorted(locked)
    assert set(servers.split(", ")) == {served.split()[1] for served in SERVED if served.split()[0] == name.lower()}
    assert tuple(pythons.split(", ")) == VERSIONS


def test_what_it_says_on_standard_error_is_in_the_table() -> None:
    files = (
        AGENT / "leadline_agent" / "watching.py",
        AGENT / "leadline_agent" / "export.py",
        BOOT / "sitecustomize.py",
    )
    source = "".join(file.read_text() for file in files)
    said = re.findall(r"^\| `(.+)` \|", README.partition("## When something is missing")[2], re.M)
    parts = [part.strip(" :") for sentence in said for part in sentence.split("…") if len(part.strip(" :")) > 3]
    assert len(said) == 7 and [part for part in parts if part not in source] == []


def test_the_distribution_is_a_wheel_without_dependencies(tmp_path: Path) -> None:
    project = tomllib.loads((AGENT / "pyproject.toml").read_text())["project"]
    assert project["dependencies"] == [] and project["requires-python"] == f">={VERSIONS[0]}"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=AGENT, check=True, capture_output=True, timeout=60)
    [wheel] = tmp_path.glob("leadline_agent-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"leadline_agent/__main__.py", "leadline_agent/boot/sitecustomize.py"} <= set(names)
    assert all(name.startswith(("leadline_agent/", "leadline_agent-")) for name in names)
