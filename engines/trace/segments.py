"""Writes segments: many bodies share the cost of one fsync, and none is answered for before it is on disk."""

from __future__ import annotations

import logging
import os
import queue
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from engines.trace import spool

log = logging.getLogger(__name__)

_MAX_WAITING = 256  # bodies that wait for the disk
_PATIENCE = 0.5  # seconds for a place in the queue
_DEADLINE = 10.0  # seconds for the disk


@dataclass
class _Waiting:
    frame: bytes
    is_done: threading.Event = field(default_factory=threading.Event)
    error: OSError | None = None


class Segments:
    """The segments of one directory, of which the current one is appended to by any number of threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._waiting: queue.Queue[_Waiting | None] = queue.Queue(_MAX_WAITING)
        self._thread = threading.Thread(target=self._commit, name="otlp-commit", daemon=True)

    def open(self) -> None:
        """Create the directory, for the owner only, and begin to write."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory.chmod(0o700)
        self._thread.start()

    def close(self) -> None:
        """Write what waits and end."""
        self._waiting.put(None)
        self._thread.join(_DEADLINE)
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def start(self, name: str) -> Path:
        """Begin a new segment; what is appended from now on goes there. A name used before gets a number behind it."""
        with self._lock:
            return self._begin(name)

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be written."""
        return self._waiting.empty()

    def append(self, encoding: int, body: bytes) -> None:
        """Store a body durably. Raises `OSError` of the disk, `TimeoutError` (one, too) when it does not keep up."""
        waiting = _Waiting(spool.frame(encoding, body))
        try:
            self._waiting.put(waiting, timeout=_PATIENCE)
        except queue.Full:
            raise TimeoutError("too much at once") from None
        if not waiting.is_done.wait(_DEADLINE):
            raise TimeoutError("the disk does not keep up")
        if waiting.error is not None:
            raise waiting.error

    def _begin(self, name: str) -> Path:
        safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip(".") or "segment"
        path, number = self._directory / f"{safe}.otlp", 1
        while path.exists():
            number += 1
            path = self._directory / f"{safe}-{number}.otlp"
        if self._file is not None:
            self._file.close()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        _write_durably(self._file, spool.HEADER)
        return path

    def _commit(self) -> None:
        """Write what waits in one go and sync once: many bodies share the cost of one fsync."""
        while (first := self._waiting.get()) is not None:
            group = [first]
            is_last = False
            while len(group) < _MAX_WAITING and not self._waiting.empty():
                waiting = self._waiting.get()
                if waiting is None:
                    is_last = True
                    break
                group.append(waiting)
            error: OSError | None = None
            with self._lock:
                try:
                    if self._file is None:
                        self._begin("unassigned")
                    _write_durably(self._file, b"".join(waiting.frame for waiting in group))
                except OSError as failure:
                    log.warning("traces cannot be stored: %s", failure)
                    error = failure
            for waiting in group:
                waiting.error = error
                waiting.is_done.set()
            if is_last:
                return


def _write_durably(file: BinaryIO, data: bytes) -> None:
    """Append and sync; on failure the file is as before."""
    size = os.fstat(file.fileno()).st_size
    try:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
        os.fsync(file.fileno())
    except OSError:
        os.ftruncate(file.fileno(), size)
        raise
