"""SQL in the source: the texts that are statements, with `?` for what is not constant."""

from __future__ import annotations

from collections.abc import Iterator

from engines.contract import Statement, Target
from engines.statements import sql_statement
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Module
from engines.static.inventory.texts import rendered

_MAX_TEXT = 2_000


def statements(project: Project, module: Module, target: Target) -> Iterator[Statement]:
    """Yield the SQL statements that are written in a file, each once."""
    for site in module.facts.texts:
        scope = module.scopes[site.scope]
        text = rendered(project, scope, site.expression, "?")
        found = sql_statement(text) if text else None
        if text and found is not None:
            operation, tables = found
            yield Statement(
                service=target.service,
                build_id=target.build_id,
                function=scope.function.qualified_name,
                file=module.path,
                line=site.line,
                statement=" ".join(text.split())[:_MAX_TEXT],
                operation=operation,
                tables=tuple(tables),
            )
