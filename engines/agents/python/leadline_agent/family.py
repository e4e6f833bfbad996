"""A server and its workers, a reloader and its child: that one of them recorded nothing means nothing.

The first of them makes a file that the others find through the environment; they leave in it what they saw, and the
first speaks for all. What those left behind that a signal ended is cleared away by the next.
"""

from __future__ import annotations

import os
import tempfile

_FILE = "LEADLINE_SEEN"  # variable of the environment
_PREFIX = "leadline-seen-"

_first: list[int] = []  # the process that speaks, where it is this one


def join() -> None:
    """Become a member of the family that the environment tells of, or the first of a new one."""
    if os.path.exists(os.environ.get(_FILE, "")):
        return
    _clear()
    handle, os.environ[_FILE] = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-")
    os.close(handle)
    _first.append(os.getpid())


def speaks() -> bool:
    """Whether this process is the first; a fork of it is not."""
    return os.getpid() in _first


def leave(line: str) -> None:
    """Leave a line for the first, which may have ended already."""
    try:
        with open(os.environ[_FILE], "a", encoding="utf-8") as file:
            file.write(line + "\n")
    except (OSError, KeyError):
        pass


def left() -> list[str]:
    """Return the lines that members left, the first's own among them."""
    with open(os.environ[_FILE], encoding="utf-8") as file:
        return file.read().splitlines()


def end() -> None:
    """Remove the file with the process that made it."""
    if speaks():
        try:
            os.remove(os.environ[_FILE])
        except (OSError, KeyError):
            pass


def _clear() -> None:
    folder = tempfile.gettempdir()
    for name in os.listdir(folder):
        process = name.removeprefix(_PREFIX).partition("-")[0]
        if name.startswith(_PREFIX) and process.isdecimal() and not _runs(int(process)):
            try:
                os.remove(os.path.join(folder, name))
            except OSError:
                pass  # another one was quicker, or it is another user's


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
