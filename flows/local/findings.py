"""One scan: which files are read, what the engines match in them, and what of that the caller asked for."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from engines.contract import Match, MatchStep, Record, Rule, ScannedFile, Skip, Target
from engines.static.cache import Cache
from engines.static.files import MAX_BYTES, SourceFile, Unread, chosen, walk
from engines.static.semgrep import SemgrepEngine
from flows.local.changes import Change, base_of, changes_since, contents_at, work_tree
from flows.local.finding import Finding, one_each, place, rank
from flows.local.reach import with_openings
from flows.local.suppressions import Suppression, suppressions
from flows.local.waiting import Tell, silent

_CLOJURE = "clojure-taint"  # told before the engine is imported: most scans need it not
_HISTORY = {".git", ".hg", ".svn"}  # no part of what is scanned


class ScanError(Exception):
    """A scan cannot be done as asked; the message is one sentence with the remedy."""


@dataclass
class Scanned:
    """What a scan saw: `root` is what all paths are relative to."""

    root: Path
    since: str | None
    findings: list[Finding] = field(default_factory=list)  # in the order of files and lines, suppressed ones included
    files: dict[str, SourceFile] = field(default_factory=dict)  # those that an engine read
    skips: list[Skip] = field(default_factory=list)
    without_reason: list[tuple[str, Suppression]] = field(default_factory=list)  # suppressions that do not count
    older: int = 0  # findings in what did not change
    less_severe: int = 0  # findings below the severity that was asked for
    seconds: float = 0.0

    @property
    def active(self) -> list[Finding]:
        """The findings that no comment suppresses."""
        return [finding for finding in self.findings if not finding.suppression]

    def reaches(self, severity: str) -> bool:
        """Whether an active finding has at least this severity."""
        return any(rank(finding.rule.severity) >= rank(severity) for finding in self.active)


def scan_paths(
    paths: Sequence[Path],
    rules: Sequence[Rule],
    cache: Cache,
    *,
    since: str | None = None,
    whole_files: bool = False,
    exclude: Sequence[str] = (),
    severity: str = "note",
    tell: Tell = silent,
) -> Scanned:
    """Scan files and folders.

    Args:
        paths: files and folders that exist.
        rules: what is looked for.
        cache: what analysing a file said before.
        since: a revision of git: only findings that a change since then brought in or touches.
        whole_files: with `since`, all findings of the files that changed.
        exclude: patterns as in .gitignore.
        severity: graver findings and those of this severity are kept.
        tell: is told what is being done.

    Raises:
        ScanError: the paths do not lie in one git work tree although `since` needs it.
        GitError: git does not know the revision.
        EngineError: semgrep is missing or failed.
    """
    began = time.monotonic()
    root = _root(paths, since)
    tell("Looking for files")
    base = base_of(root, since) if since else None
    changes = {change.path: change for change in changes_since(root, base)} if base else None
    entries = list(_entries(root, paths, changes, exclude))
    files = {entry.path: entry for entry in entries if isinstance(entry, SourceFile)}
    scanned = Scanned(root, since)
    target = Target("", "", "", "", "internal", source=root)
    tell(f"Reading {_counted(len(files), 'file')} with {_counted(len(rules), 'rule')}; what is known of them is kept")
    by_semgrep = list(_semgrep(target, entries, rules, cache))
    by_others = list(_clojure(target, files, rules, cache))
    _fill(scanned, [*by_semgrep, *by_others], entries, files)
    found = list(_findings(by_semgrep, rules, files)), list(_findings(by_others, rules, files))
    if base and changes is not None and not whole_files:
        tell(f"Reading what they were at {since}")
        before = _before(target, base, changes, files, rules, cache)
        kept = list(_brought_in(found[0], changes, before)), [one for one in found[1] if _is_touched(one, changes)]
        scanned.older = sum(len(list(one_each(one))) for one in found) - sum(len(list(one_each(one))) for one in kept)
        found = kept
    found = sorted(one_each((*found[0], *found[1])), key=place)
    shown = [finding for finding in found if rank(finding.rule.severity) >= rank(severity)]
    scanned.less_severe = len(found) - len(shown)
    scanned.findings = _suppressed(shown, files, scanned)
    folders = [path for path in paths if path.is_dir()]
    if scanned.active and folders:
        tell("Looking for the endpoints that lead there")
        scanned.findings = with_openings(scanned.findings, root, folders, cache)
    scanned.seconds = time.monotonic() - began
    return scanned


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _root(paths: Sequence[Path], since: str | None) -> Path:
    """The git work tree that all paths are in, else the folder that holds them all."""
    folders = [path if path.is_dir() else path.parent for path in paths]
    trees = {work_tree(folder) for folder in dict.fromkeys(folders)}
    tree = trees.pop() if len(trees) == 1 else None
    if tree is not None:
        return tree
    if since:
        raise ScanError("--since needs files of one git work tree: these are in none, or in several.")
    first, *others = folders
    return next(above for above in (first, *first.parents) if all(folder.is_relative_to(above) for folder in others))


def _entries(
    root: Path, paths: Sequence[Path], changes: Mapping[str, Change] | None, exclude: Sequence[str]
) -> Iterator[SourceFile | Unread]:
    folders = [path for path in paths if path.is_dir()]
    if changes is not None:
        named = (root / change for change in changes)
        yield from chosen(
            root, [p for p in named if any(p == path or p.is_relative_to(path) for path in paths)], exclude
        )
        return
    seen: set[str] = set()
    files = [path for path in paths if path not in folders]
    for told in (*(walk(root, exclude, below=folder) for folder in folders), chosen(root, files, exclude)):
        for entry in told:
            if entry.path not in seen or not isinstance(entry, SourceFile):
                seen.add(entry.path)
                yield entry


def _semgrep(
    target: Target, entries: Sequence[SourceFile | Unread], rules: Sequence[Rule], cache: Cache
) -> Iterator[Record]:
    has_blocks = any(block.get("engine", "semgrep") == "semgrep" for rule in rules for block in rule.static)
    if has_blocks and any(isinstance(entry, SourceFile) for entry in entries):
        yield from SemgrepEngine(cache=cache, files=entries).run(target, rules)


def _clojure(target: Target, files: Mapping[str, SourceFile], rules: Sequence[Rule], cache: Cache) -> Iterator[Record]:
    """Data flows of Clojure cross namespaces: where git tells what belongs together, all of them are read."""
    has_blocks = any(block.get("engine") == _CLOJURE for rule in rules for block in rule.static)
    if not has_blocks or not any(file.language.startswith("clojure") for file in files.values()):
        return
    from engines.static.clojure.engine import ClojureTaintEngine, clojure_files

    together = clojure_files(walk(target.source)) if work_tree(target.source) else {}
    read = together | clojure_files(files.values())
    for record in ClojureTaintEngine(cache, read.values()).run(target, rules):
        if getattr(record, "file", None) in files or getattr(record, "subject", None) in files:
            yield record


def _findings(records: Sequence[Record], rules: Sequence[Rule], files: Mapping[str, SourceFile]) -> Iterator[Finding]:
    by_id = {rule.id: rule for rule in rules}
    flows: dict[tuple[str, str, int, int], list[MatchStep]] = defaultdict(list)
    for step in records:
        if isinstance(step, MatchStep):
            flows[step.rule_id, step.file, step.start_line, step.start_column].append(step)
    for match in records:
        if isinstance(match, Match):
            steps = flows[match.rule_id, match.file, match.start_line, match.start_column]
            ordered = tuple(sorted(steps, key=lambda step: (step.flow, step.step)))
            yield Finding(match, by_id[match.rule_id], files[match.file].language, ordered)


def _fill(
    scanned: Scanned,
    records: Sequence[Record],
    entries: Sequence[SourceFile | Unread],
    files: Mapping[str, SourceFile],
) -> None:
    read = {record.file for record in records if isinstance(record, ScannedFile)}
    scanned.files = {path: file for path, file in files.items() if path in read}
    told = [Skip("", "static", "file", e.path, e.reason, e.explanation) for e in entries if isinstance(e, Unread)]
    told += [record for record in records if isinstance(record, Skip)]
    for skip in told:
        if PurePosixPath(skip.subject).name in _HISTORY:
            continue
        # What one engine has no rule for, another one has read.
        if (skip.reason != "not_scanned" or skip.subject not in read) and skip not in scanned.skips:
            scanned.skips.append(skip)


def _before(
    target: Target,
    base: str,
    changes: Mapping[str, Change],
    files: Mapping[str, SourceFile],
    rules: Sequence[Rule],
    cache: Cache,
) -> Counter[tuple[str, str, str]]:
    """Count what semgrep matches in the files as they were, under the paths that they have now."""
    now = {changes[path].before: path for path in files if changes[path].before}
    old = [
        SourceFile(now[path], files[now[path]].language, content)
        for path, content in contents_at(target.source, base, list(now))
        if len(content) <= MAX_BYTES and _is_text(content)
    ]
    observed = _semgrep(target, old, rules, cache)
    return Counter((m.file, m.rule_id, m.normalised_snippet) for m in observed if isinstance(m, Match))


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _brought_in(
    found: Iterable[Finding], changes: Mapping[str, Change], before: Counter[tuple[str, str, str]]
) -> Iterator[Finding]:
    """Keep what a change touches, and what was not matched before although its own lines did not change."""
    left = Counter(before)
    for finding in found:
        match = finding.match
        key = (match.file, match.rule_id, match.normalised_snippet)
        left[key] -= 1
        if _is_touched(finding, changes) or left[key] < 0:
            yield finding


def _is_touched(finding: Finding, changes: Mapping[str, Change]) -> bool:
    """Whether a change touches the finding's lines or a step of the flow to it."""
    match = finding.match
    places = [(match.file, match.start_line, match.end_line)]
    places += [(step.step_file, step.step_line, step.step_line) for step in finding.steps]
    return any(file in changes and changes[file].touches(start, end) for file, start, end in places)


def _suppressed(found: Iterable[Finding], files: Mapping[str, SourceFile], scanned: Scanned) -> list[Finding]:
    comments: dict[str, list[Suppression]] = {}
    kept = []
    for finding in found:
        match = finding.match
        if match.file not in comments:
            comments[match.file] = list(suppressions(files[match.file].content.decode("utf-8")))
        near = [c for c in comments[match.file] if c.covers(match.rule_id, match.start_line, match.end_line)]
        counting = next((comment for comment in near if comment.reason), None)
        if near and not counting:
            scanned.without_reason.append((match.file, near[0]))
        kept.append(replace(finding, suppression=counting))
    return kept
