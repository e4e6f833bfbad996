"""Function calls by rewriting the syntax tree on import, Python 3.11: the cheapest way there.

Every function body becomes `enter; try: body; except: note, raise; finally: leave`. Nothing is cached on disk, no
local names are added, line numbers stay. The main script is not imported: its functions get their new code when the
first request arrives.
"""

from __future__ import annotations

import ast
import builtins
import gc
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType, FunctionType

from leadline_agent.source import relative
from leadline_agent.tree import enter, fail, leave, resume

_places: list[tuple] = []


def _entered(key: int) -> None:
    enter(key, _places[key])


def _failed(key: int) -> None:
    kind = sys.exc_info()[0]
    if kind is not None and not issubclass(kind, (GeneratorExit, StopIteration)):
        fail(key, kind.__name__)


def _yielding(key: int, value: object = None) -> object:
    leave(key)
    return value


def _resumed(key: int, value: object) -> object:
    resume(key, _places[key])
    return value


_HOOKS = {
    "__leadline_enter__": _entered,
    "__leadline_leave__": leave,
    "__leadline_fail__": _failed,
    "__leadline_yield__": _yielding,
    "__leadline_resume__": _resumed,
}


class _Rewriter(ast.NodeTransformer):
    def __init__(self, file: str) -> None:
        self.file = file
        self.names: list[str] = []
        self.keys: list[int | None] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.names.append(node.name)
        self.keys.append(None)
        self.generic_visit(node)
        self.names.pop()
        self.keys.pop()
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.keys.append(None)
        self.generic_visit(node)
        self.keys.pop()
        return node

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        key = len(_places)
        _places.append((".".join([*self.names, node.name]), self.file, node.lineno))
        self.names += [node.name, "<locals>"]
        self.keys.append(key)
        node.body = [self.visit(statement) for statement in node.body]
        self.keys.pop()
        del self.names[-2:]
        documentation = node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
        body = node.body[len(documentation) :] or [ast.copy_location(ast.Pass(), node.body[0])]
        at = body[0]
        failing = ast.ExceptHandler(None, None, [_statement("__leadline_fail__", key), ast.Raise(None, None)])
        guarded = ast.Try(body, [failing], [], [_statement("__leadline_leave__", key)])
        node.body = documentation + [
            ast.copy_location(_statement("__leadline_enter__", key), at),
            ast.copy_location(guarded, at),
        ]
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self.generic_visit(node)
        if not self.keys or self.keys[-1] is None:
            return node
        key = self.keys[-1]
        node.value = _call("__leadline_yield__", key, *([node.value] if node.value else []))
        return ast.copy_location(_call("__leadline_resume__", key, node), node)


def _call(name: str, key: int, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [ast.Constant(key), *arguments], [])


def _statement(name: str, key: int) -> ast.Expr:
    return ast.Expr(_call(name, key))


def rewritten(source: bytes | str, filename: str) -> CodeType:
    """Return the code of a module whose functions tell when they are entered and left. Raises SyntaxError."""
    tree = _Rewriter(relative(filename)).visit(ast.parse(source, filename))
    ast.fix_missing_locations(tree)
    return compile(tree, filename, "exec", dont_inherit=True)


def install() -> None:
    """Rewrite what is imported from now on."""
    for name, hook in _HOOKS.items():
        setattr(builtins, name, hook)
    original = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        filename = loader.get_filename(fullname)
        if not relative(filename):
            return original(loader, fullname)
        try:
            return rewritten(loader.get_data(filename), filename)
        except (SyntaxError, ValueError, RecursionError, OSError):
            return original(loader, fullname)  # as it is, with its own error where it has one

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


def adopt_main() -> None:
    """Give the functions of the main script their rewritten code; they are found wherever decorators put them."""
    main = sys.modules.get("__main__")
    filename = getattr(main, "__file__", None)
    if not filename or not relative(filename):
        return
    with open(filename, "rb") as file:
        new = {_identity(code): code for code in _codes_in(rewritten(file.read(), filename))}
    for function in [thing for thing in gc.get_objects() if type(thing) is FunctionType]:
        code = function.__code__
        if code.co_filename != filename or "__leadline_enter__" in code.co_names:
            continue
        replacement = new.get(_identity(code))
        if replacement is not None and replacement.co_freevars == code.co_freevars:
            function.__code__ = replacement


def _identity(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes_in(code: CodeType) -> list[CodeType]:
    found = [code]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found += _codes_in(constant)
    return found
