"""The records of a whole source, kept in the cache: where no file changed, nothing is read or joined again.

What any file says of names depends on all the others, so records are kept for all files together, by a digest of
everything that they depend on: names and contents of the files, what was left out, the target, and what is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

import msgspec

from engines.contract import Call, Endpoint, Function, Parameter, Record, ScannedFile, Skip, Statement, Target
from engines.static.cache import Cache
from engines.static.files import LANGUAGES, SourceFile, walk

_AT_ONCE = 10_000  # records in one result of the cache
_CODE = Path(__file__).resolve().parents[1]  # what reads and joins, and the data of languages


class _Some(msgspec.Struct, array_like=True):
    """Records of one class that follow each other."""


class _Functions(_Some, tag="functions"):
    records: list[Function]


class _Endpoints(_Some, tag="endpoints"):
    records: list[Endpoint]


class _Parameters(_Some, tag="parameters"):
    records: list[Parameter]


class _Calls(_Some, tag="calls"):
    records: list[Call]


class _Statements(_Some, tag="statements"):
    records: list[Statement]


class _ScannedFiles(_Some, tag="scanned_files"):
    records: list[ScannedFile]


class _Skips(_Some, tag="skips"):
    records: list[Skip]


_Any = _Functions | _Endpoints | _Parameters | _Calls | _Statements | _ScannedFiles | _Skips
_OF: dict[type[Record], type[_Any]] = {
    Function: _Functions,
    Endpoint: _Endpoints,
    Parameter: _Parameters,
    Call: _Calls,
    Statement: _Statements,
    ScannedFile: _ScannedFiles,
    Skip: _Skips,
}


class _Piece(msgspec.Struct, array_like=True):
    """Records of a source, or in the first piece how many others there are."""

    pieces: int = 0
    groups: list[_Any] = []


class Kept:
    """The records of one source in one state. `version`: of the engine."""

    def __init__(self, cache: Cache, target: Target, source: Path, version: str) -> None:
        self._shelf = cache.shelf("inventory", _knowledge(), version, _Piece)
        self._key = _state(target, source)

    def records(self) -> Iterator[Record] | None:
        """Return the records that are kept, in their order; None where any is missing."""
        first = self._shelf.get_many([self._key]).get(self._key)
        if first is None:
            return None
        keys = [self._at(number) for number in range(first.pieces)]
        found = self._shelf.get_many(keys)
        if len(found) < len(keys):
            return None
        return (record for key in keys for group in found[key].groups for record in group.records)

    def keeping(self, records: Iterator[Record]) -> Iterator[Record]:
        """Yield records and keep them; only those of a run that came to its end are found again."""
        pieces, pending = 0, []
        for record in records:
            pending.append(record)
            if len(pending) >= _AT_ONCE:
                self._keep(pieces, pending)
                pieces, pending = pieces + 1, []
            yield record
        self._keep(pieces, pending)
        self._shelf.put_many({self._key: _Piece(pieces + 1)})

    def _keep(self, number: int, records: Sequence[Record]) -> None:
        groups = [_OF[kind](list(some)) for kind, some in groupby(records, type)]
        self._shelf.put_many({self._at(number): _Piece(groups=groups)})

    def _at(self, number: int) -> str:
        return f"{self._key}/{number}"


def _state(target: Target, source: Path) -> str:
    """The digest of what the records of a source depend on beside what is known."""
    digest = hashlib.sha256()
    parts: tuple[str, ...] = (target.service, target.build_id, source.name)
    digest.update(msgspec.msgpack.encode(parts))
    for entry in walk(source):
        if isinstance(entry, SourceFile):
            parts = (entry.path, entry.language, entry.digest)
        else:
            parts = (entry.path, entry.reason, entry.explanation, "")
        digest.update(msgspec.msgpack.encode(parts))
    return digest.hexdigest()


@cache
def _knowledge() -> str:
    """The digest of all code that reads and joins, and of all data of languages."""
    digest = hashlib.sha256()
    for folder, endings in ((_CODE, {".py"}), (LANGUAGES, {".yaml", ".scm"})):
        for path in sorted(folder.rglob("*")):
            if path.suffix in endings:
                digest.update(msgspec.msgpack.encode((path.relative_to(folder).as_posix(), path.read_bytes())))
    return digest.hexdigest()
