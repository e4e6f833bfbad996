"""A handler that is written in place and only hands over: `(GET "/x" [id] (show id))` is handled by `show`.

Only a body that is nothing but one call of a function of the source hands over, also within what wraps it
(`(with-account #(show %))`). Where it calls more of the source, chooses, or answers by itself, it is the handler: from
there all that it calls can be reached.
"""

from __future__ import annotations

from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Scope
from engines.static.reading.facts import Anonymous, Call, Expression, Member, Name

_MAX_DEPTH = 5


def delegate(project: Project, function: Scope) -> Scope:
    """Return the function of the source that a handler written in place hands over to, else the handler itself."""
    found = _called_last(project, function, 0)
    return found if found is not None and _others(project, function) <= {found} else function


def _called_last(project: Project, function: Scope, depth: int) -> Scope | None:
    """The function that a body ends with, through what wraps a function written in place."""
    returned = function.definition.returns
    if len(returned) != 1 or depth > _MAX_DEPTH or not isinstance(returned[0], Call):
        return None
    inner = _in_place(returned[0])
    if inner:
        return _called_last(project, function.module.scopes[inner[0]], depth + 1) if len(inner) == 1 else None
    return _function(project, function, returned[0].callee)


def _others(project: Project, function: Scope) -> set[Scope]:
    """The functions of the source that a body calls or hands over, without what wraps a function written in place."""
    found: set[Scope | None] = set()
    for scope, site in function.module.calls():
        if scope.index >= function.index and _is_within(scope, function) and isinstance(site.expression, Call):
            named = [each for each in site.expression.positional if isinstance(each, Name | Member)]
            wraps = bool(_in_place(site.expression))
            found |= {
                _function(project, scope, each) for each in (*named, *(() if wraps else (site.expression.callee,)))
            }
    return {each for each in found if each is not None}


def _in_place(call: Call) -> list[int]:
    return [each.definition for each in call.positional if isinstance(each, Anonymous)]


def _function(project: Project, scope: Scope, expression: Expression) -> Scope | None:
    thing = project.resolve(scope, expression)
    is_function = thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "function"
    return thing.scope if is_function and thing.scope is not None and not thing.scope.is_part else None


def _is_within(scope: Scope | None, function: Scope) -> bool:
    while scope is not None and scope is not function:
        scope = scope.parent
    return scope is not None
