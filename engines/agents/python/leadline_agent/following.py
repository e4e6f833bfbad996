"""Lets work that a request hands to a thread be recorded under it; nothing else of its context is carried."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from leadline_agent import tree

_WORKERS = {"concurrent.futures.thread", "aiosqlite.core"}  # modules whose threads wait for work of any request


def install() -> None:
    """Follow threads and executors; tasks and copied contexts carry their place themselves."""
    submit, begin = ThreadPoolExecutor.submit, threading.Thread.start

    def submit_carrying(pool: ThreadPoolExecutor, work: Any, /, *arguments: Any, **keywords: Any) -> Any:
        return submit(pool, work if tree.current.get() is None else _carried(work), *arguments, **keywords)

    def start_carrying(thread: threading.Thread) -> None:
        if tree.current.get() is not None and not _is_worker(thread):
            thread.run = _carried(thread.run)  # type: ignore[method-assign]
        begin(thread)

    ThreadPoolExecutor.submit = submit_carrying  # type: ignore[method-assign]
    threading.Thread.start = start_carrying  # type: ignore[method-assign]


def _is_worker(thread: threading.Thread) -> bool:
    """Whether it outlives the request that made it, and is handed work that is followed otherwise."""
    target = getattr(thread, "_target", None)
    return bool({type(thread).__module__, getattr(target, "__module__", None)} & _WORKERS)


def _carried(work: Callable) -> Callable:
    node = tree.current.get()

    def run(*arguments: Any, **keywords: Any) -> Any:
        before = tree.current.set(node)
        try:
            return work(*arguments, **keywords)
        finally:
            tree.current.reset(before)

    return run
