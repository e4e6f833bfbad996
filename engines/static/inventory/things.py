"""What names and expressions stand for, and what an expression says by itself, without its scope."""

from __future__ import annotations

import msgspec

from engines.static.inventory.scopes import Scope
from engines.static.reading.facts import Call, Expression, Items, Member, Name, Symbol, Text

Origin = tuple[str, str, str]


class Thing(msgspec.Struct, frozen=True):
    """What an expression stands for.

    kind: `scope` (a definition or file of this source), `instance` (of a class of this source), `external` (a dotted
    name of elsewhere), `made` (what calling that external name gave), `value` (an expression), `unknown` (`dotted` is
    then the name as written, as far as it is one).
    `origin` tells objects apart that were made at different places: file, scope and name of the first assignment.
    `is_declared`: known from a declared type only: another class may stand behind it.
    """

    kind: str
    scope: Scope | None = None  # of `scope` and `instance`; of `value` and `made`: where the expression stands
    dotted: str = ""  # of `external`, `made` and `unknown`
    expression: Expression | None = None  # of `value`; of `made`: the call
    origin: Origin | None = None
    is_declared: bool = False


UNKNOWN = Thing("unknown")


def instance_of(thing: Thing, scope: Scope, call: Call | None) -> Thing:
    """Return the object of a class, or of what an external name makes; `scope` is where it is made, by `call`."""
    if thing.kind == "external":
        return Thing("made", scope, dotted=thing.dotted, expression=call)
    if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "class":
        return Thing("instance", thing.scope)
    if thing.kind == "unknown" and thing.dotted:
        return Thing("unknown", scope, dotted=thing.dotted, expression=call)
    return UNKNOWN


def plain(expression: Expression | None) -> str | None:
    """Return the text of a plain string or a symbol, None for anything else."""
    match expression:
        case Text(parts=()):
            return ""
        case Text(parts=(str(text),)) | Symbol(text=text):
            return text
    return None


def last_name(expression: Expression) -> str:
    """Return the last part of a dotted name, "" for anything else."""
    match expression:
        case Name(text=name) | Member(name=name):
            return name
    return ""


def elements(expression: Expression | None) -> tuple[Expression, ...]:
    """Return the elements of a list; any other expression is its only element."""
    if expression is None:
        return ()
    return expression.elements if isinstance(expression, Items) else (expression,)
