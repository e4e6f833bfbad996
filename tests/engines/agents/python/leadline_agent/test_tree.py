"""What a request did is folded and bounded; what it lost is counted; what it left behind comes later."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextvars import copy_context

import pytest

from tests.engines.agents.python.environments import AGENT

sys.path.append(str(AGENT))

from leadline_agent import tree  # noqa: E402 - the agent stands alone
from leadline_agent.encoding import seen  # noqa: E402


@pytest.fixture
def request_() -> Iterator[tree.Request]:
    request = tree.begin(tree.SERVER, b"t" * 16, b"", {})
    yield request
    tree.current.set(None)


def call(key: int, *inner: int) -> None:
    tree.enter(key, (f"f{key}", "a.py", key))
    if inner:
        call(*inner)
    tree.leave(key)


def paths(recorded: tree.Recorded) -> dict[str, int]:
    found = {}
    for node in recorded.nodes:
        above, names = node, []
        while above.place is not None:
            names.append(above.place[0])
            above = above.parent
        found[" ".join(reversed(names))] = node.count
    return found


def test_a_call_path_is_one_node_with_its_count(request_):
    for _ in range(100):
        call(1, 2)
    call(2)
    assert paths(tree.finish(request_)) == {"f1": 100, "f1 f2": 100, "f2": 1}


def test_only_so_many_call_paths_are_kept_and_the_calls_of_the_others_counted(request_):
    for key in range(tree.MAX_NODES + 50):
        call(key)
        call(key)
    recorded = tree.finish(request_)
    assert len(recorded.nodes) == tree.MAX_NODES
    assert recorded.dropped == 100


def test_only_so_deep(request_):
    call(*range(tree.MAX_DEPTH + 5))
    recorded = tree.finish(request_)
    assert max(node.depth for node in recorded.nodes) == tree.MAX_DEPTH
    assert recorded.dropped == 5
    assert tree.current.get() is None


def test_leaving_what_was_never_entered_moves_nothing(request_):
    tree.enter(1, ("f1", "a.py", 1))
    tree.leave(7)
    assert tree.current.get().key == 1
    tree.leave(1)
    assert tree.current.get() is request_.root


def test_contexts_keep_their_own_place(request_):
    tree.enter(1, ("f1", "a.py", 1))
    other = copy_context()
    other.run(tree.enter, 2, ("f2", "a.py", 2))
    call(3)
    tree.leave(1)
    other.run(call, 4)
    assert paths(tree.finish(request_)) == {"f1": 1, "f1 f2": 1, "f1 f3": 1, "f1 f2 f4": 1}


def test_what_runs_on_after_the_answer_is_told_below_what_was_told(request_, monkeypatch):
    late: list[tree.Request] = []
    monkeypatch.setattr(tree, "on_late", late.append)
    tree.enter(1, ("f1", "a.py", 1))
    task = copy_context()
    first = tree.finish(request_)
    task.run(call, 2)
    task.run(call, 3)
    assert late == [request_]  # said once
    second = tree.take(request_)
    assert (first.is_late, second.is_late) == (False, True)
    assert paths(first) == {"f1": 1} and paths(second) == {"f1 f2": 1, "f1 f3": 1}
    assert second.nodes[0].parent is first.nodes[0]


def test_what_outlives_its_request_by_far_is_nothing_of_its_own(request_, monkeypatch):
    late: list[tree.Request] = []
    monkeypatch.setattr(tree, "on_late", late.append)
    tree.enter(1, ("f1", "a.py", 1))
    task = copy_context()
    tree.finish(request_)
    request_.ended -= tree.OUTLIVED
    task.run(call, 2, 3)
    assert (late, tree.take(request_).nodes, request_.dropped) == ([], [], 0)


def test_a_generator_that_only_ended_somewhere_is_left_out(request_):
    tree.resume(1, ("f1", "a.py", 1))
    tree.leave(1)
    tree.resume(2, ("f2", "a.py", 2))
    call(3)
    tree.leave(2)
    assert [node.key for node in seen(tree.finish(request_).nodes)] == [2, 3]


def test_outside_of_a_request_nothing_is_kept():
    call(1, 2)
    tree.resume(1, ("f1", "a.py", 1))
    assert tree.current.get() is None
