"""Reading small sources with one rule."""

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engines.contract import Rule
from engines.static.clojure.engine import Read, read_source
from engines.static.files import SourceFile

# Outside data in, a statement out: what most tests follow.
FLOW = {
    "mode": "taint",
    "sources": [
        {"keys": ["params", "path-params", "parameters.query"]},
        {"keys": ["body", "headers"], "of": "request"},
        {"parameter": "^(request|req)$", "is": "request"},
        {"route": "parameters"},
    ],
    "sinks": [{"call": "kiln.sink/run", "arguments": [1]}],
    "sanitizers": [{"call": "kiln.safe/quote"}, {"check": "contains? kiln.safe/fine?"}],
}


def rule(identity: str = "sql-injection.test", **block: Any) -> Rule:
    """A rule with one block for the pass."""
    body = {"languages": ["clojure"], "engine": "clojure-taint", "message": "It flows.", **block}
    return Rule(
        identity, "Test", "sql-injection", "CWE-89", "high", "medium", "flaw", "A test.", "None.", static=(body,)
    )


@pytest.fixture
def read() -> Callable[..., Read]:
    """Read files (path → code), or one, with blocks; without blocks with FLOW."""

    def run(code: str | Mapping[str, str], *rules: Rule) -> Read:
        files = {"main.clj": code} if isinstance(code, str) else code
        sources = [SourceFile(path, "clojure", textwrap.dedent(text).encode()) for path, text in files.items()]
        return read_source(sources, rules or (rule(**FLOW),))

    return run


@pytest.fixture
def lines(read: Callable[..., Read]) -> Callable[..., list[int]]:
    """The lines of the matches in `main.clj`."""

    def run(code: str | Mapping[str, str], *rules: Rule) -> list[int]:
        found = read(code, *rules)
        return [found.units[f.file].source.line(f.start) for f, _ in found.matches()]

    return run


@pytest.fixture
def made() -> Callable[..., Rule]:
    """Make a rule of a block."""
    return rule
