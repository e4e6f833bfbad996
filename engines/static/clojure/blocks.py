"""What the entries of a rule's block say, ready to be asked: names, conditions, sinks and searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from engines.static.clojure.elements import look
from engines.static.clojure.values import HOLE, Value

_EVERYTHING = 10_000
_QUIET = re2.Options()
_QUIET.log_errors = False


@dataclass(frozen=True, slots=True)
class Block:
    """A static block: the rule that it belongs to and what to say."""

    rule_id: str
    message: str
    is_taint: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of an argument (from 1; 0: the value itself), or of what lies below a path of keys in it."""

    argument: int
    path: tuple[str, ...]
    texts: frozenset[str] | None
    pattern: Any
    is_absent: bool | None
    is_constant: bool | None

    def holds(self, values: Sequence[Value], value: Value | None) -> bool:
        """Whether it holds of a call's arguments, or with `argument` 0 of `value`."""
        if self.argument:
            present = self.argument <= len(values)
            value = values[self.argument - 1] if present else None
        if value is None:
            return bool(self.is_absent)
        if self.path:
            value = look(value, self.path)
        text = value.text if value.fields is None else ""
        if self.is_absent is not None:
            return (text == "nil") == self.is_absent
        if self.is_constant is not None:
            return value.is_fixed == self.is_constant
        if text is None:
            text = HOLE
        if self.texts is not None:
            return text in self.texts
        return bool(self.pattern.search(text))


@dataclass(frozen=True, slots=True)
class Sink:
    """Where tainted data must not arrive: arguments `first`..`last` of a call, below `path` in them."""

    bit: int
    ranges: tuple[tuple[int, int], ...]
    path: tuple[str, ...]
    content: str | None  # markup | path
    where: tuple[Condition, ...]
    unless: tuple[Condition, ...]

    def takes(self, argument: int) -> bool:
        """Whether the argument (from 1) is one of those."""
        return any(first <= argument <= last for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class Search:
    """A call, a map entry or a binding that is wrong as it stands."""

    bit: int
    names: Any  # a pattern for entries and bindings
    where: tuple[Condition, ...]
    unless: tuple[Condition, ...]


class Names:
    """Things kept by full name, by `namespace/*` and by `*/name`."""

    def __init__(self) -> None:
        self._exact: dict[str, list[Any]] = {}
        self._exceptions: list[tuple[str, frozenset[str], Any]] = []
        self._found: dict[str, tuple[Any, ...]] = {}

    def add(self, entry: Mapping[str, Any], thing: Any, key: str = "call") -> None:
        """Keep a thing under the names of an entry's `call`, but for those in its `except`."""
        excepted = frozenset(qualified(name) for name in names_in(entry.get("except")))
        for name in names_in(entry[key]):
            if name.startswith("*/") or name.endswith("/*"):
                self._exceptions.append((name, excepted, thing))
            else:
                self._exact.setdefault(qualified(name), []).append(thing)

    def __getitem__(self, name: str) -> tuple[Any, ...]:
        found = self._found.get(name)
        if found is None:
            namespace, _, short = name.partition("/")
            found = tuple(self._exact.get(name, ())) + tuple(
                thing
                for pattern, excepted, thing in self._exceptions
                if pattern in (f"{namespace}/*", f"*/{short}") and name not in excepted
            )
            self._found[name] = found
        return found


def listed(value: Any) -> Sequence[Any]:
    """One or several, as several."""
    return () if value is None else value if isinstance(value, list) else [value]


def names_in(value: Any) -> Sequence[str]:
    """Names of a text, parted by spaces, or of a list."""
    return [name for text in listed(value) for name in text.split()]


def qualified(name: str) -> str:
    """A name without a namespace is one of clojure.core; `.method` stays."""
    is_whole = name.startswith(".") or name == "/" or "/" in name
    return name if is_whole and name not in ("..", ".", "/") else f"clojure.core/{name}"


def fits(name: str, pattern: Any, excepted: Any) -> bool:
    """Whether a name matches a pattern and not its exception."""
    return bool(pattern.search(name)) and not (excepted is not None and excepted.search(name))


def compiled(pattern: str | None) -> Any:
    return None if pattern is None else re2.compile(pattern, _QUIET)


def ranges(arguments: Any) -> tuple[tuple[int, int], ...]:
    if arguments == "all":
        return ((1, _EVERYTHING),)
    return tuple((int(each[:-2]), _EVERYTHING) if isinstance(each, str) else (each, each) for each in listed(arguments))


def conditions(entries: Any) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            entry.get("argument", 0),
            tuple(str(key) for key in listed(entry.get("key"))),
            frozenset(_text(text) for text in listed(entry["is"])) if "is" in entry else None,
            compiled(entry.get("matches")),
            entry.get("absent"),
            entry.get("constant"),
        )
        for entry in listed(entries)
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
