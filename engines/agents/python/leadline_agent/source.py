"""Which code is the service's own: files under the roots, outside installed packages."""

from __future__ import annotations

import ast
import os
import sys
from types import FrameType

ROOTS = [root.rstrip("/") + "/" for root in os.environ.get("LEADLINE_ROOTS", "").split(os.pathsep) if root]
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

_relative: dict[str, str] = {}
_definition_lines: dict[str, dict[int, int]] = {}


def relative(filename: str) -> str:
    """Return the path relative to its root with '/', '' for code that is not the service's own."""
    known = _relative.get(filename)
    if known is None:
        path = filename if filename.startswith("<") else os.path.realpath(filename)
        known = ""
        if "/site-packages/" not in path and "/dist-packages/" not in path and "/leadline_agent/" not in path:
            known = next((path[len(root) :] for root in ROOTS if path.startswith(root)), "")
        _relative[filename] = known
    return known


def definition_line(filename: str, first_line: int) -> int:
    """Return the line of `def` where the code's first line is that of a decorator."""
    lines = _definition_lines.get(filename)
    if lines is None:
        lines = {}
        try:
            with open(filename, "rb") as file:
                tree = ast.parse(file.read())
        except (OSError, SyntaxError, ValueError, RecursionError):
            tree = ast.Module([], [])
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.decorator_list:
                lines[min(decorator.lineno for decorator in node.decorator_list)] = node.lineno
        _definition_lines[filename] = lines
    return lines.get(first_line, first_line)


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
