"""What could not be told of the routes of a source."""

from __future__ import annotations

from collections.abc import Iterator

from engines.static.inventory.scopes import Module


class Untold:
    """Collects (subject, reason code, explanation), each once, in the order in which they were met."""

    def __init__(self) -> None:
        self._noted: dict[tuple[str, str, str], None] = {}

    def note(self, module: Module, line: int, code: str, why: str) -> None:
        """Note that something on a line of a file cannot be told."""
        self._noted[f"{module.path}:{line}", code, why] = None

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        return iter(self._noted)
