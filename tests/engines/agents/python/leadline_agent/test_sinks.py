"""What arrives at every kind of sink: the kind, the value and the very line, and nothing that libraries do inside."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.engines.agents.python.conftest import python_of
from tests.engines.agents.python.environments import AGENT, VERSIONS

SINKS = Path(__file__).parent / "sinks"
VALUE = "canary7"
MARK = re.compile(r"# sink (?P<kind>\S+)(?: \((?P<mode>.*)\))?(?: = (?P<value>.*))?$")
KINDS = {
    "sql", "exec", "file", "http", "deserialize", "eval", "template", "xml", "xpath", "ldap", "redirect", "log",
    "crypto", "random", "session-write",
}  # fmt: skip


class Arrived(NamedTuple):
    """A value at a sink, as the agent recorded it."""

    kind: str
    value: str
    mode: str | None
    function: str
    file: str
    line: int
    calls: int


class Expected(NamedTuple):
    """A mark in the source of the cases."""

    line: int
    kind: str
    mode: str | None
    value: str | None


def expected() -> Iterator[tuple[str, list[Expected]]]:
    """Yield every case with its marks."""
    case, marks = "", []
    for number, line in enumerate((SINKS / "cases.py").read_text().splitlines(), 1):
        if begins := re.match(r"(?:async )?def (\w+)", line):
            if case:
                yield case, marks
            case, marks = begins[1], []
        if mark := MARK.search(line):
            marks.append(Expected(number, mark["kind"], mark["mode"], mark["value"]))
    yield case, marks


CASES = dict(expected())


@pytest.fixture(scope="module", params=VERSIONS)
def arrived(request: pytest.FixtureRequest) -> dict[str, list[Arrived]]:
    python = python_of(request.param)
    environment = {**os.environ, "PYTHONPATH": str(AGENT), "LEADLINE_ROOTS": str(SINKS)}
    command = [str(python), "run.py", VALUE]
    done = subprocess.run(command, cwd=SINKS, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "leadline_agent" not in done.stderr, done.stderr
    return {case: [Arrived(*one) for one in sinks] for case, sinks in json.loads(done.stdout).items()}


def test_the_cases_show_every_kind():
    assert {mark.kind for marks in CASES.values() for mark in marks} == KINDS
    assert {case for case in CASES if case.startswith("safe_")}


def test_the_readme_has_a_line_for_every_kind():
    lines = (AGENT / "README.md").read_text().splitlines()
    told = {line.split("`")[1] for line in lines if re.match(r"\| `[a-z-]+` \| .* \| .* \|.*\|$", line)}
    assert told - KINDS == {"message"} and KINDS <= told  # messages: test_queues.py


def test_values_arrive_at_the_marked_lines_and_nowhere_else(arrived):
    assert set(arrived) == set(CASES)
    wrong = {}
    for case in set(CASES) - {"shelves"}:
        seen = {(one.line, one.kind) for one in arrived[case] if not is_of_the_engine(one)}
        marked = {(mark.line, mark.kind) for mark in CASES[case]}
        if seen != marked:
            wrong[case] = {"too many": seen - marked, "missing": marked - seen}
    assert wrong == {}


def is_of_the_engine(one: Arrived) -> bool:
    """SQLAlchemy asks each new connection for its isolation level: a statement that really is executed."""
    return one.value == "PRAGMA read_uncommitted"


def test_the_value_is_the_one_that_was_given_and_the_mode_tells_how(arrived):
    wrong = []
    for case, marks in CASES.items():
        for mark in marks:
            here = [one for one in arrived[case] if (one.line, one.kind) == mark[:2] and not is_of_the_engine(one)]
            for one in here:
                is_value = one.value == mark.value if mark.value else VALUE in one.value
                if not is_value or (mark.mode is not None and one.mode != mark.mode):
                    wrong.append((case, mark, one))
    assert wrong == []


def test_the_place_is_named_as_the_inventory_names_it(arrived):
    named = {case: {one.function for one in arrived[case]} for case in arrived}
    assert named["in_a_lambda"] == {"in_a_lambda"}
    assert named["in_a_comprehension"] == {"in_a_comprehension"}
    assert named["in_a_setter"] == {"in_a_setter.<locals>.Shop.price#2"}
    assert {one.file for sinks in arrived.values() for one in sinks} == {"cases.py"}


def test_a_shelf_is_a_deserialiser_and_the_files_behind_it_are_files(arrived):
    kinds = {one.kind for one in arrived["shelves"]}
    assert {"deserialize", "file"} <= kinds <= {"deserialize", "file", "sql"}  # 3.13 keeps shelves in SQLite


def test_one_place_does_not_flood_a_request(arrived):
    assert len(arrived["flooding"]) == 5
    [hundreds] = [one for one in arrived["random_numbers"] if one.value == "random.choice"]
    assert hundreds.calls == 300
