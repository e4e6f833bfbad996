"""The hash of forms: white space, comments and documentation are none of them, so they change nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from engines.static.clojure.forms import STRING, SYMBOL, Form

_OWN_NAME = "\x00"


def hash_of(forms: Iterable[Form], own_name: str) -> str:
    """Return the md5 of forms; `own_name` counts as a fixed mark, so that a function can be renamed."""
    parts: list[str] = []
    for form in forms:
        _collect(form, own_name, parts)
    return hashlib.md5("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _collect(form: Form, own_name: str, parts: list[str]) -> None:
    if not form.items:
        is_own = form.kind is SYMBOL and form.value == own_name
        parts.append(f"{form.kind}:{_OWN_NAME if is_own else form.value}")
        return
    parts.append(f"({form.kind}{form.value}")
    for item in form.items:
        _collect(item, own_name, parts)
    parts.append(")")


def without_documentation(items: tuple[Form, ...]) -> tuple[Form, ...]:
    """Return what follows the name of a definition without the text that describes it."""
    return items[1:] if len(items) > 1 and items[0].kind is STRING else items
