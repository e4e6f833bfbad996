"""How a call of a library is hooked: in place, once, and so that a failure of ours never reaches the caller."""

from __future__ import annotations

import ctypes
import functools
import gc
import inspect
import io
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from leadline_agent import importing
from leadline_agent.arriving import arrive, entered, left
from leadline_agent.frames import FAR
from leadline_agent.tree import current

# (positional arguments, keyword arguments) → (value, attributes), or None when this call is no sink
Reader = Callable[[tuple, dict], "tuple[object, dict[str, Any]] | None"]


_AHEAD = 2_000  # of a file that is about to be read
_MAX_COMPLAINTS = 3
_complaints: dict[tuple[str, str], int] = {}


def complain(what: str, error: Exception) -> None:
    """Say on standard error, a few times at most, that a part of the agent does not work; the service goes on."""
    told = what, type(error).__name__
    _complaints[told] = _complaints.get(told, 0) + 1
    if _complaints[told] <= _MAX_COMPLAINTS:
        sys.stderr.write(f"leadline_agent: {what}: {error!r}\n")


def on_import(module: str, patch: Callable[[ModuleType], object]) -> None:
    """Run `patch(module)` now or when the module is imported."""

    def guarded(loaded: ModuleType) -> None:
        try:
            patch(loaded)
        except Exception as error:  # an unknown version of a library
            complain(f"no hooks in {module}", error)

    importing.on_import(module, guarded)


def hooked(kind: str, original: Callable, read: Reader, nearest: int = FAR) -> Callable:
    """Return the callable with a look at its arguments in front of it; the outermost of a kind wins.

    `nearest`: how many frames of libraries may lie between the service's code and the call.
    """

    def look(arguments: tuple, keywords: dict) -> None:
        try:
            seen = read(arguments, keywords)
            if seen is not None:
                arrive(kind, seen[0], skip=3, nearest=nearest, **seen[1])
        except Exception as error:  # hostile or unexpected arguments
            complain(f"sink {kind}", error)

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def asynchronous(*arguments: Any, **keywords: Any) -> Any:
            if current.get() is None or (token := entered(kind)) is None:
                return await original(*arguments, **keywords)
            try:
                look(arguments, keywords)
                return await original(*arguments, **keywords)
            finally:
                left(token)

        return asynchronous

    def synchronous(*arguments: Any, **keywords: Any) -> Any:
        if current.get() is None or (token := entered(kind)) is None:
            return original(*arguments, **keywords)
        try:
            look(arguments, keywords)
            return original(*arguments, **keywords)
        finally:
            left(token)

    try:
        functools.update_wrapper(synchronous, original)
    except (AttributeError, TypeError):
        pass  # descriptors of C types have no attributes of their own
    return synchronous


def hook(kind: str, owner: Any, name: str, read: Reader, *, nearest: int = FAR, is_inherited: bool = False) -> None:
    """Replace `owner.name`; of a C type through its own dictionary, so that early imports are covered too.

    `is_inherited`: a class that has it from another one gets one of its own.
    """
    is_own = isinstance(owner, type) and not is_inherited
    original = owner.__dict__.get(name) if is_own else getattr(owner, name, None)
    if original is None:
        return
    replacement = hooked(kind, original, read, nearest)
    try:
        setattr(owner, name, replacement)
    except TypeError:
        gc.get_referents(owner.__dict__)[0][name] = replacement
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))


def argument(position: int, name: str, **attributes: Any) -> Reader:
    """Return a reader of one argument."""

    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        value = arguments[position] if len(arguments) > position else keywords.get(name)
        return None if value is None else (value, attributes)

    return read


def content(source: object) -> object:
    """Return what lies ahead in a file object, without moving it where that can be told; else only its type."""
    if isinstance(source, io.BytesIO):
        return source.getbuffer()[source.tell() :][:_AHEAD].tobytes()
    if isinstance(source, io.StringIO):
        return source.getvalue()[source.tell() :][:_AHEAD]
    if isinstance(source, io.BufferedReader):
        return source.peek(_AHEAD)[:_AHEAD]
    if isinstance(source, (str, bytes, bytearray, memoryview, os.PathLike)):
        return source
    return f"<{type(source).__name__}>"
