"""Says on standard error when a process recorded nothing, or less than it should, and what to do about it."""

from __future__ import annotations

import atexit
import os
import sys
from collections import Counter
from time import monotonic

from leadline_agent import family, frameworks, recording, resource, servers
from leadline_agent.recording import Seen
from leadline_agent.source import ROOTS, relative

_PATIENCE = 60.0  # seconds of requests without a function before that is said

_REQUEST = "request"

_told: set[str] = set()
_first: list[float] = []


def install() -> None:
    """Look when the process ends; `look` is for in between."""
    family.join()
    atexit.register(family.end)
    atexit.register(_at_exit)
    os.register_at_fork(after_in_child=_begin)


def look() -> None:
    """Look again behind a request: say once what is missing after a minute of requests."""
    if not _first:
        _first.append(monotonic())
        family.leave(_REQUEST)
    if Seen.functions and Seen.routed:
        return
    if monotonic() - _first[0] > _PATIENCE:
        _say(missing())


def missing() -> list[str]:
    """Return what this process should have recorded and has not, each with its remedy."""
    if not Seen.requests:
        return _without_requests()
    told = []
    if not Seen.functions:
        told.append(
            f"{Seen.requests} requests, but no function: no executed file lies under --roots "
            f"{os.pathsep.join(ROOTS)}{_elsewhere()}"
        )
    if not Seen.routed and Seen.served and not frameworks.found:
        told.append(
            f"{Seen.served} requests without a route: none of the frameworks known here answered them "
            f"({', '.join(frameworks.KNOWN)}); flows will go by path alone"
        )
    return told


def _without_requests() -> list[str]:
    if not any(relative(file) for file in _files()):
        return []  # a helper of a shell's
    if servers.ready:
        return [f"nothing recorded: no request came to {', '.join(sorted(servers.ready))} before it ended"]
    known = ", ".join([*frameworks.KNOWN, *servers.KNOWN])
    return [f"nothing recorded: this process used no server, framework or queue known here ({known})"]


def _unsent() -> list[str]:
    lost = recording.lost()
    return (
        [f"{lost} spans lost: {resource.endpoint()} did not take them; does `leadline record` listen there?"]
        if lost
        else []
    )


def _elsewhere() -> str:
    """Return where the code that was loaded lies instead, as far as it was not installed."""
    foreign = ("/site-packages/", "/dist-packages/", "/leadline_agent/", os.path.dirname(os.__file__) + "/")
    folders = Counter(os.path.dirname(file) for file in _files() if not any(part in file for part in foreign))
    return f"; code was loaded from {folders.most_common(1)[0][0]}: is that what you mean?" if folders else ""


def _files() -> list[str]:
    """Return the files of what was imported, and the main script, which has lost its name when the process ends."""
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    return [os.path.realpath(file) for file in (*files, sys.argv[0]) if isinstance(file, str) and os.path.isfile(file)]


def _say(sentences: list[str]) -> None:
    for sentence in sentences:
        kind = sentence.partition(":")[0].lstrip("0123456789")
        if kind not in _told:
            _told.add(kind)
            sys.stderr.write(f"leadline_agent: {sentence}\n")


def _at_exit() -> None:
    try:
        recording.flush()
        told = missing()
        if not Seen.requests:
            told = _of_family(told)
        _say([*told, *_unsent()])
    except Exception as error:  # nothing of ours may spoil the end of a service
        sys.stderr.write(f"leadline_agent: watching: {error!r}\n")


def _of_family(told: list[str]) -> list[str]:
    """Return what is to be said of a process without requests: of all, when it is the one that speaks for them."""
    if not family.speaks():
        for sentence in told:
            family.leave(sentence)
        return []
    left = family.left()
    return [] if _REQUEST in left else (told or left[:1])


def _begin() -> None:
    _first.clear()
    Seen.requests = Seen.served = Seen.routed = Seen.functions = 0
