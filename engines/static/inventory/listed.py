"""Routes that a source writes down as data: lists, vectors and maps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engines.static.inventory.declared import Declared
from engines.static.inventory.frameworks import Framework, knowledge
from engines.static.inventory.handlers import written_in_place
from engines.static.inventory.methods import ANY
from engines.static.inventory.names import Project
from engines.static.inventory.narrowed import narrowed
from engines.static.inventory.routers import Router
from engines.static.inventory.scopes import Scope
from engines.static.inventory.tables import all_rows
from engines.static.reading.facts import Items


def listed(project: Project) -> Iterator[Declared]:
    """Yield the routes written as data: of the framework that a file imports, else of any in the source."""
    by_framework: dict[Framework, list[tuple[Scope, Items, int]]] = defaultdict(list)
    modules = project.modules.values()
    for language in {module.language for module in modules if module.facts.tables}:
        files = [module for module in modules if module.language == language]
        frameworks = [each for each in knowledge(language)["frameworks"] if each["tables"]]
        used = [each for each in frameworks if any(map(each.is_used_by, files))]
        for module in files:
            own = [each for each in used if each.is_used_by(module)] if module.facts.tables else []
            for site in module.facts.tables:
                for framework in own or used:
                    by_framework[framework].append((module.scopes[site.scope], site.expression, site.line))
    for framework, tables in by_framework.items():
        for row, line in all_rows(project, framework["tables"], tables):
            written = written_in_place(row.scope, row.handler)
            for each, allowed in narrowed(project, row.scope, row.handler, (row.method or ANY,), framework):
                yield Declared(
                    allowed, row.path, each, row.scope, line, framework, Router(framework),
                    written=written, parameters=row.parameters,
                )  # fmt: skip
