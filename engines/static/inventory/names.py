"""What a name stands for: through scopes, imports, receivers, types and assignments, across the files of a source."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import replace

from engines.static.inventory.naming import absolute, modules, roots
from engines.static.inventory.scopes import Module, Scope
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
    Pairs,
    Symbol,
    Text,
)

_MAX_DEPTH = 25  # hostile or circular sources must not exhaust the stack
_MAX_RETURNS = 5

Origin = tuple[str, str, str]


class Thing(msgspec.Struct, frozen=True):
    """What an expression stands for.

    kind: `scope` (a definition or file of this source), `instance` (of a class of this source), `external` (a dotted
    name of elsewhere), `made` (what calling that external name gave), `value` (an expression), `unknown` (`dotted` is
    then the name as written, as far as it is one).
    `origin` tells objects apart that were made at different places: file, scope and name of the first assignment.
    `is_declared`: known from a declared type only: another class may stand behind it.
    """

    kind: str
    scope: Scope | None = None  # of `scope` and `instance`; of `value` and `made`: where the expression stands
    dotted: str = ""  # of `external`, `made` and `unknown`
    expression: Expression | None = None  # of `value`; of `made`: the call
    origin: Origin | None = None
    is_declared: bool = False


UNKNOWN = Thing("unknown")
_PENDING = Thing("unknown")  # what is being found out


@dataclass
class _Group:
    """Files that share one name: the files of a package or folder, or one file alone."""

    tops: list[Scope] = field(default_factory=list)
    members: dict[str, list[Scope]] = field(default_factory=lambda: defaultdict(list))
    assigned: dict[str, Scope] = field(default_factory=dict)  # name that a file assigns or declares → its top level


class Project:
    """The files of one source, and the names in them. `settings`: language → its names.yaml."""

    def __init__(self, facts: Iterable[FileFacts], source_name: str, settings: Mapping[str, Mapping[str, Any]]) -> None:
        self.settings = settings
        self.modules = {module.path: module for module in modules(facts, source_name, settings)}
        self._groups: dict[tuple[str, str], _Group] = defaultdict(_Group)  # (family of languages, dotted name)
        self._by_function_name: dict[str, list[Scope]] = defaultdict(list)
        self._unfinished = 0  # how often a circle or the bound of depth was met: nothing that this cut is kept for names
        self._bases: dict[Scope, list[Thing]] = {}
        self._with_bases: dict[Scope, list[Scope]] = {}
        self._derived: dict[Scope, list[Scope]] | None = None
        self._implemented: dict[Scope, list[Scope]] | None = None
        self._known_roots: dict[str, list[tuple[str, str]]] = {}
        self._top_classes: dict[tuple[str, str], list[Scope]] | None = None
        for module in self.modules.values():
            for position, name in enumerate(module.names):
                group = self._groups[self._family(module), name]
                # A file's second-best names never hide the best name of another.
                if position == 0 or not group.tops:
                    group.tops.append(module.top)
                    for assigned in (*module.top.definition.values, *module.top.definition.types):
                        group.assigned.setdefault(assigned, module.top)
                    for member, scope in module.top.members.items():
                        group.members[member].append(scope)
            if self.rules(module)["modules"] == "global":
                shared = self._groups[self._family(module), module.names[0]]
                for scope in module.scopes:
                    if scope.kind == "class" and (scope.parent is not module.top or "::" in scope.name):
                        shared.members[_dotted(scope)].append(scope)
            for function in module.functions():
                self._by_function_name[function.name].append(function)
        self._adopt()

    def _adopt(self) -> None:
        """Give methods that are written outside of their class (`Server.Get` at the top level) to it."""
        for module in self.modules.values():
            for function in module.functions():
                owner, _, name = function.qualified_name.rpartition(".")
                if function.parent is module.top and owner and "." not in owner:
                    for cls in self._groups[self._family(module), module.names[0]].members.get(owner, ()):
                        if cls.kind == "class":
                            cls.members.setdefault(name, function)
                            function.parent = cls
                            break

    def _family(self, module: Module) -> str:
        return self.rules(module).get("family", module.language)

    def rules(self, module: Module) -> Mapping[str, Any]:
        """Return what names.yaml says of the language of a file."""
        return self.settings[module.language]

    def functions_named(self, name: str) -> list[Scope]:
        """Return all functions of this name, whatever their scope."""
        return self._by_function_name.get(name, [])

    def implementations(self, function: Scope) -> list[Scope]:
        """Return what may run instead of a function: overriding methods of derived classes, methods that name it."""
        if function.definition.is_abstract and function.holder is None:
            return self._implementing().get(function, [])
        if function.holder is None:
            return []
        if self._derived is None:
            self._derived = defaultdict(list)
            for module in self.modules.values():
                for scope in module.scopes:
                    if scope.kind == "class":
                        for base in self.bases(scope):
                            if base.kind == "scope" and base.scope is not None:
                                self._derived[base.scope].append(scope)
            self._derive_by_methods(self._derived)
        found: dict[Scope, None] = {}
        pending, seen = [function.holder], set()
        while pending:
            cls = pending.pop()
            if cls in seen:
                continue
            seen.add(cls)
            for derived in self._derived.get(cls, ()):
                pending.append(derived)
                member = derived.members.get(function.name)
                if member is not None and member.kind == "function":
                    found[member] = None
        return list(found)

    def _derive_by_methods(self, derived: dict[Scope, list[Scope]]) -> None:
        """Take classes with all methods of an interface for derived, where nothing else says so (`structural`)."""
        with_method: dict[tuple[str, str], list[Scope]] = defaultdict(list)
        interfaces: list[tuple[Scope, set[str]]] = []
        for module in self.modules.values():
            for scope in module.scopes if self.rules(module).get("structural") else ():
                if scope.kind != "class":
                    continue
                names = {name for cls in self.with_bases(scope) for name, each in cls.members.items() if each.is_method}
                if scope.definition.is_abstract:
                    interfaces.append((scope, names))
                for name in () if scope.definition.is_abstract else names:
                    with_method[self._family(module), name].append(scope)
        for interface, names in interfaces:
            each = [set(with_method.get((self._family(interface.module), name), ())) for name in names]
            for cls in sorted(set.intersection(*each) if each else (), key=repr):
                if cls not in derived[interface]:
                    derived[interface].append(cls)

    def _implementing(self) -> dict[Scope, list[Scope]]:
        if self._implemented is None:
            self._implemented = defaultdict(list)
            for module in self.modules.values():
                for function in module.functions():
                    named = function.definition.implements
                    if named is not None:
                        thing = self.resolve(module.top, named)
                        candidates = [thing.scope] if thing.kind == "scope" and thing.scope is not None else [
                            each for each in self.functions_named(_last(named)) if each.definition.is_abstract
                        ]  # fmt: skip
                        for each in candidates[:1]:
                            self._implemented[each].append(function)
        return self._implemented

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
            return self._call(scope, expression, depth)
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
                for part in rest:
                    thing = self.member(thing, part, depth + 1)
                return thing
            case Index(holder=holder, key=key):
                if _last(holder) in self.rules(scope.module).get("wrappers", ()):
                    inner = key.elements[0] if isinstance(key, Items) and key.elements else key
                    return self.type(scope, inner, depth + 1)
                return self.type(scope, holder, depth + 1)
            case Operation(operator="|", left=left):
                return self.type(scope, left, depth + 1)
            case Items(elements=(first, *_)) if self.rules(scope.module).get("several_results"):
                return self.type(scope, first, depth + 1)
        return UNKNOWN

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
                found = self._in_scope(here, name, depth)
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
        found = self._of_class(cls, name, depth + 1)
        return None if found.kind == "unknown" else found

    def _without_import(self, scope: Scope, name: str, depth: int) -> Thing:
        """What a name stands for that its own file does not define: its package, wildcards, the root of a package."""
        module, rules = scope.module, self.rules(scope.module)
        if rules["modules"] == "global":
            cls = scope.owner if scope.kind != "class" else scope
            for outer in _outwards(_dotted(cls)) if cls is not None else ():
                known = self._groups[self._family(module), module.names[0]].members.get(f"{outer}.{name}")
                if known and outer:
                    return Thing("scope", known[0])
        if rules.get("shared"):
            for package in _outwards(module.names[0]) if rules.get("outer_packages") else [module.names[0]]:
                group = self._groups.get((self._family(module), package))
                found = self._of_group(group, name, depth) if group else None
                if found is not None:
                    return found
        for star in module.facts.stars:
            group = self._groups.get((self._family(module), absolute(module, star, rules)))
            found = self._of_group(group, name, depth + 1) if group else None
            if found is not None:
                return found
        if (self._family(module), name) in self._groups and rules["modules"] in ("package", "path"):
            return self.find(module, name, depth + 1)
        if rules.get("imports_elsewhere") and len(self._classes_named(module, name)) == 1:
            return Thing("scope", self._classes_named(module, name)[0])
        return Thing("unknown", dotted=name)

    def _classes_named(self, module: Module, name: str) -> list[Scope]:
        """The classes of this name at the top of any file; imports of other files may let them in (`global using`)."""
        if self._top_classes is None:
            self._top_classes = defaultdict(list)
            for each in self.modules.values():
                for member in each.top.members.values():
                    if member.kind == "class":
                        self._top_classes[self._family(each), member.name].append(member)
        return self._top_classes.get((self._family(module), name), [])

    def _of_group(self, group: _Group, name: str, depth: int) -> Thing | None:
        if group.members.get(name):
            return Thing("scope", group.members[name][0])
        top = group.assigned.get(name)
        return self._in_scope(top, name, depth + 1) if top is not None else None

    def _in_scope(self, scope: Scope, name: str, depth: int) -> Thing | None:
        if depth > _MAX_DEPTH:
            return self._given_up()
        if name in scope.own:
            return scope.own[name]
        unfinished = self._unfinished
        found = self._defined(scope, name, depth)
        if unfinished == self._unfinished:
            scope.own[name] = found
        return found

    def _defined(self, scope: Scope, name: str, depth: int) -> Thing | None:
        definition = scope.definition
        if name in scope.members:
            return Thing("scope", scope.members[name])
        if name in definition.imports:
            return self.find(scope.module, definition.imports[name], depth + 1)
        if scope.kind == "function":
            parameter = self._parameter(scope, name, depth)
            if parameter is not None:
                return parameter
        declared, origin = definition.types.get(name), (scope.module.path, scope.qualified_name, name)
        if name in definition.values:
            found = self.resolve(scope, definition.values[name], depth + 1)
            is_text = isinstance(found.expression, Text | Operation | Items)  # says more than its type
            if found.kind in ("made", "instance", "scope") or declared is None or is_text:
                if found.kind == "made" and declared is not None:  # by somebody else, but of a class of ours?
                    typed = self._of_type(scope, declared, origin, depth)
                    found = typed if typed.kind == "instance" else found
                is_new = found.kind in ("made", "instance", "value") and found.origin is None
                return replace(found, origin=origin) if is_new else found
        return self._of_type(scope, declared, origin, depth) if declared is not None else None

    def _parameter(self, function: Scope, name: str, depth: int) -> Thing | None:
        argument = function.arguments.get(name)
        if argument is None:
            return None
        first = function.definition.parameters[0] is argument
        if first and function.holder is not None and name in self.rules(function.module).get("receivers", ()):
            return Thing("instance", function.holder)
        if argument.type is None or function.parent is None:
            return Thing("unknown", dotted=name)
        origin = (function.module.path, function.qualified_name, name)
        outside = function.parent if function.parent.module is function.module else function.module.top
        found = self._of_type(outside, argument.type, origin, depth)
        return found if found.kind != "unknown" else Thing("unknown", dotted=name)

    def _of_type(self, scope: Scope, declared: Expression, origin: Origin, depth: int) -> Thing:
        thing = self._instance_of(self.type(scope, declared, depth + 1), scope, None)
        if thing.kind == "unknown" and scope.kind == "class" and scope.parent is not None:
            # A field may have the name that its type begins with: `store store.Store`.
            outside = self._instance_of(self.type(scope.parent, declared, depth + 1), scope.parent, None)
            thing = outside if outside.kind != "unknown" else thing
        return replace(thing, origin=origin, is_declared=True) if thing.kind != "unknown" else thing

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
        rules, family = self.rules(module), self._family(module)
        name = absolute(module, dotted, rules)
        parts = name.split(".")
        for length in range(len(parts), -1, -1):
            prefix = ".".join(parts[:length])
            group = self._group(family, prefix, rules)
            if group is not None and (length or rules["modules"] == "global"):
                found = self._walk(group, parts[length:], depth)
                if found is not None:
                    return found
        if "versions" in rules:
            name = re.sub(rules["versions"], "", name)
        return Thing("external", dotted=name.removesuffix(".default"))

    def _group(self, family: str, name: str, rules: Mapping[str, Any]) -> _Group | None:
        group = self._groups.get((family, name))
        if group is None and rules["modules"] == "folder":
            for outside, inside in self._roots(family):
                if name == outside or name.startswith(outside + "/"):
                    below = name[len(outside) + 1 :]
                    group = self._groups.get((family, "/".join(filter(None, [inside, below]))))
                    if group is not None:
                        break
        return group

    def _roots(self, family: str) -> list[tuple[str, str]]:
        """How folders of this source are imported: (beginning of the imported path, folder that it stands for)."""
        if family not in self._known_roots:
            imported = {
                name
                for module in self.modules.values()
                if self._family(module) == family
                for scope in module.scopes[:1]
                for name in scope.definition.imports.values()
            }
            folders = [name for of, name in self._groups if of == family]
            self._known_roots[family] = roots(imported, folders)
        return self._known_roots[family]

    def _walk(self, group: _Group, parts: list[str], depth: int) -> Thing | None:
        if not parts:
            return Thing("scope", group.tops[0])
        for length in range(len(parts), 1, -1):  # `Shop::Orders`, wherever it is written
            known = group.members.get(".".join(parts[:length]))
            if known:
                thing = Thing("scope", known[0])
                for name in parts[length:]:
                    thing = self.member(thing, name, depth + 1)
                return thing
        candidates: list[Thing] = [Thing("scope", scope) for scope in group.members.get(parts[0], ())]
        if not candidates:
            for top in group.tops:
                found = self._of_module(top, parts[0], depth + 1)
                if found.kind != "unknown":
                    candidates = [found]
                    break
        for candidate in candidates:
            thing = candidate
            for name in parts[1:]:
                thing = self.member(thing, name, depth + 1)
            if thing.kind != "unknown":
                return thing
        return UNKNOWN if candidates or group.tops[0].module.is_index else None

    # ── members ───────────────────────────────────────────────────────────────────────────────────────

    def member(self, holder: Thing, name: str, depth: int = 0) -> Thing:
        """Return what `holder.name` stands for."""
        if depth > _MAX_DEPTH:
            return self._given_up()
        if holder.kind in ("external", "made"):
            return Thing("external", dotted=f"{holder.dotted}.{name}", origin=holder.origin)
        if holder.kind == "value" and isinstance(holder.expression, Pairs) and holder.scope is not None:
            for key, value in holder.expression.entries:
                if plain(key) == name or (isinstance(key, Name) and key.text == name):
                    return self.resolve(holder.scope, value, depth + 1)
        if holder.kind not in ("scope", "instance") or holder.scope is None:
            return Thing("unknown", dotted=f"{holder.dotted}.{name}" if holder.dotted else name)
        if holder.scope.kind == "module":
            return self._of_module(holder.scope, name, depth)
        if holder.scope.kind == "class":
            found = self._of_class(holder.scope, name, depth)
            module = holder.scope.module
            if found.kind == "unknown" and self.rules(module)["modules"] == "global":
                known = self._groups[self._family(module), module.names[0]].members.get(
                    f"{_dotted(holder.scope)}.{name}"
                )
                return Thing("scope", known[0]) if known else found
            return found
        return Thing("unknown", dotted=name)

    def _of_module(self, top: Scope, name: str, depth: int) -> Thing:
        if depth > _MAX_DEPTH:
            return self._given_up()
        exports = top.definition.exports
        if name in exports:
            return self._exported(top, name, depth)
        found = self._in_scope(top, name, depth + 1)
        if found is not None:
            return found
        if self.rules(top.module).get("shared"):  # another file of the package
            shared = self._of_group(self._groups[self._family(top.module), top.module.names[0]], name, depth + 1)
            if shared is not None:
                return shared
        below = self._groups.get((self._family(top.module), ".".join(filter(None, [top.module.names[0], name]))))
        if below is not None and top.module.is_index:
            return Thing("scope", below.tops[0])
        if "default" in exports and name != "default":
            default = self._exported(top, "default", depth)
            if default.kind != "unknown":
                return self.member(default, name, depth + 1)
        stars = (self.find(top.module, star, depth + 1) for star in top.module.facts.stars)
        for thing in stars:  # what is exported again
            if thing.kind == "scope" and thing.scope is not None and thing.scope is not top:
                found = self.member(thing, name, depth + 1)
                if found.kind != "unknown":
                    return found
        return Thing("unknown", dotted=name)

    def _exported(self, top: Scope, name: str, depth: int) -> Thing:
        thing = self.resolve(top, top.definition.exports[name], depth + 1)
        if thing.origin is None and thing.kind in ("made", "instance", "value"):
            return replace(thing, origin=(top.module.path, top.qualified_name, name))
        return thing

    def usable(self, thing: Thing) -> Thing:
        """Return what a file stands for where its default export is meant."""
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "module":
            if "default" in thing.scope.definition.exports:
                return self._exported(thing.scope, "default", 0)
        return thing

    def _of_class(self, cls: Scope, name: str, depth: int) -> Thing:
        for candidate in self.with_bases(cls, depth):
            found = self._in_scope(candidate, name, depth + 1)
            if found is not None:
                return found
            origin = (candidate.module.path, candidate.qualified_name, name)
            for each in candidate.definition.fields:
                if each.name == name and each.type is not None:
                    return self._of_type(candidate, each.type, origin, depth + 1)
            if name in candidate.definition.attributes:
                index, expression = candidate.definition.attributes[name]
                value = self.resolve(candidate.module.scopes[index], expression, depth + 1)
                return replace(value, origin=value.origin or origin)
        for base in self.bases(cls, depth + 1):
            if base.kind == "external":
                return Thing("external", dotted=f"{base.dotted}.{name}")
        return Thing("unknown", dotted=name)

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
        listed = self._groups[self._family(module), module.names[0]].members.get(_dotted(cls), [])
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

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────

    def _call(self, scope: Scope, call: Call, depth: int) -> Thing:
        rules = self.rules(scope.module)
        callee = call.callee
        if isinstance(callee, Name) and call.positional:
            if callee.text in rules.get("super", ()) and scope.owner is not None:
                return self.lookup(scope, callee.text, depth + 1)
            path = plain(call.positional[0])
            if callee.text in rules.get("require", ()) and path is not None:
                return self.find(scope.module, path, depth + 1)
        if isinstance(callee, Name) and callee.text in rules.get("super", ()):
            return self.lookup(scope, callee.text, depth + 1)
        made = self.made(scope, call, depth)
        if made.kind != "unknown":
            return made
        thing = self.resolve(scope, callee, depth + 1)
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "function":
            return self._returned(thing.scope, depth)
        return self._instance_of(thing, scope, call)

    def made(self, scope: Scope, call: Call, depth: int = 0) -> Thing:
        """Return the object that `Orders.new`, or `new` within it, makes where a language makes objects so."""
        makers, callee = self.rules(scope.module).get("makers", ()), call.callee
        if isinstance(callee, Member) and callee.name in makers:
            return self._instance_of(self.resolve(scope, callee.holder, depth + 1), scope, call)
        if isinstance(callee, Name) and callee.text in makers and scope.owner is not None:
            return Thing("instance", scope.owner)
        return UNKNOWN

    @staticmethod
    def _instance_of(thing: Thing, scope: Scope, call: Call | None) -> Thing:
        if thing.kind == "external":
            return Thing("made", scope, dotted=thing.dotted, expression=call)
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "class":
            return Thing("instance", thing.scope)
        if thing.kind == "unknown" and thing.dotted:
            return Thing("unknown", scope, dotted=thing.dotted, expression=call)
        return UNKNOWN

    def _returned(self, function: Scope, depth: int) -> Thing:
        """What a function of ours gives back, where that is one thing only."""
        returned = function.definition.returns[:_MAX_RETURNS]
        if self.rules(function.module).get("several_results"):
            returned = [each.elements[0] if isinstance(each, Items) and each.elements else each for each in returned]
        things = [self.resolve(function, each, depth + 1) for each in returned]
        known = [t for t in things if t.kind in ("made", "instance")]
        if known and len({(t.kind, t.dotted, t.scope if t.kind == "instance" else None, t.origin) for t in known}) == 1:
            return known[0]
        declared = function.definition.returned_type
        if declared is None:
            return UNKNOWN
        outside = (
            function.parent if function.parent and function.parent.module is function.module else function.module.top
        )
        thing = self._instance_of(self.type(outside, declared, depth + 1), function, None)
        return replace(thing, is_declared=True) if thing.kind != "unknown" else UNKNOWN


def _dotted(cls: Scope) -> str:
    """The name of a class within all: `Shop::Orders` is Shop.Orders."""
    return cls.qualified_name.replace("::", ".").partition("#")[0]


def _outwards(package: str) -> Iterator[str]:
    """Yield a package and those around it."""
    while package:
        yield package
        package = package.rpartition(".")[0]
    yield ""


def plain(expression: Expression | None) -> str | None:
    """Return the text of a plain string or a symbol, None for anything else."""
    match expression:
        case Text(parts=()):
            return ""
        case Text(parts=(str(text),)) | Symbol(text=text):
            return text
    return None


def _last(expression: Expression) -> str:
    match expression:
        case Name(text=name) | Member(name=name):
            return name
    return ""


def elements(expression: Expression | None) -> tuple[Expression, ...]:
    """Return the elements of a list; any other expression is its only element."""
    if expression is None:
        return ()
    return expression.elements if isinstance(expression, Items) else (expression,)
