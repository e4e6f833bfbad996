"""The static engine: semgrep over a service's source with the static parts of all rules.

semgrep's open engine looks at one file at a time, so what it says of a file depends on the file's content and ending
and on the rules for its language alone, and can be kept by them: only files that are new to the cache reach semgrep,
which is not even started when there are none. A file at which it ran out of time or memory is asked again each time.
A rule that leaves out files by its `paths` says so once, and they count as read.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from engines.contract import EngineError, Match, Record, Rule, ScannedFile, Skip, Target, Technique
from engines.static.answers import PASSING, Answer, Fault, ask
from engines.static.blocks import Body, bodies_digest, bodies_for, origin_of, semgrep_rules
from engines.static.cache import NO_CACHE, Cache
from engines.static.command import find_executable, version
from engines.static.files import SourceFile, Unread, walk
from engines.static.rule_paths import left_out
from engines.static.snippet import matched_code, normalised, source_lines

logger = logging.getLogger(__name__)

_FORMAT = 1  # raised when the same answer of semgrep is understood in another way
_SAID_ELSEWHERE = {"unknown_language", "no_code"}  # once, by the inventory
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")  # semgrep leaves them out
_TYPES = ("no_code", "It declares types only: nothing in it runs.")
_RULES = "rules"  # the key under which a shelf of faults keeps those of its rules


class SemgrepEngine:
    """Yields `Match`, `ScannedFile` and `Skip`.

    `executable`: None looks beside this Python, then on PATH. `seconds`: bound of one run. `cache`: where what semgrep
    said of a file is kept. `files`: what to read, for a caller that has chosen; None: all that `walk` tells.
    """

    name = "semgrep"
    technique = Technique.STATIC

    def __init__(
        self,
        executable: Path | None = None,
        seconds: float = 900,
        cache: Cache = NO_CACHE,
        files: Iterable[SourceFile | Unread] | None = None,
    ) -> None:
        self._given = executable
        self._seconds = seconds
        self._cache = cache
        self._files = files

    @cached_property
    def version(self) -> str:
        """The version of the semgrep that is run; `missing` when there is none."""
        try:
            return version(find_executable(self._given))
        except EngineError:
            return "missing"

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield what the static parts of the rules match in the target's source."""
        find_executable(self._given)
        if target.source is None:
            yield Skip(target.service, self.technique, "service", target.service, "no_source", "No source is declared.")
            return
        source = target.source.resolve()
        if not source.is_dir():
            raise EngineError(f"The source of {target.service} is no folder: mend `source` in the manifest ({source}).")
        files: dict[str, SourceFile] = {}
        for entry in walk(source) if self._files is None else self._files:
            if isinstance(entry, SourceFile):
                files[entry.path] = entry
            elif entry.reason not in _SAID_ELSEWHERE:
                yield Skip(target.service, self.technique, "file", entry.path, entry.reason, entry.explanation)
        bodies = list(semgrep_rules(rules))
        if not bodies:
            raise EngineError("No rule has a static part for semgrep: load the bundled pack.")
        elsewhere = [block for rule in rules for block in rule.static if block.get("engine", self.name) != self.name]
        answers, faults = self._answers(files.values(), bodies)
        for fault in faults:
            rule_id, _ = origin_of(fault.subject)
            yield Skip(target.service, self.technique, "rule", rule_id, fault.reason, fault.explanation)
        read = [files[path] for path, answer in answers.items() if answer.is_scanned]
        for rule in left_out(bodies, read):
            yield Skip(target.service, self.technique, "rule", rule.rule_id, "excluded_paths", rule.explanation)
        yield from _matches(answers, bodies, files, target)
        yield from _coverage(answers, files, target, elsewhere)

    def _answers(self, files: Iterable[SourceFile], bodies: Sequence[Body]) -> tuple[dict[str, Answer], list[Fault]]:
        """Return what semgrep says, or said before, of each file for whose language there is a rule."""
        languages = _by_language(files)
        plans = [_Plan(self._cache, self.version, files, bodies_for(name, bodies)) for name, files in languages.items()]
        plans = [plan for plan in plans if plan.bodies]
        unknown = [file for plan in plans for file in plan.unknown]
        logger.info("semgrep reads %s files; of %s it is known", len(unknown), sum(len(p.known) for p in plans))
        if unknown:
            needed = {body["id"]: body for plan in plans if plan.unknown for body in plan.bodies}
            executable = find_executable(self._given)
            answers, faults = ask(executable, list(needed.values()), unknown, self._seconds)
            for plan in plans:
                plan.learn(answers, faults)
        known = {path: answer for plan in plans for path, answer in plan.known.items()}
        return known, list({fault.subject: fault for plan in plans for fault in plan.faults}.values())


class _Plan:
    """The files of one language and its rules: what is known of them, and what semgrep has to be asked."""

    def __init__(self, cache: Cache, version: str, files: Sequence[SourceFile], bodies: Sequence[Body]) -> None:
        self.bodies = bodies
        self._has_paths = any("paths" in body for body in bodies)
        # A rule that joins the results of several files makes none of them a file's own.
        cache = NO_CACHE if any(body.get("mode") == "join" for body in bodies) else cache
        place = bodies_digest(bodies), f"{version} {_FORMAT}"
        self._answers = cache.shelf("semgrep", *place, Answer)
        self._rule_faults = cache.shelf("semgrep rules", *place, tuple[Fault, ...])
        faults = self._rule_faults.get_many([_RULES])
        self.faults: tuple[Fault, ...] = faults.get(_RULES, ())
        kept = self._answers.get_many(self._key(file) for file in files) if faults else {}
        self.known = {file.path: kept[key] for file in files if (key := self._key(file)) in kept}
        self.unknown = [file for file in files if file.path not in self.known]

    def learn(self, answers: Mapping[str, Answer], faults: Sequence[Fault]) -> None:
        """Take and keep what semgrep says of the files that were not known."""
        if not self.unknown:
            return
        ids = {body["id"] for body in self.bodies}
        self.faults = tuple(fault for fault in faults if fault.subject in ids)
        self._rule_faults.put_many({_RULES: self.faults})
        self.known |= {file.path: answers[file.path] for file in self.unknown}
        lasting = ((file, answers[file.path]) for file in self.unknown)
        self._answers.put_many(
            {self._key(file): answer for file, answer in lasting if not PASSING & {why for why, _ in answer.faults}}
        )

    def _key(self, file: SourceFile) -> str:
        suffix = PurePosixPath(file.path).suffix.lower()
        return f"{file.digest} {suffix}" + (f" {file.path}" if self._has_paths else "")


def _by_language(files: Iterable[SourceFile]) -> dict[str, list[SourceFile]]:
    languages: dict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        languages[file.language].append(file)
    return languages


def _matches(
    answers: Mapping[str, Answer], bodies: Sequence[Body], files: Mapping[str, SourceFile], target: Target
) -> Iterator[Match]:
    is_taint = {body["id"]: body.get("mode") == "taint" for body in bodies}
    for path in sorted(answers):
        # Several blocks of one rule may match the same range: the one that follows data says more.
        found = sorted(answers[path].found, key=lambda f: (f.start_offset, f.end_offset, not is_taint[f.body], f.body))
        file, seen = files[path], set()
        text = file.content.decode("utf-8")
        for one in found:
            rule_id, _ = origin_of(one.body)
            where = (rule_id, one.start_offset, one.end_offset)
            if where in seen:
                continue
            seen.add(where)
            snippet = source_lines(text, one.start_line, one.end_line)
            code = matched_code(file.content, one.start_offset, one.end_offset, snippet)
            yield Match(
                service=target.service,
                build_id=target.build_id,
                rule_id=rule_id,
                file=path,
                start_line=one.start_line,
                start_column=one.start_column,
                end_line=one.end_line,
                end_column=one.end_column,
                snippet=snippet,
                normalised_snippet=normalised(code, file.language),
                message=one.message,
                is_tainted=is_taint[one.body],
            )


def _coverage(
    answers: Mapping[str, Answer], files: Mapping[str, SourceFile], target: Target, elsewhere: Sequence[Body]
) -> Iterator[ScannedFile | Skip]:
    """Yield a `ScannedFile` for each file that semgrep read, and a `Skip` for each that it read not, or in part.

    `elsewhere`: blocks of other engines, which tell of the files of their languages.
    """
    for path, file in sorted(files.items()):
        answer = answers.get(path)
        if answer is None:
            has_none = not bodies_for(file.language, elsewhere)
            faults = [("not_scanned", f"No rule is for {file.language}.")] if has_none else []
        else:
            faults = list(answer.faults[:1])
            if answer.is_scanned and "unparsable" not in dict(faults):
                yield ScannedFile(target.service, target.build_id, Technique.STATIC, path, file.digest, file.lines)
            elif not faults:
                faults = [_TYPES if path.endswith(_DECLARATIONS) else ("not_scanned", "semgrep did not read the file.")]
        for reason, explanation in faults:
            yield Skip(target.service, Technique.STATIC, "file", path, reason, explanation)
