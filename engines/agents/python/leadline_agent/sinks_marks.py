"""Calls whose kind tells more than their value: weak ciphers and digests, random numbers, messages that are logged.

Every request has many of them, libraries many more: only those that the service's own code makes itself are recorded,
and a place that was recorded once only counts.
"""

from __future__ import annotations

import functools
import random
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from leadline_agent.arriving import arrive
from leadline_agent.patching import complain
from leadline_agent.source import relative
from leadline_agent.tree import current

_LIMIT = 2_000
_WEAK_DIGESTS = ("md5", "sha1")
_CIPHERS = ("DES", "DES3", "ARC2", "ARC4", "Blowfish", "CAST", "AES")
_RANDOM = ("random", "randint", "randrange", "randbytes", "choice", "choices", "sample", "shuffle", "uniform",
           "getrandbits", "triangular", "gauss", "normalvariate", "expovariate", "betavariate")  # fmt: skip


def _marked(kind: str, original: Callable, value_of: Callable[[tuple, dict], str | None]) -> Callable:
    """Return the function with a mark in front of it; `value_of` returns `None` for a call that is none."""

    @functools.wraps(original)
    def marking(*arguments: Any, **keywords: Any) -> Any:
        node = current.get()
        if node is not None:
            frame = sys._getframe(1)
            code = frame.f_code
            if relative(code.co_filename):
                spots = node.request.spots
                spot = (id(node), id(code), frame.f_lasti)
                sink = spots.get(spot)
                if sink is not None:
                    sink.count += 1
                else:
                    try:
                        value = value_of(arguments, keywords)
                        if value is not None:
                            spots[spot] = arrive(kind, value, skip=2, nearest=0)
                    except Exception as error:  # hostile or unexpected arguments
                        complain(f"sink {kind}", error)
        return original(*arguments, **keywords)

    return marking


def _mark(kind: str, owner: Any, name: str, value_of: Callable[[tuple, dict], str | None]) -> None:
    original = getattr(owner, name, None)
    if original is not None:
        setattr(owner, name, _marked(kind, original, value_of))


# ── digests and ciphers ───────────────────────────────────────────────────────────────────────────────────


def _is_for_security(keywords: dict) -> bool:
    return keywords.get("usedforsecurity", True)


def _hashlib(module: ModuleType) -> None:
    for name in _WEAK_DIGESTS:
        _mark("crypto", module, name, lambda _, keywords, name=name: name if _is_for_security(keywords) else None)

    def named(arguments: tuple, keywords: dict) -> str | None:
        return str(arguments[0] if arguments else keywords.get("name")) if _is_for_security(keywords) else None

    _mark("crypto", module, "new", named)


def _cipher(name: str) -> Callable[[ModuleType], None]:
    def patch(module: ModuleType) -> None:
        modes = {value: key[5:] for key, value in vars(module).items() if key.startswith("MODE_")}

        def value_of(arguments: tuple, keywords: dict) -> str:
            mode = modes.get(arguments[1] if len(arguments) > 1 else keywords.get("mode"))
            return f"{name}-{mode}" if mode else name

        _mark("crypto", module, "new", value_of)

    return patch


def _digest(name: str) -> Callable[[ModuleType], None]:
    return lambda module: _mark("crypto", module, "new", lambda *_: name)


def _cryptography(module: ModuleType) -> None:
    def value_of(arguments: tuple, keywords: dict) -> str:
        algorithm = arguments[1] if len(arguments) > 1 else keywords.get("algorithm")
        mode = arguments[2] if len(arguments) > 2 else keywords.get("mode")
        return "-".join(part.name for part in (algorithm, mode) if part is not None)

    _mark("crypto", module.Cipher, "__init__", value_of)


# ── random numbers ────────────────────────────────────────────────────────────────────────────────────────


def _random(module: ModuleType) -> None:
    for name in _RANDOM:
        _mark("random", module, name, lambda *_, name=name: f"random.{name}")
        if name in vars(module.Random):  # of generators that the service makes itself
            _mark("random", module.Random, name, functools.partial(_of_generator, name))


def _of_generator(name: str, arguments: tuple, _: dict) -> str | None:
    is_secure = bool(arguments) and isinstance(arguments[0], random.SystemRandom)
    return None if is_secure else f"random.Random.{name}"


# ── messages ──────────────────────────────────────────────────────────────────────────────────────────────


def _logging(module: ModuleType) -> None:
    own = module.Logger.makeRecord.__code__.co_filename
    handle = module.Logger.handle  # the caller's line is in the record by now: a frame more does not hide it

    @functools.wraps(handle)
    def handling(logger: Any, record: Any) -> Any:
        node = current.get()
        if node is not None:
            frame, skip = sys._getframe(1), 2
            while frame is not None and frame.f_code.co_filename == own:
                frame, skip = frame.f_back, skip + 1
            if frame is not None and relative(frame.f_code.co_filename):
                try:
                    arrive("log", record.getMessage()[:_LIMIT], skip=skip, nearest=0, mode=record.levelname)
                except Exception as error:  # arguments that do not fit their message
                    complain("sink log", error)
        return handle(logger, record)

    module.Logger.handle = handling


PATCHES = {
    "hashlib": _hashlib,
    "random": _random,
    "logging": _logging,
    "cryptography.hazmat.primitives.ciphers.base": _cryptography,
    **{f"{package}.Cipher.{name}": _cipher(name) for package in ("Crypto", "Cryptodome") for name in _CIPHERS},
    **{f"{package}.Hash.{name}": _digest(name) for package in ("Crypto", "Cryptodome")
       for name in ("MD2", "MD4", "MD5", "SHA1")},
}  # fmt: skip
