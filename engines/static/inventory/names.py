"""What a name stands for: through scopes, imports, `self` and assignments, across the files of a source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tree_sitter import Node

from engines.static.inventory.expressions import called, literal, text, unwrap
from engines.static.inventory.module import Module, Scope

_MAX_DEPTH = 25  # hostile or circular sources must not exhaust the stack


@dataclass(frozen=True)
class Thing:
    """What an expression stands for.

    kind: `scope` (a definition or file of this source), `instance` (of a class of this source), `external` (a dotted
    name of elsewhere), `made` (what calling that external name gave), `value` (an expression), `unknown`.
    `origin` tells objects apart that were made at different places: file, scope and name of the first assignment.
    """

    kind: str
    scope: Scope | None = None  # of `scope` and `instance`; of `value`: where the expression stands
    dotted: str = ""  # of `external` and `made`
    node: Node | None = None  # of `value`; of `made`: the call
    origin: tuple[str, str, str] | None = None


UNKNOWN = Thing("unknown")


class Project:
    """The files of one source, and the names in them."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.modules = {module.file.path: module for module in modules}
        self._by_name: dict[str, Module] = {}
        for module in self.modules.values():
            for name in module.names:
                self._by_name.setdefault(name, module)
        self._resolved: dict[tuple[int, int], Thing] = {}
        self._by_function_name: dict[str, list[Scope]] = {}
        for module in self.modules.values():
            for function in module.functions():
                self._by_function_name.setdefault(function.name, []).append(function)

    def functions_named(self, name: str) -> list[Scope]:
        """Return all functions of this name, whatever their scope."""
        return self._by_function_name.get(name, [])

    def resolve(self, scope: Scope, node: Node, depth: int = 0) -> Thing:
        """Return what an expression stands for in a scope."""
        if depth > _MAX_DEPTH:
            return UNKNOWN
        node = unwrap(node)
        key = (id(scope), node.id)
        if key not in self._resolved:
            self._resolved[key] = UNKNOWN  # what refers to itself stays unknown
            self._resolved[key] = self._resolve(scope, node, depth)
        return self._resolved[key]

    def _resolve(self, scope: Scope, node: Node, depth: int) -> Thing:
        match node.type:
            case "identifier":
                return self.lookup(scope, text(node), depth)
            case "attribute":
                holder = self.resolve(scope, node.child_by_field_name("object"), depth + 1)
                return self.member(holder, text(node.child_by_field_name("attribute")), depth + 1)
            case "call":
                return self._call(scope, node, depth)
            case "type" | "generic_type" | "union_type" | "binary_operator" | "string" | "subscript":
                named = self._annotation(scope, node, depth)
                return named if named.kind != "unknown" else Thing("value", scope, node=node)
            case _:
                return Thing("value", scope, node=node)

    # ── names ─────────────────────────────────────────────────────────────────────────────────────────

    def lookup(self, scope: Scope, name: str, depth: int = 0) -> Thing:
        """Return what a plain name stands for, from the innermost scope outwards."""
        here: Scope | None = scope
        while here is not None:
            if here is scope or here.kind != "class":  # the names of a class are not seen from its methods
                found = self._in_scope(here, name, depth)
                if found is not None:
                    return found
            here = here.parent
        for base in scope.module.star_imports:
            module = self._by_name.get(base)
            if module is not None and module is not scope.module:
                found = self._in_scope(module.top, name, depth + 1) if depth < _MAX_DEPTH else None
                if found is not None:
                    return found
        return UNKNOWN

    def _in_scope(self, scope: Scope, name: str, depth: int) -> Thing | None:
        if name in scope.members:
            return Thing("scope", scope.members[name])
        if name in scope.imports:
            return self.find(scope.imports[name], depth + 1)
        if scope.kind == "function":
            parameter = self._parameter(scope, name, depth)
            if parameter is not None:
                return parameter
        if name in scope.values:
            found = self.resolve(scope, scope.values[name], depth + 1)
            is_new = found.kind in ("made", "instance", "value") and found.origin is None
            return replace(found, origin=(scope.module.file.path, scope.qualified_name, name)) if is_new else found
        return None

    def _parameter(self, function: Scope, name: str, depth: int) -> Thing | None:
        if name not in function.parameters:
            return None
        is_method = function.parent is not None and function.parent.kind == "class"
        if is_method and name in function.module.language.settings["receivers"]:
            return Thing("instance", function.parent)
        annotation = function.parameters[name].child_by_field_name("type")
        if annotation is None or function.parent is None:
            return UNKNOWN
        return self._instance_of(self._annotation(function.parent, annotation, depth + 1), None)

    def find(self, dotted: str, depth: int = 0) -> Thing:
        """Return what a dotted name stands for: a file, what a file defines, or something external."""
        if depth > _MAX_DEPTH:
            return UNKNOWN
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            module = self._by_name.get(".".join(parts[:length]))
            if module is not None:
                thing = Thing("scope", module.top)
                for name in parts[length:]:
                    thing = self.member(thing, name, depth + 1)
                return thing
        return Thing("external", dotted=dotted)

    def member(self, holder: Thing, name: str, depth: int = 0) -> Thing:
        """Return what `holder.name` stands for."""
        if depth > _MAX_DEPTH:
            return UNKNOWN
        if holder.kind in ("external", "made"):
            return Thing("external", dotted=f"{holder.dotted}.{name}")
        if holder.kind not in ("scope", "instance") or holder.scope is None:
            return UNKNOWN
        if holder.scope.kind == "module":
            return self._of_module(holder.scope, name, depth)
        return self._of_class(holder.scope, name, depth) if holder.scope.kind == "class" else UNKNOWN

    def _of_module(self, top: Scope, name: str, depth: int) -> Thing:
        found = self._in_scope(top, name, depth + 1)
        if found is not None:
            return found
        below = self._by_name.get(".".join(filter(None, [top.module.names[0], name])))
        if below is not None and top.module.is_package:
            return Thing("scope", below.top)
        return self.lookup(top, name, depth + 1)

    def _of_class(self, cls: Scope, name: str, depth: int) -> Thing:
        for candidate in self.with_bases(cls, depth):
            found = self._in_scope(candidate, name, depth + 1)
            if found is not None:
                return found
            if name in candidate.attributes:
                scope, node = candidate.attributes[name]
                value = self.resolve(scope, node, depth + 1)
                origin = (cls.module.file.path, cls.qualified_name, name)
                return replace(value, origin=value.origin or origin)
        return UNKNOWN

    def with_bases(self, cls: Scope, depth: int = 0) -> list[Scope]:
        """Return a class and those of its bases that this source defines, nearest first."""
        found, pending = [cls], [cls]
        while pending and depth < _MAX_DEPTH:
            for thing in self.bases(pending.pop(), depth):
                if thing.kind == "scope" and thing.scope is not None and thing.scope not in found:
                    found.append(thing.scope)
                    pending.append(thing.scope)
            depth += 1
        return found

    def bases(self, cls: Scope, depth: int = 0) -> list[Thing]:
        """Return what the direct bases of a class stand for."""
        listed = cls.node.child_by_field_name("superclasses")
        nodes = [n for n in listed.named_children if n.type != "keyword_argument"] if listed is not None else []
        return [self.resolve(cls.parent, node, depth + 1) for node in nodes if cls.parent is not None]

    # ── calls and types ───────────────────────────────────────────────────────────────────────────────

    def _call(self, scope: Scope, node: Node, depth: int) -> Thing:
        callee = called(node)
        if callee.type == "identifier" and text(callee) == "super" and scope.owner is not None:
            bases = [b for b in self.bases(scope.owner, depth + 1) if b.kind == "scope"]
            return Thing("instance", bases[0].scope) if bases else UNKNOWN
        thing = self.resolve(scope, callee, depth + 1)
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "function":
            return self._returned(thing.scope, depth)
        return self._instance_of(thing, node)

    @staticmethod
    def _instance_of(thing: Thing, node: Node | None) -> Thing:
        if thing.kind == "external":
            return Thing("made", dotted=thing.dotted, node=node)
        if thing.kind == "scope" and thing.scope is not None and thing.scope.kind == "class":
            return Thing("instance", thing.scope)
        return UNKNOWN

    def _returned(self, function: Scope, depth: int) -> Thing:
        """What a function of ours gives back, where that is one thing only."""
        things = [self.resolve(function, node, depth + 1) for node in function.returns[:5]]
        known = [t for t in things if t.kind in ("made", "instance")]
        return known[0] if known and len({(t.kind, t.dotted, t.scope, t.origin) for t in known}) == 1 else UNKNOWN

    def _annotation(self, scope: Scope, node: Node, depth: int) -> Thing:
        """What a type names: `X`, `"X"`, `X | None`, `Optional[X]`, `Annotated[X, …]`."""
        if depth > _MAX_DEPTH:
            return UNKNOWN
        match node.type:
            case "type":
                return self._annotation(scope, node.named_children[0], depth + 1) if node.named_children else UNKNOWN
            case "string":
                name = literal(node) or ""
                first, _, rest = name.partition(".")
                thing = self.lookup(scope, first, depth + 1) if first.isidentifier() else UNKNOWN
                for part in filter(None, rest.split(".")):
                    thing = self.member(thing, part, depth + 1)
                return thing
            case "identifier" | "attribute":
                return self.resolve(scope, node, depth + 1)
            case "generic_type" | "subscript":
                inner = type_arguments(node)
                outer = text(node.named_children[0]).split(".")[-1]
                is_wrapper = outer in ("Optional", "Annotated", "Union") and inner
                return self._annotation(scope, inner[0], depth + 1) if is_wrapper else UNKNOWN
            case "binary_operator" | "union_type":
                return self._annotation(scope, node.named_children[0], depth + 1)
        return UNKNOWN


def type_arguments(node: Node) -> list[Node]:
    """Return what stands in the brackets of a generic type."""
    if node.type == "subscript":
        return list(node.children_by_field_name("subscript"))
    return [child for parameters in node.named_children[1:2] for child in parameters.named_children]
