"""How a call of a library is hooked: in place, once, and so that a failure of ours never reaches the caller."""

from __future__ import annotations

import ctypes
import functools
import gc
import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import wrapt

# (positional arguments, keyword arguments) → (value, attributes), or None when this call is no sink
Reader = Callable[[tuple, dict], "tuple[object, dict[str, Any]] | None"]


def complain(what: str, error: Exception) -> None:
    """Say on standard error that a part of the agent does not work; the service goes on."""
    sys.stderr.write(f"leadline_agent: {what}: {error!r}\n")


def on_import(module: str, patch: Callable[[ModuleType], None]) -> None:
    """Run `patch(module)` now or when the module is imported."""

    def guarded(loaded: ModuleType) -> None:
        try:
            patch(loaded)
        except Exception as error:  # an unknown version of a library
            complain(f"no sinks of {module}", error)

    wrapt.register_post_import_hook(guarded, module)


def hooked(kind: str, original: Callable, read: Reader) -> Callable:
    """Return the callable with a look at its arguments in front of it; the outermost of a kind wins."""
    from leadline_agent.tree import arrive, current, outermost

    def look(arguments: tuple, keywords: dict) -> None:
        try:
            seen = read(arguments, keywords)
            if seen is not None:
                arrive(kind, seen[0], skip=3, **seen[1])
        except Exception as error:  # hostile or unexpected arguments
            complain(f"sink {kind}", error)

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def asynchronous(*arguments: Any, **keywords: Any) -> Any:
            if current.get() is None:
                return await original(*arguments, **keywords)
            with outermost(kind) as is_first:
                if is_first:
                    look(arguments, keywords)
                return await original(*arguments, **keywords)

        return asynchronous

    def synchronous(*arguments: Any, **keywords: Any) -> Any:
        if current.get() is None:
            return original(*arguments, **keywords)
        with outermost(kind) as is_first:
            if is_first:
                look(arguments, keywords)
            return original(*arguments, **keywords)

    try:
        functools.update_wrapper(synchronous, original)
    except (AttributeError, TypeError):
        pass  # descriptors of C types have no attributes of their own
    return synchronous


def hook(kind: str, owner: Any, name: str, read: Reader) -> None:
    """Replace `owner.name`; of a C type through its own dictionary, so that early imports are covered too."""
    original = owner.__dict__.get(name) if isinstance(owner, type) else getattr(owner, name, None)
    if original is None:
        return
    replacement = hooked(kind, original, read)
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
