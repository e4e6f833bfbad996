"""What a person sees while a command works: on stderr, on a terminal only, and gone when it is done."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

Tell = Callable[[str], None]


def silent(doing: str) -> None:
    """Tell nobody."""


@contextlib.contextmanager
def shown(stream: object = None) -> Iterator[Tell]:
    """Show what is being done, and for how long: call what is yielded whenever it changes.

    `stream`: stderr where left out. Nothing is written to what is no terminal, so that logs and programs are spared.
    """
    stream = stream or sys.stderr
    if not getattr(stream, "isatty", lambda: False)():
        yield silent
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream), transient=True, refresh_per_second=4) as progress:  # type: ignore[arg-type]
        task = progress.add_task("", total=None)
        yield lambda doing: progress.update(task, description=doing)
