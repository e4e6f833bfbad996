"""The hook for pre-commit: what it declares is true, and it stops a commit that brings in a weakness."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.command import ROOT, leadline
from tests.flows.local.trees import Tree, weak

(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())


@pytest.fixture
def tree(tmp_path):
    tree = Tree(tmp_path / "tree")
    tree.write("old.py", weak("colour"))
    tree.write("README.md", "no code")
    tree.commit()
    return tree


def test_the_entry_is_a_command_of_ours():
    program, *arguments = HOOK["entry"].split()
    scripts = (ROOT / "pyproject.toml").read_text()
    assert f'{program} = "flows.cli:main"' in scripts
    assert leadline(*arguments, "--help").status == 0


def test_called_with_the_files_of_a_commit_it_stops_what_they_bring_in(tree, tmp_path):
    tree.write("old.py", weak("colour"), "a = 1")
    tree.write("new.py", weak("size"))
    tree("add", "-A")
    staged = tree("diff", "--cached", "--name-only").split()
    _, *arguments = HOOK["entry"].split()
    ran = leadline(*arguments, "--since", "HEAD", *staged, cwd=tree.folder, env={"XDG_CACHE_HOME": str(tmp_path)})
    assert ran.status == 1 and "new.py" in ran.out and "1 older where nothing changed" in ran.out, ran.err
    tree("commit", "-q", "-m", "x")
    tree.write("new.py", "a = 1")
    tree("add", "-A")
    ran = leadline(*arguments, "--since", "HEAD", "new.py", cwd=tree.folder, env={"XDG_CACHE_HOME": str(tmp_path)})
    assert ran.status == 0 and "No findings: 1 file scanned" in ran.out, ran.out + ran.err


def test_pre_commit_itself_runs_it(tree, tmp_path):
    """The environment of the hook is the one that we run in: nothing is installed, nothing is downloaded."""
    program = tmp_path / "leadline"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m flows.cli "$@"\n')
    program.chmod(0o755)
    hook = HOOK | {"language": "system", "entry": HOOK["entry"].replace("leadline", str(program), 1)}
    config = {"repos": [{"repo": "local", "hooks": [hook | {"args": ["--since", "HEAD"]}]}]}
    tree.write(".pre-commit-config.yaml", yaml.safe_dump(config))
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "XDG_CACHE_HOME": str(tmp_path),
        "PRE_COMMIT_HOME": str(tmp_path),
    }

    def run() -> subprocess.CompletedProcess[str]:
        tree("add", "-A")
        command = [Path(sys.executable).with_name("pre-commit"), "run"]
        return subprocess.run(command, cwd=tree.folder, env=environment, capture_output=True, text=True)

    tree.write("README.md", "still no code")
    assert "no files to check" in run().stdout
    tree.write("new.py", weak("size"))
    stopped = run()
    assert stopped.returncode == 1 and "sql-injection" in stopped.stdout, stopped.stdout + stopped.stderr
    tree.write("new.py", "a = 1")
    assert run().returncode == 0
