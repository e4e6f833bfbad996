"""One file → its facts: the only entrance of the reader."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from tree_sitter import Tree

from engines.static.files import SourceFile
from engines.static.reading.body_hash import write_hashes
from engines.static.reading.captures import Captures
from engines.static.reading.definitions import Scopes, package
from engines.static.reading.facts import Definition, Fault, FileFacts
from engines.static.reading.faults import faults
from engines.static.reading.forms import digest as digest_of_forms
from engines.static.reading.forms import is_made_of_forms, read_forms
from engines.static.reading.language import Language, load
from engines.static.reading.references import References
from engines.static.reading.sql import sql_texts


def knowledge_of(language: str) -> str:
    """Return the digest of all the data that facts of a language depend on; '' of one without a folder."""
    if is_made_of_forms(language):
        return digest_of_forms(language)
    known = load(language)
    return known.digest if known else ""


def read_file(file: SourceFile) -> FileFacts:
    """Return what a file says by itself. Of a language without a folder, the file is one definition and no more."""
    if is_made_of_forms(file.language):
        return read_forms(file)
    language = load(file.language, PurePosixPath(file.path).suffix.lower())
    if language is None:
        why = f"There is no language folder for {file.language}: the file counts as a whole, without functions."
        return _whole(file, Fault("whole_file", 1, why))
    return read_as(file, language)


def read_as(file: SourceFile, language: Language) -> FileFacts:
    """Return what a file says by itself when it is read as this language."""
    tree = language.parser.parse(file.content)
    found = faults(tree.root_node, len(file.content)) if tree.root_node.has_error else []
    if found and found[0].reason == "unparsable":
        return _whole(file, found[0], language)
    return _read(file, language, tree, found)


def _read(file: SourceFile, language: Language, tree: Tree, found: list[Fault]) -> FileFacts:
    captures = Captures(language, tree.root_node)
    if not captures.is_complete:
        found = [*found, Fault("partly_parsed", 1, "It nests too deeply: some of what it defines may be missing.")]
    scopes = Scopes(language, file.path, file.lines, captures, file.content)
    references = References(language, scopes, captures)
    references.read_imports()
    scopes.read_heads(captures, references.bind_parameter)
    references.read_assignments()
    references.read_exports()
    calls = references.calls()
    reads = references.reads()
    write_hashes(language, scopes, captures, file.content)
    return FileFacts(
        path=file.path,
        language=file.language,
        digest=file.digest,
        lines=file.lines,
        package=package(captures, scopes.expressions),
        definitions=scopes.definitions,
        calls=calls,
        reads=reads,
        texts=sql_texts(language, scopes, tree.root_node, file.content),
        stars=references.stars,
        faults=found,
    )


def _whole(file: SourceFile, fault: Fault, language: Language | None = None) -> FileFacts:
    """A file of which only its lines and its content are known; the hash is that of its words."""
    name = (language.settings.get("module_name") if language else None) or PurePosixPath(file.path).stem
    digest = hashlib.md5(b" ".join(file.content.split())).hexdigest()
    top = Definition("module", name, name, -1, 1, max(file.lines, 1), digest)
    return FileFacts(file.path, file.language, file.digest, file.lines, "", [top], faults=[fault])
