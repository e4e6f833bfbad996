"""Which code is the service's own, and what its inventory calls it: functions of files under the roots."""

from __future__ import annotations

import ast
import os
from types import CodeType

ROOTS = [root.rstrip("/") + "/" for root in os.environ.get("LEADLINE_ROOTS", "").split(os.pathsep) if root]
_FOREIGN = ("site-packages/", "dist-packages/", "leadline_agent/")  # within a root: installed, not written here
_EXTENSIONS = ("", ".py", ".pyw")  # compiled templates bear the name of their template

Place = tuple[str, str, int]  # name as the inventory has it, file relative to its root, line of `def`

_relative: dict[str, str] = {}
_places: dict[int, tuple[Place, CodeType]] = {}  # holding the code keeps its id unique
_definitions: dict[str, dict[int, tuple[str, str, int]]] = {}


def relative(filename: str) -> str:
    """Return the path relative to its root with '/', '' for code that is not the service's own."""
    known = _relative.get(filename)
    if known is None:
        known = _relative[filename] = _relative_to_root(filename)
    return known


def _relative_to_root(filename: str) -> str:
    path = filename if filename.startswith("<") else os.path.realpath(filename)
    if os.path.splitext(path)[1] not in _EXTENSIONS:
        return ""
    for root in ROOTS:
        if path.startswith(root):
            rest = path[len(root) :]
            return "" if any("/" + part in "/" + rest for part in _FOREIGN) else rest
    return ""


def place_of(code: CodeType) -> Place | None:
    """Return what the inventory calls a function of the service's own code.

    `None` for foreign code and for what is no function of its own there: modules, class bodies, lambdas,
    comprehensions.
    """
    known = _places.get(id(code))
    if known is None:
        place = _place_of(code)
        if place is None:
            return None
        known = _places[id(code)] = place, code
    return known[0]


def _place_of(code: CodeType) -> Place | None:
    file = relative(code.co_filename)
    if not file or code.co_name.startswith("<") or not code.co_flags & 1:  # CO_OPTIMIZED: not a class body
        return None
    name, qualified, line = _of_file(code.co_filename).get(code.co_firstlineno, ("", "", 0))
    if name != code.co_name:  # the file was changed since, or makes its code itself
        return code.co_qualname, file, code.co_firstlineno
    return qualified, file, line


def _of_file(filename: str) -> dict[int, tuple[str, str, int]]:
    known = _definitions.get(filename)
    if known is None:
        try:
            with open(filename, "rb") as file:
                known = {first: told for first, *told in definitions(ast.parse(file.read()))}
        except (OSError, SyntaxError, ValueError, RecursionError):
            known = {}
        _definitions[filename] = known
    return known


def definitions(tree: ast.Module) -> list[tuple[int, str, str, int]]:
    """Return (first line with decorators, name, name in the inventory, line of `def`) of all functions of a module.

    A name that is taken is numbered in the order of the source (`Shop.price#2` is a property's setter), and what only
    declares an overload leaves the plain name to the function that runs.
    """
    found: list[tuple[int, str, str, int]] = []
    taken: set[str] = set()
    counts: dict[str, int] = {}

    def unique(name: str, is_overload: bool) -> str:
        numbered, count = name, counts.get(name, 1)
        while numbered in taken or (is_overload and numbered == name):
            count += 1
            numbered = f"{name}#{count}"
        counts[name] = count
        taken.add(numbered)
        return numbered

    def visit(node: ast.AST, within: str) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            name = unique(within + node.name, any(_is_overload(d) for d in node.decorator_list))
            found.append((first, node.name, name, node.lineno))
            within = name + ".<locals>."
        elif isinstance(node, ast.ClassDef):
            within = unique(within + node.name, False) + "."
        for child in ast.iter_child_nodes(node):
            visit(child, within)

    visit(tree, "")
    return found


def _is_overload(decorator: ast.expr) -> bool:
    return getattr(decorator, "attr", getattr(decorator, "id", "")) == "overload"
