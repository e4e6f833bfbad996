"""Parameters that a handler's own signature declares (FastAPI): path, query, models, headers, cookies, dependencies.

As https://fastapi.tiangolo.com/reference/parameters/ describes: a plain value is a query parameter unless the template
names it, a model is the body, `Header()` names have hyphens for underscores, `Depends()` brings its own parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tree_sitter import Node

from engines.static.inventory.expressions import argument, called, literal, text
from engines.static.inventory.module import Scope
from engines.static.inventory.names import Project, Thing, type_arguments

Declared = tuple[str, str, str, bool, str | None]  # name, place, type, is_required, example
_MAX_DEPTH = 4
_LISTS = ("list", "List", "set", "Set", "tuple", "Tuple", "Sequence", "Iterable")


def signature(
    project: Project, function: Scope, framework: Mapping[str, Any], in_path: set[str], depth: int = 0
) -> Iterator[Declared]:
    """Yield the parameters that a handler declares, with those of its dependencies."""
    rules = framework["signature"]
    outside = function.parent or function.module.top
    receivers = function.module.language.settings["receivers"]
    bodies: list[tuple[str, Scope]] = []
    for name, annotation, default in _signed(function):
        if name in receivers and function.parent is not None and function.parent.kind == "class":
            continue
        marker, kind = _marker(project, outside, annotation, default, rules)
        if kind == "dependency":
            if marker is not None and depth < _MAX_DEPTH:
                yield from _dependency(project, outside, marker, annotation, framework, in_path, depth)
            continue
        type_node = _bare(annotation)
        named = project.resolve(outside, type_node) if type_node is not None else None
        if named is not None and named.dotted in rules["injected"]:
            continue
        model = _model(project, named, rules)
        place = "path" if name in in_path else kind
        if model is not None and place in (None, "json"):
            bodies.append((name, model))
            continue
        if place in ("query", "form", "header", "cookie") and model is not None:
            yield from (_moved(each, place) for each in _fields(project, model, "", depth))
            continue
        alias = literal(argument(marker, None, "alias")) if marker is not None else None
        shown = alias or (name.replace("_", "-") if place == "header" else name)
        required, example = _default(default, marker, annotation)
        is_object = type_node is not None and text(type_node).split("[")[0] in ("dict", "Dict", "Any")
        yield (
            shown,
            place or ("json" if is_object else "query"),
            _type(function, type_node),
            required or place == "path",
            example,
        )
    for name, model in bodies:
        yield from _fields(project, model, f"{name}." if len(bodies) > 1 else "", depth)


def _signed(function: Scope) -> Iterator[tuple[str, Node | None, Node | None]]:
    """Yield (name, annotation, default) of a function's parameters, `*args` and `**kwargs` left out."""
    for name, node in function.parameters.items():
        if "splat" not in node.type and not (node.named_children and "splat" in node.named_children[0].type):
            yield name, node.child_by_field_name("type"), node.child_by_field_name("value")


def _marker(
    project: Project, scope: Scope, annotation: Node | None, default: Node | None, rules: Mapping[str, Any]
) -> tuple[Node | None, str | None]:
    """The `Query()`, `Depends()` … of a parameter, as its default or in `Annotated`, and the place that it means."""
    candidates = [default] if default is not None else []
    inner = annotation.named_children[0] if annotation is not None and annotation.named_children else None
    if inner is not None and inner.type == "generic_type":
        candidates += [n.named_children[0] if n.type == "type" else n for n in type_arguments(inner)[1:]]
    for node in candidates:
        if node.type == "call":
            dotted = project.resolve(scope, called(node)).dotted
            if dotted in rules["dependency"]:
                return node, "dependency"
            if dotted in rules["places"]:
                return node, rules["places"][dotted]
    return None, None


def _dependency(
    project: Project, scope: Scope, marker: Node, annotation: Node | None, framework: Mapping[str, Any],
    in_path: set[str], depth: int,
) -> Iterator[Declared]:  # fmt: skip
    given = argument(marker, 0, "dependency") or _bare(annotation)
    thing = project.resolve(scope, given) if given is not None else None
    if thing is None or thing.kind != "scope" or thing.scope is None:
        return
    function = thing.scope.members.get("__init__") if thing.scope.kind == "class" else thing.scope
    if function is not None and function.kind == "function":
        yield from signature(project, function, framework, in_path, depth + 1)


def _bare(annotation: Node | None) -> Node | None:
    """The type without `Annotated`, `Optional` and `| None`."""
    node = annotation
    while node is not None:
        if node.type == "type":
            node = node.named_children[0] if node.named_children else None
        elif node.type == "generic_type" and text(node.named_children[0]) in ("Annotated", "Optional", "Union"):
            inner = type_arguments(node)
            node = inner[0] if inner else None
        elif node.type in ("binary_operator", "union_type"):
            node = node.named_children[0]
        else:
            return node
    return None


def _model(project: Project, named: Thing | None, rules: Mapping[str, Any]) -> Scope | None:
    if named is None or named.kind not in ("scope", "instance") or named.scope is None or named.scope.kind != "class":
        return None
    bases = {base.dotted for cls in project.with_bases(named.scope) for base in project.bases(cls)}
    return named.scope if bases & set(rules["models"]) else None


def _fields(project: Project, model: Scope, prefix: str, depth: int) -> Iterator[Declared]:
    """Yield the fields of a model and of its bases; of models inside, with dotted names."""
    for cls in project.with_bases(model):
        for statement in cls.node.child_by_field_name("body").named_children:
            node = statement.named_children[0] if statement.type == "expression_statement" else statement
            annotation = node.child_by_field_name("type") if node.type == "assignment" else None
            left = node.child_by_field_name("left")
            if annotation is None or left is None or text(annotation).startswith("ClassVar"):
                continue
            default = node.child_by_field_name("right")
            bare, marker = _bare(annotation), ""
            if bare is not None and bare.type == "generic_type" and text(bare.named_children[0]) in _LISTS:
                inner = type_arguments(bare)
                bare, marker = _bare(inner[0]) if inner else None, "[]"
            named = project.resolve(cls, bare) if bare is not None else None
            inside = named.scope if named and named.scope is not None and named.scope.kind == "class" else None
            alias = literal(argument(default, None, "alias")) if _is_call(default) else None
            name = prefix + (alias or text(left))
            if inside is not None and depth < _MAX_DEPTH and project.bases(inside):
                yield from _fields(project, inside, f"{name}{marker}.", depth + 1)
                continue
            required, example = _default(default, default if _is_call(default) else None, annotation)
            yield name + marker, "json", _type(model, bare), required, example


def _is_call(node: Node | None) -> bool:
    return node is not None and node.type == "call"


def _moved(declared: Declared, place: str) -> Declared:
    name, _, *rest = declared
    return (name, place, *rest)  # type: ignore[return-value]


def _default(default: Node | None, marker: Node | None, annotation: Node | None) -> tuple[bool, str | None]:
    """Whether a parameter is required, and its default as an example."""
    if marker is not None and default is not None and marker.id == default.id:
        default = argument(marker, 0, "default")
        if default is None and argument(marker, None, "default_factory") is not None:
            return False, None
    if default is None or default.type == "ellipsis":
        return True, None
    if default.type in ("integer", "float"):
        return False, text(default)
    return False, literal(default) or None


def _type(scope: Scope, node: Node | None) -> str:
    return scope.module.language.frameworks["types"].get(text(node), "unknown") if node is not None else "unknown"
