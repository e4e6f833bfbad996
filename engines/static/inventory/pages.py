"""Pages: files that a server runs when their path is asked for, where a language is deployed so (`pages`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from engines.static.inventory.frameworks import Framework, knowledge
from engines.static.inventory.scopes import Module
from engines.static.reading.facts import Expression, Index, Member, Name


def pages(module: Module) -> Iterator[tuple[str, Framework]]:
    """Yield the path of a file whose own code reads a request, and the framework that says what a request is."""
    for framework in knowledge(module.language)["frameworks"]:
        rules = framework["pages"]
        path = PurePosixPath(module.path)
        if rules and path.suffix in rules["endings"] and _reads_a_request(module, framework):
            yield _served(path, rules.get("index"), rules.get("roots", ())), framework


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
