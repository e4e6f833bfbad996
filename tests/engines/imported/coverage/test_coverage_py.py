"""What the real coverage.py writes, read back: lines by test, from the JSON report and from the data file."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from engines.contract import EngineError
from engines.imported.coverage.coverage_py import read_data, read_json
from engines.imported.coverage.lines import NO_CONTEXTS, Ran, Refused

SHOP = """\
def price(item):
    if item == "kettle":
        return 30
    return 10


def never():
    return 1
"""
TESTS = """\
from shop import price


def test_kettle():
    assert price("kettle") == 30


def test_mug():
    assert price("mug") == 10
"""
RUN = [sys.executable, "-m", "coverage"]


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `.coverage` and `coverage.json` of two tests, each line with the tests that ran it."""
    folder = tmp_path_factory.mktemp("covered")
    (folder / "shop.py").write_text(SHOP)
    (folder / "test_shop.py").write_text(TESTS)
    (folder / ".coveragerc").write_text(
        "[run]\ndynamic_context = test_function\nsource = .\n[json]\nshow_contexts = True\n"
    )
    for arguments in (["run", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"], ["json", "-q"]):
        subprocess.run([*RUN, *arguments], cwd=folder, check=True, capture_output=True, timeout=120)
    return folder


def of_shop(items: list, path: str) -> dict[str | None, tuple[int, ...]]:
    return {item.test: item.lines for item in items if isinstance(item, Ran) and item.path == path}


def test_the_json_report_tells_which_test_ran_a_line(covered: Path) -> None:
    items = list(read_json(covered / "coverage.json"))
    assert of_shop(items, "shop.py") == {
        "test_shop.test_kettle": (2, 3), "test_shop.test_mug": (2, 4), None: (1, 7)
    }  # fmt: skip
    assert NO_CONTEXTS not in items


def test_the_data_file_tells_the_same(covered: Path) -> None:
    data = of_shop(list(read_data(covered / ".coverage")), str(covered / "shop.py"))
    assert data == of_shop(list(read_json(covered / "coverage.json")), "shop.py")


def test_with_branches_lines_are_where_arcs_end(covered: Path) -> None:
    run = ["run", "--branch", "--data-file=branches", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"]
    subprocess.run([*RUN, *run], cwd=covered, check=True, capture_output=True, timeout=120)
    data = of_shop(list(read_data(covered / "branches")), str(covered / "shop.py"))
    assert data["test_shop.test_kettle"] == (2, 3)


def test_without_contexts_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"meta": {}, "files": {"a.py": {"executed_lines": [1, 2, 5]}}}))
    assert list(read_json(path)) == [Ran("a.py", None, (1, 2, 5)), NO_CONTEXTS]


def test_the_phases_of_one_test_are_one_test(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    told = {"executed_lines": [2, 3], "contexts": {"2": ["t.py::a|setup", "t.py::a|run"], "3": ["t.py::a|run", ""]}}
    path.write_text(json.dumps({"files": {"a.py": told}}))
    assert list(read_json(path)) == [Ran("a.py", "t.py::a", (2, 3))]


def test_what_makes_no_sense_is_refused_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"files": {"a.py": {"executed_lines": [1, "x", -3]}, "b.py": None, "c.py": {}}}))
    items = list(read_json(path))
    assert Ran("a.py", None, (1,)) in items
    assert sum(isinstance(item, Refused) for item in items) == 3


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"files": 3}', '{"a":' * 100_000])
def test_what_is_no_report_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(content)
    with pytest.raises(EngineError, match="was expected"):
        list(read_json(path))


def test_a_damaged_or_foreign_database_is_refused_in_a_sentence(covered: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes((covered / ".coverage").read_bytes()[:5_000])
    foreign = tmp_path / "foreign"
    with sqlite3.connect(foreign) as connection:
        connection.execute("create view file as select 1 as id, 'x' as path")
        connection.execute("create table context (id, context)")
    for path in (damaged, foreign):
        with pytest.raises(EngineError, match="cannot be read"):
            list(read_data(path))
