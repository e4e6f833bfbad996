"""Land what files hold, those of one tool as one run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engines.contract import Batch, Engine, Record, Technique
from flows.assessment import Assessment
from flows.landing import Landed, land_once
from flows.tally import Tally

_ADDED_TO = (Technique.TRACE, Technique.MANUAL)  # each file adds to what was landed before

File = tuple[Path, Engine]


def together(files: Iterable[File]) -> list[list[File]]:
    """Return the files in groups that land as one run each.

    A later run of an engine replaces its earlier one, so that files of one tool that are given together come together.
    """
    groups: dict[object, list[File]] = defaultdict(list)
    for path, engine in files:
        is_added_to = engine.technique in _ADDED_TO
        groups[path if is_added_to else (engine.name, engine.technique)].append((path, engine))
    return list(groups.values())


def land_files(assessment: Assessment, files: Sequence[File], tally: Tally | None = None) -> Landed:
    """Land what files of one engine hold, as one run, once by content; what is landed is counted."""
    tally = tally or Tally()
    engine = files[0][1]
    content = [_content(path) for path, _ in files]
    key = assessment.key(engine.name, engine.version, engine.technique, "*", *content)

    def observe() -> Iterator[Record | Batch]:
        for _, one in files:
            yield from tally.of(one, one.run(assessment.system_target, assessment.rules))

    return land_once(assessment.settings.warehouse, key, observe)


def _content(path: Path) -> bytes:
    if path.is_dir():
        return b"".join(f.read_bytes() for f in sorted(path.rglob("*")) if f.is_file())
    return path.read_bytes()
