"""The engine for Clojure: rules whose blocks say `engine: clojure-taint`, over all files of a source at once.

Flows cross files, so what was said before is kept by the digest of the whole source: one changed file has all of them
read again, which takes seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from engines.contract import EngineError, Match, MatchStep, Record, Rule, ScannedFile, Skip, Target, Technique
from engines.static.cache import NO_CACHE, Cache
from engines.static.clojure.answers import Answer, Found, ask, digest_of, knowledge_digest
from engines.static.clojure.forms import Source
from engines.static.clojure.knowledge import Knowledge
from engines.static.files import SourceFile, Unread, walk
from engines.static.snippet import matched_code, normalised, source_lines

logger = logging.getLogger(__name__)

LANGUAGES = frozenset(("clojure", "clojurescript"))


class ClojureTaintEngine:
    """Yields `Match`, `MatchStep`, `ScannedFile` and `Skip` for files of Clojure and ClojureScript.

    `cache`: where what was said of a source is kept. `files`: what to read, for a caller that has chosen; None: all
    that `walk` tells. What `walk` leaves out is told by the other engines.
    """

    name = "clojure-taint"
    version = "1"
    technique = Technique.STATIC

    def __init__(self, cache: Cache | None = None, files: Iterable[SourceFile | Unread] | None = None) -> None:
        self._cache = NO_CACHE if cache is None else cache
        self._files = files

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield what the rules' blocks for this engine match in the target's source."""
        if target.source is None:
            yield Skip(target.service, self.technique, "service", target.service, "no_source", "No source is declared.")
            return
        source = target.source.resolve()
        if not source.is_dir():
            raise EngineError(f"The source of {target.service} is no folder: mend `source` in the manifest ({source}).")
        files = clojure_files(walk(source) if self._files is None else self._files)
        knowledge = Knowledge(rules)
        if knowledge and files:
            yield from _records(target, files, self._answer(files, knowledge, rules))
        else:
            why = "No rule has a block for Clojure's data flow."
            yield from (Skip(target.service, self.technique, "file", path, "not_scanned", why) for path in files)

    def _answer(self, files: Mapping[str, SourceFile], knowledge: Knowledge, rules: Sequence[Rule]) -> Answer:
        shelf = self._cache.shelf(self.name, knowledge_digest(rules), self.version, Answer)
        key = digest_of(files.values())
        known = shelf.get_many([key]).get(key)
        logger.info("clojure-taint reads %s files%s", len(files), ", of which all is known" if known else "")
        if known is None:
            known = ask(list(files.values()), knowledge)
            shelf.put_many({key: known})
        return known


def clojure_files(entries: Iterable[SourceFile | Unread]) -> dict[str, SourceFile]:
    """The files that this engine reads, by path, in a stable order."""
    files = {e.path: e for e in entries if isinstance(e, SourceFile) and e.language in LANGUAGES}
    return dict(sorted(files.items()))


def findings(folder: Path, rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Yield file and rule id of each match, every file read as a source of its own: for samples of rules."""
    knowledge = Knowledge(rules)
    for path, file in clojure_files(walk(folder)).items():
        for found in ask([file], knowledge).found:
            yield path, found.rule_id


def _records(target: Target, files: Mapping[str, SourceFile], answer: Answer) -> Iterator[Record]:
    places = {path: Source(file.content, "") for path, file in files.items()}
    for found in answer.found:
        match = _match(target, found, files[found.file], places[found.file])
        yield match
        yield from _steps(match, found, places)
    unparsable = {path for path, reason, _ in answer.faults if reason == "unparsable"}
    for path, file in files.items():
        if path not in unparsable:
            yield ScannedFile(target.service, target.build_id, Technique.STATIC, path, file.digest, file.lines)
    for path, reason, explanation in answer.faults:
        yield Skip(target.service, Technique.STATIC, "file", path, reason, explanation)


def _match(target: Target, found: Found, file: SourceFile, place: Source) -> Match:
    start_line, start_column = place.place(found.start)
    end_line, end_column = place.place(found.end)
    snippet = source_lines(file.content.decode("utf-8"), start_line, end_line)
    return Match(
        service=target.service,
        build_id=target.build_id,
        rule_id=found.rule_id,
        file=found.file,
        start_line=start_line,
        start_column=start_column,
        end_line=end_line,
        end_column=end_column,
        snippet=snippet,
        normalised_snippet=normalised(matched_code(file.content, found.start, found.end, snippet), file.language),
        message=found.message,
        is_tainted=found.is_taint,
    )


def _steps(match: Match, found: Found, places: Mapping[str, Source]) -> Iterator[MatchStep]:
    for number, flow in enumerate(found.flows, 1):
        for step, (file, offset, message) in enumerate(flow, 1):
            line, column = places[file].place(offset)
            yield MatchStep(
                service=match.service,
                build_id=match.build_id,
                rule_id=match.rule_id,
                file=match.file,
                start_line=match.start_line,
                start_column=match.start_column,
                flow=number,
                step=step,
                step_file=file,
                step_line=line,
                step_column=column,
                message=message,
            )
