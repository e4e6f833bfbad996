"""What the documents say is true: commands, targets, files and links exist, the example manifest is valid."""

import re
from pathlib import Path

import pytest
import yaml

from flows.manifest import load_manifest
from tests.command import ROOT, leadline

README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_make_target_exists(text):
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"`?make ([a-z]+)", text))
    assert {"test"} <= targets
    assert [t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)] == []


def test_every_command_exists_and_every_command_is_documented():
    named = set(re.findall(r"leadline (demo|[a-z]+)(?= |`|\n)", README)) - {"says"}
    known = set(re.findall(r"^│ ([a-z]+) ", leadline("--help").out, re.MULTILINE))
    assert known - {"demo"} <= named, "a command that the README does not name"
    assert named <= known, "the README names a command that does not exist"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "data/demo/README.md"])
def test_every_link_and_picture_exists(name):
    document = ROOT / name
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", document.read_text()) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_example_manifest_is_valid(tmp_path):
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    path = tmp_path / "leadline.yaml"
    path.write_text(re.sub(r"^   ", "", example, flags=re.MULTILINE))
    (tmp_path / "services" / "gateway").mkdir(parents=True)
    assert load_manifest(path, {"SHOP_GATEWAY_URL": "http://127.0.0.1:1"}).policy.preset == "sprint"


def test_ci_runs_the_command_of_the_readme():
    assert "make test" in README and re.search(r"^make test", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)


def test_files_that_contributing_names_exist():
    named = re.findall(r"`((?:engines|flows|dbt_project|app|tests)/[\w/.]+)`", CONTRIBUTING)
    assert named and [path for path in named if not (ROOT / path).exists()] == []


def test_the_deployments_name_flows_that_exist():
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    for deployment in deployments:
        path, flow = deployment["entrypoint"].split(":")
        assert re.search(rf"^def {flow}\(", Path(ROOT / path).read_text(), re.MULTILINE)
