"""The engine for Clojure: rules whose blocks say `engine: clojure-taint`, over all files of a source at once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engines.contract import EngineError, Match, MatchStep, Record, Rule, ScannedFile, Skip, Target, Technique
from engines.static.clojure.analysis import Analysis, Finding, Place
from engines.static.clojure.definitions import Unit, read_unit
from engines.static.clojure.knowledge import Knowledge
from engines.static.files import SourceFile, Unread, walk
from engines.static.snippet import normalised, source_lines

logger = logging.getLogger(__name__)

LANGUAGE = "clojure"


@dataclass(frozen=True)
class Read:
    """What one reading of a source gave: matches with their flows, and what could not be read."""

    analysis: Analysis
    units: dict[str, Unit]

    def matches(self) -> Iterator[tuple[Finding, Sequence[tuple[Place, ...]]]]:
        """The findings in the order of files and places; of two blocks of a rule at one place the first counts."""
        blocks = self.analysis.knowledge.blocks
        seen: set[tuple[str, str, int, int]] = set()
        ordered = sorted(self.analysis.findings.items(), key=lambda pair: _key(pair[0]))
        for finding, flows in ordered:
            rule_id = blocks[_number(finding)].rule_id
            where = (rule_id, finding.file, finding.start, finding.end)
            if where not in seen:
                seen.add(where)
                yield finding, sorted(flows)


class ClojureTaintEngine:
    """Yields `Match`, `MatchStep`, `ScannedFile` and `Skip` for Clojure files (.clj, .cljc)."""

    name = "clojure-taint"
    version = "1"
    technique = Technique.STATIC

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield what the rules' blocks for this engine match in the target's source."""
        if target.source is None:
            yield Skip(target.service, self.technique, "service", target.service, "no_source", "No source is declared.")
            return
        source = target.source.resolve()
        if not source.is_dir():
            raise EngineError(f"The source of {target.service} is no folder: mend `source` in the manifest ({source}).")
        files = [entry for entry in walk(source) if not isinstance(entry, Unread) and entry.language == LANGUAGE]
        if files:
            yield from _records(target, files, rules)


def read_source(files: Iterable[SourceFile], rules: Sequence[Rule]) -> Read:
    """Read Clojure files with the blocks of the rules."""
    units = {file.path: read_unit(file.path, file.content, PurePosixPath(file.path).suffix) for file in files}
    analysis = Analysis(list(units.values()), Knowledge(rules))
    analysis.run()
    return Read(analysis, units)


def findings(folder: Path, rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Yield file and rule id of each match, every file read as a source of its own: for samples of rules."""
    for file in walk(folder):
        if isinstance(file, SourceFile) and file.language == LANGUAGE:
            read = read_source([file], rules)
            for finding, _ in read.matches():
                yield file.path, read.analysis.knowledge.blocks[_number(finding)].rule_id


def _records(target: Target, files: Sequence[SourceFile], rules: Sequence[Rule]) -> Iterator[Record]:
    logger.info("clojure-taint reads %s files of %s", len(files), target.service)
    read = read_source(files, rules)
    contents = {file.path: file for file in files}
    for finding, flows in read.matches():
        yield from _match(target, finding, flows, read)
    partly = {unit.path: f"line {unit.source.line(at)}: {why}" for unit, at, why in reversed(read.analysis.skipped)}
    for path, unit in read.units.items():
        file = contents[path]
        faults = unit.source.faults
        if faults and not unit.source.forms:
            yield Skip(target.service, Technique.STATIC, "file", path, "unparsable", repr(faults[0]))
            continue
        yield ScannedFile(target.service, target.build_id, Technique.STATIC, path, file.digest, file.lines)
        if faults or path in partly:
            why = repr(faults[0]) if faults else partly[path]
            yield Skip(target.service, Technique.STATIC, "file", path, "partly_parsed", why)


def _match(target: Target, finding: Finding, flows: Sequence[tuple[Place, ...]], read: Read) -> Iterator[Record]:
    block = read.analysis.knowledge.blocks[_number(finding)]
    source = read.units[finding.file].source
    start_line, start_column = source.place(finding.start)
    end_line, end_column = source.place(finding.end)
    snippet = source_lines(source.content.decode("utf-8"), start_line, end_line)
    yield Match(
        service=target.service,
        build_id=target.build_id,
        rule_id=block.rule_id,
        file=finding.file,
        start_line=start_line,
        start_column=start_column,
        end_line=end_line,
        end_column=end_column,
        snippet=snippet,
        normalised_snippet=normalised(snippet),
        message=block.message,
        is_tainted=block.is_taint,
    )
    for number, places in enumerate(flows, 1):
        for step, (file, offset, message) in enumerate(places, 1):
            line, column = read.units[file].source.place(offset)
            yield MatchStep(
                service=target.service,
                build_id=target.build_id,
                rule_id=block.rule_id,
                file=finding.file,
                start_line=start_line,
                start_column=start_column,
                flow=number,
                step=step,
                step_file=file,
                step_line=line,
                step_column=column,
                message=message,
            )


def _number(finding: Finding) -> int:
    return finding.block.bit_length() - 1


def _key(finding: Finding) -> tuple[str, int, int, int]:
    return finding.file, finding.start, -finding.end, finding.block
