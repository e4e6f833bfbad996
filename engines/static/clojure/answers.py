"""What the pass says of a whole source, as plain values that can be kept: places are bytes in files, nothing more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

import msgspec

from engines.contract import Rule
from engines.static.clojure.analysis import Analysis, Finding, Place
from engines.static.clojure.definitions import Unit, read_unit
from engines.static.clojure.knowledge import Knowledge, language_lists
from engines.static.files import SourceFile


class Found(msgspec.Struct, frozen=True, array_like=True):
    """A match: rule, what to say, place, and flows, each a list of steps from the source to the sink."""

    rule_id: str
    message: str
    is_taint: bool
    file: str
    start: int
    end: int
    flows: tuple[tuple[Place, ...], ...]


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """All that is said of a source; `faults`: file, reason, explanation."""

    found: tuple[Found, ...]
    faults: tuple[tuple[str, str, str], ...]


def ask(files: Sequence[SourceFile], knowledge: Knowledge) -> Answer:
    """Read these files as one source."""
    units = [read_unit(file.path, file.content, PurePosixPath(file.path).suffix.lower()) for file in files]
    analysis = Analysis(units, knowledge)
    analysis.run()
    return Answer(tuple(_found(analysis)), tuple(_faults(units, analysis)))


def digest_of(files: Iterable[SourceFile]) -> str:
    """A digest of a source: flows cross files, so each of them may change what is said of any."""
    told = "\n".join(sorted(f"{file.digest} {file.path}" for file in files))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def knowledge_digest(rules: Iterable[Rule]) -> str:
    """A digest of all that the pass is told: the rules' blocks and the lists of the language."""
    blocks = [(rule.id, rule.description, block) for rule in rules for block in rule.static]
    return hashlib.sha256(json.dumps([blocks, language_lists()], sort_keys=True).encode()).hexdigest()


def _found(analysis: Analysis) -> Iterator[Found]:
    """In the order of files and places; of two blocks of a rule at one place the first counts."""
    seen: set[tuple[str, str, int, int]] = set()
    for finding, flows in sorted(analysis.findings.items(), key=lambda pair: _order(pair[0])):
        block = analysis.knowledge.blocks[finding.block.bit_length() - 1]
        where = (block.rule_id, finding.file, finding.start, finding.end)
        if where not in seen:
            seen.add(where)
            steps = tuple(sorted(flows))
            yield Found(block.rule_id, block.message, block.is_taint, finding.file, finding.start, finding.end, steps)


def _order(finding: Finding) -> tuple[str, int, int, int]:
    return finding.file, finding.start, -finding.end, finding.block


def _faults(units: Iterable[Unit], analysis: Analysis) -> Iterator[tuple[str, str, str]]:
    skipped = {unit.path: f"line {unit.source.line(at)}: {why}" for unit, at, why in reversed(analysis.skipped)}
    for unit in units:
        faults = unit.source.faults
        if faults:
            yield unit.path, "partly_parsed" if unit.source.forms else "unparsable", str(faults[0])
        elif unit.path in skipped:
            yield unit.path, "partly_parsed", skipped[unit.path]
