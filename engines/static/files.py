"""Which files of a source are read, and why the others are not. Shared by all static engines.

Nothing is left out in silence. A file of a language is yielded as a `SourceFile`, or as an `Unread` of its own with the
reason; so is each folder that is not entered. Files that are no code (documents, pictures, data, settings …) are
counted: one `Unread` for each ending, its path `**/*.md`, its reason `no_code`; and one with the reason
`unknown_language` for each ending of which we know neither a language nor a kind.

What is deployed is what counts, so git is not asked: a file that it ignores is read, unless it lies in a well-known
folder of build output or installed packages. What `.gitattributes` says of generated and vendored files is believed.
Hidden folders (`.git`, `.github`, `.venv` …) are told as a folder each. Links are told and not followed.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from engines.static.kinds import (
    LANGUAGES,
    ending_of,
    extensions,
    interpreter_of,
    kind_of,
    knowledge,
    language_of_interpreter,
    language_of_name,
)
from engines.static.patterns import Attributes, matcher, matches_any

__all__ = ["LANGUAGES", "MAX_BYTES", "SourceFile", "Unread", "chosen", "extensions", "walk"]

MAX_BYTES = 1_000_000
_MEAN_LINE_OF_MINIFIED = 400
_MOST_BYTES_BY_HAND = 500_000  # of one script; what is larger was put together from others
_HEAD = 2_000  # bytes in which a generator names itself
_MOST_ENDINGS = 100  # told one by one
_COMMENTS = (b"#", b"/", b"*", b" *", b";", b"--", b"<!")  # not indented, or else it is a text in a generator


@dataclass(frozen=True)
class SourceFile:
    """A file that is read: path relative to the source with '/', language, content."""

    path: str
    language: str
    content: bytes

    @property
    def digest(self) -> str:
        """The sha256 of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def lines(self) -> int:
        """Number of lines."""
        return self.content.count(b"\n") + (not self.content.endswith(b"\n") and bool(self.content))


@dataclass(frozen=True)
class Unread:
    """A file or folder that is not read, or files that are no code, counted by their ending."""

    path: str
    # ignored_folder | excluded | symlink | too_large | binary | non_utf8 | generated | vendored | minified | bundled |
    # unknown_language | unreadable | no_code
    reason: str
    explanation: str


def walk(source: Path, exclude: Sequence[str] = (), below: Path | None = None) -> Iterator[SourceFile | Unread]:
    """Yield every source file below a folder in a stable order, and what was left out.

    `exclude`: patterns as in `.gitignore` of what the caller wants left out. `below`: only what is in this folder of
    the source, even if the folder itself is one that would not be entered.
    """
    reader = _Reader(source, exclude)
    folders = [below or source]
    for above in reversed(folders[0].parents):
        if above.is_relative_to(source):
            reader.read_attributes(above)
    while folders:  # no recursion: a hostile source nests deeper than Python does
        here = folders.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            yield Unread(reader.relative(here), "unreadable", f"The folder cannot be read: {error.strerror}.")
            continue
        reader.read_attributes(here)
        kept = []
        for entry in entries:
            if _is_folder(entry):
                left_out = reader.folder(Path(entry.path))
                if left_out:
                    yield left_out
                else:
                    kept.append(Path(entry.path))
        for entry in entries:
            read = None if _is_folder(entry) else reader.file(Path(entry.path))
            if read:
                yield read
        folders += reversed(kept)
    yield from reader.counted()


def chosen(source: Path, paths: Iterable[Path], exclude: Sequence[str] = ()) -> Iterator[SourceFile | Unread]:
    """Yield what `walk` would tell of these files below the source, in the given order, without walking the rest."""
    reader = _Reader(source, exclude)
    told: dict[Path, Unread | None] = {}
    for path in paths:
        above = [folder for folder in reversed(path.parents) if folder == source or folder.is_relative_to(source)]
        left_out = None
        for folder in above:
            if folder not in told:
                told[folder] = reader.folder(folder) if folder != source else None
                reader.read_attributes(folder)
                if told[folder]:
                    yield told[folder]
            left_out = left_out or told[folder]
        read = None if left_out else reader.file(path)
        if read:
            yield read
    yield from reader.counted()


@dataclass
class _Count:
    files: int = 0
    first: str = ""


@dataclass
class _Reader:
    """Reads single files and judges single folders; counts the files that are no code."""

    source: Path
    exclude: Sequence[str] = ()
    _counts: dict[str, _Count] = field(default_factory=dict)
    _attributes: Attributes = field(default_factory=Attributes)

    def __post_init__(self) -> None:
        self._excluded = [matcher(pattern) for pattern in self.exclude]

    def relative(self, path: Path) -> str:
        # Names are hostile too: bytes that are no text become visible escapes.
        return path.relative_to(self.source).as_posix().encode("utf-8", "backslashreplace").decode("utf-8")

    def read_attributes(self, folder: Path) -> None:
        """Take in what git's attributes say in this folder."""
        path = folder / ".gitattributes"
        if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK) and path.stat().st_size <= MAX_BYTES:
            name = self.relative(folder)
            self._attributes.read(path.read_text(encoding="utf-8", errors="replace"), "" if name == "." else name)

    def folder(self, path: Path) -> Unread | None:
        """Return why a folder is not entered, None if it is."""
        name = self.relative(path)
        if path.is_symlink():
            return Unread(name, "symlink", "A link to a folder is not followed.")
        if matches_any(name, self._excluded):
            return Unread(name, "excluded", "The call excludes it.")
        if (path / "pyvenv.cfg").is_file():
            return Unread(name, "ignored_folder", "Holds a virtual environment, no code of the service.")
        if path.name.startswith("."):
            return Unread(name, "ignored_folder", "Hidden folders hold no code of the service.")
        foreign = knowledge()["folders"].get(path.name)
        if foreign and _is_foreign(path, foreign):
            return Unread(name, "ignored_folder", f"Holds {foreign['holds']}, no code of the service.")
        return None

    def file(self, path: Path) -> SourceFile | Unread | None:
        """Return the file, or why it is not read; None for one that is counted with its like."""
        name = self.relative(path)
        if matches_any(name, self._excluded):
            return Unread(name, "excluded", "The call excludes it.")
        language = language_of_name(path.name)
        if path.is_symlink():
            return self._link(path, name) if language else self._count(ending_of(path.name), name)
        try:
            if language is None:
                is_script = not path.suffix and path.is_file()
                interpreter = interpreter_of(path) if is_script else None
                language = language_of_interpreter(interpreter) if interpreter else None
                if language is None:
                    return self._count(f"#!{interpreter}" if interpreter else ending_of(path.name), name)
            return self._read(path, name, language)
        except OSError as error:
            return Unread(name, "unreadable", f"It cannot be read: {error.strerror}.")

    def counted(self) -> Iterator[Unread]:
        """Yield one record for each ending of files that are no code."""
        ordered = sorted(self._counts.items(), key=lambda item: (kind_of(item[0]) is not None, -item[1].files, item[0]))
        for ending, count in sorted(ordered[:_MOST_ENDINGS]):
            files = f"{count.files:,} file{'s' if count.files > 1 else ''}"
            kind = kind_of(ending)
            path = f"**/*{ending}" if ending.startswith(".") else f"**/{ending}"
            if kind:
                yield Unread(path, "no_code", f"{files}: {kind}.")
            else:
                why = f"{files} for which no language is known; the first is {count.first}."
                yield Unread(path, "unknown_language", why)
        rest = ordered[_MOST_ENDINGS:]
        if rest:
            files = sum(count.files for _, count in rest)
            yield Unread("**/*", "unknown_language", f"{files:,} more files with {len(rest):,} other endings.")

    def _count(self, ending: str, name: str) -> None:
        count = self._counts.setdefault(ending, _Count(first=name))
        count.files += 1

    def _link(self, path: Path, name: str) -> Unread:
        # `realpath`: a link to itself is no error
        is_inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.source))
        why = "Where it leads to is read by itself." if is_inside else "The link leads out of the source."
        return Unread(name, "symlink", why)

    def _read(self, path: Path, name: str, language: str) -> SourceFile | Unread:
        if not path.is_file():
            return Unread(name, "unreadable", "It is no ordinary file.")
        if path.stat().st_size > MAX_BYTES:
            return Unread(name, "too_large", f"Larger than {MAX_BYTES} bytes.")
        content = path.read_bytes()
        refusal = _refusal(path.name, language, content, self._attributes.of(name))
        return Unread(name, *refusal) if refusal else SourceFile(name, language, content)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_foreign(folder: Path, foreign: dict[str, list[str]]) -> bool:
    for key, place in (("beside", folder.parent), ("inside", folder)):
        if key in foreign:
            return _holds(place, tuple(foreign[key]))
    return True


def _holds(folder: Path, patterns: Sequence[str]) -> bool:
    try:
        names = os.listdir(folder)
    except OSError:  # told when it is entered
        return False
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _refusal(name: str, language: str, content: bytes, attributes: dict[str, bool]) -> tuple[str, str] | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "non_utf8", "It is UTF-16."
    if b"\0" in content:
        return "binary", "It holds NUL bytes."
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return "non_utf8", f"Byte {error.start} is not UTF-8."
    for reason in ("generated", "vendored"):
        if attributes.get(reason):
            return reason, f"A .gitattributes says that it is {reason}."
    if attributes.get("generated") is None and _names_generator(content[:_HEAD]):
        return "generated", "Its head says that a program wrote it."
    is_script = language == "javascript"
    if is_script and attributes.get("vendored") is None and _libraries().match(content[:_HEAD]):
        return "vendored", "Its head names the library and the version that it is a copy of."
    is_long = len(content) > 5_000 and len(content) / (content.count(b"\n") + 1) > _MEAN_LINE_OF_MINIFIED
    if is_long:
        return "minified", f"Its lines are longer than {_MEAN_LINE_OF_MINIFIED} characters on average."
    if ".min." in name.lower():
        return "minified", "Its name says so."
    if is_script and len(content) > _MOST_BYTES_BY_HAND:
        return "bundled", f"Larger than {_MOST_BYTES_BY_HAND} bytes: put together from other files."
    return None


@cache
def _generators() -> re.Pattern[bytes]:
    return re.compile("|".join(f"(?:{mark})" for mark in knowledge()["generators"]).encode(), re.IGNORECASE)


@cache
def _libraries() -> re.Pattern[bytes]:
    return re.compile("|".join(f"(?:{mark})" for mark in knowledge()["libraries"]).encode())


def _names_generator(head: bytes) -> bool:
    comments = (line for line in head.splitlines() if line.startswith(_COMMENTS))
    return _generators().search(b"\n".join(comments)) is not None
