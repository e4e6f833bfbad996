"""What a service is called when nobody says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.engines.agents.python.environments import AGENT, ROOT
from tests.engines.agents.python.running import environment

MANIFEST = """
system: shop
services: # all of them
  "orders":
    version: "2.0"
    source: services/orders # here
    exposure: internal
    notes:
      source: not/this
  mailer: {source: services/mailer, version: 3}
traces: {listen: 127.0.0.1:4318}
"""


def named(root: Path, **extra: str) -> tuple[str | None, str | None, str]:
    """Return the name and the attributes that a command is started with, and what was said."""
    given = environment("", "http://127.0.0.1:9", **extra)
    if "OTEL_SERVICE_NAME" not in extra:
        del given["OTEL_SERVICE_NAME"]
    code = "import os; print(os.environ.get('OTEL_SERVICE_NAME'), os.environ.get('OTEL_RESOURCE_ATTRIBUTES'))"
    start = [sys.executable, "-m", "leadline_agent", "--", sys.executable, "-I", "-c", code]
    done = subprocess.run(start, cwd=root, env=given, capture_output=True, text=True, timeout=30, check=True)
    name, attributes = done.stdout.split()
    return name, attributes, done.stderr


@pytest.fixture
def system(tmp_path: Path) -> Path:
    (tmp_path / "leadline.yaml").write_text(MANIFEST)
    for name in ("orders", "mailer", "other"):
        (tmp_path / "services" / name).mkdir(parents=True)
    return tmp_path


def test_the_manifest_names_the_service_whose_source_it_is(system: Path) -> None:
    name, attributes, said = named(system / "services" / "orders")
    assert (name, attributes) == ("orders", "service.version=2.0")
    assert f"recorded as 'orders' (by {system / 'leadline.yaml'}; --service says otherwise)" in said
    assert named(system / "services" / "mailer")[:2] == ("mailer", "service.version=3")


def test_else_the_project_else_the_folder(system: Path) -> None:
    other = system / "services" / "other"
    assert named(other)[:2] == ("other", "None")
    (other / "pyproject.toml").write_text('[project]\nname = "billing"\nversion = "7"\n')
    assert named(other)[:2] == ("billing", "service.version=7")


def test_the_environment_wins(system: Path) -> None:
    assert named(system / "services" / "orders", OTEL_SERVICE_NAME="mine") == ("mine", "None", "")
    attributes = "service.name=mine,service.version=9"
    assert named(system / "services" / "orders", OTEL_RESOURCE_ATTRIBUTES=attributes) == ("None", attributes, "")


@pytest.mark.parametrize("manifest", sorted(ROOT.glob("data/demo/*/leadline.yaml")), ids=lambda path: path.parent.name)
def test_it_reads_a_manifest_as_yaml_does(manifest: Path) -> None:
    code = "import sys, pathlib, leadline_agent.naming as n; print(n.services(pathlib.Path(sys.argv[1])))"
    done = subprocess.run([sys.executable, "-c", code, manifest], cwd=AGENT, capture_output=True, text=True, check=True)
    services = yaml.safe_load(manifest.read_text())["services"]
    expected = [(name, told["source"], str(told.get("version", ""))) for name, told in services.items()]
    assert eval(done.stdout) == expected and expected
