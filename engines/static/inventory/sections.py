"""Which entry of a section of a framework's knowledge a call without a router, or a decorator, stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.static.inventory.frameworks import Framework, key_of, knowledge, names_in
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.texts import written
from engines.static.reading.facts import Call, Expression, Member, Name


def free_key(
    project: Project, module: Module, scope: Scope, call: Call, framework: Framework, section: str
) -> str | None:
    """Return the key of a section that a call without a router stands for (`path(…)`, `namespace …`)."""
    table = framework[section]
    if not table or call.name not in names_in(module.language, section):
        return None
    name = written(call.callee)
    if not name:
        return None
    thing = project.resolve(scope, call.callee)
    if thing.kind in ("external", "made"):
        return key_of(thing.dotted, True, table, by_last_name=False)
    if thing.kind == "unknown" and framework.is_used_by(module):
        return key_of(name, False, table, by_last_name=True)
    return None


def as_calls(scope: Scope) -> Iterator[Call]:
    """Yield the decorators of a function or class as calls; one that is no call has no arguments."""
    for decorator in scope.definition.decorators:
        yield decorator if isinstance(decorator, Call) else Call(decorator, (), (), scope.definition.start_line)


def decorator_entries(
    project: Project, module: Module, scope: Scope, callee: Expression, section: str
) -> Iterator[tuple[Framework, Mapping[str, Any]]]:
    """Yield the frameworks in whose section a decorator stands, with its entry there."""
    last = callee.text if isinstance(callee, Name) else callee.name if isinstance(callee, Member) else ""
    if last not in names_in(module.language, section):
        return
    for framework in knowledge(module.language)["frameworks"]:
        table = framework[section]
        thing = project.resolve(scope, callee)
        is_known = thing.kind in ("external", "made")
        dotted = thing.dotted if is_known else last if thing.kind == "unknown" else ""
        key = key_of(dotted, is_known, table, by_last_name=framework.is_used_by(module)) if dotted else None
        if key is not None:
            yield framework, table[key] or {}
