"""What a name stands for: through scopes, imports, receivers, types and assignments, across the files of a source."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engines.static.inventory.definitions import defined
from engines.static.inventory.dispatch import Dispatch
from engines.static.inventory.members import along, exported, member, of_class, of_group, within
from engines.static.inventory.namespaces import Namespaces
from engines.static.inventory.naming import absolute, dotted_name, modules, outwards
from engines.static.inventory.results import made, result
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.things import UNKNOWN, Thing, last_name
from engines.static.reading.facts import (
    Anonymous,
    Call,
    Constant,
    Expression,
    FileFacts,
    Index,
    Items,
    Member,
    Name,
    Operation,
    Text,
)

_MAX_DEPTH = 25  # hostile or circular sources must not exhaust the stack
_PENDING = Thing("unknown")  # what is being found out


class Project:
    """The files of one source, and the names in them. `settings`: language → its names.yaml.

    Every question is answered here: the pages that it is shared out to (`definitions`, `members`, `results`) ask here
    again for what they come upon, so that one bound of depth holds and what is known is found out once.
    """

    def __init__(self, facts: Iterable[FileFacts], source_name: str, settings: Mapping[str, Mapping[str, Any]]) -> None:
        self.settings = settings
        self.modules = {module.path: module for module in modules(facts, source_name, settings)}
        self.namespaces = Namespaces(self.modules.values(), settings)
        self._dispatch = Dispatch(self)
        self._by_function_name: dict[str, list[Scope]] = defaultdict(list)
        self._unfinished = (
            0  # how often a circle or the bound of depth was met: nothing that this cut is kept for names
        )
        self._bases: dict[Scope, list[Thing]] = {}
        self._with_bases: dict[Scope, list[Scope]] = {}
        for module in self.modules.values():
            for function in module.functions():
                self._by_function_name[function.name].append(function)

    def rules(self, module: Module) -> Mapping[str, Any]:
        """Return what names.yaml says of the language of a file."""
        return self.settings[module.language]

    def functions_named(self, name: str) -> list[Scope]:
        """Return all functions of this name, whatever their scope."""
        return self._by_function_name.get(name, [])

    def implementations(self, function: Scope) -> list[Scope]:
        """Return what may run instead of a function: overriding methods of derived classes, methods that name it."""
        return self._dispatch.implementations(function)

    # ── expressions ───────────────────────────────────────────────────────────────────────────────────

    def resolve(self, scope: Scope, expression: Expression | None, depth: int = 0) -> Thing:
        """Return what an expression stands for in a scope."""
        if expression is None:
            return UNKNOWN
        if depth > _MAX_DEPTH:
            return self._given_up()
        known, key = scope.resolved, id(expression)
        found = known.get(key)
        if found is None:
            known[key] = _PENDING
            found = known[key] = self._resolve(scope, expression, depth)
        elif found is _PENDING:  # what refers to itself stays unknown
            return self._given_up()
        return found

    def _given_up(self) -> Thing:
        self._unfinished += 1
        return UNKNOWN

    def _resolve(self, scope: Scope, expression: Expression, depth: int) -> Thing:
        if isinstance(expression, Name):
            return self.lookup(scope, expression.text, depth)
        if isinstance(expression, Member):
            return self.member(self.resolve(scope, expression.holder, depth + 1), expression.name, depth + 1)
        if isinstance(expression, Call):
            return result(self, scope, expression, depth)
        match expression:
            case Anonymous(definition=index):
                return Thing("scope", scope.module.scopes[index])
            case Index(holder=Call() as call, key=Constant(text="0")) if self.rules(scope.module).get(
                "several_results"
            ):
                return self.resolve(scope, call, depth + 1)
        return Thing("value", scope, expression=expression)

    def type(self, scope: Scope, expression: Expression | None, depth: int = 0) -> Thing:
        """Return the class or dotted name that a type names: `X`, `"X"`, `X | None`, `Optional[X]`."""
        if depth > _MAX_DEPTH:
            return self._given_up()
        match expression:
            case Name() | Member():
                return self.resolve(scope, expression, depth + 1)
            case Text(parts=(str(name),)):
                first, *rest = name.split(".")
                thing = self.lookup(scope, first, depth + 1) if first.isidentifier() else UNKNOWN
                return along(self, thing, rest, depth)
            case Index(holder=holder, key=key):
                if last_name(holder) in self.rules(scope.module).get("wrappers", ()):
                    inner = key.elements[0] if isinstance(key, Items) and key.elements else key
                    return self.type(scope, inner, depth + 1)
                return self.type(scope, holder, depth + 1)
            case Operation(operator="|", left=left):
                return self.type(scope, left, depth + 1)
            case Items(elements=(first, *_)) if self.rules(scope.module).get("several_results"):
                return self.type(scope, first, depth + 1)
        return UNKNOWN

    def made(self, scope: Scope, call: Call, depth: int = 0) -> Thing:
        """Return the object that `Orders.new`, or `new` within it, makes where a language makes objects so."""
        return made(self, scope, call, depth)

    # ── names ─────────────────────────────────────────────────────────────────────────────────────────

    def lookup(self, scope: Scope, name: str, depth: int = 0) -> Thing:
        """Return what a plain name stands for, from the innermost scope outwards."""
        if depth > _MAX_DEPTH:
            return self._given_up()
        found = scope.seen.get(name)
        if found is None:
            unfinished = self._unfinished
            found = self._lookup(scope, name, depth)
            if unfinished == self._unfinished:
                scope.seen[name] = found
        return found

    def _lookup(self, scope: Scope, name: str, depth: int) -> Thing:
        rules = self.rules(scope.module)
        if scope.owner is not None or scope.kind == "class":
            cls = scope if scope.kind == "class" else scope.owner
            if name in rules.get("this", ()):
                return Thing("instance", cls)
            if name in rules.get("own_class", ()):
                return Thing("scope", cls)
            if name in rules.get("super", ()):
                above = [base for base in self.bases(cls, depth + 1) if base.kind == "scope"]  # type: ignore[arg-type]
                return Thing("instance", above[0].scope) if above else UNKNOWN
        here: Scope | None = scope
        elsewhere: Thing | None = None  # may be a member of a base that this source does not define
        while here is not None:
            # The names of a class are seen from its methods in some languages and not in others.
            if here is scope or here.kind != "class" or rules.get("class_names_are_seen"):
                found = self.own(here, name, depth)
                if found is None and here.kind == "class":
                    found = self._inherited(here, name, depth)
                    if found is not None and found.kind == "external":
                        elsewhere, found = elsewhere or found, None
                if found is not None:
                    return found
            here = here.parent
        found = self._without_import(scope, name, depth)
        return elsewhere if elsewhere is not None and found.kind == "unknown" else found

    def _inherited(self, cls: Scope, name: str, depth: int) -> Thing | None:
        if not self.rules(cls.module).get("class_names_are_seen"):
            return None
        found = of_class(self, cls, name, depth + 1)
        return None if found.kind == "unknown" else found

    def _without_import(self, scope: Scope, name: str, depth: int) -> Thing:
        """What a name stands for that its own file does not define: its package, wildcards, the root of a package."""
        module, rules, groups = scope.module, self.rules(scope.module), self.namespaces
        if rules["modules"] == "global":
            cls = scope.owner if scope.kind != "class" else scope
            for outer in outwards(dotted_name(cls)) if cls is not None else ():
                known = groups.same_space(module, f"{outer}.{name}")
                if known and outer:
                    return Thing("scope", known[0])
        if rules.get("shared"):
            for package in outwards(module.names[0]) if rules.get("outer_packages") else [module.names[0]]:
                group = groups.named(module, package)
                found = of_group(self, group, name, depth) if group else None
                if found is not None:
                    return found
        for group in groups.wildcards(module):
            found = of_group(self, group, name, depth + 1)
            if found is not None:
                return found
        if rules["modules"] in ("package", "path") and groups.named(module, name) is not None:
            return self.find(module, name, depth + 1)
        if rules.get("imports_elsewhere") and len(groups.classes_named(module, name)) == 1:
            return Thing("scope", groups.classes_named(module, name)[0])
        return Thing("unknown", dotted=name)

    def own(self, scope: Scope, name: str, depth: int = 0) -> Thing | None:
        """Return what a name is by a scope alone, None if the scope does not say."""
        if depth > _MAX_DEPTH:
            return self._given_up()
        if name in scope.own:
            return scope.own[name]
        unfinished = self._unfinished
        found = defined(self, scope, name, depth)
        if unfinished == self._unfinished:
            scope.own[name] = found
        return found

    def find(self, module: Module, dotted: str, depth: int = 0) -> Thing:
        """Return what a dotted name stands for as `module` imports it: a file, what it defines, something external."""
        if depth > _MAX_DEPTH:
            return self._given_up()
        found = module.found.get(dotted)
        if found is None:
            unfinished = self._unfinished
            found = self._find(module, dotted, depth)
            if unfinished == self._unfinished:
                module.found[dotted] = found
        return found

    def _find(self, module: Module, dotted: str, depth: int) -> Thing:
        rules = self.rules(module)
        name = absolute(module, dotted, rules)
        for group, parts in self.namespaces.leading_to(module, name):
            found = within(self, group, parts, depth)
            if found is not None:
                return found
        if "versions" in rules:
            name = re.sub(rules["versions"], "", name)
        return Thing("external", dotted=name.removesuffix(".default"))

    # ── members and bases ─────────────────────────────────────────────────────────────────────────────

    def member(self, holder: Thing, name: str, depth: int = 0) -> Thing:
        """Return what `holder.name` stands for."""
        return self._given_up() if depth > _MAX_DEPTH else member(self, holder, name, depth)

    def usable(self, thing: Thing) -> Thing:
        """Return what a file stands for where its default export is meant."""
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "module":
            if "default" in thing.scope.definition.exports:
                return exported(self, thing.scope, "default", 0)
        return thing

    def with_bases(self, cls: Scope, depth: int = 0) -> list[Scope]:
        """Return a class and those of its bases that this source defines, nearest first."""
        if cls in self._with_bases:
            return self._with_bases[cls]
        unfinished = self._unfinished
        found = [cls, *(each for each in self._reopened(cls) if each is not cls)]
        pending = list(found)
        while pending and depth < _MAX_DEPTH:
            for thing in self.bases(pending.pop(), depth):
                if thing.kind == "scope" and thing.scope is not None and thing.scope not in found:
                    found += (opened := [thing.scope, *(o for o in self._reopened(thing.scope) if o not in found)])
                    pending += opened
            depth += 1
        if not pending and unfinished == self._unfinished:
            self._with_bases[cls] = found
        return found

    def _reopened(self, cls: Scope) -> list[Scope]:
        """The places where a class is written, if a language lets it be in several."""
        module = cls.module
        if self.rules(module)["modules"] != "global":
            return []
        listed = self.namespaces.same_space(module, dotted_name(cls))
        return listed if cls in listed else []

    def bases(self, cls: Scope, depth: int = 0) -> list[Thing]:
        """Return what the direct bases of a class stand for."""
        if cls in self._bases:
            return self._bases[cls]
        unfinished, outside = self._unfinished, cls.parent or cls.module.top
        found = [self.type(outside, expression, depth + 1) for expression in cls.definition.bases]
        if unfinished == self._unfinished:
            self._bases[cls] = found
        return found

    def external_bases(self, cls: Scope) -> Iterator[str]:
        """Yield the names of all bases of a class that this source does not define, dotted as far as that is known."""
        for each in self.with_bases(cls):
            for base in self.bases(each):
                if base.kind in ("external", "made", "unknown") and base.dotted:
                    yield base.dotted
