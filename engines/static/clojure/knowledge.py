"""The static blocks of rules for Clojure and the language's own lists, made ready to be asked by name.

Every block is one bit, so that one pass over the source answers all rules at once. The format of a block is described
in `engines/rules/rule.schema.json`; the lists of the language are in `engines/static/languages/clojure/taint.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2
import yaml

from engines.contract import EngineError, Rule
from engines.static.clojure.values import HOLE, Value
from engines.static.files import LANGUAGES

ENGINE = "clojure-taint"
_EVERYTHING = 10_000
_QUIET = re2.Options()
_QUIET.log_errors = False

Looked = Callable[[Value, Sequence[str]], Value]


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

    def holds(self, values: Sequence[Value], value: Value | None, look: Looked) -> bool:
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


class Knowledge:
    """All blocks, and what the language's own lists say."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.blocks: list[Block] = []
        self.sinks, self.sources, self.sanitizers, self.checks = Names(), Names(), Names(), Names()
        self.propagators, self.searches = Names(), Names()
        self.key_sources: dict[str, int] = {}
        self.request_key_sources: dict[str, int] = {}
        self.stream_keys: set[str] = set()
        self.safe_keys: dict[str, int] = {}
        self.address_rules = 0  # for which only the beginning of a text matters: which host, which site
        self.request_names: list[tuple[Any, Any]] = []
        self.parameter_sources: list[tuple[Any, Any, int]] = []
        self.named_sources: list[tuple[Any, Any, int]] = []
        self.route_sources = self.built_sources = self.exception_sources = self.request_rules = 0
        self.number_rules = 0  # for which a number is no safer than a text
        self.entry_sinks: dict[str, list[Sink]] = {}
        self.vector_sinks: dict[str, list[Sink]] = {}
        self.named_sinks: list[tuple[Any, Any, Sink]] = []
        self.response_sinks: list[Sink] = []
        self.entry_searches: list[Search] = []
        self.binding_searches: list[Search] = []
        own = language_lists()
        self.conversions = Names()
        for entry in own["conversion"]:
            self.conversions.add(entry, True)
        for entry in own["propagation"]:
            self.propagators.add(entry, -1)
        self.shapes = {
            qualified(name): shape
            for shape, names in own["shapes"].items()
            for name in names_in(names)
            if not name.startswith("*/")
        }
        self.any_namespace = {
            name[2:]: shape
            for shape, names in own["shapes"].items()
            for name in names_in(names)
            if name.startswith("*/")
        }
        self._is_request: dict[str, bool] = {}
        self._named: dict[str, int] = {}
        for rule in rules:
            for block in rule.static:
                if block.get("engine") == ENGINE and "clojure" in block["languages"]:
                    self._add(rule, block)

    def __bool__(self) -> bool:
        return bool(self.blocks)

    def is_known(self, name: str) -> bool:
        """Whether a full name is spoken of anywhere."""
        return bool(
            name in self.shapes
            or self.sinks[name]
            or self.sources[name]
            or self.searches[name]
            or self.sanitizers[name]
            or self.conversions[name]
            or self.propagators[name]
        )

    def shape(self, name: str) -> str | None:
        """How a macro is built (`let`, `route` …), None for what is called like a function."""
        return self.shapes.get(name)

    def is_request_name(self, name: str) -> bool:
        """Whether a parameter of this name is taken for a whole request."""
        found = self._is_request.get(name)
        if found is None:
            found = any(fits(name, pattern, excepted) for pattern, excepted in self.request_names)
            self._is_request[name] = found
        return found

    def parameter_rules(self, name: str) -> int:
        """The rules for which a parameter of this name is a source."""
        return _bits(name, self.parameter_sources)

    def named_rules(self, name: str) -> int:
        """The rules for which whatever has this name is a source."""
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = _bits(name, self.named_sources)
        return found

    def _add(self, rule: Rule, block: Mapping[str, Any]) -> None:
        bit = 1 << len(self.blocks)
        is_taint = block.get("mode") == "taint"
        self.blocks.append(Block(rule.id, " ".join(block.get("message", rule.description).split()), is_taint))
        try:
            for entry in block.get("sources", ()):
                self._add_source(entry, bit)
            for entry in block.get("sinks", ()):
                self._add_sink(entry, bit)
            for entry in block.get("sanitizers", ()):
                self._add_sanitizer(entry, bit)
            for entry in block.get("propagators", ()):
                self.propagators.add(entry, bit)
            for entry in block.get("find", ()):
                self._add_search(entry, bit)
        except re2.error as error:
            raise EngineError(f"A pattern of the rule {rule.id} does not run on RE2: {error}.") from error

    def _add_source(self, entry: Mapping[str, Any], bit: int) -> None:
        if "keys" in entry:
            table = self.request_key_sources if entry.get("of") == "request" else self.key_sources
            for key in entry["keys"]:
                table[key] = table.get(key, 0) | bit
                if entry.get("as") == "stream":
                    self.stream_keys.add(key)
            self.request_rules |= bit
        elif "parameter" in entry:
            patterns = (_compiled(entry["parameter"]), _compiled(entry.get("except")))
            if entry.get("is") == "request":
                if entry["parameter"] not in {getattr(known, "pattern", None) for known, _ in self.request_names}:
                    self.request_names.append(patterns)
            else:
                self.parameter_sources.append((*patterns, bit))
        elif "named" in entry:
            self.named_sources.append((_compiled(entry["named"]), _compiled(entry.get("except")), bit))
        elif "route" in entry:
            self.route_sources |= bit
        elif "text" in entry:
            self.built_sources |= bit
        elif "exception" in entry:
            self.exception_sources |= bit
        else:
            self.sources.add(entry, bit)
            if any(self.conversions[qualified(name)] for name in names_in(entry["call"])):
                self.number_rules |= bit

    def _add_sanitizer(self, entry: Mapping[str, Any], bit: int) -> None:
        if "check" in entry:
            self.checks.add(entry, bit, "check")
        elif "keys" in entry:
            for key in entry["keys"]:
                self.safe_keys[key] = self.safe_keys.get(key, 0) | bit
        else:
            self.sanitizers.add(entry, bit)

    def _add_sink(self, entry: Mapping[str, Any], bit: int) -> None:
        path = tuple(str(key) for key in listed(entry.get("key")))
        if "element" in entry:
            path = (*path, str(entry["element"] - 1))
        sink = Sink(
            bit,
            _ranges(entry.get("arguments", "all")),
            path,
            entry.get("content"),
            _conditions(entry.get("where")),
            _conditions(entry.get("unless")),
        )
        if sink.content == "address":
            self.address_rules |= bit
        if "entry" in entry:
            for key in listed(entry["entry"]):
                self.entry_sinks.setdefault(key, []).append(sink)
        elif "vector" in entry:
            for key in listed(entry["vector"]):
                self.vector_sinks.setdefault(key, []).append(sink)
        elif "named" in entry:
            self.named_sinks.append((_compiled(entry["named"]), _compiled(entry.get("except")), sink))
        elif "route" in entry:
            self.response_sinks.append(sink)
        else:
            self.sinks.add(entry, sink)

    def _add_search(self, entry: Mapping[str, Any], bit: int) -> None:
        where, unless = _conditions(entry.get("where")), _conditions(entry.get("unless"))
        if "entry" in entry:
            self.entry_searches.append(Search(bit, _compiled(entry["entry"]), where, unless))
        elif "binding" in entry:
            self.binding_searches.append(Search(bit, _compiled(entry["binding"]), where, unless))
        else:
            self.searches.add(entry, Search(bit, None, where, unless))


@cache
def language_lists() -> Mapping[str, Any]:
    """The lists of `taint.yaml`."""
    return yaml.safe_load((LANGUAGES / "clojure" / "taint.yaml").read_text(encoding="utf-8"))


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


def _bits(name: str, sources: Iterable[tuple[Any, Any, int]]) -> int:
    rules = 0
    for pattern, excepted, bit in sources:
        if fits(name, pattern, excepted):
            rules |= bit
    return rules


def _compiled(pattern: str | None) -> Any:
    return None if pattern is None else re2.compile(pattern, _QUIET)


def _ranges(arguments: Any) -> tuple[tuple[int, int], ...]:
    if arguments == "all":
        return ((1, _EVERYTHING),)
    return tuple((int(each[:-2]), _EVERYTHING) if isinstance(each, str) else (each, each) for each in listed(arguments))


def _conditions(entries: Any) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            entry.get("argument", 0),
            tuple(str(key) for key in listed(entry.get("key"))),
            frozenset(_text(text) for text in listed(entry["is"])) if "is" in entry else None,
            _compiled(entry.get("matches")),
            entry.get("absent"),
            entry.get("constant"),
        )
        for entry in listed(entries)
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
