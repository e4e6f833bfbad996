"""Facts of files as a tree of scopes: a file's top level, its classes and its functions, with what each defines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from engines.static.reading.facts import Argument, Call, Definition, Expression, FileFacts, Member, Name, Site

_MAX_CHAIN = 20


class Scope:
    """A function, a class or a file's top level, and the scopes defined directly in it.

    kind: `module`, `class` or `function`. `qualified_name`: within the file, as the runtime reports it; `name` is its
    last part. `arguments`: the parameters by name.

    What `names.Project` knows already: `resolved`, what the expressions that stand here are, by their identity; `seen`,
    what a name is here; `own`, what it is by this scope alone.
    """

    __slots__ = (
        "_function", "_owner", "arguments", "definition", "index", "kind", "members", "module", "name", "parent",
        "own", "qualified_name", "resolved", "seen",
    )  # fmt: skip

    def __init__(self, definition: Definition, index: int, module: Module, parent: Scope | None) -> None:
        self.definition = definition
        self.kind = definition.kind
        self.name = definition.name
        self.qualified_name = definition.qualified_name
        self.arguments: dict[str, Argument] = {each.name: each for each in definition.parameters}
        self.index = index
        self.module = module
        self.parent = parent
        self.members: dict[str, Scope] = {}
        self.resolved: dict[int, Any] = {}
        self.seen: dict[str, Any] = {}
        self.own: dict[str, Any] = {}
        self._function: Scope | None = None
        self._owner: tuple[Scope | None] | None = None

    def __repr__(self) -> str:
        return f"{self.module.path}:{self.qualified_name}"

    @property
    def is_method(self) -> bool:
        """Whether this is a function that belongs to a class."""
        return self.kind == "function" and self.holder is not None

    @property
    def holder(self) -> Scope | None:
        """The class that a function belongs to directly."""
        return self.parent if self.parent is not None and self.parent.kind == "class" else None

    @property
    def has_receiver(self) -> bool:
        """Whether the first parameter is the object: of a method that is written outside of its class."""
        return self.holder is not None and self.definition.parent == 0 != self.holder.index

    @property
    def function(self) -> Scope:
        """The scope whose code runs here: a class body runs as part of what surrounds it.

        So does a function without a name, where the language's run time does not report those (`anonymous: inner`).
        """
        if self._function is None:
            scope = self
            while scope.parent is not None and (scope.kind == "class" or scope.is_part):
                scope = scope.parent
            self._function = scope
        return self._function

    @property
    def is_part(self) -> bool:
        """Whether this is a function that counts as part of the one around it."""
        if not self.definition.is_anonymous or self.module.merges_anonymous is None:
            return False
        return self.module.merges_anonymous == "inner" or self._is_in_a_named_function

    @property
    def _is_in_a_named_function(self) -> bool:
        scope = self.parent
        while scope is not None and scope.kind == "function" and scope.definition.is_anonymous:
            scope = scope.parent
        return scope is not None and scope.kind == "function"

    @property
    def owner(self) -> Scope | None:
        """The class that a method belongs to, also from a function nested in it."""
        if self._owner is None:
            scope: Scope | None = self
            while scope is not None and not scope.is_method:
                scope = scope.parent
            self._owner = (scope.holder if scope else None,)
        return self._owner[0]


class Module:
    """A file of the source. `names`: the dotted names under which other files can import it, the best one first.

    `merges_anonymous`: which functions without a name count as part of what is around them: `inner` (all), `method`
    (those in a function with a name), None.
    """

    def __init__(self, facts: FileFacts, names: tuple[str, ...], is_index: bool, merges_anonymous: str | None) -> None:
        self.facts = facts
        self.path = facts.path
        self.language = facts.language
        self.names = names
        self.found: dict[str, Any] = {}  # what `names.Project` knows already of the names that the file imports
        self.is_index = is_index
        self.merges_anonymous = merges_anonymous
        self.uses: dict[str, bool] = {}  # framework → whether this file has to do with it
        self.scopes: list[Scope] = []
        for index, definition in enumerate(facts.definitions):
            parent = self.scopes[definition.parent] if definition.parent >= 0 else None
            scope = Scope(definition, index, self, parent)
            self.scopes.append(scope)
            if parent is not None and not definition.is_anonymous:
                parent.members.setdefault(definition.name, scope)

    @property
    def top(self) -> Scope:
        """The file's top level."""
        return self.scopes[0]

    def functions(self) -> Iterator[Scope]:
        """Yield the functions, in the order of the text."""
        return (scope for scope in self.scopes if scope.kind == "function")

    def calls(self) -> Iterator[tuple[Scope, Site]]:
        """Yield the calls, each with its innermost scope."""
        return ((self.scopes[site.scope], site) for site in self.facts.calls)

    @cached_property
    def _continued(self) -> dict[Call, Call]:
        """Call → the call of a method on what it gives: `f().m()`."""
        found: dict[Call, Call] = {}
        for site in self.facts.calls:
            call = site.expression
            if isinstance(call, Call) and isinstance(call.callee, Member) and isinstance(call.callee.holder, Call):
                found.setdefault(call.callee.holder, call)
        return found

    def chained(self, call: Call, name: str) -> Call | None:
        """Return the call of this name in the chain of methods behind a call: `route("/x").methods("GET")`."""
        outer = self._continued.get(call)
        for _ in range(_MAX_CHAIN):
            if outer is None or outer.name == name:
                return outer
            outer = self._continued.get(outer)
        return None

    def calls_named(self, names: frozenset[str]) -> Iterator[tuple[Scope, Call]]:
        """Yield the calls of which the last name is one of these, each with its innermost scope."""
        by_name, sites = self._calls_by_name, self.facts.calls
        for at in sorted(at for name in by_name.keys() & names for at in by_name[name]):
            site = sites[at]
            yield self.scopes[site.scope], site.expression  # type: ignore[misc]

    @cached_property
    def _calls_by_name(self) -> dict[str, list[int]]:
        """Last name of what is called → which of the file's calls these are."""
        found: dict[str, list[int]] = {}
        for at, site in enumerate(self.facts.calls):
            if isinstance(site.expression, Call):
                found.setdefault(site.expression.name, []).append(at)
        return found

    def reads(self) -> Iterator[tuple[Scope, Expression]]:
        """Yield what may read a request, each with its innermost scope."""
        return ((self.scopes[site.scope], site.expression) for site in self.facts.reads)

    @cached_property
    def base_names(self) -> frozenset[str]:
        """The bases of all classes of the file, as they are written, with dots."""
        return frozenset(_written(base) for scope in self.scopes for base in scope.definition.bases)

    @cached_property
    def imported(self) -> frozenset[str]:
        """All dotted names that the file imports, wildcards included."""
        names = {name for scope in self.scopes for name in scope.definition.imports.values()}
        return frozenset(names | set(self.facts.stars))


def _written(expression: Expression) -> str:
    match expression:
        case Name(text=name):
            return name
        case Member(holder=holder, name=name):
            return f"{_written(holder)}.{name}"
    return ""
