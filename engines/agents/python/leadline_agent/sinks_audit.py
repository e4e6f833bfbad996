"""Sinks that the interpreter itself announces (PEP 578): files, commands, evaluated code, unpickled globals."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from leadline_agent.arriving import arrive, is_within
from leadline_agent.frames import FAR
from leadline_agent.patching import complain
from leadline_agent.tree import current

_SHELLS = ("/bin/sh", "/system/bin/sh")
_INSTALLED = ("/site-packages/", "/dist-packages/")
_LIBRARY = os.path.dirname(os.__file__) + "/"
_SKIP = 3  # arrive ← handler ← audit hook ← the announcing call


def _file(path: object, mode: str) -> None:
    """Record an access to a file; libraries look at their own installation without being asked to."""
    name = os.fsdecode(path)  # type: ignore[arg-type]
    is_installed = name.startswith(_LIBRARY) or any(part in name for part in _INSTALLED)
    arrive("file", name, skip=_SKIP + 1, nearest=0 if is_installed else FAR, mode=mode)


def _opened(event: tuple) -> None:
    path, mode, flags = event
    if isinstance(path, int) or path in (os.devnull, "/dev/urandom"):
        return
    if not isinstance(mode, str):
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        mode = "w" if writes else "r"
    _file(path, mode)


def _changed(mode: str, position: int = 0) -> Callable[[tuple], None]:
    def handler(event: tuple) -> None:
        path = event[position]
        if path is not None and not isinstance(path, int):
            _file(path, mode)

    return handler


def _command(event: tuple) -> None:
    executable, arguments = event[0], event[1]
    if isinstance(arguments, (str, bytes)):
        arrive("exec", [arguments], skip=_SKIP, shell=False)
        return
    arguments = list(arguments)
    if len(arguments) > 2 and os.fspath(arguments[0]) in _SHELLS and arguments[1] == "-c":
        arrive("exec", arguments[2], skip=_SKIP, shell=True)
    else:
        arrive("exec", [os.fspath(executable or arguments[0]), *arguments[1:]], skip=_SKIP, shell=False)


def _spawned(event: tuple) -> None:
    if not sys._getframe(2).f_code.co_filename.endswith("subprocess.py"):  # that one has told already
        _command(event)


def _compiled(event: tuple) -> None:
    if isinstance(event[0], (str, bytes)):
        arrive("eval", event[0], skip=_SKIP, nearest=0)  # further away it is a library that builds its own code


def _unpickled(event: tuple) -> None:
    if not is_within("deserialize"):
        arrive("deserialize", f"{event[0]}.{event[1]}", skip=_SKIP)


_HANDLERS: dict[str, Callable[[tuple], None]] = {
    "open": _opened,
    "os.remove": _changed("remove"),
    "os.rmdir": _changed("rmdir"),
    "shutil.rmtree": _changed("rmtree"),
    "os.rename": _changed("rename", 1),
    "os.link": _changed("rename", 1),
    "os.symlink": _changed("rename", 1),
    "os.mkdir": _changed("mkdir"),
    "os.listdir": _changed("list"),
    "os.scandir": _changed("list"),
    "os.system": lambda event: arrive("exec", event[0], skip=_SKIP, shell=True),
    "subprocess.Popen": _command,
    "os.exec": _command,
    "os.posix_spawn": _spawned,
    "compile": _compiled,
    "pickle.find_class": _unpickled,
}


def install() -> None:
    """Listen from now on; an audit hook cannot be removed."""
    handlers, node = _HANDLERS, current  # held here: at the end of the interpreter module globals become None

    def audit(event: str, arguments: tuple) -> None:
        handler = handlers.get(event)
        if handler is None or node.get() is None:
            return
        try:
            handler(arguments)
        except Exception as error:  # an audit hook that raises would abort the audited call
            complain(f"sink {event}", error)

    sys.addaudithook(audit)
