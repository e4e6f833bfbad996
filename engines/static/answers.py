"""What semgrep says of each file, as plain values that can be kept.

semgrep is given copies of exactly the files that it has to read, in a folder of their own: what it analyses is what was
read and digested, and nothing about the source's folder (links, ignore files, git) can change what it says.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from engines.static.blocks import Body
from engines.static.command import scan
from engines.static.files import SourceFile, extensions

_LONGEST_NAME = 255  # bytes, of what file systems take
_LONGEST_MESSAGE = 300
_UNTOLD = {".pyw", ".mts", ".cts", ".rake", ".gemspec", ".bb"}  # endings by which semgrep 1.182 tells no language
PASSING = frozenset({"timeout", "out_of_memory"})  # depends on the machine's load too: not worth keeping


class Found(msgspec.Struct, frozen=True, array_like=True):
    """One result: the body's id; lines from 1, columns from 1 and offsets from 0, both in bytes; the message."""

    body: str
    start_line: int
    start_column: int
    start_offset: int
    end_line: int
    end_column: int
    end_offset: int
    message: str


class Fault(msgspec.Struct, frozen=True, array_like=True):
    """What semgrep could not do with a subject (a file or a rule), and why."""

    subject: str
    reason: str
    explanation: str


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """All that semgrep says of one file; nothing in it depends on where the file lies."""

    is_scanned: bool
    found: tuple[Found, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()  # reason, explanation


def ask(
    executable: Path, bodies: Sequence[Body], files: Sequence[SourceFile], seconds: float
) -> tuple[dict[str, Answer], tuple[Fault, ...]]:
    """Run semgrep over these files; return its answer for each by path, and the rules that it could not use.

    Raises `EngineError` as `engines.static.command.scan`.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        paths = _written(files, root)
        said = scan(executable, bodies, root, seconds=seconds)
    found: dict[str, list[Found]] = defaultdict(list)
    for result in said["results"]:
        found[result["path"]].append(_found(result))
    faults, rules = _faults(said, root)
    scanned = set(said["paths"].get("scanned", ()))
    answers = {
        path: Answer(copy in scanned, tuple(found[copy]), tuple(dict.fromkeys(faults[copy])))
        for copy, path in paths.items()
    }
    return answers, rules


def _written(files: Iterable[SourceFile], root: Path) -> dict[str, str]:
    """Write the files below `root`; return path of the copy → path of the file."""
    paths = {}
    for file in files:
        copy = root / copy_name(file)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.content)
        paths[str(copy)] = file.path
    return paths


def copy_name(file: SourceFile) -> str:
    """The file's own path, for rules that name paths; with an ending by which semgrep tells the same language."""
    path = PurePosixPath(file.path)
    name = file.path
    if extensions().get(path.suffix) != file.language or path.suffix in _UNTOLD:
        name += next((ending for ending, language in extensions().items() if language == file.language), "")
    if any(len(part.encode()) > _LONGEST_NAME for part in PurePosixPath(name).parts):
        name = f"{file.digest}{PurePosixPath(name).suffix}"
    return name


def _found(result: Mapping[str, Any]) -> Found:
    start, end = result["start"], result["end"]
    message = " ".join(result["extra"]["message"].split())
    places = (start["line"], start["col"], start["offset"], end["line"], end["col"], end["offset"])
    return Found(result["check_id"], *places, message)


def _faults(said: Mapping[str, Any], root: Path) -> tuple[dict[str, list[tuple[str, str]]], tuple[Fault, ...]]:
    files: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rules: dict[str, Fault] = {}
    for error in said.get("errors", ()):
        path = error.get("path") or error.get("location", {}).get("path")
        message = " ".join(str(error.get("message", "")).split())
        if path:
            kind = error.get("type")
            code = str(kind[0] if isinstance(kind, list) else kind)
            # The copy's place is random: the same file must always say the same.
            told = (
                message.replace(f" on {path}:", "")
                .replace(f"{path}:", "")
                .replace(path, "this file")
                .replace(str(root), "")
            )
            files[path].append((_reason(code), (told or code)[:_LONGEST_MESSAGE]))
        elif error.get("rule_id"):
            rules[error["rule_id"]] = Fault(error["rule_id"], "invalid_rule", message[:_LONGEST_MESSAGE])
    for skipped in said["paths"].get("skipped", ()):
        files[skipped["path"]].append((str(skipped.get("reason", "skipped")), "semgrep left the file out."))
    return files, tuple(rules.values())


def _reason(code: str) -> str:
    lowered = code.lower().replace(" ", "")
    if "partial" in lowered:
        return "partly_parsed"
    if any(word in lowered for word in ("syntax", "lexical", "parse")):
        return "unparsable"
    if "timeout" in lowered:
        return "timeout"
    return "out_of_memory" if "memory" in lowered else "engine_error"
