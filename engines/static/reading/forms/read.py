"""One file of forms → its facts: the only entrance."""

from __future__ import annotations

from pathlib import PurePosixPath

from engines.static.clojure.forms import Fault as FormFault
from engines.static.clojure.forms import read
from engines.static.files import SourceFile
from engines.static.reading.facts import Definition, Fault, FileFacts
from engines.static.reading.forms.hashing import hash_without
from engines.static.reading.forms.heads import heads, is_made_of_forms
from engines.static.reading.forms.lowering import Reader

__all__ = ["digest", "is_made_of_forms", "read_forms"]

MODULE_NAME = "<module>"


def digest(language: str) -> str:
    """Return the digest of all the data that facts of a language depend on."""
    return heads(language).digest


def read_forms(file: SourceFile) -> FileFacts:
    """Return what a file says by itself."""
    source = read(file.content, PurePosixPath(file.path).suffix.lower())
    top = Definition("module", MODULE_NAME, MODULE_NAME, -1, 1, max(file.lines, 1), "", imports={}, values={})
    reader = Reader(source, heads(file.language), top)
    for form in source.forms:
        try:
            reader.top_level(form)
        except RecursionError:
            source.faults.append(FormFault(source.line(form.start), "nested too deeply to be followed"))
    top.body_hash = hash_without(source, sorted(reader.ranges))
    return FileFacts(
        path=file.path,
        language=file.language,
        digest=file.digest,
        lines=file.lines,
        package=reader.package,
        definitions=reader.definitions,
        calls=sorted(reader.calls, key=lambda site: site.line),
        reads=reader.reads,
        texts=reader.texts,
        stars=reader.stars,
        faults=[Fault("partly_parsed", fault.line, f"Line {fault.line}: {fault.message}.") for fault in source.faults],
        tables=reader.tables,
    )
