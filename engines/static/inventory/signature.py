"""Parameters that a handler's own signature declares: markers, annotations, model classes, dependencies.

As the frameworks' references describe, e.g. https://fastapi.tiangolo.com/reference/parameters/: a plain value is a
query parameter unless the template names it, a model is the body, `Header()` names have hyphens for underscores,
`Depends()` brings its own parameters. Annotations (`@RequestParam`, `[FromQuery]`, `@Query()`) name their place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from engines.static.inventory.frameworks import Framework, key_of, knowledge, naming, placed
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Scope
from engines.static.inventory.texts import written
from engines.static.inventory.things import Thing, plain
from engines.static.reading.facts import Argument, Call, Constant, Expression, Index, Items, Member, Name, Other

Declared = tuple[str, str, str, bool, str | None]  # name, place, type, is_required, example
_MAX_DEPTH = 4
_LISTS = frozenset(
    "list List set Set tuple Tuple Sequence Iterable Array ArrayList Collection IEnumerable IList Seq Vector".split()
)


def signature(
    project: Project, function: Scope, framework: Framework, in_path: set[str], depth: int = 0
) -> Iterator[Declared]:
    """Yield the parameters that a handler declares, with those of its dependencies."""
    rules: Mapping[str, Any] = framework["signature"]
    outside = function.parent or function.module.top
    receivers = naming(function.module.language).get("receivers", ())
    bodies: list[tuple[str, Scope, str]] = []
    for argument in _arguments(project, function):
        if argument.is_variadic or (argument.name in receivers and function.holder is not None):
            continue
        marker, kind = _marker(project, outside, argument, rules, framework)
        if kind == "dependency":
            if isinstance(marker, Call) and depth < _MAX_DEPTH:
                yield from _dependency(project, outside, marker, argument.type, framework, in_path, depth)
            continue
        bare = _bare(argument.type, outside)
        named = project.type(outside, bare) if bare is not None else None
        if named is not None and _is_injected(project, named, bare, rules, framework, function):
            continue
        model = _model(project, named, rules)
        place = kind or ("path" if argument.name in in_path else None)
        if model is not None and place in (None, "json", "form", "any"):
            if rules.get("body") or place:
                bodies.append((argument.name, model, place or rules["body"]))
            continue
        if place in ("query", "header", "cookie") and model is not None:
            for each in _fields(project, model, "", depth):
                if not rules.get("simple") or ("." not in each[0] and each[2] != "unknown"):
                    yield _moved(each, place)
            continue
        if place is None and (not rules.get("default") or (rules.get("simple") and _type(function, bare) == "unknown")):
            continue
        alias = _alias(marker)
        shown = alias or (argument.name.replace("_", "-") if place == "header" else argument.name)
        if place == "path" and shown not in in_path and argument.name in in_path:
            shown = argument.name
        required, example = _default(argument.default, marker)
        is_object = bare is not None and written(bare) in ("dict", "Dict", "Any")
        yield (
            shown,
            place or ("json" if is_object else rules["default"]),
            _type(function, bare),
            required or place == "path",
            example,
        )
    for name, model, place in bodies:
        for each in _fields(project, model, f"{name}." if len(bodies) > 1 else "", depth):
            yield _moved(each, place)


def _arguments(project: Project, function: Scope) -> Iterator[Argument]:
    """Yield the parameters of a function; one without marks has those of the method that the function implements."""
    own = function.definition.parameters
    bases = project.with_bases(function.holder)[1:] if function.holder is not None else []
    declared = next((base.members[function.name] for base in bases if function.name in base.members), None)
    inherited = declared.definition.parameters if declared is not None else []
    for position, argument in enumerate(own):
        if not argument.decorators and len(inherited) == len(own):
            argument = msgspec.structs.replace(argument, decorators=inherited[position].decorators)
        yield argument


def _is_injected(
    project: Project, named: Thing, bare: Expression | None, rules: Mapping[str, Any], framework: Framework,
    function: Scope,
) -> bool:  # fmt: skip
    table = rules.get("injected", ())
    if rules.get("any_class") and named.scope is not None and named.scope.kind == "class":
        if named.scope.definition.is_abstract:
            return True  # what others implement is handed over, not filled from a request
        bases = project.external_bases(named.scope)
        return any(key_of(base, False, table, by_last_name=True) is not None for base in bases)
    dotted = named.dotted or (written(bare) if bare is not None else "")
    is_known = named.kind in ("external", "made")
    by_last_name = framework.is_used_by(function.module)
    return bool(dotted) and key_of(dotted, is_known, table, by_last_name=by_last_name) is not None


def _marker(
    project: Project, scope: Scope, argument: Argument, rules: Mapping[str, Any], framework: Framework
) -> tuple[Expression | None, str | None]:
    """The `Query()`, `@RequestParam`, `Depends()` … of a parameter, and the place that it means."""
    candidates: list[Expression] = list(argument.decorators)
    if argument.default is not None:
        candidates.append(argument.default)
    if isinstance(argument.type, Index) and isinstance(argument.type.key, Items):
        candidates += argument.type.key.elements[1:]
    for candidate in candidates:
        is_decorator = any(candidate is each for each in argument.decorators)
        callee = candidate.callee if isinstance(candidate, Call) else candidate if is_decorator else None
        if callee is None:
            continue
        thing = project.resolve(scope, callee)
        is_known = thing.kind in ("external", "made")
        dotted = thing.dotted if is_known else written(callee) if thing.kind == "unknown" else ""
        by_last = framework.is_used_by(scope.module)
        if dotted and key_of(dotted, is_known, rules.get("dependency", ()), by_last_name=by_last):
            return candidate, "dependency"
        key = key_of(dotted, is_known, rules.get("places", ()), by_last_name=by_last) if dotted else None
        if key is not None:
            return candidate, rules["places"][key]
    return None, None


def _alias(marker: Expression | None) -> str | None:
    """The name that a marker gives: `alias`, `name`, `value`, or the text of a decorator."""
    found = plain(placed(marker, ["alias", "name", "Name", "value"]))
    if found is None and isinstance(marker, Call) and len(marker.positional) >= 1:
        first = plain(marker.positional[0])
        found = first if first and first.isprintable() and " " not in first and not marker.named else None
    return found


def _dependency(
    project: Project, scope: Scope, marker: Call, annotation: Expression | None, framework: Framework,
    in_path: set[str], depth: int,
) -> Iterator[Declared]:  # fmt: skip
    given = placed(marker, [0, "dependency"])
    thing = project.resolve(scope, given) if given is not None else project.type(scope, _bare(annotation, scope))
    if thing.kind != "scope" or thing.scope is None:
        return
    function: Scope | None = thing.scope
    if thing.scope.kind == "class":
        constructors = naming(thing.scope.module.language).get("constructors", ())
        function = next((thing.scope.members[name] for name in constructors if name in thing.scope.members), None)
    if function is not None and function.kind == "function":
        yield from signature(project, function, framework, in_path, depth + 1)


def _bare(annotation: Expression | None, scope: Scope) -> Expression | None:
    """The type without `Annotated`, `Optional` and `| None`."""
    wrappers = naming(scope.module.language).get("wrappers", ())
    node = annotation
    while node is not None:
        if isinstance(node, Index) and written(node.holder).split(".")[-1] in wrappers:
            key = node.key
            node = key.elements[0] if isinstance(key, Items) and key.elements else key
        elif hasattr(node, "operator") and node.operator == "|":  # type: ignore[union-attr]
            node = node.left  # type: ignore[union-attr]
        else:
            return node
    return None


def _model(project: Project, named: Thing | None, rules: Mapping[str, Any]) -> Scope | None:
    if named is None or named.kind not in ("scope", "instance") or named.scope is None or named.scope.kind != "class":
        return None
    if rules.get("any_class"):
        return named.scope
    bases = set(project.external_bases(named.scope))
    return named.scope if bases & set(rules.get("models", ())) else None


def _fields(project: Project, model: Scope, prefix: str, depth: int) -> Iterator[Declared]:
    """Yield the fields of a model and of its bases; of models inside, with dotted names."""
    seen: set[str] = set()
    for cls in project.with_bases(model):
        for field in _declared_fields(cls):
            if field.name in seen or written(field.type or Other("")).startswith("ClassVar"):
                continue
            seen.add(field.name)
            bare, marker = _bare(field.type, cls), ""
            if isinstance(bare, Index) and written(bare.holder).split(".")[-1] in _LISTS:
                inner = bare.key.elements[0] if isinstance(bare.key, Items) and bare.key.elements else bare.key
                bare, marker = _bare(inner, cls), "[]"
            named = project.type(cls, bare) if isinstance(bare, Name | Member) else None
            inside = named.scope if named and named.scope is not None and named.scope.kind == "class" else None
            default = field.default
            alias = plain(placed(default, ["alias"])) if isinstance(default, Call) else None
            name = prefix + (alias or field.name)
            if inside is not None and depth < _MAX_DEPTH and inside.definition.fields and inside is not model:
                yield from _fields(project, inside, f"{name}{marker}.", depth + 1)
                continue
            required, example = _default(default, default if isinstance(default, Call) else None)
            yield name + marker, "json", _type(model, bare), required, example


def _declared_fields(cls: Scope) -> list[Argument]:
    # A name in capitals is a constant of the class.
    listed = {each.name: each for each in cls.definition.fields if not (each.default and each.name.isupper())}
    for name, declared in cls.definition.types.items():
        if not (name.isupper() and name in cls.definition.values):
            listed.setdefault(name, Argument(name, declared, cls.definition.values.get(name)))
    return list(listed.values())


def _moved(declared: Declared, place: str) -> Declared:
    name, _, *rest = declared
    return (name, place, *rest)  # type: ignore[return-value]


def _default(default: Expression | None, marker: Expression | None) -> tuple[bool, str | None]:
    """Whether a parameter is required, and its default as an example."""
    if isinstance(marker, Call):
        told = placed(marker, ["required"])
        if isinstance(told, Constant) and told.text == "false":
            return False, plain(placed(marker, ["defaultValue"]))
        given = placed(marker, ["defaultValue"])
        if given is not None:
            return False, plain(given)
    if marker is not None and default is marker:
        default = placed(marker, [0, "default"])
        if default is None and placed(marker, ["default_factory"]) is not None:
            return False, None
    if default is None or (isinstance(default, Other | Constant) and default.text == "..."):
        return True, None
    if isinstance(default, Constant) and default.text[:1].isdigit():
        return False, default.text
    return False, plain(default) or None


def _type(scope: Scope, expression: Expression | None) -> str:
    return knowledge(scope.module.language)["types"].get(written(expression), "unknown") if expression else "unknown"
