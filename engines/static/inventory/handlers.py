"""Which function handles a route: written in place, named, wrapped, a method of a class, or told by a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engines.static.inventory.delegation import delegate
from engines.static.inventory.frameworks import Framework
from engines.static.inventory.names import Project
from engines.static.inventory.resources import filled
from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import plain
from engines.static.reading.facts import (
    Anonymous,
    Call,
    Expression,
    Items,
    Member,
    Name,
    Operation,
    Pairs,
    Symbol,
    Text,
)

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_MAX_DEPTH = 4

Handled = tuple[Scope | None, tuple[str, ...]]


def handlers(
    project: Project, scope: Scope, expression: Expression | None, methods: tuple[str, ...], framework: Framework,
    space: str = "",
) -> Iterator[Handled]:  # fmt: skip
    """Yield the functions that handle a route, each with its methods: one, or those of a view class by their names.

    `space`: the namespace that groups around the route put before the names of classes.
    """
    found = handler(project, scope, expression, framework, space)
    if found is None or found.kind != "class":
        yield (found.function if found is not None and found.kind == "function" else None), methods
        return
    # The declared ones are all methods, or none was said: then the class's own methods tell.
    named = {name.upper(): member for cls in project.with_bases(found) for name, member in cls.members.items()}
    by_verb = {verb: named[verb] for verb in VERBS if verb in named and named[verb].kind == "function"}
    names = framework.entry.get("invoked", ("__invoke", "__call__", "handle"))
    invoked = next((found.members[name] for name in names if name in found.members), None)
    if by_verb and not (invoked is not None and "invoked" in framework.entry):
        for verb, member in by_verb.items():
            yield member, (verb,)
    else:
        yield invoked, methods


def handler(
    project: Project, scope: Scope, expression: Expression | None, framework: Framework, space: str = "", depth: int = 0
) -> Scope | None:
    """Return the function or class that an expression names as a handler, None where it cannot be told."""
    if depth > _MAX_DEPTH:
        return None
    match expression:
        case Anonymous(definition=index):
            written = scope.module.scopes[index]
            return delegate(project, written) if framework["delegates"] else written
        case Member(holder=holder, name="class"):  # `Orders::class`
            return handler(project, scope, holder, framework, space, depth + 1)
        case Operation(left=Member(name="class") as cls, right=Text() as method):  # `Orders::class . ":find"`
            named = Items((cls, Text(((plain(method) or "").lstrip(":@#"),))))
            return handler(project, scope, named, framework, space, depth + 1)
        case Name() | Member():
            thing = project.resolve(scope, expression)
            if thing.kind == "value" and thing.scope is not None and thing.expression is not expression:
                return handler(project, thing.scope, thing.expression, framework, space, depth + 1)
            made = _made(scope, expression) if thing.kind == "unknown" else None
            if thing.kind == "made" and thing.scope is not None and isinstance(thing.expression, Call):
                made = thing.scope, thing.expression
            if made is not None:
                return handler(project, *made, framework, space, depth + 1)
            return thing.scope if thing.kind in ("scope", "instance") else None
        case Items(elements=(cls, method)) if plain(method) is not None:
            thing = project.resolve(scope, cls.holder if isinstance(cls, Member) and cls.name == "class" else cls)
            owner = thing.scope if thing.kind in ("scope", "instance") else None
            return _member(project, owner, plain(method) or "")
        case Items(elements=elements) if elements:
            return handler(project, scope, elements[-1], framework, space, depth + 1)
        case Text() | Symbol():
            return by_text(project, scope, plain(expression), framework, space)
        case Pairs(entries=entries):
            for _, value in entries:
                found = handler(project, scope, value, framework, space, depth + 1)
                if found is not None:
                    return found
        case Call():
            return _wrapped(project, scope, expression, framework, space, depth)
    return None


def _wrapped(
    project: Project, scope: Scope, call: Call, framework: Framework, space: str, depth: int
) -> Scope | None:  # fmt: skip
    """A wrapper around the handler; else what makes it, or is it called in place."""
    found = list(_handed_over(project, scope, call, framework, space, depth))
    for kind in ("function", "class"):
        first = next((each for each in found if each.kind == kind), None)
        if first is not None:
            return first
    callee = call.callee
    if isinstance(callee, Member):
        holder = project.resolve(scope, callee.holder)
        if holder.kind == "scope" and holder.scope is not None and holder.scope.kind == "class":
            return _member(project, holder.scope, callee.name) or holder.scope  # Class.as_view()
    thing = project.resolve(scope, callee)
    if thing.kind != "scope" or thing.scope is None:
        return None
    inner = next((each for each in call.positional if isinstance(each, Call)), None)
    if inner is not None and depth < _MAX_DEPTH and _calls_its_argument(thing.scope):
        found = _wrapped(project, scope, inner, framework, space, depth + 1)  # guarded(show())
        if found is not None:
            return found
    return _given_back(project, thing.scope)


def _calls_its_argument(function: Scope) -> bool:
    """Whether a function, or one written in it, calls what it was given: then that is the handler and not itself."""
    for scope, site in function.module.calls():
        callee = site.expression.callee if isinstance(site.expression, Call) else None
        if isinstance(callee, Name) and callee.text in function.arguments:
            while scope is not function and scope.parent is not None:
                scope = scope.parent
            if scope is function:
                return True
    return False


def _given_back(project: Project, function: Scope) -> Scope:
    """What a function that makes a handler gives back, where that is one function of the source; else the function."""
    returned = function.definition.returns
    if function.kind == "function" and len(returned) == 1 and isinstance(returned[0], Anonymous | Name):
        thing = project.resolve(function, returned[0])
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "function":
            return function if thing.scope.is_part else thing.scope
    return function


def _handed_over(
    project: Project, scope: Scope, call: Call, framework: Framework, space: str, depth: int
) -> Iterator[Scope]:
    """Yield what the names among the arguments stand for, then the functions among those of calls in them."""
    for given in call.positional:
        each = _under_key(given, framework) if isinstance(given, Pairs) else given
        if isinstance(each, Anonymous | Name | Member):
            found = handler(project, scope, each, framework, space, depth + 1)
            if found is not None:
                yield found
    for each in call.positional if depth < _MAX_DEPTH else ():
        if isinstance(each, Call):
            inner = _handed_over(project, scope, each, framework, space, depth + 1)
            yield from (found for found in inner if found.kind == "function")


def _under_key(pairs: Pairs, framework: Framework) -> Expression | None:
    """What a map has under a key that means a handler: `(interceptor {:name :show :enter show})`."""
    named = {plain(key): value for key, value in pairs.entries}
    return next((named[key] for key in framework["tables"].get("handler", ()) if key in named), None)


def _made(scope: Scope, expression: Expression) -> tuple[Scope, Call] | None:
    """The call that gave a local name its value, and where it stands: `show = guarded(lambda request: …)`."""
    here: Scope | None = scope
    while here is not None and isinstance(expression, Name):
        value = here.definition.values.get(expression.text)
        if value is not None:
            return (here, value) if isinstance(value, Call) else None
        here = here.parent
    return None


def by_text(project: Project, scope: Scope, text: str | None, framework: Framework, space: str = "") -> Scope | None:
    """Return the method that a text names (`orders#show`, `OrdersController@show`)."""
    rules: Mapping[str, str] = framework["handlers"]
    match = re.fullmatch(rules.get("text", r"(?!)"), text or "")
    if match is None:
        return None
    name = filled(rules.get("class", "{class}"), match.groupdict())
    name = name.replace("\\", ".").strip(".")
    space = space.replace("\\", ".").strip(".")
    under = f"{space}.{name}" if space else name
    for candidate in dict.fromkeys([*(f"{each}.{under}" for each in rules.get("spaces", ())), under, name]):
        thing = project.find(scope.module, candidate)
        if thing.kind == "external":
            thing = project.lookup(scope, candidate.split(".")[-1])
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "class":
            return _member(project, thing.scope, match.groupdict().get("function") or "__invoke")
    return None


def _member(project: Project, cls: Scope | None, name: str) -> Scope | None:
    if cls is None or cls.kind != "class":
        return None
    members = (each.members.get(name) for each in project.with_bases(cls))
    return next((member for member in members if member is not None and member.kind == "function"), None)


def written_in_place(scope: Scope, handler: Expression | None) -> Scope | None:
    """Return the function that a route's declaration writes in place of a name."""
    return scope.module.scopes[handler.definition] if isinstance(handler, Anonymous) else None
