"""Lets a process that a request forks be recorded under it, and sends what is left when such a process ends.

The child has a copy of the tree: what it does there is late work of the same request, below the same spans. A worker of
a pool outlives the request that happened to start it, and what it is handed comes without a context: it records nothing
until it opens a request of its own.
"""

from __future__ import annotations

import os
from _thread import allocate_lock
from time import time_ns
from types import ModuleType
from typing import Any

from leadline_agent import recording
from leadline_agent.patching import on_import
from leadline_agent.replacing import before
from leadline_agent.tree import current, take

_POOLS = ("concurrent.futures.process", "multiprocessing.pool", "billiard.pool")


def install() -> None:
    """Follow `os.fork` and what `multiprocessing` makes of it."""
    os.register_at_fork(before=_agree, after_in_child=_adopt)
    on_import("multiprocessing.process", lambda module: before(module.BaseProcess, "run", _leave_pool))
    on_import("multiprocessing.util", _flush_at_exit)


def _agree() -> None:
    node = current.get()
    while node is not None:  # both processes name the same parents
        node.identity()
        node = node.parent


def _adopt() -> None:
    node = current.get()
    if node is None:
        return
    request = node.request
    request.lock = allocate_lock()  # another thread may have held it
    request.ended = time_ns()
    take(request)  # the parent tells of what was until now
    while node is not None:
        node.children = {}
        node = node.parent


def _leave_pool(process: Any) -> None:
    if getattr(getattr(process, "_target", None), "__module__", None) in _POOLS:
        current.set(None)


def _flush_at_exit(module: ModuleType) -> None:
    # A forked child ends without the handlers of `atexit`; those of the parent are forgotten when it begins.
    module.register_after_fork(recording, lambda _: module.Finalize(None, recording.flush, exitpriority=0))
