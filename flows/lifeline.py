"""Processes that must not outlive us, whatever ends us: SIGKILL runs no handler, so that somebody else has to clean up.

That is the guard, a process that waits at a pipe whose other end only we hold. When we are gone the kernel closes it;
the guard then kills every process group that it was told of, and ends. Pipes and process groups are the same on every
Unix; Linux's PR_SET_PDEATHSIG would hang on the thread that started a process, and would not reach its children.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

log = logging.getLogger(__name__)

_GUARD = """
import os, signal, sys
ends = set()
for line in sys.stdin:
    (ends.add if line[0] == "+" else ends.discard)(line[1:].strip())
for end in ends:
    kind, pid = end.split()
    try:
        (os.killpg if kind == "group" else os.kill)(int(pid), signal.SIGKILL)
    except OSError:
        pass
"""

_lock = threading.Lock()
_guard: subprocess.Popen[str] | None = None


def tie(process: subprocess.Popen[bytes]) -> None:
    """Have a process, which leads a group of its own, killed with all its children when this process ends."""
    _tell(f"+group {process.pid}")


def untie(process: subprocess.Popen[bytes]) -> None:
    """Let go of a process that has ended: its number may belong to another one soon."""
    _tell(f"-group {process.pid}")


def tie_prefect_server() -> None:
    """Tie the temporary server that Prefect starts where none is configured; it ends that one only at a normal exit."""
    from prefect.server.api.server import SubprocessASGIServer

    for server in SubprocessASGIServer._instances.values():
        if server.server_process:
            _tell(f"+process {server.server_process.pid}")


def _tell(line: str) -> None:
    global _guard
    with _lock:
        if _guard is None:
            command = [sys.executable, "-I", "-S", "-c", _GUARD]
            # a session of its own: Ctrl-C at the terminal is for us, who still have something to tell it
            _guard = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
            )
        try:
            _guard.stdin.write(line + "\n")
            _guard.stdin.flush()
        except OSError as error:
            log.warning("the guard is gone (%s): processes may be left running if this one is killed", error)
