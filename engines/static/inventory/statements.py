"""SQL in the source: the texts that are statements, with `?` for what is not constant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engines.contract import Statement, Target
from engines.statements import sql_statement
from engines.static.inventory.expressions import line, string_content
from engines.static.inventory.module import Module
from engines.static.inventory.names import Project
from engines.static.inventory.texts import outermost, rendered

_MAX_TEXT = 2_000
_BEGINNING = re.compile(
    r"\s*\(?\s*(select|insert|update|delete|replace|merge|drop|truncate|alter|create|with)\s", re.IGNORECASE
)


def statements(project: Project, module: Module, target: Target) -> Iterator[Statement]:
    """Yield the SQL statements that are written in a file, each once."""
    seen: set[int] = set()
    for scope, string in module.texts:
        if not _BEGINNING.match(string_content(string, "?") + " "):
            continue
        whole = outermost(string)
        if whole.id in seen or (whole.parent is not None and whole.parent.type == "expression_statement"):
            continue  # a text that stands alone is documentation
        seen.add(whole.id)
        text = rendered(project, scope, whole, "?")
        found = sql_statement(text) if text else None
        if text and found is not None:
            operation, tables = found
            yield Statement(
                service=target.service,
                build_id=target.build_id,
                function=scope.function.qualified_name,
                file=module.file.path,
                line=line(whole),
                statement=" ".join(text.split())[:_MAX_TEXT],
                operation=operation,
                tables=tuple(tables),
            )
