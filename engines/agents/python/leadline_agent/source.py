"""Which code is the service's own, and what its inventory calls it: functions of files under the roots."""

from __future__ import annotations

import ast
import os
import sys
from types import CodeType, FrameType

ROOTS = [root.rstrip("/") + "/" for root in os.environ.get("LEADLINE_ROOTS", "").split(os.pathsep) if root]
_FOREIGN = ("site-packages/", "dist-packages/", "leadline_agent/")  # within a root: installed, not written here
_EXTENSIONS = ("", ".py", ".pyw")  # compiled templates bear the name of their template

Place = tuple[str, str, int]  # name as the inventory has it, file relative to its root, line of `def`

_relative: dict[str, str] = {}
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


_MAX_FRAMES = 90
# Frames of these mean that the interpreter or the tracer itself is at work, not the service.
_NOT_THE_SERVICE = (
    "<frozen importlib",
    "/opentelemetry/sdk/",
    "/leadline_agent/export",
    "/leadline_agent/functions",
    "/leadline_agent/source",
    "/linecache.py",
    "/traceback.py",
    "/inspect.py",
    "/tokenize.py",
)


def calling_frame(skip: int) -> tuple[FrameType | None, int, bool]:
    """Return the innermost frame of the service's own code, its distance, and whether the service is at work at all."""
    frame: FrameType | None = sys._getframe(skip + 1)
    distance = 0
    while frame is not None and distance < _MAX_FRAMES:
        filename = frame.f_code.co_filename
        if _relative.get(filename) or relative(filename):
            return frame, distance, True
        if any(part in filename for part in _NOT_THE_SERVICE):
            return None, distance, False
        frame = frame.f_back
        distance += 1
    return None, distance, True
