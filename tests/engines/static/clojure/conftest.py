"""Reading small sources with one rule."""

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engines.contract import Rule
from engines.static.clojure.analysis import Analysis
from engines.static.clojure.answers import Answer, ask
from engines.static.clojure.definitions import read_unit
from engines.static.clojure.knowledge import Knowledge
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
def read() -> Callable[..., Answer]:
    """Read files (path → code), or one, with rules; without rules with FLOW."""

    def run(code: str | Mapping[str, str], *rules: Rule) -> Answer:
        files = {"main.clj": code} if isinstance(code, str) else code
        sources = [SourceFile(path, "clojure", textwrap.dedent(text).encode()) for path, text in files.items()]
        return ask(sources, Knowledge(rules or (rule(**FLOW),)))

    return run


@pytest.fixture
def lines(read: Callable[..., Answer]) -> Callable[..., list[int]]:
    """The lines of the matches in a file."""

    def run(code: str, *rules: Rule) -> list[int]:
        return [code[: found.start].count("\n") + 1 for found in read(code, *rules).found]

    return run


@pytest.fixture
def analysed() -> Callable[[str], Analysis]:
    """Analyse a file with FLOW."""

    def run(code: str) -> Analysis:
        analysis = Analysis([read_unit("main.clj", code.encode(), ".clj")], Knowledge((rule(**FLOW),)))
        analysis.run()
        return analysis

    return run


@pytest.fixture
def made() -> Callable[..., Rule]:
    """Make a rule of a block."""
    return rule
