"""What a file defines: classes and functions with their names, parameters, decorators and bases."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from engines.static.reading.captures import Captures, Match
from engines.static.reading.expressions import Expressions
from engines.static.reading.facts import Argument, Call, Definition, Expression, Index, Items, Member, Name, Pairs
from engines.static.reading.language import Language

_MAX_PARAMETERS = 200
_MAX_NESTED = 40  # what is defined deeper belongs to what surrounds it: names would grow without bounds
_SEPARATOR = re.compile(r"\s*(?:\\|::|/)\s*")

Bind = Callable[[Definition, Node, Expression], None]


class Scopes:
    """The definitions of one file, and which of them a place belongs to.

    `nodes`: the node of each definition but the top level (index 0); `functions`: node id → index.
    """

    def __init__(self, language: Language, path: str, lines: int, captures: Captures, content: bytes) -> None:
        name = language.settings.get("module_name") or PurePosixPath(path).stem
        self.definitions = [Definition("module", name, name, -1, 1, max(lines, 1), "")]
        self.nodes: list[Node | None] = [None]
        self.functions: dict[int, int] = {}
        self.matches: list[dict[str, list[Node]]] = [{}]
        self._starts, self._ends, self._bodies = [0], [len(content)], [0]
        self._depths = [0]
        self._language = language
        self._taken = {name}
        self._counts: dict[str, int] = {}
        self._unnamed: dict[int, int] = {}
        self._written: dict[int, str] = {}  # class → its name before it was numbered
        found = self._found(captures)
        self._overloads = {node.id for node in captures.nodes("overload")}
        self.expressions = Expressions(language, content, self.functions)
        for kind, node, match in found:
            self._add(kind, node, match)

    @staticmethod
    def _found(captures: Captures) -> list[tuple[str, Node, dict[str, list[Node]]]]:
        """Every class and function once, with what all patterns say of it; the first name counts."""
        by_id: dict[int, tuple[str, Node, dict[str, list[Node]]]] = {}
        for kind in ("class", "function"):
            for match in captures.matches(kind):
                node = match[kind][0]
                known = by_id.setdefault(node.id, (kind, node, {}))[2]
                for part, nodes in match.items():
                    known.setdefault(part, nodes)
        return sorted(by_id.values(), key=lambda each: (each[1].start_byte, -each[1].end_byte))

    def _add(self, kind: str, node: Node, match: dict[str, list[Node]]) -> None:
        start, end = node.start_byte, node.end_byte
        parent = self.declared_at(start)
        if self._depths[parent] >= _MAX_NESTED:
            return
        settings, holder = self._language.settings, self.definitions[parent]
        names, owners = match.get("name"), match.get("owner")
        name = self.expressions.plain(names[0]) if names else self._anonymous(parent)
        if owners:
            parent = 0
            owner = self.expressions.plain(owners[0])
            qualified = owner + settings.get("nested_in_class", ".") + name
        elif parent == 0:
            qualified = name
        else:
            between = settings.get("nested_in_class" if holder.kind == "class" else "nested_in_function", ".")
            if "static" in match:
                between = settings.get("nested_static", between)
            if kind == holder.kind == "class":
                between = settings.get("nested_class", between)
            around = (
                self._written.get(parent, holder.qualified_name) if settings.get("reopened") else holder.qualified_name
            )
            qualified = around + between + name
        body = match.get("body")
        index = len(self.definitions)
        if kind == "class":
            self._written[index] = qualified
        self.definitions.append(
            Definition(
                kind,
                name,
                self._unique(qualified, node.id in self._overloads),
                parent,
                node.start_point[0] + 1,
                node.end_point[0] + 1,
                "",
                is_anonymous=not names,
                is_abstract="abstract" in match,
            )
        )
        self.nodes.append(node)
        self.matches.append(match)
        self._depths.append(self._depths[parent] + 1)
        self._starts.append(start)
        self._ends.append(end)
        self._bodies.append(body[0].start_byte if body else start)
        self.functions[node.id] = index

    def _anonymous(self, parent: int) -> str:
        """The name of a function without one; with `{}` in it they are counted (`func1`)."""
        name = str(self._language.settings.get("anonymous", "<anonymous>"))
        if "{}" in name:
            self._unnamed[parent] = self._unnamed.get(parent, 0) + 1
            name = name.replace("{}", str(self._unnamed[parent]))
        return name

    def _unique(self, name: str, is_overload: bool) -> str:
        """The name, numbered where it is taken; the one that runs has it, not those that declare its types."""
        unique, count = name, self._counts.get(name, 1)
        while unique in self._taken or (is_overload and unique == name):
            count += 1
            unique = f"{name}#{count}"
        self._counts[name] = count
        self._taken.add(unique)
        return unique

    # ── which definition a place belongs to ───────────────────────────────────────────────────────────

    def declared_at(self, start: int) -> int:
        """Return the innermost definition around a place, its head included."""
        index = bisect_right(self._starts, start) - 1
        while self._ends[index] <= start and index:
            index = self._around(index)
        return index

    def at(self, start: int) -> int:
        """Return the definition whose code runs at a place: defaults, types and decorators are evaluated outside."""
        index = bisect_right(self._starts, start) - 1
        while index and (self._ends[index] <= start or self._bodies[index] > start):
            index = self._around(index)
        return index

    def place(self, index: int) -> tuple[int, int]:
        """Return the first byte of a definition and the one behind it."""
        return self._starts[index], self._ends[index]

    def names(self) -> Iterator[Node]:
        """Yield the nodes that name the functions where they are defined."""
        for definition, match in zip(self.definitions, self.matches, strict=True):
            if definition.kind == "function":
                yield from match.get("name", ())

    def _around(self, index: int) -> int:
        """The definition that surrounds one in the text; a method outside of its class has the top level as parent."""
        return self.definitions[index].parent

    def owner(self, index: int) -> Definition | None:
        """Return the class that a method belongs to, also for a function nested in it."""
        while index > 0:
            definition = self.definitions[index]
            if "owner" in self.matches[index]:
                named = self.expressions.plain(self.matches[index]["owner"][0])
                return next((d for d in self.definitions if d.kind == "class" and d.qualified_name == named), None)
            if definition.kind == "function" and self.definitions[definition.parent].kind == "class":
                return self.definitions[definition.parent]
            index = definition.parent
        return None

    # ── heads ─────────────────────────────────────────────────────────────────────────────────────────

    def read_heads(self, captures: Captures, bind: Bind) -> None:
        """Fill in parameters, bases, decorators and declared types; `bind` takes parameters apart."""
        expressions = self.expressions
        for index in range(1, len(self.definitions)):
            definition, match = self.definitions[index], self.matches[index]
            for node in match.get("receiver", ()):
                definition.parameters += self.arguments(node, definition, bind)
            for node in match.get("parameters", ()):
                definition.parameters += self._listed(node, definition, bind)
            for node in match.get("returns", ()):
                definition.returned_type = expressions.lower(node, full=True)
            for node in match.get("decorator", ()):
                definition.decorators += self.decorators(node)
            for role in ("bases", "base"):
                for node in match.get(role, ()):
                    self._base(definition, role, node)
        seen: set[int] = set()
        for match in captures.matches("decorated"):
            index = self.functions.get(match["decorated"][0].id)
            if index is not None:
                for node in match.get("decorator", ()):
                    if node.id not in seen:
                        seen.add(node.id)
                        self.definitions[index].decorators += self.decorators(node)
        for match in captures.matches("decorator"):
            node = match["decorator"][0]
            self.definitions[self.declared_at(node.start_byte)].decorators += self.decorators(node)
        for role in ("bases", "base"):
            for match in captures.matches(role):
                node = match[role][0]
                self._base(self.definitions[self.declared_at(node.start_byte)], role, node)
        for node in captures.nodes("abstract"):
            self.definitions[self.declared_at(node.start_byte)].is_abstract = True

    def _base(self, definition: Definition, role: str, node: Node) -> None:
        for child in node.named_children if role == "bases" else [node]:
            if child.is_extra or self.expressions.what(child) in (None, "keyword", "spread"):
                continue
            lowered = self.expressions.lower(child)
            definition.bases.append(lowered)
            if _last(lowered) in self._language.settings.get("abstract_bases", ()):
                definition.is_abstract = True

    def _listed(self, node: Node, definition: Definition, bind: Bind) -> list[Argument]:
        what = self.expressions.what(node)
        children = [node] if what in ("name", "parameter", "pairs") else node.named_children[:_MAX_PARAMETERS]
        found: list[Argument] = []
        of = self.expressions.of
        for child in children:
            if of.get(child.kind_id) == "name":
                before = child.prev_sibling
                if before is None or before.type != "=":  # no default that stands beside its parameter
                    found.append(Argument(self.expressions.plain(child)))
            else:
                found += self.arguments(child, definition, bind, len(found))
        return found

    def arguments(self, node: Node, definition: Definition, bind: Bind, position: int = 0) -> list[Argument]:
        """Return what a parameter declares; one that takes its value apart is named `{position}`."""
        expressions = self.expressions
        what = expressions.what(node)
        if what == "name" or what == "own":
            return [Argument(expressions.plain(node))]
        if what in ("pairs", "items"):
            name = f"{{{position}}}"
            bind(definition, node, Name(name))
            return [Argument(name)]
        if what != "parameter":
            return []
        entry = expressions.entry(node)
        several = "several" in entry.settings
        first = None if several else entry.parts["name"](node)
        names = entry.every["name"](node) if several else [first] if first is not None else []
        inner: list[Argument] = []
        for name in names:
            inner += self.arguments(name, definition, bind, position) or [Argument(expressions.plain(name))]
        type_, default = expressions.part(node, "type"), expressions.part(node, "default")
        if default is not None and any(default.id == each.id for each in (*names, type_) if each is not None):
            default = None  # found by its position, and not there
        if not names and type_ is not None:
            inner = [Argument("")]
        variadic = entry.settings.get("variadic", False)
        is_variadic = bool(variadic) if isinstance(variadic, bool) else expressions.part(node, "variadic") is not None
        decorators: list[Expression] = []
        for each in entry.every["decorators"](node) if "decorators" in entry.every else ():
            decorators += self.decorators(each)
        return [
            Argument(
                each.name,
                expressions.lower(type_, full=True) if type_ is not None else each.type,
                expressions.lower(default, full=True) if default is not None else each.default,
                tuple(decorators) or each.decorators,
                is_variadic or each.is_variadic,
            )
            for each in inner
        ]

    def decorators(self, node: Node) -> list[Expression]:
        """Return the decorators of a node: it is one, or it holds some among other things (`modifiers`)."""
        if self.expressions.what(node) in ("call", "name", "member", "through"):
            return [self.expressions.lower(node, full=True)]
        return [
            lowered
            for child in node.named_children
            for lowered in (self.decorators(child) if not child.is_extra and self.expressions.what(child) else ())
        ]


def _last(expression: Expression) -> str | None:
    match expression:
        case Name(text):
            return text
        case Member(_, name):
            return name
        case Index(holder, _):
            return _last(holder)
        case Call(callee):
            return _last(callee)
        case Items() | Pairs():
            return None
    return None


def package(captures: Captures, expressions: Expressions) -> str:
    """Return the package or namespace that a file declares, with dots."""
    found = captures.matches("package")
    return _SEPARATOR.sub(".", expressions.plain(found[0]["package"][0])).strip(".") if found else ""


__all__ = ["Bind", "Match", "Scopes", "package"]
