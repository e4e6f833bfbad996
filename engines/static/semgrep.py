"""The static engine: semgrep run once over a service's source with the static parts of all rules."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from engines.contract import EngineError, Match, Record, Rule, ScannedFile, Skip, Target, Technique
from engines.static.blocks import origin_of, semgrep_rules
from engines.static.command import find_executable, scan, version
from engines.static.files import SourceFile, Unread, walk
from engines.static.snippet import matched_code, normalised, source_lines

logger = logging.getLogger(__name__)


class SemgrepEngine:
    """Yields `Match`, `ScannedFile` and `Skip`. `executable`: None looks beside this Python, then on PATH."""

    name = "semgrep"
    technique = Technique.STATIC

    def __init__(self, executable: Path | None = None, seconds: float = 900) -> None:
        self._given = executable
        self._seconds = seconds

    @cached_property
    def version(self) -> str:
        """The version of the semgrep that is run; `missing` when there is none."""
        try:
            return version(find_executable(self._given))
        except EngineError:
            return "missing"

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield what the static parts of the rules match in the target's source."""
        executable = find_executable(self._given)
        if target.source is None:
            yield Skip(target.service, self.technique, "service", target.service, "no_source", "No source is declared.")
            return
        source = target.source.resolve()
        if not source.is_dir():
            raise EngineError(f"The source of {target.service} is no folder: mend `source` in the manifest ({source}).")
        files, left_out = _read(source)
        for unread in left_out:
            if unread.reason != "unknown_language":  # said once, by the inventory
                yield Skip(target.service, self.technique, "file", unread.path, unread.reason, unread.explanation)
        bodies = list(semgrep_rules(rules))
        if not bodies:
            raise EngineError("No rule has a static part for semgrep: load the bundled pack.")
        logger.info("semgrep reads %s files of %s with %s rules", len(files), target.service, len(bodies))
        ignored = [unread.path for unread in left_out]
        found = scan(executable, bodies, source, exclude=["/" + path for path in ignored], seconds=self._seconds)
        yield from _matches(found["results"], bodies, files, target, source)
        yield from _coverage(found, files, target, source)


def _read(source: Path) -> tuple[dict[str, SourceFile], list[Unread]]:
    files: dict[str, SourceFile] = {}
    left_out: list[Unread] = []
    for entry in walk(source):
        if isinstance(entry, SourceFile):
            files[entry.path] = entry
        else:
            left_out.append(entry)
    return files, left_out


def _matches(
    results: Sequence[Mapping[str, Any]],
    bodies: Sequence[Mapping[str, Any]],
    files: Mapping[str, SourceFile],
    target: Target,
    source: Path,
) -> Iterator[Match]:
    is_taint = {body["id"]: body.get("mode") == "taint" for body in bodies}
    # Several blocks of one rule may match the same range: the one that follows data says more.
    ordered = sorted(results, key=lambda r: (r["path"], r["start"]["offset"], r["end"]["offset"], not is_taint[_id(r)]))
    seen: set[tuple[object, ...]] = set()
    for result in ordered:
        rule_id, _ = origin_of(_id(result))
        file = _relative(result["path"], source)
        if file not in files:
            continue
        where = (rule_id, file, result["start"]["offset"], result["end"]["offset"])
        if where in seen:
            continue
        seen.add(where)
        start, end = result["start"], result["end"]
        text = files[file].content.decode("utf-8")
        snippet = source_lines(text, start["line"], end["line"])
        code = matched_code(files[file].content, start["offset"], end["offset"], snippet)
        yield Match(
            service=target.service,
            build_id=target.build_id,
            rule_id=rule_id,
            file=file,
            start_line=start["line"],
            start_column=start["col"],
            end_line=end["line"],
            end_column=end["col"],
            snippet=snippet,
            normalised_snippet=normalised(code, files[file].language),
            message=" ".join(result["extra"]["message"].split()),
            is_tainted=is_taint[_id(result)],
        )


def _coverage(
    found: Mapping[str, Any], files: Mapping[str, SourceFile], target: Target, source: Path
) -> Iterator[ScannedFile | Skip]:
    """Yield a `ScannedFile` for each file that semgrep read, and a `Skip` for each that it read not, or in part."""
    scanned = {_relative(path, source) for path in found["paths"].get("scanned", ())}
    faults: dict[str, tuple[str, str]] = {}
    for error in found.get("errors", ()):
        path = error.get("path") or error.get("location", {}).get("path")
        if not path and error.get("rule_id"):
            rule_id, why = origin_of(error["rule_id"])[0], " ".join(str(error.get("message")).split())[:300]
            yield Skip(target.service, Technique.STATIC, "rule", rule_id, "invalid_rule", why)
        if path:
            kind = error.get("type")
            code = str(kind[0] if isinstance(kind, list) else kind)
            reason = "partly_parsed" if "Partial" in code else "unparsable" if _is_syntax(code) else "engine_error"
            faults.setdefault(
                _relative(path, source), (reason, " ".join(str(error.get("message", code)).split())[:300])
            )
    for skipped in found["paths"].get("skipped", ()):
        file = _relative(skipped["path"], source)
        if file in files:
            faults.setdefault(file, (str(skipped.get("reason", "skipped")), "semgrep left the file out."))
    for file, content in files.items():
        if file in scanned and faults.get(file, ("",))[0] != "unparsable":
            yield ScannedFile(target.service, target.build_id, Technique.STATIC, file, content.digest, content.lines)
        elif file not in faults:
            faults[file] = ("not_scanned", f"semgrep did not read the file; no rule may be for {content.language}.")
    for file, (reason, explanation) in sorted(faults.items()):
        yield Skip(target.service, Technique.STATIC, "file", file, reason, explanation)


def _is_syntax(code: str) -> bool:
    return any(word in code.lower() for word in ("syntax", "lexical", "parse"))


def _id(result: Mapping[str, Any]) -> str:
    return result["check_id"]


def _relative(path: str, source: Path) -> str:
    located = Path(path)
    return located.relative_to(source).as_posix() if located.is_relative_to(source) else located.as_posix()
