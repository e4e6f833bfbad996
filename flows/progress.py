"""Progress of long work: one line a stage on the terminal, one JSON line in the run log.

The run log is what the app shows while and after a flow runs; it is append-only and holds no secrets.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

console = Console(stderr=True, highlight=False)


_MARKS = {"done": "[green]✓[/]", "failed": "[red]✗[/]"}


def stage_seconds(path: Path, release_id: str, since: datetime) -> dict[str, float]:
    """Return stage → seconds of a release's stages that ended at or after a moment (with zone), from the run log."""
    seconds: dict[str, float] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        is_wanted = entry["release_id"] == release_id and entry["state"] != "running"
        if is_wanted and datetime.fromisoformat(entry["at"]) >= since:
            seconds[entry["stage"]] = seconds.get(entry["stage"], 0.0) + entry["seconds"]
    return seconds


class RunLog:
    """Writes stages to the run log and shows them; remembers the seconds that each took."""

    def __init__(self, path: Path, release_id: str) -> None:
        self._path = path
        self._release_id = release_id
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Show and log a stage; an exception ends it as failed and goes on."""
        stage, began = Stage(), time.monotonic()
        self._write(name, "running", 0.0, "")
        with console.status(f"{escape(name)} …") if console.is_terminal else contextlib.nullcontext():
            try:
                yield stage
            except BaseException as error:
                took = time.monotonic() - began
                self._write(name, "failed", took, f"{type(error).__name__}: {error}")
                console.print(f"[red]✗[/] {escape(name)} [dim]{took:.1f} s[/]")
                raise
        took = time.monotonic() - began
        self.seconds[name] = self.seconds.get(name, 0.0) + took
        self._write(name, stage.state, took, stage.message)
        mark = {"done": "[green]✓[/]", "kept": "[dim]≡[/]", "failed": "[red]✗[/]", "skipped": "[yellow]–[/]"}[
            stage.state
        ]
        console.print(f"{mark} {escape(name):<34} [dim]{took:5.1f} s[/]  {escape(stage.message)}")

    def _write(self, name: str, state: str, seconds: float, message: str) -> None:
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "release_id": self._release_id,
            "stage": name,
            "state": state,
            "seconds": round(seconds, 3),
            "message": message[:2000],
        }
        with self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")


class Stage:
    """What a stage says of itself when it ends."""

    state: str = "done"  # done | failed
    message: str = ""

    def says(self, message: str, state: str = "done") -> None:
        """Set the closing message, and the state where it is not `done`."""
        self.message, self.state = message, state
