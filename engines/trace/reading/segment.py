"""Our own segments, as the receiver stores them (`engines/trace/spool.py`): one, or a directory of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engines.contract import EngineError
from engines.trace import spool
from engines.trace.reading.otlp_bodies import Packed, spans_of
from engines.trace.spans import Item, Refused, Untold


def recognises(start: bytes) -> bool:
    """Whether a file that begins like this is a segment."""
    return start.startswith(spool.HEADER)


def read(path: Path) -> Iterator[Item]:
    """Yield the spans of a segment or of a directory of segments (`*.otlp`, in the order of their names).

    Raises `EngineError` for a directory without any, and OSError.
    """
    segments = sorted(path.glob("*.otlp")) if path.is_dir() else [path]
    if not segments:
        raise EngineError(f"The directory {path.name} holds no segment (*.otlp); name the one that was recorded.")
    notes: list[str] = []
    yield from spans_of(body for segment in segments for body in _bodies(segment, notes))
    yield from (Untold("bodies_refused", note) for note in notes)


def _bodies(segment: Path, notes: list[str]) -> Iterator[Packed | Refused]:
    for part in spool.frames_in(segment):
        origin = f"{segment.name}@{part.offset}"
        if isinstance(part, spool.Damage):
            yield Refused(f"damaged segment: {part.reason} ({part.length} bytes)", b"", origin)
        elif part.encoding == spool.NOTE:
            notes.append(part.body[:1_000].decode("utf-8", "replace"))
        else:
            yield Packed(part.body, origin, bool(part.encoding & spool.JSON))
