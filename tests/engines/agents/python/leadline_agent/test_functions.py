"""The functions that are recorded are those that ran, called what the inventory calls them, on every interpreter."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engines.contract import Batch, Function, Target
from engines.static.inventory.engine import InventoryEngine
from tests.engines.agents.python.environments import AGENT, VERSIONS, interpreter

FORMS = Path(__file__).parent / "functions"

Tree = tuple[str, int, str | None, list[Any]]  # name, calls, error, what it called


@pytest.fixture(scope="module", params=VERSIONS)
def recorded(request: pytest.FixtureRequest) -> dict[str, list[list[Any]]]:
    """Scenario → [name, file, line, calls, error, children] of what it called, from the interpreter itself."""
    python = interpreter(request.param) or pytest.skip(f"untested: no interpreter of Python {request.param}")
    environment = {**os.environ, "PYTHONPATH": str(AGENT), "LEADLINE_ROOTS": str(FORMS)}
    done = subprocess.run([python, "run.py"], cwd=FORMS, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def inventory() -> dict[tuple[str, int], str]:
    """(file, line of `def`) → name of every function of the scenarios."""
    target = Target("r-1", "forms", "1", "b", "internal", source=FORMS, language="python")
    rows: list[Any] = []
    for item in InventoryEngine().run(target, []):
        if isinstance(item, Batch) and item.record_type is Function:
            rows += [(row["file"], row["start_line"], row["qualified_name"]) for row in item.rows.to_pylist()]
        elif isinstance(item, Function):
            rows.append((item.file, item.start_line, item.qualified_name))
    return {(file, line): name for file, line, name in rows if name != "<module>"}


def nodes(trees: list[list[Any]]) -> list[list[Any]]:
    return [found for tree in trees for found in (tree, *nodes(tree[5]))]


def below(recorded: dict[str, list[list[Any]]], case: str) -> list[Tree]:
    [[_, _, _, _, error, children]] = recorded[case]
    assert error is None
    return [shown(child) for child in children]


def shown(tree: list[Any]) -> Tree:
    name, _, _, calls, error, children = tree
    return name, calls, error, [shown(child) for child in children]


def leaf(name: str, calls: int = 1, error: str | None = None) -> Tree:
    return name, calls, error, []


ONE, TWO = leaf("one"), leaf("two")


def test_every_function_is_called_what_the_inventory_calls_it(recorded, inventory):
    ran = {(file, line, name) for trees in recorded.values() for name, file, line, *_ in nodes(trees)}
    assert len(ran) > 65
    assert {(f, n, name) for f, n, name in ran if inventory.get((f, n)) != name} == set()


def test_every_function_of_the_source_that_ran_was_seen(recorded, inventory):
    seen = {(file, line) for trees in recorded.values() for _, file, line, *_ in nodes(trees)}
    unseen = {name for place, name in inventory.items() if place not in seen and place[0] == "forms.py"}
    outside = {"wrapping", "register"}  # run when the module is imported
    assert unseen - outside == {"doubled#2", "doubled#3", "chosen#2", "replaced"}  # declared only, or replaced


def test_decorators_and_classes_are_on_the_way_they_are_called(recorded):
    wrapper = "wrapping.<locals>.wrapper"
    assert below(recorded, "decorated") == [(wrapper, 1, None, [(wrapper, 1, None, [("decorated", 1, None, [ONE])])])]
    arm = "Shop.Shelf.reach.<locals>.stretch.<locals>.Arm.grab"
    assert below(recorded, "class") == [
        ("Shop.opened", 1, None, [("Shop.__init__", 1, None, [leaf("Shop.sell", 2)])]),
        ("Shop.price", 1, None, [ONE]),
        ("Shop.price#2", 1, None, [TWO]),
        ("Shop.closed", 1, None, [ONE]),
        ("Shop.ask", 1, None, [("Shop.__private", 1, None, [ONE])]),
        ("Shop.Shelf.reach", 1, None, [("Shop.Shelf.reach.<locals>.stretch", 1, None, [(arm, 1, None, [ONE])])]),
        TWO,  # a lambda and a class body are part of what surrounds them
    ]
    local = "case_class_in_function.<locals>.Local.run"
    assert below(recorded, "class_in_function") == [TWO, (local, 1, None, [ONE])]


def test_of_several_functions_of_a_name_the_one_that_ran_is_told(recorded):
    made = "factory.<locals>.made"
    assert below(recorded, "names") == [
        leaf("doubled"),
        ("chosen", 1, None, [ONE]),
        ("replaced#2", 1, None, [TWO]),
        TWO,
        ("registered", 1, None, [leaf("factory"), leaf(made)]),
    ]


def test_comprehensions_and_lambdas_belong_to_their_function(recorded):
    assert below(recorded, "comprehensions") == [leaf("two", 8), leaf("one", 2)]


def test_recursion_is_a_path_of_its_own_at_every_depth(recorded):
    deepest: Tree = ("case_recursion", 1, None, [ONE])
    assert below(recorded, "recursion")[0] == (
        "case_recursion",
        1,
        None,
        [("case_recursion", 1, None, [deepest, ONE]), ONE],
    )


def test_exceptions_leave_every_function_they_pass(recorded):
    failing = leaf("failing", 1, "ValueError")
    assert below(recorded, "exceptions") == [
        ("raising", 1, "KeyError", [failing]),
        leaf("two", 2),
        ("reraising", 1, "ValueError", [failing, ONE]),
        ONE,
    ]


def test_a_generator_is_left_at_every_yield(recorded):
    numbers: Tree = ("numbers", 1, None, [leaf("one", 2)])
    assert below(recorded, "generator") == [numbers, leaf("two", 3)]
    assert below(recorded, "yield_from")[:3] == [
        ("passing_on", 1, None, [numbers, TWO]),
        leaf("two", 2),
        ("passing_a_list", 1, None, [TWO]),
    ]
    assert below(recorded, "interleaved") == [
        numbers,
        ("passing_on", 1, None, [numbers]),
        leaf("two", 2),
        ONE,
    ]
    assert below(recorded, "sent") == [("echoing", 1, None, [TWO]), TWO]


def test_a_generator_goes_on_below_whoever_asks_it(recorded):
    assert below(recorded, "generator_handed_on") == [
        ("numbers", 1, None, [ONE]),
        ("finishing", 1, None, [("numbers", 0, None, [ONE]), TWO]),
    ]


def test_what_a_generator_does_when_it_is_closed_or_thrown_into_is_its_own(recorded):
    assert below(recorded, "thrown_into") == [("surviving", 1, None, [ONE]), TWO]
    assert below(recorded, "closed_early") == [("cleaning", 1, None, [ONE]), TWO]
    assert below(recorded, "never_started") == [ONE]
    walk: Tree = ("walking", 1, None, [("walking", 1, None, [leaf("walking")])])
    assert below(recorded, "recursive_generator_closed") == [walk, TWO]
    assert below(recorded, "contextmanager") == [
        ("session", 1, "ValueError", [leaf("one", 3)]),
        leaf("two", 3),
        ("Shop.__init__", 1, None, [leaf("Shop.sell", 2)]),
        leaf("Shop.__enter__"),
        ("Shop.__exit__", 1, None, [ONE]),
    ]


def test_closing_through_yield_from_keeps_the_tree_whole(recorded):
    """Whose cleaning it is differs: only the rewritten code is told that the outer generator goes on."""
    names = {name for name, *_ in nodes(recorded["closed_through"])}
    assert names == {"case_closed_through", "cleaning_through", "cleaning", "one", "two"}
    assert TWO in below(recorded, "closed_through")


def test_tasks_keep_their_own_place(recorded):
    waiting: Tree = ("waiting", 1, None, [ONE])
    assert below(recorded, "gather") == [
        ("waiting", 2, None, [leaf("one", 2)]),
        ("waiting_deeper", 1, None, [waiting, TWO]),
        TWO,
    ]
    assert below(recorded, "cancelled") == [("sleeping", 2, "CancelledError", [leaf("one", 2)]), leaf("two", 2)]
    assert below(recorded, "executor") == [TWO, ONE]
    assert below(recorded, "thread_with_context") == [ONE, TWO]


def test_an_asynchronous_generator_is_left_at_yield_and_stays_at_await(recorded):
    waiting: Tree = ("waiting", 2, None, [leaf("one", 2)])
    assert below(recorded, "async_generator") == [
        ("counting", 2, None, [("waiting", 4, None, [leaf("one", 4)]), leaf("one", 2)]),
        leaf("two", 3),
        waiting,
    ]
    assert below(recorded, "async_generator_closed") == [("counting", 1, None, [("waiting", 1, None, [ONE])]), TWO]
    assert below(recorded, "async_contextmanager") == [("connection", 1, None, [waiting]), TWO, ONE]


def test_a_coroutine_that_is_closed_elsewhere_takes_nobody_elses_place(recorded):
    assert TWO in below(recorded, "coroutine_closed_elsewhere")
    assert below(recorded, "coroutine_closed_elsewhere")[0][0] == "holding"
