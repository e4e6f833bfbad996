"""A language is a folder of data: a grammar's name, tree-sitter queries (*.scm), frameworks (YAML)."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Query, QueryCursor, Tree

from engines.static.files import LANGUAGES


@dataclass(frozen=True)
class Language:
    """What is known of a language: `settings` (language.yaml), `frameworks` (frameworks.yaml), queries by name."""

    name: str
    grammar: Grammar
    settings: Mapping[str, Any]
    frameworks: Mapping[str, Any]
    queries: Mapping[str, Query]

    def parse(self, content: bytes) -> Tree:
        """Return the syntax tree of a file's content."""
        return Parser(self.grammar).parse(content)

    def captures(self, query: str, node: Node) -> Mapping[str, list[Node]]:
        """Return the nodes below `node` that a query captures, by capture name, in the order of the text."""
        found = QueryCursor(self.queries[query]).captures(node)
        return {name: sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) for name, nodes in found.items()}


@cache
def load(name: str) -> Language | None:
    """Return the language of this name; None when its folder holds no grammar."""
    folder = LANGUAGES / name
    path = folder / "language.yaml"
    if not path.is_file():
        return None
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    grammar = Grammar(importlib.import_module(settings["grammar"]).language())
    frameworks = yaml.safe_load((folder / "frameworks.yaml").read_text(encoding="utf-8"))
    queries = {scm.stem: Query(grammar, scm.read_text(encoding="utf-8")) for scm in sorted(folder.glob("*.scm"))}
    return Language(name, grammar, settings, frameworks, queries)
