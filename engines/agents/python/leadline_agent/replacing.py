"""How a method of a server, a framework or a client is replaced by one of ours around it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def around(owner: Any, name: str, make: Callable[[Callable], Callable]) -> None:
    """Replace `owner.name`, where the owner itself has it, by what `make` returns for the original."""
    original = vars(owner).get(name)
    if original is not None:
        setattr(owner, name, functools.wraps(original)(make(original)))


def before(owner: Any, name: str, do: Callable[..., object]) -> None:
    """Call `do` with the arguments ahead of `owner.name`, a plain or an asynchronous function."""

    def make(original: Callable) -> Callable:
        def replacement(*arguments: Any, **keywords: Any) -> Any:
            do(*arguments, **keywords)
            return original(*arguments, **keywords)

        return replacement

    around(owner, name, make)


def after(owner: Any, name: str, do: Callable[..., object]) -> None:
    """Call `do` with the result and the arguments behind `owner.name`, a plain function."""

    def make(original: Callable) -> Callable:
        def replacement(*arguments: Any, **keywords: Any) -> Any:
            result = original(*arguments, **keywords)
            do(result, *arguments, **keywords)
            return result

        return replacement

    around(owner, name, make)
