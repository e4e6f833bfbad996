"""The static blocks of rules for Clojure and the language's own lists, made ready to be asked by name.

Every block is one bit, so that one pass over the source answers all rules at once. The format of a block is described
in `engines/rules/rule.schema.json`; the lists of the language are in `engines/static/languages/clojure/taint.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import re2
import yaml

from engines.contract import EngineError, Rule
from engines.static.clojure.blocks import (
    Block,
    Names,
    Search,
    Sink,
    compiled,
    conditions,
    fits,
    listed,
    names_in,
    qualified,
    ranges,
)
from engines.static.files import LANGUAGES

ENGINE = "clojure-taint"


class Wanted(NamedTuple):
    """What rules look at in whatever has a certain name."""

    entries: tuple[Search, ...]
    texts: tuple[Search, ...]
    sinks: tuple[Sink, ...]


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
        self._wanted: dict[str, Wanted] = {}
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

    def wanted(self, name: str) -> Wanted:
        """What is looked at in a map entry, or in whatever else is given this name."""
        found = self._wanted.get(name)
        if found is None:
            found = self._wanted[name] = Wanted(
                tuple(search for search in self.entry_searches if search.names.search(name)),
                tuple(search for search in self.binding_searches if search.names.search(name)),
                tuple(sink for pattern, excepted, sink in self.named_sinks if fits(name, pattern, excepted)),
            )
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
            patterns = (compiled(entry["parameter"]), compiled(entry.get("except")))
            if entry.get("is") == "request":
                if entry["parameter"] not in {getattr(known, "pattern", None) for known, _ in self.request_names}:
                    self.request_names.append(patterns)
            else:
                self.parameter_sources.append((*patterns, bit))
        elif "named" in entry:
            self.named_sources.append((compiled(entry["named"]), compiled(entry.get("except")), bit))
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
            ranges(entry.get("arguments", "all")),
            path,
            entry.get("content"),
            conditions(entry.get("where")),
            conditions(entry.get("unless")),
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
            self.named_sinks.append((compiled(entry["named"]), compiled(entry.get("except")), sink))
        elif "route" in entry:
            self.response_sinks.append(sink)
        else:
            self.sinks.add(entry, sink)

    def _add_search(self, entry: Mapping[str, Any], bit: int) -> None:
        where, unless = conditions(entry.get("where")), conditions(entry.get("unless"))
        if "entry" in entry:
            self.entry_searches.append(Search(bit, compiled(entry["entry"]), where, unless))
        elif "binding" in entry:
            self.binding_searches.append(Search(bit, compiled(entry["binding"]), where, unless))
        else:
            self.searches.add(entry, Search(bit, None, where, unless))


@cache
def language_lists() -> Mapping[str, Any]:
    """The lists of `taint.yaml`."""
    return yaml.safe_load((LANGUAGES / "clojure" / "taint.yaml").read_text(encoding="utf-8"))


def _bits(name: str, sources: Iterable[tuple[Any, Any, int]]) -> int:
    rules = 0
    for pattern, excepted, bit in sources:
        if fits(name, pattern, excepted):
            rules |= bit
    return rules
