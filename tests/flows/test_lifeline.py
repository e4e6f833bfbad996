"""What we started ends with us, also when we are killed and can do nothing about it."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from tests.command import ROOT

# Starts a shell with a child of its own, tells both numbers, and then waits to be killed or ends by itself.
PARENT = """
    import subprocess, sys
    from flows import lifeline
    shell = ["sh", "-c", "sleep 60 & echo $!; wait"]
    process = subprocess.Popen(shell, stdout=subprocess.PIPE, start_new_session=True, text=True)
    lifeline.tie(process)
    if "untied" in sys.argv:
        lifeline.untie(process)
    print(process.pid, process.stdout.readline().strip(), lifeline._guard.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def parent():
    """Return a function that starts the parent; it and what it started are ended after the test."""
    started, numbers = [], []

    def start(*arguments: str) -> tuple[subprocess.Popen[str], list[int]]:
        command = [sys.executable, "-c", textwrap.dedent(PARENT), *arguments]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        numbers[:] = [int(number) for number in process.stdout.readline().split()]
        assert len(numbers) == 3
        return process, list(numbers)

    yield start
    for process in started:
        process.kill()
        process.wait()
    for number in numbers[:2]:
        if is_alive(number):
            os.kill(number, signal.SIGKILL)


def is_alive(number: int) -> bool:
    try:
        with open(f"/proc/{number}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"  # orphans may wait long for somebody to reap them
    except FileNotFoundError:
        return False


def ended(numbers: list[int], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while any(map(is_alive, numbers)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(is_alive, numbers))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_children_and_their_children_end_with_a_killed_process(parent, number):
    process, numbers = parent()
    assert all(map(is_alive, numbers))
    os.kill(process.pid, number)
    assert ended(numbers), "and the guard is gone, too"


def test_a_normal_end_leaves_nothing_either(parent):
    process, numbers = parent()
    process.stdin.close()
    assert process.wait(10) == 0
    assert ended(numbers)


def test_what_was_let_go_is_left_alone(parent):
    process, (shell, sleep, guard) = parent("untied")
    process.kill()
    assert ended([guard])
    assert is_alive(shell) and is_alive(sleep)
