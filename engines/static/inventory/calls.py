"""Who calls whom: calls resolved to functions of the source, and requests to other services."""

from __future__ import annotations

from collections.abc import Iterator

from engines.contract import Call as CallRecord
from engines.contract import Target
from engines.static.inventory.frameworks import key_of, knowledge, naming, placed
from engines.static.inventory.includes import included
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.texts import rendered, written
from engines.static.inventory.things import Thing
from engines.static.reading.facts import Anonymous, Call, Expression, Member, Name

_MAX_TEXT = 200
_MAX_IMPLEMENTATIONS = 20
_HANDED = (Name, Member, Anonymous)

Callee = tuple[str, str | None, str, bool]  # name, file, kind, is_approximate


def calls(project: Project, module: Module, target: Target) -> Iterator[CallRecord]:
    """Yield the calls of a file, each once a line: resolved, by name only (`is_approximate`), or as text."""
    seen: set[tuple[str, str, str | None, int, str]] = set()
    for scope, site in module.calls():
        if not isinstance(site.expression, Call):
            continue
        caller = scope.function.qualified_name
        for callee, file, kind, is_approximate in _callees(project, scope, site.expression):
            key = (caller, callee, file, site.line, kind)
            if callee and key not in seen:
                seen.add(key)
                yield CallRecord(
                    service=target.service,
                    build_id=target.build_id,
                    caller=caller,
                    caller_file=module.path,
                    callee=callee,
                    callee_file=file,
                    line=site.line,
                    kind=kind,
                    is_approximate=is_approximate,
                )


def _callees(project: Project, scope: Scope, call: Call) -> Iterator[Callee]:
    url = requested(project, scope, call)
    if url is not None:
        yield url[:_MAX_TEXT], None, "http", False
    else:
        yield from _called(project, scope, call)
    # A function handed over is likely called by whoever receives it (threads, map, dependencies).
    given = (*call.positional, *[value for _, value in call.named]) if call.named else call.positional
    for handed in given:
        if isinstance(handed, _HANDED):
            thing = project.resolve(scope, handed)
            is_function = thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "function"
            if is_function and thing.scope is not None and not thing.scope.is_part:
                yield thing.scope.qualified_name, thing.scope.module.path, "call", True


def _called(project: Project, scope: Scope, call: Call) -> Iterator[Callee]:
    above = _above(project, scope, call)
    if above is not None:
        yield above.qualified_name, above.module.path, "call", False
        return
    files = included(project, scope, call)
    for file in files:
        yield file.top.qualified_name, file.path, "call", len(files) > 1
    if files:
        return
    thing = project.resolve(scope, call.callee)
    if thing.kind == "unknown":  # `Orders.new`
        made = project.made(scope, call)
        thing = Thing("scope", made.scope) if made.kind == "instance" else thing
    if thing.kind == "instance" and isinstance(call.callee, Name | Call):
        thing = Thing("scope", thing.scope)  # `super()`, an object that is called
    if thing.kind == "scope" and thing.scope is not None:
        function = _constructor(project, thing.scope) if thing.scope.kind == "class" else thing.scope
        if function is not None and function.kind == "function":
            yield from _dispatched(project, function, _is_open(project, scope, call, function))
            return
    if isinstance(call.callee, Member) and thing.kind == "unknown":
        name = call.callee.name
        candidates = [function for function in project.functions_named(name) if function.holder is not None]
        is_telling = name not in naming(scope.module.language).get("everyday", ())
        if len(candidates) == 1 and is_telling and not _is_known(project, scope, call.callee.holder):
            yield candidates[0].qualified_name, candidates[0].module.path, "call", True
            return
    yield _shown(call.callee), None, "call", False


def _is_known(project: Project, scope: Scope, holder: Expression) -> bool:
    """Whether the class is known that a method is called on: what it lacks is not that of another class."""
    thing = project.resolve(scope, holder)
    return thing.scope is not None and thing.kind in ("scope", "instance") and thing.scope.kind == "class"


def _above(project: Project, scope: Scope, call: Call) -> Scope | None:
    """The method of a base that `super` alone calls, in languages where it does."""
    rules = naming(scope.module.language)
    is_super = isinstance(call.callee, Name) and call.callee.text in rules.get("super", ())
    if not is_super or not rules.get("super_is_method") or scope.owner is None:
        return None
    method = scope
    while not method.is_method and method.parent is not None:
        method = method.parent
    members = (each.members.get(method.name) for each in project.with_bases(scope.owner)[1:])
    return next((each for each in members if each is not None and each is not method and each.kind == "function"), None)


def _dispatched(project: Project, function: Scope, is_open: bool) -> Iterator[Callee]:
    """The function itself, and what overrides it where any class derived from the declared one may stand there."""
    others = project.implementations(function)[:_MAX_IMPLEMENTATIONS] if is_open else []
    is_certain = not (others and function.definition.is_abstract)
    yield function.qualified_name, function.module.path, "call", not is_certain
    for other in others:
        yield other.qualified_name, other.module.path, "call", True


def _is_open(project: Project, scope: Scope, call: Call, function: Scope) -> bool:
    """Whether the object that a method is called on may be of a derived class, or something else implements it."""
    if function.definition.is_abstract and function.holder is None:
        return True
    if not isinstance(call.callee, Member):
        return False
    holder = project.resolve(scope, call.callee.holder)
    return holder.kind == "instance" and (holder.is_declared or _is_own(scope, call.callee.holder))


def _is_own(scope: Scope, holder: Expression) -> bool:
    rules = naming(scope.module.language)
    return isinstance(holder, Name) and holder.text in (*rules.get("this", ()), *rules.get("receivers", ()))


def _constructor(project: Project, cls: Scope) -> Scope | None:
    names = naming(cls.module.language).get("constructors", ())
    for each in project.with_bases(cls):
        for name in names:
            found = each.members.get(each.name if name == "class" else name)
            if found is not None and found.kind == "function":
                return found
    return None


def _shown(callee: Expression) -> str:
    name = written(callee)
    if not name and isinstance(callee, Member):
        name = f"….{callee.name}"
    return name[:_MAX_TEXT]


def requested(project: Project, scope: Scope, call: Call) -> str | None:
    """Return the URL text of a call that sends an HTTP request, `{}` for what is not constant; None for other calls."""
    known = knowledge(scope.module.language)
    if call.name not in known["http_names"]:
        return None
    http = known["http"]
    thing = project.resolve(scope, call.callee)
    if thing.kind in ("external", "made", "unknown"):
        dotted = thing.dotted if thing.kind != "unknown" else written(call.callee)
        key = key_of(dotted, True, http["functions"], by_last_name=False) if dotted else None
        if key is not None:
            return _url(project, scope, call, http["functions"][key], "")
    dotted, _, method = thing.dotted.rpartition(".")
    is_known = thing.kind == "external"
    if method in http["client_methods"] and (is_known or thing.kind == "unknown"):
        client = key_of(dotted, is_known, http["clients"], by_last_name=True)
        if client is None:
            return None
        holder = project.resolve(scope, call.callee.holder) if isinstance(call.callee, Member) else None
        base = _base(project, holder, http["clients"][client])
        return _url(project, scope, call, http["client_methods"][method], base)
    return None


def _base(project: Project, holder: Thing | None, place: object) -> str:
    if holder is None or holder.scope is None or not place:
        return ""
    given = placed(holder.expression, [place] if isinstance(place, str | int) else place)  # type: ignore[arg-type]
    return rendered(project, holder.scope, given, "{}") or "" if given is not None else ""


def _url(project: Project, scope: Scope, call: Call, position: int, prefix: str) -> str:
    address = placed(call, [position, "url", "uri"])
    path = rendered(project, scope, address, "{}") if address is not None else "{}"
    is_absolute = (path or "").startswith(("http://", "https://"))
    return path or "{}" if is_absolute or not prefix else prefix.rstrip("/") + "/" + (path or "{}").lstrip("/")
