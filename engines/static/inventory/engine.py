"""The inventory engine: reads every source file of a service once and yields what is in it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from engines.contract import (
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
from engines.static.files import SourceFile, walk
from engines.static.inventory.body import body_hash
from engines.static.inventory.calls import calls
from engines.static.inventory.language import load
from engines.static.inventory.module import Module, Scope, read_module
from engines.static.inventory.names import Project
from engines.static.inventory.openapi import declared
from engines.static.inventory.parameters import Reads, parameters
from engines.static.inventory.routes import read_routes
from engines.static.inventory.statements import statements

logger = logging.getLogger(__name__)


class InventoryEngine:
    """Yields `Function`, `Endpoint`, `Parameter`, `Call`, `Statement`, `ScannedFile` and `Skip`."""

    name = "inventory"
    version = "1"
    technique = Technique.INVENTORY

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield what the target's source and API description hold; `rules` are not needed."""
        if target.source is None:
            yield Skip(target.service, self.technique, "service", target.service, "no_source", "No source is declared.")
        else:
            yield from self._source(target, target.source)
        if target.openapi is not None:
            yield from declared(target, target.openapi)

    def _source(self, target: Target, source: Path) -> Iterator[Record]:
        if not source.is_dir():
            raise EngineError(f"The source of {target.service} is no folder: mend `source` in the manifest ({source}).")
        modules: list[Module] = []
        packages = _packages(source)
        for entry in walk(source):
            if not isinstance(entry, SourceFile):
                yield Skip(target.service, self.technique, "file", entry.path, entry.reason, entry.explanation)
                continue
            module = _parsed(entry, source.name, packages)
            if module is None:
                why = "It has syntax errors or nests too deeply."
                yield Skip(target.service, self.technique, "file", entry.path, "unparsable", why)
                continue
            modules.append(module)
            yield ScannedFile(target.service, target.build_id, self.technique, entry.path, entry.digest, entry.lines)
        project = Project(modules)
        logger.info("inventory of %s: %s files", target.service, len(modules))
        for module in modules:
            yield from _functions(module, target)
            yield from calls(project, module, target)
            yield from statements(project, module, target)
        yield from _endpoints(project, target)


def _packages(source: Path) -> frozenset[str]:
    """Names of the package files that make folders packages, relative to the source."""
    return frozenset(path.parent.relative_to(source).as_posix() for path in source.rglob("__init__.py"))


def _parsed(file: SourceFile, source_name: str, packages: frozenset[str]) -> Module | None:
    language = load(file.language)
    if language is None:
        return None
    path = PurePosixPath(file.path)
    is_package = path.name == language.settings["package_file"]
    parts = path.parent.parts if is_package else (*path.parent.parts, path.stem)
    try:
        return read_module(file, language, _import_names(parts, source_name, packages), is_package)
    except RecursionError:
        return None


def _import_names(parts: tuple[str, ...], source_name: str, packages: frozenset[str]) -> tuple[str, ...]:
    """The dotted names under which a file can be imported: from the source's root, its parent, or a folder of roots."""
    names = [".".join(parts), ".".join((source_name, *parts))]
    for start in range(1, len(parts)):
        if "/".join(parts[:start]) in packages:
            break  # what is in a package is imported through it
        names.append(".".join(parts[start:]))
    return tuple(names)


def _functions(module: Module, target: Target) -> Iterator[Function]:
    top = module.top
    whole = body_hash(module.root, module.language, without=frozenset({"function_definition"}))
    yield _function(top, target, 1, max(module.file.lines, 1), whole, "module")
    for scope in module.functions():
        kind = "method" if scope.parent is not None and scope.parent.kind == "class" else "function"
        start, end = scope.node.start_point[0] + 1, scope.node.end_point[0] + 1
        digest = body_hash(scope.node, module.language, scope.name.encode())
        yield _function(scope, target, start, end, digest, kind)


def _function(scope: Scope, target: Target, start: int, end: int, digest: str, kind: str) -> Function:
    return Function(
        service=target.service,
        build_id=target.build_id,
        qualified_name=scope.qualified_name,
        module=scope.module.names[0],
        file=scope.module.file.path,
        start_line=start,
        end_line=end,
        body_hash=digest,
        line_count=end - start + 1,
        language=scope.module.language.name,
        kind=kind,
    )


def _endpoints(project: Project, target: Target) -> Iterator[Endpoint | Parameter | Skip]:
    routing = read_routes(project)
    reads = Reads(project)
    for route in routing.routes:
        handler = route.handler
        yield Endpoint(
            service=target.service,
            build_id=target.build_id,
            method=route.method,
            route=route.template,
            handler=handler.qualified_name if handler else None,
            file=handler.module.file.path if handler else route.module.file.path,
            line=handler.node.start_point[0] + 1 if handler else route.line,
            declared_by="source",
        )
        for found in parameters(project, route, reads):
            yield Parameter(
                service=target.service,
                build_id=target.build_id,
                method=route.method,
                route=route.template,
                name=found.name,
                place=found.place,
                type=found.type,
                is_required=found.is_required,
                example=found.example,
                declared_by="source",
            )
    for subject, reason, explanation in routing.untold:
        yield Skip(target.service, Technique.INVENTORY, "endpoint", subject, reason, explanation)
