"""Where a path of someone else's machine lies in the sources of the release.

A report names files as the machine that made it saw them: below its checkout, below a package folder, absolutely or by
URI. A path is placed where it meets exactly one file of one service: as it stands, after leaving out what comes before
the source, or by the end of a longer path. What meets none, or several, is told and not guessed.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from engines.contract import Check, Record, Target
from engines.imported.reading import cleaned

_MAX_FILES = 500_000  # of all sources together
_NOT_SOURCE = {".git", "node_modules", "__pycache__", ".venv", "venv"}
_ALIKE = 2  # last parts of an absolute path that must be alike where nothing says where the source begins


@dataclass(frozen=True, slots=True)
class Placed:
    """A file of a service."""

    service: str
    build_id: str
    file: str  # relative to the service's source, '/'
    source: Path | None  # None: the service has none, or no service is known


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Why a path has no place."""

    path: str
    reason: str  # no_path | outside_source | ambiguous_path | not_in_source | not_a_file
    explanation: str


@dataclass
class Places:
    """Places the paths of one report.

    Args:
        services: those with a source are looked into; none: every path stands as it is.
        only: the service that the report is said to be of.
        roots: folders of the machine that made the report, below which its paths begin, each with '/' and a final '/'.
    """

    services: Sequence[Target]
    only: str | None = None
    roots: tuple[str, ...] = ()
    _found: Counter[tuple[str, str]] = field(default_factory=Counter)  # (service, what was left out) → files
    _learnt: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)  # (service, where its source begins)

    def place(self, path: str) -> Placed | Unplaced:
        """Return where a path (with '/') lies. Asked again, it may know more of where sources begin."""
        root = next((root for root in self.roots if path.startswith(root)), "")
        parts = _parts(path[len(root) :])
        if parts is None:
            return Unplaced(path, "outside_source", f"{path} leads out of every source.")
        if not parts:
            return Unplaced(path, "no_path", "The report names no file.")
        known = [s for s in self.services if self.only in (None, s.service)]
        if not known:
            return Placed(self.only or "*", "", "/".join(parts), None)
        is_absolute = not root and (path.startswith("/") or parts[0].endswith(":"))
        found = sorted(self._candidates(known, parts, is_absolute), key=lambda one: -one[0])
        best = [placed for weight, placed in found if weight == found[0][0]]
        if len(best) == 1:
            self._count(best[0], parts)
            return best[0]
        if best:
            named = ", ".join(f"{placed.service}/{placed.file}" for placed in best[:3])
            return Unplaced(path, "ambiguous_path", f"{path} may be {named}; say of which service the report is.")
        if len(known) == 1 and known[0].source is None:
            return Placed(known[0].service, known[0].build_id, "/".join(parts), None)
        return Unplaced(path, "not_in_source", f"{path} is no file of {', '.join(s.service for s in known)[:200]}.")

    def said(self, record_type: type[Record]) -> Iterator[Check]:
        """Yield, a service each, how the paths of the report met its source; `record_type`: what was placed."""
        by_service: dict[str, list[str]] = defaultdict(list)
        for (service, left_out), count in sorted(self._found.items()):
            by_service[service].append(f"{count} {left_out}")
        for service, ways in by_service.items():
            files = sum(count for (name, _), count in self._found.items() if name == service)
            shown = "; ".join(ways[:5]) + (f"; {len(ways) - 5} more ways" if len(ways) > 5 else "")
            yield Check(
                service, record_type.TABLE, "file", f"paths of the report meet the source: {shown}", True, 0, files
            )

    def _candidates(
        self, known: Sequence[Target], parts: tuple[str, ...], is_absolute: bool
    ) -> Iterator[tuple[int, Placed]]:
        """Yield the files that the path may mean, each with a weight that grows with what speaks for it."""
        names = {s.service for s in known}
        for service, file in self._files.get(parts[-1], ()):
            common = _common_end(parts, file)
            before = parts[: len(parts) - common]
            if service.service not in names or common not in (len(parts), len(file)):
                continue
            if before and not self._is_root(service, before):
                if common < (_ALIKE if is_absolute else _ALIKE + 1):
                    continue  # `tests/app.py` is not the `app.py` of the source
                self._learnt.add((service.service, before))
            weight = 4 * common + 2 * (service.service in before) + (parts == file)
            yield weight, Placed(service.service, service.build_id, "/".join(file), service.source)

    def _is_root(self, service: Target, before: tuple[str, ...]) -> bool:
        """Whether the source of a service begins below this folder of the other machine."""
        assert service.source is not None
        ours = service.source.parts
        return (
            (service.service, before) in self._learnt
            or before[-1] in (service.service, ours[-1])
            or ours[-len(before) :] == before
        )

    @cached_property
    def _files(self) -> Mapping[str, list[tuple[Target, tuple[str, ...]]]]:
        """The files of all sources by their last part."""
        found: dict[str, list[tuple[Target, tuple[str, ...]]]] = defaultdict(list)
        left = _MAX_FILES
        for service in self.services:
            for folder, folders, files in os.walk(service.source) if service.source else ():
                folders[:] = sorted(name for name in folders if name not in _NOT_SOURCE)
                below = Path(folder).relative_to(service.source).parts
                for name in files[:left]:
                    if not (Path(folder) / name).is_symlink():
                        found[name].append((service, (*below, name)))
                left -= len(files[:left])
        return found

    def _count(self, placed: Placed, parts: tuple[str, ...]) -> None:
        file = placed.file.split("/")
        if len(parts) == len(file):
            self._found[placed.service, "as they stand"] += 1
        elif len(parts) > len(file):
            before = cleaned("/".join(parts[: len(parts) - len(file)]), 200)
            self._found[placed.service, f"without {before}/"] += 1
        else:
            before = "/".join(file[: len(file) - len(parts)])
            self._found[placed.service, f"below {before}/"] += 1


def _common_end(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    same = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        same += 1
    return same


def _parts(path: str) -> tuple[str, ...] | None:
    """Return the parts of a path, `.` and `..` resolved; None when it leads above its start."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)
