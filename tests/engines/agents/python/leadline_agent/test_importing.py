"""Hooks run once, right behind the import of their module, and leave no trace on it."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.engines.agents.python.environments import AGENT

sys.path.append(str(AGENT))

from leadline_agent.importing import on_import  # noqa: E402 - the agent stands alone


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package of which the modules import each other in a circle."""
    folder = tmp_path / "circled"
    folder.mkdir()
    (folder / "__init__.py").write_text("from circled.first import first\n")
    (folder / "first.py").write_text("import circled.second\ndef first(): return 1\n")
    (folder / "second.py").write_text("import circled.first\nVALUE = 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "circled"
    for name in [name for name in sys.modules if name.split(".")[0] == "circled"]:
        del sys.modules[name]


def test_a_module_that_is_there_is_hooked_at_once():
    seen: list[ModuleType] = []
    on_import("json", seen.append)
    assert seen == [json]


def test_a_module_of_the_interpreter_is_hooked_at_once():
    seen: list[ModuleType] = []
    on_import("sys", seen.append)
    assert seen == [sys]


def test_a_hook_sees_the_whole_module_before_whoever_imports_it(package):
    seen = []
    on_import("circled.second", lambda module: seen.append(module.VALUE))
    on_import("circled.first", lambda module: setattr(module, "first", lambda: "hooked"))
    circled = importlib.import_module(package)
    assert seen == [2]
    assert circled.first() == "hooked"  # copied by the package, after the hook


def test_a_hook_runs_once_and_the_module_keeps_its_loader(package):
    seen = []
    on_import("circled.second", seen.append)
    module = importlib.import_module("circled.second")
    importlib.reload(module)
    assert seen == [module]
    assert "exec_module" not in vars(module.__loader__)
    assert module.__spec__.loader is module.__loader__


def test_a_module_that_does_not_exist_is_still_none():
    on_import("no_such_module_here", lambda module: pytest.fail("there is none"))
    with pytest.raises(ModuleNotFoundError, match="no_such_module_here"):
        importlib.import_module("no_such_module_here")
