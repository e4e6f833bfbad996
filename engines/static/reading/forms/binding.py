"""Destructuring: which part of a value each name stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engines.static.clojure.forms import KEYWORD, MAP, STRING, SYMBOL, VECTOR, Form
from engines.static.reading.facts import Expression, Member, Other

if TYPE_CHECKING:
    from engines.static.reading.forms.defining import Definer

_NAMES = ("keys", "strs", "syms")


def bind(reader: Definer, target: Form, value: Expression, scope: int) -> None:
    """Note what the names of a target stand for: `x`, `[a b]`, `{:keys [id] name :name :as all}`."""
    if target.kind is SYMBOL:
        if target.value not in ("_", "&"):
            reader.definitions[scope].values.setdefault(target.value, value)
    elif target.kind is VECTOR:
        _elements(reader, target, value, scope)
    elif target.kind is MAP:
        _entries(reader, target, value, scope)


def _elements(reader: Definer, target: Form, value: Expression, scope: int) -> None:
    before: Form | None = None
    for item in target.items:
        is_whole = before is not None and before.kind is KEYWORD and before.value == "as"
        bind(reader, item, value if is_whole else Other(""), scope)
        before = item


def whole(form: Form) -> str | None:
    """Return the name that `:as` gives to the whole of what is taken apart."""
    for key, given in zip(form.items, form.items[1:], strict=False):
        if key.kind is KEYWORD and key.value == "as" and given.kind is SYMBOL:
            return given.value
    return None


def _entries(reader: Definer, target: Form, value: Expression, scope: int) -> None:
    for at in range(0, len(target.items) - 1, 2):
        key, given = target.items[at], target.items[at + 1]
        if key.kind is KEYWORD:
            _option(reader, key, given, value, scope)
        elif given.kind in (KEYWORD, STRING):
            part = Member(value, given.value)
            reader.read(part, key, scope)
            bind(reader, key, part, scope)


def _option(reader: Definer, key: Form, given: Form, value: Expression, scope: int) -> None:
    if key.name in _NAMES:
        prefix = key.namespace + "/" if key.namespace else ""
        for name in given.items:
            part = Member(value, prefix + name.value)
            reader.read(part, name, scope)
            reader.definitions[scope].values.setdefault(name.name, part)
    elif key.value == "as":
        bind(reader, given, value, scope)
    elif key.value == "or":
        for default in given.items[1::2]:
            reader.lower(default, scope)
