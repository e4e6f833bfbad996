"""The text that an expression gives, as far as it can be told: constants, concatenations, interpolation, formats.

`texts` of a language's frameworks.yaml says which operators join, which methods leave a text much as it is
(`passing`), and what formats: `functions` (dotted name → position of the template), `methods` of a text, the
`operator`, and `fields`, a regular expression of the places in a template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from engines.static.inventory.frameworks import knowledge
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import Thing, elements
from engines.static.reading.facts import Call, Constant, Expression, Index, Member, Name, Operation, Symbol, Text

_MAX_DEPTH = 40


def rendered(
    project: Project, scope: Scope, expression: Expression | None, hole: str | None, depth: int = 0
) -> str | None:
    """Return the text of an expression with `hole` for what is not constant; None when it is no text.

    With `hole` None, also None as soon as any part is not constant.
    """
    if depth > _MAX_DEPTH:
        return hole
    rules: Mapping[str, Any] = knowledge(scope.module.language)["texts"]
    match expression:
        case Text(parts=parts):
            return _joined([_part(project, scope, part, hole, depth) for part in parts])
        case Symbol(text=text) | Constant(text=text):
            return text
        case Operation(operator=operator, left=left, right=right):
            first = rendered(project, scope, left, hole, depth + 1)
            if operator in rules["joining"]:
                return _joined([first, rendered(project, scope, right, hole, depth + 1)])
            if operator == rules.get("operator") and first is not None and hole is not None:
                return _fields(rules["fields"]).sub(lambda _: hole, first)
        case Call():
            return _called(project, scope, expression, hole, depth)
        case Name() | Member():
            return _named(project, project.resolve(scope, expression), expression, hole, depth)
    return hole


def _part(project: Project, scope: Scope, part: str | Expression, hole: str | None, depth: int) -> str | None:
    if isinstance(part, str):
        return part
    value = None if isinstance(part, Text) else rendered(project, scope, part, None, depth + 1)
    return hole if value is None else value


def _named(project: Project, thing: Thing, expression: Expression, hole: str | None, depth: int) -> str | None:
    is_other = thing.expression is not None and thing.expression is not expression
    if thing.kind == "value" and thing.scope is not None and is_other:
        return rendered(project, thing.scope, thing.expression, hole, depth + 1) or hole
    return hole


def _called(project: Project, scope: Scope, call: Call, hole: str | None, depth: int) -> str | None:
    rules = knowledge(scope.module.language)["texts"]
    template: Expression | None = None
    if isinstance(call.callee, Member):
        name, holder = call.callee.name, call.callee.holder
        if name in rules.get("passing", ()):
            return rendered(project, scope, holder, hole, depth + 1)
        if name in rules.get("methods", ()) and is_text(holder, rules):
            template = holder
    position = rules.get("functions", {}).get(written(call.callee))
    if template is None and position is not None and position < len(call.positional):
        template = call.positional[position]
    if template is None:
        return hole
    if written(call.callee) in rules.get("concatenating", ()):
        return _joined([rendered(project, scope, each, hole, depth + 1) for each in call.positional])
    text = rendered(project, scope, template, hole, depth + 1)
    return _fields(rules["fields"]).sub(lambda _: hole, text) if text is not None and hole is not None else hole


def is_text(expression: Expression | None, rules: Mapping[str, Any]) -> bool:
    """Whether an expression is written as a text: one of its parts is a string."""
    match expression:
        case Text():
            return True
        case Operation(left=left, right=right):
            return is_text(left, rules) or is_text(right, rules)
        case Call(callee=Member(holder=holder)):
            return is_text(holder, rules)
    return False


def written(expression: Expression) -> str:
    """Return a name as it stands in the source, with dots; '' for what is no chain of names."""
    match expression:
        case Name(text=name):
            return name
        case Member(holder=holder, name=name):
            before = written(holder)
            return f"{before}.{name}" if before else ""
        case Call(callee=callee):
            before = written(callee)
            return f"{before}()" if before else ""
        case Index(holder=holder):
            return written(holder)
    return ""


@cache
def _fields(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _joined(parts: list[str | None]) -> str | None:
    return None if any(part is None for part in parts) else "".join(part or "" for part in parts)


__all__ = ["elements", "is_text", "rendered", "written"]
