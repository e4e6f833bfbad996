"""A language is a folder of data: how its syntax is read (language.yaml, *.scm), its frameworks (frameworks.yaml)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from tree_sitter import Language as Grammar
from tree_sitter import Parser, Query, QueryError
from tree_sitter_language_pack import get_language

from engines.static.files import LANGUAGES
from engines.static.language_data import LanguageError, checked
from engines.static.reading.facts import Expression
from engines.static.reading.table import Table, TableError

_QUERIES = ("definitions.scm", "references.scm")
_FRAMEWORKS = "frameworks.yaml"
_LENT = "frameworks.yaml of the language that it extends"
_DATA = ("language.yaml", *_QUERIES, _FRAMEWORKS)
# Sections of frameworks.yaml whose keys name what is called: the arguments of these calls are written down.
_SECTIONS = frozenset(
    "routers routes functions decorators classes mounts mount_functions groups group_functions resources "
    "router_resources callbacks reads readers readers_of clients client_methods places dependency".split()
)
# Keys of an entry whose value names a method that may follow in the chain.
_CHAINED = frozenset(("narrowed_by", "only", "except"))
# What a pattern of a query is for is told by the first of these that it captures; the others are its parts.
_ROLES = (
    "function", "class", "package", "decorated", "abstract", "overload", "import.path", "import.name", "import.default",
    "import.all", "target", "field", "return", "export.default", "export", "call", "read", "comment", "docstring",
    "block", "significant", "base", "bases", "decorator",
)  # fmt: skip
_PARTS = (
    "name", "static", "owner", "receiver", "parameters", "body", "returns", "type", "value", "import.alias",
    "import.from", "export.as",
)  # fmt: skip


@dataclass(frozen=True)
class Language:
    """What is known of a language: `settings` (language.yaml), the table of expressions, the query with its roles.

    `roles`: what each pattern of the query is for. `interesting`: last names of what is called that are written down
    with all arguments. `digest`: of all the data that facts depend on.
    """

    name: str
    grammar: Grammar
    settings: Mapping[str, Any]
    table: Table
    query: Query
    query_source: str
    roles: tuple[str, ...]
    interesting: frozenset[str]
    digest: str

    @cached_property
    def paths(self) -> dict[bytes, Expression]:
        """Names and members that were read already, by their bytes."""
        return {}

    @cached_property
    def ordered(self) -> frozenset[str]:
        """Roles whose matches come in the order of the text: those of one pattern that is a node alone."""
        patterns: dict[str, list[str]] = {}
        for index, role in enumerate(self.roles):
            start, end = self.query.start_byte_for_pattern(index), self.query.end_byte_for_pattern(index)
            patterns.setdefault(role, []).append(self.query_source.encode()[start:end].decode().strip())
        alone = re.compile(r"\(\w+\) @[\w.]+")
        return frozenset(role for role, found in patterns.items() if len(found) == 1 and alone.fullmatch(found[0]))

    @cached_property
    def hash_without(self) -> frozenset[bytes]:
        """Tokens that do not count for the hash of a body."""
        return frozenset(token.encode() for token in self.settings.get("hash", {}).get("without", ()))

    @cached_property
    def text_methods(self) -> frozenset[str]:
        """Methods of a text that give a text."""
        return frozenset(self.settings.get("texts", {}).get("methods", ()))

    @cached_property
    def parser(self) -> Parser:
        """A parser of the grammar."""
        return Parser(self.grammar)


@cache
def load(name: str, extension: str = "", languages: Path = LANGUAGES) -> Language | None:
    """Return the language of this name; None when it has no folder with a language.yaml.

    `extension`: of the file (`.tsx`), for a language that is written in several grammars.

    Raises:
        LanguageError: the data is not valid.
    """
    if not (languages / name / "language.yaml").is_file():
        return None
    files, settings = _read(languages, name)
    grammars = settings.get("grammars", {})
    try:
        grammar = get_language(grammars.get(extension, settings["grammar"]))
        siblings = [get_language(each) for each in sorted(set(grammars.values()))]
    except LookupError as error:
        raise LanguageError(f"{name}/language.yaml: tree_sitter_language_pack has no such grammar: {error}.") from error
    try:
        table = Table(grammar, settings, siblings)
    except TableError as error:
        raise LanguageError(f"{name}/language.yaml: {error}") from error
    query, source, roles = _query(files, grammar)
    digest = hashlib.sha256()
    for file, content in files.items():
        digest.update(f"{file}:{len(content)}:".encode() + content)
    named = (*_interesting(_told(name, files[_FRAMEWORKS])), *_interesting(_told(name, files[_LENT])))
    interesting = frozenset(named) | frozenset(settings.get("interesting", ()))
    return Language(name, grammar, settings, table, query, source, roles, interesting, digest.hexdigest())


def _read(languages: Path, name: str) -> tuple[dict[str, bytes], Mapping[str, Any]]:
    """The files of a language by their names, and its settings; what it lacks it has from what it `extends`."""
    files = _files(languages / name)
    settings = checked(f"{name}/language.yaml", files["language.yaml"])
    base = settings.get("extends")
    if base is not None:
        base_files = _files(languages / base)
        if "language.yaml" not in base_files:
            raise LanguageError(f"{name}/language.yaml: at extends: there is no language {base!r}.")
        base_settings = checked(f"{base}/language.yaml", base_files["language.yaml"])
        settings = {**base_settings, **settings}
        settings["expressions"] = {**base_settings.get("expressions", {}), **settings.get("expressions", {})}
        files = {**base_files, **files, "language.yaml": base_files["language.yaml"] + files["language.yaml"]}
    if "grammar" not in settings or "expressions" not in settings:
        raise LanguageError(f"{name}/language.yaml: `grammar` and `expressions` are needed, or `extends`.")
    lender = _told(name, files.get(_FRAMEWORKS, b"")).get("extends")
    lent = _files(languages / lender).get(_FRAMEWORKS, b"") if lender else b""
    return {**{file: files.get(file, b"") for file in _DATA}, _LENT: lent}, settings


def _files(folder: Path) -> dict[str, bytes]:
    """The data files of a folder that are there."""
    places = {file: folder / file for file in _DATA}
    return {file: path.read_bytes() for file, path in places.items() if path.is_file()}


def _query(files: Mapping[str, bytes], grammar: Grammar) -> tuple[Query, str, tuple[str, ...]]:
    """Both query files as one query, its source, and the role of each pattern."""
    source = b"".join(files[file] + b"\n" for file in _QUERIES)
    try:
        query = Query(grammar, source.decode("utf-8"))
    except QueryError as error:
        raise _wrong(files, grammar) or LanguageError(f"{_QUERIES[0]}: {error}") from error
    first = len(files[_QUERIES[0]])
    names = [_QUERIES[query.start_byte_for_pattern(index) > first] for index in range(query.pattern_count)]
    roles = []
    for index in range(query.pattern_count):
        pattern = source[query.start_byte_for_pattern(index) : query.end_byte_for_pattern(index)].decode("utf-8")
        code = re.sub(r'"(?:[^"\\]|\\.)*"|;[^\n]*', "", pattern)
        captured = [name for name in re.findall(r"@([\w.]+)", code) if not name.startswith("_")]
        unknown = [name for name in captured if name not in _ROLES and name not in _PARTS]
        if unknown:
            valid = ", ".join(f"@{known}" for known in (*_ROLES, *_PARTS))
            raise LanguageError(f"{names[index]}: @{unknown[0]} is no capture name; valid: {valid}.")
        role = next((role for role in _ROLES if role in captured), None)
        if role is None:
            shown = " ".join(pattern.split())[:60]
            raise LanguageError(f"{names[index]}: {shown!r} captures nothing that is for something.")
        roles.append(role)
    return query, source.decode("utf-8"), tuple(roles)


def _wrong(files: Mapping[str, bytes], grammar: Grammar) -> LanguageError | None:
    """Say in which of the files the query is wrong: making one takes long, so each is tried only then."""
    for file in _QUERIES:
        try:
            Query(grammar, files[file].decode("utf-8"))
        except QueryError as error:
            return LanguageError(f"{file}: {' '.join(str(error).split())}")
    return None


def _told(name: str, frameworks: bytes) -> Mapping[str, Any]:
    return checked(f"{name}/{_FRAMEWORKS}", frameworks) if frameworks else {}


def _interesting(frameworks: Mapping[str, Any]) -> Iterator[str]:
    """The last names of what frameworks.yaml says to be called, and of methods that may follow in the chain."""
    pending: list[Any] = [frameworks]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            for key, below in value.items():
                if key in _SECTIONS and isinstance(below, dict | list):
                    yield from (re.split(r"[.:/\\#>]", str(name))[-1] for name in below)
                elif key in _CHAINED and isinstance(below, str):
                    yield below
                pending.append(below)
        elif isinstance(value, list):
            pending += value
