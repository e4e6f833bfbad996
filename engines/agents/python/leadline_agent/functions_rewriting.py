"""Function calls by rewriting the syntax tree on import, Python 3.11: the cheapest way there.

Every function body becomes `enter; try: body; except: note, raise; finally: leave`. Nothing is cached on disk, no
local names are added, line numbers stay. A generator gives its place back at every `yield` (also those that
`yield from` passes on) and takes it again when it goes on, be it with an exception. The main script is not imported:
its functions get their new code when the first request arrives.
"""

from __future__ import annotations

import ast
import builtins
import gc
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from types import CodeType, CoroutineType, FunctionType
from typing import Any

from leadline_agent.source import Place, definitions, relative
from leadline_agent.tree import OFTEN, current, enter, fail, leave, resume

_places: list[Place] = []
_suspended: set[int] = (
    set()
)  # frames of generators that gave their place back; each takes it again, at the latest to end
_frame = sys._getframe
_get, _put = current.get, current.set  # every call of the service comes by here twice


def _entered(key: int) -> None:
    node = _get()
    if node is not None:
        child = node.children.get(key)
        if child is not None:
            child.count += 1
            _put(child)
        else:
            enter(key, _places[key])


def _left(key: int) -> None:
    node = _get()
    if node is None:
        return
    if node.key == key and node.count > OFTEN:
        _put(node.parent)
    else:
        leave(key)


def _failed(key: int) -> None:
    kind = sys.exc_info()[0]
    if kind is not None and not issubclass(kind, (GeneratorExit, StopIteration)):
        fail(key, kind.__name__)


def _yielding(key: int, value: object = None) -> object:
    _suspended.add(id(_frame(1)))
    _left(key)
    return value


def _resumed(key: int, value: object) -> object:
    _back(key, id(_frame(1)))
    return value


def _caught(key: int) -> None:
    """An exception is being handled in a generator: it may have been thrown in."""
    _back(key, id(_frame(1)))


def _back(key: int, frame: int) -> None:
    if frame in _suspended:
        _suspended.discard(frame)
        resume(key, _places[key])


class _Delegate:
    """What a generator passes on by `yield from`, with the generator's place given back while it waits.

    It has the methods of a generator so far as the original has them, so that `yield from` treats it alike (PEP 380).
    """

    __slots__ = ("frame", "inner", "key")

    def __init__(self, key: int, frame: int, inner: Any) -> None:
        self.key, self.frame, self.inner = key, frame, inner

    def __iter__(self) -> _Delegate:
        return self

    def __next__(self) -> object:
        return self._step(self.inner.__next__)

    def __getattr__(self, name: str) -> object:
        if name not in ("send", "throw", "close"):
            raise AttributeError(name)
        method = getattr(self.inner, name)
        return self._close if name == "close" else lambda *arguments: self._step(method, *arguments)

    def _step(self, method: Any, *arguments: object) -> object:
        _back(self.key, self.frame)
        value = method(*arguments)
        _suspended.add(self.frame)
        leave(self.key)
        return value

    def _close(self) -> None:
        _back(self.key, self.frame)
        self.inner.close()


def _passed_on(key: int, inner: Any) -> Any:
    if isinstance(inner, CoroutineType):
        return inner  # waits, and yields nothing of its own
    return _Delegate(key, id(_frame(1)), iter(inner))


_HOOKS = {
    "__leadline_enter__": _entered,
    "__leadline_leave__": _left,
    "__leadline_fail__": _failed,
    "__leadline_yield__": _yielding,
    "__leadline_resume__": _resumed,
    "__leadline_caught__": _caught,
    "__leadline_from__": _passed_on,
}


class _Rewriter(ast.NodeTransformer):
    """Rewrites the functions of one module. `scopes`: for each that is open its key and whether it is a generator."""

    def __init__(self, file: str, names: dict[tuple[int, str], str]) -> None:
        self.file, self.names = file, names
        self.scopes: list[tuple[int, bool] | None] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._opaque(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._opaque(node)

    def _opaque(self, node: ast.AST) -> ast.AST:
        self.scopes.append(None)
        self.generic_visit(node)
        self.scopes.pop()
        return node

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        key = len(_places)
        _places.append((self.names[node.lineno, node.name], self.file, node.lineno))
        is_generator = any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in _own(node.body))
        self.scopes.append((key, is_generator))
        node.body = [self.visit(statement) for statement in node.body]
        self.scopes.pop()
        documentation = node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
        body = node.body[len(documentation) :] or [ast.copy_location(ast.Pass(), node.body[0])]
        back = [_statement("__leadline_caught__", key)] if is_generator else []
        failing = ast.ExceptHandler(None, None, [*back, _statement("__leadline_fail__", key), ast.Raise(None, None)])
        guarded = ast.Try(body, [failing], [], [_statement("__leadline_leave__", key)])
        node.body = documentation + [
            ast.copy_location(_statement("__leadline_enter__", key), body[0]),
            ast.copy_location(guarded, body[0]),
        ]
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self.generic_visit(node)
        scope = self.scopes[-1] if self.scopes else None
        if scope is None:
            return node
        node.value = _call("__leadline_yield__", scope[0], *([node.value] if node.value else []))
        return ast.copy_location(_call("__leadline_resume__", scope[0], node), node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.AST:
        self.generic_visit(node)
        scope = self.scopes[-1] if self.scopes else None
        if scope is not None:
            node.value = ast.copy_location(_call("__leadline_from__", scope[0], node.value), node.value)
        return node

    def visit_Try(self, node: ast.Try) -> ast.AST:
        self.generic_visit(node)
        scope = self.scopes[-1] if self.scopes else None
        if scope is not None and scope[1]:
            for block in (*(handler.body for handler in node.handlers), node.finalbody):
                if block:
                    block.insert(0, ast.copy_location(_statement("__leadline_caught__", scope[0]), block[0]))
        return node

    visit_TryStar = visit_Try


def _own(statements: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body that run in its own frame."""
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))


def _call(name: str, key: int, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [ast.Constant(key), *arguments], [])


def _statement(name: str, key: int) -> ast.Expr:
    return ast.Expr(_call(name, key))


def rewritten(source: bytes | str, filename: str) -> CodeType:
    """Return the code of a module whose functions tell when they are entered and left. Raises SyntaxError."""
    tree = ast.parse(source, filename)
    names = {(line, name): qualified for _, name, qualified, line in definitions(tree)}
    tree = _Rewriter(relative(filename), names).visit(tree)
    ast.fix_missing_locations(tree)
    return compile(tree, filename, "exec", dont_inherit=True)


def install() -> None:
    """Rewrite what is imported from now on."""
    for name, hook in _HOOKS.items():
        setattr(builtins, name, hook)
    original = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        filename = loader.get_filename(fullname)
        if relative(filename):
            try:
                return rewritten(loader.get_data(filename), filename)
            except (SyntaxError, ValueError, RecursionError, OSError):
                pass  # as it is, with its own error where it has one
        return original(loader, fullname)

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
