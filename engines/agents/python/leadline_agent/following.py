"""Lets work that a request hands to a thread be recorded under it; nothing else of its context is carried."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.thread import _worker
from typing import Any

from leadline_agent import tree


def install() -> None:
    """Follow threads and executors; tasks and copied contexts carry their place themselves."""
    submit, begin = ThreadPoolExecutor.submit, threading.Thread.start

    def submit_carrying(pool: ThreadPoolExecutor, work: Any, /, *arguments: Any, **keywords: Any) -> Any:
        return submit(pool, work if tree.current.get() is None else _carried(work), *arguments, **keywords)

    def start_carrying(thread: threading.Thread) -> None:
        # A worker of an executor outlives the request that made it; what it is handed is followed by `submit`.
        if tree.current.get() is not None and getattr(thread, "_target", None) is not _worker:
            thread.run = _carried(thread.run)  # type: ignore[method-assign]
        begin(thread)

    ThreadPoolExecutor.submit = submit_carrying  # type: ignore[method-assign]
    threading.Thread.start = start_carrying  # type: ignore[method-assign]


def _carried(work: Callable) -> Callable:
    node = tree.current.get()

    def run(*arguments: Any, **keywords: Any) -> Any:
        before = tree.current.set(node)
        try:
            return work(*arguments, **keywords)
        finally:
            tree.current.reset(before)

    return run
