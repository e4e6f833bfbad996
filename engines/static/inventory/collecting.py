"""Fewer runs of the garbage collector while much is made that stays."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AT_ONCE = 100_000  # objects made between two runs; Python's own figure is 700

_lock = threading.Lock()
_before: list[tuple[int, int, int]] = []  # one entry a user, for several may overlap


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Let the collector run rarely: what is read of a source stays, and looking at it over and over finds no garbage.

    What is not part of a circle is freed at once all the same. The collector is as it was when the last user is done.
    """
    with _lock:
        _before.append(gc.get_threshold())
        gc.set_threshold(_AT_ONCE, *_before[0][1:])
    try:
        yield
    finally:
        with _lock:
            first = _before[0]
            _before.pop()
            if not _before:
                gc.set_threshold(*first)
