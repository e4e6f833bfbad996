"""Pages: files that a server runs when their path is asked for, where a language is deployed so (`pages`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from engines.static.inventory.frameworks import Framework, knowledge, naming
from engines.static.inventory.includes import included
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Module
from engines.static.reading.facts import Expression, Index, Member, Name


def pages(project: Project, module: Module) -> Iterator[tuple[str, Framework]]:
    """Yield the path of a file that reads a request, and the framework that says what a request is.

    It may let a file that it includes do so.
    """
    for framework in knowledge(module.language)["frameworks"]:
        rules = framework["pages"]
        path = PurePosixPath(module.path)
        if not rules or path.suffix not in rules["endings"]:
            continue
        run = (file for scope, call in module.calls_named(_includes(module)) for file in included(project, scope, call))
        if _reads_a_request(module, framework) or any(_reads_a_request(file, framework) for file in run):
            yield _served(path, rules.get("index"), rules.get("roots", ())), framework


def _includes(module: Module) -> frozenset[str]:
    return frozenset(naming(module.language).get("includes", ()))


def _reads_a_request(module: Module, framework: Framework) -> bool:
    names = framework["request_names"]
    return any(site.scope == 0 and _first(site.expression) in names for site in module.facts.reads)


def _first(expression: Expression) -> str:
    while isinstance(expression, Index | Member):
        expression = expression.holder
    return expression.text if isinstance(expression, Name) else ""


def _served(path: PurePosixPath, index: str | None, roots: list[str]) -> str:
    """public/orders/index.php is /orders/, public/about.php is /about.php."""
    parts = path.parts[1:] if path.parts[0] in roots and len(path.parts) > 1 else path.parts
    if path.stem == index:
        return "/" + "".join(f"{part}/" for part in parts[:-1])
    return "/" + "/".join(parts)
