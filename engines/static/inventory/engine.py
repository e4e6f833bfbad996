"""The inventory engine: reads every source file of a service once and yields what is in it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engines.contract import (
    Call,
    Endpoint,
    EngineError,
    Function,
    Parameter,
    Record,
    Rule,
    ScannedFile,
    Skip,
    Target,
    Technique,
)
from engines.static.cache import NO_CACHE, Cache
from engines.static.files import SourceFile, walk
from engines.static.inventory.callbacks import callbacks
from engines.static.inventory.calls import calls
from engines.static.inventory.collecting import rarely_collecting
from engines.static.inventory.frameworks import naming
from engines.static.inventory.kept import Kept
from engines.static.inventory.methods import ANY
from engines.static.inventory.names import Project
from engines.static.inventory.openapi import declared
from engines.static.inventory.parameters import Reads, parameters, takes_a_body
from engines.static.inventory.routes import Route, read_routes
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.statements import statements
from engines.static.reading.facts import FileFacts
from engines.static.reading.read import knowledge_of, read_file

logger = logging.getLogger(__name__)

_FACTS_VERSION = "2"  # of the reader's code: raised when the same file gives other facts
_AT_ONCE = 200  # files whose facts are asked for together


class InventoryEngine:
    """Yields `Function`, `Endpoint`, `Parameter`, `Call`, `Statement`, `ScannedFile` and `Skip`.

    `cache`: keeps the facts of files by their content, so that only what changed is read again, and all records of a
    source that did not change.
    """

    name = "inventory"
    version = "2"
    technique = Technique.INVENTORY

    def __init__(self, cache: Cache = NO_CACHE) -> None:
        self._cache = cache

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield what the target's source and API description hold; `rules` are not needed."""
        if target.source is None:
            yield Skip(target.service, self.technique, "service", target.service, "no_source", "No source is declared.")
        else:
            with rarely_collecting():
                yield from self._source(target, target.source)
        if target.openapi is not None:
            yield from declared(target, target.openapi)

    def _source(self, target: Target, source: Path) -> Iterator[Record]:
        if not source.is_dir():
            raise EngineError(f"The source of {target.service} is no folder: mend `source` in the manifest ({source}).")
        if self._cache is NO_CACHE:
            yield from self._joined(target, source)
            return
        kept = Kept(self._cache, target, source, self.version)
        records = kept.records()
        yield from kept.keeping(self._joined(target, source)) if records is None else records

    def _joined(self, target: Target, source: Path) -> Iterator[Record]:
        facts: list[FileFacts] = []
        for entry in self._read(source):
            if not isinstance(entry, FileFacts):
                yield Skip(target.service, self.technique, "file", entry.path, entry.reason, entry.explanation)
                continue
            facts.append(entry)
            for fault in entry.faults:
                yield Skip(target.service, self.technique, "file", entry.path, fault.reason, fault.explanation)
            if not any(fault.reason == "unparsable" for fault in entry.faults):
                yield ScannedFile(
                    target.service, target.build_id, self.technique, entry.path, entry.digest, entry.lines
                )
        project = Project(facts, source.name, {each.language: naming(each.language) for each in facts})
        logger.info("inventory of %s: %s files", target.service, len(facts))
        for module in project.modules.values():
            yield from _functions(module, target)
            yield from calls(project, module, target)
            yield from statements(project, module, target)
        yield from _endpoints(project, target)

    def _read(self, source: Path) -> Iterator[FileFacts | _Unread]:
        """Yield the facts of each file, from the cache where they are known, and what was left out."""
        pending: list[SourceFile] = []
        for entry in walk(source):
            if isinstance(entry, SourceFile):
                pending.append(entry)
                if len(pending) >= _AT_ONCE:
                    yield from self._facts(pending)
                    pending = []
            else:
                yield _Unread(entry.path, entry.reason, entry.explanation)
        yield from self._facts(pending)

    def _facts(self, files: Sequence[SourceFile]) -> Iterator[FileFacts]:
        by_language: dict[str, dict[str, SourceFile]] = {}
        for file in files:
            by_language.setdefault(file.language, {})[f"{file.path}\0{file.digest}"] = file
        found: dict[str, FileFacts] = {}
        for name, keyed in by_language.items():
            shelf = self._cache.shelf("facts", knowledge_of(name), _FACTS_VERSION, FileFacts)
            known = shelf.get_many(keyed)
            fresh = {key: read_file(file) for key, file in keyed.items() if key not in known}
            if fresh:
                shelf.put_many(fresh)
            found |= {keyed[key].path: facts for key, facts in (known | fresh).items()}
        yield from (found[file.path] for file in files)


@dataclass(frozen=True)
class _Unread:
    path: str
    reason: str
    explanation: str


def _functions(module: Module, target: Target) -> Iterator[Function]:
    for scope in module.scopes:
        definition = scope.definition
        if scope.kind == "class" or scope.is_part:
            continue
        kind = "module" if scope.parent is None and scope.index == 0 else "method" if scope.is_method else "function"
        yield Function(
            service=target.service,
            build_id=target.build_id,
            qualified_name=definition.qualified_name,
            module=module.names[0],
            file=module.path,
            start_line=definition.start_line,
            end_line=definition.end_line,
            body_hash=definition.body_hash,
            line_count=definition.end_line - definition.start_line + 1,
            language=module.language,
            kind=kind,
        )


@dataclass
class _Seen:
    """Endpoints that were yielded: one that takes every method may meet one that names its method."""

    endpoints: set[tuple[str, str]] = field(default_factory=set)

    def is_new(self, method: str, template: str) -> bool:
        is_new = (method, template) not in self.endpoints
        self.endpoints.add((method, template))
        return is_new


def _endpoints(project: Project, target: Target) -> Iterator[Call | Endpoint | Parameter | Skip]:
    routing = read_routes(project)
    handled = {
        function: route.framework
        for route in routing.routes
        for function in (route.handler, route.written)
        if function is not None
    }
    reads = Reads(project, handled)
    seen = _Seen({(route.method, route.template) for route in routing.routes if route.method != ANY})
    for route in routing.routes:
        for method in _methods(route, reads):
            if route.method != ANY or seen.is_new(method, route.template):
                yield from _endpoint(project, target, route, method, reads)
    for handler in dict.fromkeys(route.handler for route in routing.routes if route.handler is not None):
        yield from _around(project, target, handler)
    for subject, reason, explanation in routing.untold:
        yield Skip(target.service, Technique.INVENTORY, "endpoint", subject, reason, explanation)


def _around(project: Project, target: Target, handler: Scope) -> Iterator[Call]:
    """Yield calls of what runs before and after a handler, as if the handler did it."""
    for function in dict.fromkeys(function for function, _ in callbacks(project, handler)):
        yield Call(
            service=target.service,
            build_id=target.build_id,
            caller=handler.qualified_name,
            caller_file=handler.module.path,
            callee=function.qualified_name,
            callee_file=function.module.path,
            line=handler.definition.start_line,
            kind="call",
            is_approximate=False,
        )


def _methods(route: Route, reads: Reads) -> tuple[str, ...]:
    """The methods of an endpoint; of a handler that takes all, those that its code has a use for."""
    if route.method != ANY:
        return (route.method,)
    return ("GET", "POST") if takes_a_body(route, reads) else ("GET",)


def _endpoint(
    project: Project, target: Target, route: Route, method: str, reads: Reads
) -> Iterator[Endpoint | Parameter]:
    handler: Scope | None = route.handler
    yield Endpoint(
        service=target.service,
        build_id=target.build_id,
        method=method,
        route=route.template,
        handler=handler.qualified_name if handler else None,
        file=handler.module.path if handler else route.module.path,
        line=handler.definition.start_line if handler else route.line,
        declared_by="source",
    )
    for found in parameters(project, replace(route, method=method), reads):
        yield Parameter(
            service=target.service,
            build_id=target.build_id,
            method=method,
            route=route.template,
            name=found.name,
            place=found.place,
            type=found.type,
            is_required=found.is_required,
            example=found.example,
            declared_by="source",
        )
