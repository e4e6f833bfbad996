"""Results of analysing a file, kept in one SQLite file, so that what has not changed is not analysed again.

A `Shelf` holds the results of one kind made with one state of knowledge: `knowledge` is a digest of everything beside
the file that the result depends on (rules, language data), `version` the version of the engine. On a shelf, a result is
found by a key that tells everything of the file that matters: its content's digest, and whatever of its path or its
language the result depends on. A result that is not there, was damaged or does not decode as the shelf's type is simply
made again; nothing but typed MessagePack is ever decoded.

A cache never fails a run: what is wrong with its file is said in the log, and the run goes on without.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec

logger = logging.getLogger(__name__)

MAX_BYTES = 1_000_000_000
MAX_RESULT_BYTES = 32_000_000  # one that is larger is not kept
_KEPT = 0.8  # of the bound, when it is passed
_FORMAT = 1  # raised: what an older Leadline wrote is dropped
_APPLICATION = 0x4C454144  # marks the file as ours
_BUSY_SECONDS = 10.0
_FRESH_SECONDS = 3600  # how exactly "last used" is known: not every read has to write
_AT_ONCE = 500  # keys in one statement

_TABLES = (
    "create table shelves (id integer primary key, what text, knowledge text, version text, "
    "unique (what, knowledge, version))",
    "create table results (shelf integer not null, key text not null, used integer not null, "
    "checksum integer not null, value blob not null, unique (shelf, key))",
)

T = TypeVar("T")


class Shelf(Protocol[T]):
    """Results of one kind, of type `T`, made with one state of knowledge."""

    def get_many(self, keys: Iterable[str]) -> dict[str, T]:
        """Return the results that are kept, by key."""
        ...

    def put_many(self, results: Mapping[str, T]) -> None:
        """Keep results; one that was there is replaced."""
        ...


class Cache(Protocol):
    """Where shelves stand: `FileCache`, or `NO_CACHE`, which keeps nothing."""

    def shelf(self, what: str, knowledge: str, version: str, of: type[T]) -> Shelf[T]:
        """Return the shelf for results of the type `of`, which msgspec can decode."""
        ...


class _NoCache:
    """Keeps nothing."""

    def shelf(self, what: str, knowledge: str, version: str, of: type[T]) -> Shelf[T]:
        return self  # type: ignore[return-value]

    def get_many(self, keys: Iterable[str]) -> dict[str, T]:
        return {}

    def put_many(self, results: Mapping[str, T]) -> None:
        return None


NO_CACHE: Cache = _NoCache()


class FileCache:
    """A cache in the SQLite file `path`, at most `max_bytes` large: the results not used for longest go first.

    May be used by several threads and processes at once. The file is private to the user; it may be deleted any time.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes

    def shelf(self, what: str, knowledge: str, version: str, of: type[T]) -> Shelf[T]:
        return _FileShelf(self, (what, knowledge, version), of)

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection | None]:
        """Open the file within one transaction; None, or left early, where that is impossible: the log says why."""
        connection = None
        try:
            connection = self._open()
            with connection:
                yield connection
        except (sqlite3.Error, OSError) as error:
            self._say(error)
            if _is_damage(error):
                self._remove()
            if connection is None:
                yield None
        finally:
            if connection is not None:
                connection.close()

    def evict(self, connection: sqlite3.Connection) -> None:
        """Remove what was not used for longest, if the file has grown past its bound."""
        pages = _pragma(connection, "page_count") - _pragma(connection, "freelist_count")
        size = pages * _pragma(connection, "page_size")
        if size <= self._max_bytes:
            return
        (total,) = connection.execute("select sum(length(value)) from results").fetchone()
        connection.execute(
            """delete from results where rowid in (
                select rowid from (select rowid, sum(length(value)) over (order by used, rowid) as running from results)
                where running <= ?
            )""",
            [total - int(total * self._max_bytes * _KEPT / size)],
        )
        connection.execute("delete from shelves where id not in (select shelf from results)")
        connection.commit()
        connection.executescript("pragma incremental_vacuum")

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        for _ in range(2):
            connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS)
            try:
                if self._is_ready(connection):
                    return connection
            except sqlite3.Error as error:
                connection.close()
                if not _is_damage(error):
                    raise
                self._say(error)
            connection.close()
            self._remove()
        raise sqlite3.OperationalError("it cannot be made anew")

    def _is_ready(self, connection: sqlite3.Connection) -> bool:
        """Prepare a new file; return False for one that another version of Leadline wrote."""
        connection.execute("pragma synchronous = normal")
        if _marks(connection) == (_APPLICATION, _FORMAT):
            return True
        connection.execute("pragma auto_vacuum = incremental")  # without effect once there are tables
        connection.execute("begin immediate")  # others may be about to prepare it as well
        if _pragma(connection, "page_count") <= 1 and _marks(connection) == (0, 0) and not _has_tables(connection):
            for statement in (*_TABLES, f"pragma application_id = {_APPLICATION}", f"pragma user_version = {_FORMAT}"):
                connection.execute(statement)
            connection.commit()
            with contextlib.suppress(sqlite3.OperationalError):  # whoever is first does it
                connection.execute("pragma journal_mode = wal").fetchall()
            return True
        connection.rollback()
        marks = _marks(connection)
        if marks[0] != _APPLICATION:
            raise sqlite3.OperationalError("another program's database is there")
        if marks[1] != _FORMAT:
            logger.info("The cache %s is of another version of Leadline and is made anew.", self._path)
        return marks[1] == _FORMAT

    def _say(self, error: Exception) -> None:
        what = "is damaged and made anew" if _is_damage(error) else "is not used"
        logger.warning("The cache %s %s: %s.", self._path, what, error)

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._path}{ending}").unlink(missing_ok=True)


class _FileShelf(Generic[T]):
    def __init__(self, cache: FileCache, identity: tuple[str, str, str], of: type[T]) -> None:
        self._cache = cache
        self._identity = identity
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(of)

    def get_many(self, keys: Iterable[str]) -> dict[str, T]:
        found: dict[str, T] = {}
        with self._cache.opened() as connection:
            shelf = self._id(connection) if connection else None
            if shelf is None:
                return found
            now, wanted, stale = int(time.time()), list(dict.fromkeys(keys)), []
            for some in (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)):
                rows = connection.execute(
                    "select key, used, checksum, value from results "
                    f"where shelf = ? and key in ({','.join('?' * len(some))})",
                    [shelf, *some],
                )
                for key, used, checksum, value in rows:
                    if self._decode(key, checksum, value, found) and used < now - _FRESH_SECONDS:
                        stale.append((now, shelf, key))
            connection.executemany("update results set used = ? where shelf = ? and key = ?", stale)
        return found

    def put_many(self, results: Mapping[str, T]) -> None:
        if not results:
            return
        encoded = ((key, self._encoder.encode(result)) for key, result in results.items())
        now = int(time.time())
        with self._cache.opened() as connection:
            if connection is None:
                return
            insert = "insert or ignore into shelves (what, knowledge, version) values (?, ?, ?)"
            connection.execute(insert, self._identity)
            shelf = self._id(connection)
            connection.executemany(
                "insert or replace into results (shelf, key, used, checksum, value) values (?, ?, ?, ?, ?)",
                (
                    (shelf, key, now, zlib.crc32(value), value)
                    for key, value in encoded
                    if len(value) <= MAX_RESULT_BYTES
                ),
            )
            connection.commit()
            self._cache.evict(connection)

    def _id(self, connection: sqlite3.Connection) -> int | None:
        row = connection.execute(
            "select id from shelves where what = ? and knowledge = ? and version = ?", self._identity
        ).fetchone()
        return row[0] if row else None

    def _decode(self, key: str, checksum: int, value: object, found: dict[str, T]) -> bool:
        try:
            if isinstance(value, bytes) and zlib.crc32(value) == checksum:
                found[key] = self._decoder.decode(value)
                return True
        except (msgspec.MsgspecError, RecursionError) as error:
            logger.debug("A kept result of %s cannot be read: %s", self._identity[0], error)
        logger.warning("A kept result of %s is damaged and made again.", self._identity[0])
        return False


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return connection.execute(f"pragma {name}").fetchone()[0]


def _marks(connection: sqlite3.Connection) -> tuple[int, int]:
    return _pragma(connection, "application_id"), _pragma(connection, "user_version")


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("select count(*) from sqlite_schema").fetchone() != (0,)


def _is_damage(error: Exception) -> bool:
    """Whether the file itself is broken; one that is locked, full or not ours to write is none of our business."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
