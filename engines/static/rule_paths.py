"""Which files a rule leaves out by its `paths`, told without asking semgrep: a cached file is told like a new one.

The patterns are those of `.gitignore` (https://semgrep.dev/docs/writing-rules/rule-syntax#paths), but for one thing:
one with a slash inside counts at any depth, and from the top only when it begins with a slash.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.static.answers import copy_name
from engines.static.blocks import Body, bodies_for, origin_of
from engines.static.files import SourceFile
from engines.static.patterns import matcher, matches_any


@dataclass(frozen=True)
class LeftOut:
    """A rule and the files, in order, that one or more of its blocks leave out although they are for their language."""

    rule_id: str
    files: Sequence[str]

    @property
    def explanation(self) -> str:
        """How many files, and one of them."""
        number = f"{len(self.files):,} file{'s' if len(self.files) > 1 else ''}"
        return f"Its `paths` leave out {number} of those that were read, such as {self.files[0]}."


def left_out(bodies: Iterable[Body], files: Iterable[SourceFile]) -> Iterator[LeftOut]:
    """Yield the rules that leave out some of these files, by their ids."""
    choosing = [body for body in bodies if body.get("paths")]
    if not choosing:
        return
    choices: dict[str, _Choice] = {}  # most rules name the same few paths
    found: dict[str, set[str]] = defaultdict(set)
    by_language: dict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        by_language[file.language].append(file)
    for language, read in by_language.items():
        for body in bodies_for(language, choosing):
            key = json.dumps(body["paths"], sort_keys=True)
            choice = choices.setdefault(key, _Choice(body["paths"]))
            found[origin_of(body["id"])[0]] |= {file.path for file in read if not choice.takes(copy_name(file))}
    for rule_id, paths in sorted(found.items()):
        if paths:
            yield LeftOut(rule_id, sorted(paths))


class _Choice:
    """The `paths` of a block; remembers what it said of a path."""

    def __init__(self, paths: Mapping[str, Any]) -> None:
        self._include = [_matcher(pattern) for pattern in paths.get("include", ())]
        self._exclude = [_matcher(pattern) for pattern in paths.get("exclude", ())]
        self._said: dict[str, bool] = {}

    def takes(self, path: str) -> bool:
        if path not in self._said:
            is_included = not self._include or matches_any(path, self._include)
            self._said[path] = is_included and not matches_any(path, self._exclude)
        return self._said[path]


def _matcher(pattern: str) -> Any:
    pattern = pattern.removeprefix("./")
    return matcher(pattern if pattern.startswith(("/", "**/")) else f"**/{pattern}")
