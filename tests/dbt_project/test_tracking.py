"""The same finding in the next release: moving, renaming, reformatting and reordering functions changes no identity.

Every history is a service of its own, so that one build proves all of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import pytest

from engines.contract import Function, Match, Record, Release, Service, Skip
from engines.static.snippet import normalised
from flows.warehouse import reading
from tests.dbt_project.build import build
from tests.dbt_project.landing import BUILD, Warehouse, function, match, rule

ONE, TWO, THREE = "maze-1", "maze-2", "maze-3"
RULE = "sql-injection.string-built-query"
SEED, HISTORIES = 20_251_124, 60


@dataclass(frozen=True)
class Statement:
    """A weak statement: who it is, how it is written, and its line within its function."""

    name: str
    code: str
    offset: int


@dataclass(frozen=True)
class Code:
    """A function as one release has it; `body` stands for its text, whatever it is called."""

    name: str
    file: str
    body: str
    statements: tuple[Statement, ...]
    calls: tuple[str, ...] = ()

    @property
    def lines(self) -> int:
        return 4 + max((s.offset for s in self.statements), default=0)


@dataclass
class History:
    """A service in releases, each the functions in the order of their files; `hidden`: files not read in a release."""

    releases: list[list[Code]]
    hidden: dict[int, set[str]] = field(default_factory=dict)


def placed(functions: Iterable[Code], gap: int = 2) -> list[tuple[Code, int]]:
    """Each function with its first line: those of one file stand below each other."""
    below: dict[str, int] = {}
    found = []
    for code in functions:
        start = below.get(code.file, 1) + gap
        below[code.file] = start + code.lines
        found.append((code, start))
    return found


def records(service: str, release: list[Code], hidden: set[str]) -> tuple[list[Function], list[Match], list[Skip]]:
    """What inventory and static analysis say of a release."""
    functions, matches = [], []
    for code, start in placed(release):
        functions.append(function(service, code.file, code.name, start, start + code.lines - 1, code.body))
        for statement in code.statements if code.file not in hidden else ():
            found = match(service, RULE, code.file, start + statement.offset, statement.code)
            matches.append(replace(found, normalised_snippet=normalised(statement.code, "python")))
    skips = [Skip(service, "static", "file", file, "too_large", "It is large.") for file in sorted(hidden)]
    return functions, matches, skips


def land(warehouse: Warehouse, histories: dict[str, History]) -> None:
    """Land all histories, each technique of a release in one run over all services."""
    for number, release in enumerate((ONE, TWO, THREE)):
        previous = (None, ONE, TWO)[number]
        known = {s: h for s, h in histories.items() if number < len(h.releases)}
        declared: list[Record] = [Release("maze", release, previous, "sprint", 6.0, True)]
        declared += [
            Service(s, "1", BUILD, "digest", "python", "internal", "team", None, True, True, ()) for s in known
        ]
        warehouse.land(release, "declare", "*", *declared, *rule(RULE, "CWE-89", "high"))
        told = [records(s, h.releases[number], h.hidden.get(number, set())) for s, h in known.items()]
        warehouse.land(release, "inventory", "*", *(f for functions, _, _ in told for f in functions))
        warehouse.land(release, "static", "*", *(r for _, matches, skips in told for r in (*matches, *skips)))


# ── histories by chance ───────────────────────────────────────────────────────────────────────────────────


def invented(chance: random.Random) -> list[Code]:
    """A service: functions in three files, some of them copies of each other, some with a statement more than once."""
    functions: list[Code] = []
    for number in range(chance.randint(3, 8)):
        statements = []
        for ordinal in range(chance.randint(0, 4)):
            code = f'db.execute("select {chance.choice("abc")}" + {chance.choice(["x", "y"])}, [1, 2])'
            statements.append(Statement(f"f{number}s{ordinal}", code, 1 + 3 * ordinal))
        name = f"f{number}" if chance.random() < 0.7 else f"Class.f{number}"
        functions.append(Code(name, chance.choice(["a.py", "b.py", "lib/c.py"]), f"body {number}", tuple(statements)))
    if chance.random() < 0.5:
        copied = chance.choice(functions)
        again = tuple(replace(s, name=f"copy {s.name}") for s in copied.statements)
        functions.append(replace(copied, name="copy", statements=again))
    return functions


def moved(chance: random.Random, code: Code) -> Code:
    return replace(code, file=chance.choice(["a.py", "b.py", "lib/c.py", "new/d.py"]))


def renamed(chance: random.Random, code: Code) -> Code:
    return replace(code, name=code.name + "_renamed")


def reformatted(chance: random.Random, code: Code) -> Code:
    """The body keeps its hash, the statement its fingerprint; lines and layout are others."""
    spread = chance.randint(1, 9)
    return replace(
        code,
        statements=tuple(
            replace(s, code=s.code.replace("(", "(\n    ", 1).replace(", ", ",\n") + "  # so", offset=s.offset * spread)
            for s in code.statements
        ),
    )


def released(chance: random.Random, functions: list[Code]) -> list[Code]:
    """The next release: any subset moved, renamed and reformatted, in another order, with new functions between."""
    changes: list[Callable[[random.Random, Code], Code]] = [moved, renamed, reformatted]
    bodies = [code.body for code in functions]
    changed = []
    for code in functions:
        for change in chance.sample(changes, chance.randint(0, 3)):
            if change is renamed and bodies.count(code.body) > 1:
                continue  # of two copies that both get new names and places nobody can tell which is which
            code = change(chance, code)
        changed.append(code)
    if chance.random() < 0.5:
        chance.shuffle(changed)
    for number in range(chance.randint(0, 3)):
        changed.insert(chance.randint(0, len(changed)), Code(f"added{number}", "a.py", f"added {number}", ()))
    return changed


def by_chance() -> dict[str, History]:
    """Histories of three releases, drawn from a fixed seed."""
    histories = {}
    for number in range(HISTORIES):
        chance = random.Random(SEED + number)
        first = invented(chance)
        second = released(chance, first)
        histories[f"chance{number}"] = History([first, second, released(chance, second)])
    return histories


# ── histories on purpose ──────────────────────────────────────────────────────────────────────────────────

A, B, C = Statement("a", "run(x)", 2), Statement("b", "run(y)", 2), Statement("c", "run(z)", 5)
SAME = (Statement("1", 'run("a" + x)', 2), Statement("2", 'run("b" + x)', 6), Statement("3", 'run("c" + x)', 20))
F, G = Code("f", "a.py", "body f", (A,)), Code("g", "a.py", "body g", (B,))


def lower(statement: Statement, lines: int) -> Statement:
    return replace(statement, offset=statement.offset + lines)


ON_PURPOSE = {
    "swapped places": History([[F, G], [G, F]]),
    "swapped names": History([[F, G], [replace(F, name="g"), replace(G, name="f")]]),
    "names handed on": History([[F, G], [replace(F, name="g"), replace(G, name="h")]]),
    "moved and renamed at once": History([[F, G], [replace(F, name="h", file="lib/b.py"), G]]),
    "split": History(
        [[Code("f", "a.py", "all", (A, C))], [Code("f", "a.py", "p", (A,)), Code("h", "a.py", "q", (C,))]]
    ),
    "merged": History([[F, G], [Code("f", "a.py", "both", (A, lower(B, 3)))]]),
    "edited below much that is new": History(
        [[F], [Code("new", "a.py", "n", (Statement("x", "old(q)", 300),)), replace(F, body="other")]]
    ),
    "equal statements, the first gone": History(
        [[Code("f", "a.py", "three", SAME)], [Code("f", "a.py", "two", tuple(lower(s, -3) for s in SAME[1:]))]]
    ),
    "equal statements, one more in front": History(
        [[Code("f", "a.py", "two", SAME[1:])], [Code("f", "a.py", "three", tuple(lower(s, 2) for s in SAME))]]
    ),
    "equal statements in another order": History(
        [
            [Code("f", "a.py", "two", SAME[:2])],
            [Code("f", "a.py", "turned", (replace(SAME[0], offset=9), replace(SAME[1], offset=4)))],
        ]
    ),
    "moved into a file of the same name and edited": History(
        [[F], [replace(F, file="lib/a.py", body="body f, edited")]]
    ),
    "hidden for a release": History([[F, G], [F, G], [replace(F, name="f2"), G]], hidden={1: {"a.py"}}),
    "mended": History([[F, G], [replace(F, statements=(), body="mended"), G]]),
    "the whole file gone": History([[F, replace(G, file="b.py")], [F]]),
}  # fmt: skip


@pytest.fixture(scope="module")
def maze(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str, int], dict[str, object]]:
    """Findings by (release, service, file, line), those that are gone at the place they had."""
    path = tmp_path_factory.mktemp("maze") / "warehouse.duckdb"
    land(Warehouse(path), by_chance() | ON_PURPOSE)
    only = ("--exclude-resource-type", "unit_test", "--indirect-selection", "buildable")
    build(path, "--select", "+int_findings__tracked", *only)
    with reading(path) as connection:
        cursor = connection.execute(
            """select release_id, service, file, line, finding_id, tracking, tracking_pass
            from intermediate.int_findings__tracked"""
        )
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(r["release_id"], r["service"], r["file"], r["line"], r["tracking"] in GONE): r for r in rows}


GONE = ("fixed", "not_reassessed")


def told(maze: dict, service: str, history: History, number: int) -> dict[str, dict[str, object]]:
    """The findings of a release by the name of their statement."""
    found = {}
    for code, start in placed(history.releases[number]):
        if code.file not in history.hidden.get(number, ()):
            for statement in code.statements:
                key = ((ONE, TWO, THREE)[number], service, code.file, start + statement.offset, False)
                found[statement.name] = maze[key]
    return found


def gone(maze: dict, service: str, number: int) -> list[str]:
    """How the findings that a release no longer shows are called, one a finding."""
    release = (ONE, TWO, THREE)[number]
    return sorted(r["tracking"] for k, r in maze.items() if k[:2] == (release, service) and r["tracking"] in GONE)


@pytest.mark.parametrize(("service", "history"), by_chance().items())
def test_what_moves_changes_no_identity(maze, service, history):
    first = told(maze, service, history, 0)
    for number in (1, 2):
        later = told(maze, service, history, number)
        assert {n: r["finding_id"] for n, r in later.items()} == {n: r["finding_id"] for n, r in first.items()}
        assert {r["tracking"] for r in later.values()} <= {"persisting"}
        assert gone(maze, service, number) == []


def test_chance_tried_every_pass(maze):
    passes = {r["tracking_pass"] for k, r in maze.items() if k[1].startswith("chance")}
    assert {"exact", "snippet", "moved"} <= passes


@pytest.mark.parametrize(
    ("service", "new", "left"),
    [
        ("swapped places", set(), []),
        ("swapped names", set(), []),
        ("names handed on", set(), []),
        ("moved and renamed at once", set(), []),
        ("split", set(), []),
        ("merged", set(), []),
        ("edited below much that is new", {"x"}, []),
        ("equal statements, the first gone", set(), ["fixed"]),
        ("equal statements, one more in front", {"1"}, []),
        ("equal statements in another order", set(), []),
        ("moved into a file of the same name and edited", set(), []),
        ("mended", set(), ["fixed"]),
        ("the whole file gone", set(), ["fixed"]),
    ],
)
def test_a_statement_stays_the_finding_that_it_was(maze, service, new, left):
    history = ON_PURPOSE[service]
    before, after = (told(maze, service, history, number) for number in (0, 1))
    assert {name for name, row in after.items() if row["tracking"] == "new"} == new
    for name in after.keys() - new:
        assert after[name]["finding_id"] == before[name]["finding_id"], name
    assert len({row["finding_id"] for row in after.values()}) == len(after)
    assert gone(maze, service, 1) == left


def test_a_finding_in_a_file_that_was_not_read_is_neither_fixed_nor_new_again(maze):
    history = ON_PURPOSE["hidden for a release"]
    assert gone(maze, "hidden for a release", 1) == ["not_reassessed", "not_reassessed"]
    before, after = told(maze, "hidden for a release", history, 0), told(maze, "hidden for a release", history, 2)
    for name in ("a", "b"):
        assert after[name]["finding_id"] == before[name]["finding_id"]
        assert after[name]["tracking"] == "persisting"
