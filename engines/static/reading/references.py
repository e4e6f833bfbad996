"""What a file uses: imports, assignments, returns, exports, calls, and what may read something of a request."""

from __future__ import annotations

import re

from tree_sitter import Node

from engines.static.reading.captures import Captures, Match
from engines.static.reading.definitions import Scopes
from engines.static.reading.expressions import Expressions
from engines.static.reading.facts import (
    Argument,
    Constant,
    Definition,
    Expression,
    Index,
    Items,
    Member,
    Name,
    Pairs,
    Site,
    Symbol,
    Text,
)
from engines.static.reading.language import Language

_SEPARATOR = re.compile(r"\\|::")
_PLAIN = re.compile(r"[\w.@/-]*")
_PIECE = re.compile(r"[^./\\:]+$")


class References:
    """Fills the definitions of one file with what is used in each."""

    def __init__(self, language: Language, scopes: Scopes, captures: Captures) -> None:
        self._language = language
        self._scopes = scopes
        self._captures = captures
        self._expressions: Expressions = scopes.expressions
        imports = language.settings.get("imports", {})
        self._binds = imports.get("binds", "last")
        self._local = re.compile(imports["local"]) if "local" in imports else None
        self.stars: list[str] = []
        self._destructured: list[Site] = []

    # ── imports and exports ───────────────────────────────────────────────────────────────────────────

    def read_imports(self) -> None:
        """Fill in `imports` and `stars`."""
        for match in self._captures.matches("import.path"):
            self._import_path(match)
        for match in self._captures.matches("import.name"):
            base = self._dotted(match.get("import.from", ()))
            node = match["import.name"][0]
            name = self._plain_name(match["import.name"])
            alias = match.get("import.alias")
            local = self._expressions.plain(alias[0]) if alias else _PIECE.search(name)
            local = local if isinstance(local, str) else local[0] if local else name
            self._at(node).imports.setdefault(local, _under(base, name))
        for match in self._captures.matches("import.default"):
            node = match["import.default"][0]
            base = self._dotted(match.get("import.from", ()))
            self._at(node).imports.setdefault(self._expressions.plain(node), _under(base, "default"))
        for match in self._captures.matches("import.all"):
            self.stars.append(self._dotted(match.get("import.from", ())))

    def _import_path(self, match: Match) -> None:
        path = self._dotted(match["import.path"])
        scope = self._at(match["import.path"][0])
        alias = match.get("import.alias")
        if alias:
            scope.imports.setdefault(self._expressions.plain(alias[0]), path)
        elif self._local is not None:
            found = self._local.search(path)
            if found:
                scope.imports.setdefault(found[1], path)
        elif self._binds == "first":
            first = path.split(".")[0]
            scope.imports.setdefault(first, first)
        elif self._binds == "last":
            found = _PIECE.search(path)
            scope.imports.setdefault(found[0] if found else path, path)
        else:
            self.stars.append(path)

    def _dotted(self, nodes: list[Node] | tuple[()]) -> str:
        """The name that nodes write together, with dots; the path of a file stays a path."""
        written = [self._expressions.plain(node) for node in nodes]
        name = written[0] if len(written) == 1 else ".".join(written)
        return name if _PLAIN.fullmatch(name) else _SEPARATOR.sub(".", "".join(name.split()))

    def _plain_name(self, nodes: list[Node]) -> str:
        return self._dotted(nodes)

    def _at(self, node: Node) -> Definition:
        return self._scopes.definitions[self._scopes.at(node.start_byte)]

    def read_exports(self) -> None:
        """Fill in `exports` of the top level."""
        exports = self._scopes.definitions[0].exports
        for match in self._captures.matches("export"):
            node = match["export"][0]
            named = match.get("export.as")
            value = self._expressions.lower(node)
            name = self._expressions.plain(named[0]) if named else self._expressions.plain(node)
            exports.setdefault(name, value)
        for match in self._captures.matches("export.default"):
            value = self._expressions.lower(match["export.default"][0])
            exports.setdefault("default", value)
            if isinstance(value, Pairs):
                for key, each in value.entries:
                    if isinstance(key, Text) and len(key.parts) == 1 and isinstance(key.parts[0], str):
                        exports.setdefault(key.parts[0], each)

    # ── assignments ───────────────────────────────────────────────────────────────────────────────────

    def read_assignments(self) -> None:
        """Fill in `values`, `types`, `fields`, `attributes` and `returns`."""
        expressions = self._expressions
        for match in self._captures.matches("target"):
            target, value, type_ = match["target"][0], match.get("value"), match.get("type")
            index = self._scopes.at(target.start_byte)
            scope = self._scopes.definitions[index]
            lowered = expressions.lower(value[0]) if value else None
            declared = expressions.lower(type_[0], full=True) if type_ else None
            bound = self._target(target)
            if type(bound) is not Name:
                if lowered is not None:
                    self._bind(scope, index, bound, lowered, expressions.line(target))
                continue
            if lowered is not None:
                scope.values.setdefault(bound.text, lowered)
            if declared is not None:
                scope.types.setdefault(bound.text, declared)
            if scope.kind == "class":
                decorators = self._decorators(match)
                if declared is not None or decorators:
                    scope.fields.append(Argument(bound.text, declared, lowered, decorators))
        for match in self._captures.matches("field"):
            self._field(match)
        for match in self._captures.matches("return"):
            node = match["return"][0]
            self._at(node).returns.append(expressions.lower(node))

    def _target(self, node: Node) -> Expression:
        """What is assigned to: a name, a member, or a pattern of them."""
        if self._expressions.what(node) is None:
            return Name(self._expressions.text(node))
        return self._expressions.lower(node)

    def _decorators(self, match: Match) -> tuple[Expression, ...]:
        return tuple(each for node in match.get("decorator", ()) for each in self._scopes.decorators(node))

    def _field(self, match: Match) -> None:
        """A field that is declared elsewhere than in the class's body: as a parameter of its constructor."""
        node = match["field"][0]
        index = self._scopes.declared_at(node.start_byte)
        while index and self._scopes.definitions[index].kind != "class":
            index = self._scopes.definitions[index].parent
        if not index:
            return
        owner = self._scopes.definitions[index]
        type_, value = match.get("type"), match.get("value")
        declared = self._expressions.lower(type_[0], full=True) if type_ else None
        default = self._expressions.lower(value[0]) if value else None
        if self._expressions.what(node) == "parameter":
            found = self._scopes.arguments(node, owner, lambda *_: None)
        else:
            found = [Argument(self._expressions.plain(node), declared, default, self._decorators(match))]
        for argument in found:
            owner.fields.append(argument)
            if argument.type is not None:
                owner.types.setdefault(argument.name, argument.type)

    def bind_parameter(self, definition: Definition, node: Node, value: Expression) -> None:
        """Bind the names of a parameter that takes its value apart."""
        index, line = self._scopes.declared_at(node.start_byte), self._expressions.line(node)
        self._bind(definition, index, self._expressions.lower(node), value, line)

    def _bind(self, scope: Definition, index: int, target: Expression, value: Expression, line: int) -> None:
        pending = [(target, value, False)]
        while pending:
            target, value, is_part = pending.pop()
            match target:
                case Name(name):
                    scope.values.setdefault(name, value)
                    if is_part and self._may_read(value):
                        self._destructured.append(Site(index, value, line))
                case Member(Name(holder), name) if self._is_receiver(index, holder):
                    owner = self._scopes.owner(index)
                    if owner is not None:
                        owner.attributes.setdefault(name, (index, value))
                case Items(elements):
                    given = value.elements if isinstance(value, Items) else ()
                    if len(given) == 1 < len(elements):  # what one call gives back, taken apart
                        given, value = (), given[0]
                    for position, element in reversed(list(enumerate(elements))):
                        part = given[position] if position < len(given) else Index(value, Constant(str(position)))
                        pending.append((element, part, True))
                case Pairs(entries):
                    for key, element in reversed(entries):
                        part = _part(value, key)
                        if part is not None:
                            pending.append((element, part, True))

    def _is_receiver(self, index: int, name: str) -> bool:
        if name in self._language.table.receivers:
            return True
        return any(
            name == self._scopes.definitions[index].parameters[0].name
            for _ in self._scopes.matches[index].get("receiver", ())
            if self._scopes.definitions[index].parameters
        )

    # ── calls and reads ───────────────────────────────────────────────────────────────────────────────

    def calls(self) -> list[Site]:
        """Return every call, in the order of the text."""
        found = []
        lower, at, names = self._expressions.call, self._scopes.at, self._expressions.of
        for match in self._captures.matches("call"):
            node = match["call"][0]
            call = lower(node)
            if call is not None and not (
                type(call.callee) is Name
                and call.is_thin
                and names.get(node.kind_id) == "name"
                and self._is_variable(node)
            ):
                found.append(Site(at(node.start_byte), call, node.start_point[0] + 1))
        return found

    def _is_variable(self, node: Node) -> bool:
        """Whether a plain name that may be a call is a parameter or a variable of the functions around it."""
        name = self._expressions.plain(node)
        index = self._scopes.at(node.start_byte)
        while index >= 0:
            scope = self._scopes.definitions[index]
            if name in scope.values or name in scope.types or any(each.name == name for each in scope.parameters):
                return True
            if not scope.is_anonymous:
                return False
            index = scope.parent
        return False

    def reads(self) -> list[Site]:
        """Return what may read something of a request: subscripts with a constant key, members of known holders."""
        found = list(self._destructured)
        for match in self._captures.matches("read"):
            node = match["read"][0]
            value = self._expressions.lower(node)
            if self._may_read(value):
                found.append(Site(self._scopes.at(node.start_byte), value, self._expressions.line(node)))
        return sorted(found, key=lambda site: site.line)

    def _may_read(self, value: Expression) -> bool:
        match value:
            case Index(_, Text(parts)):
                return len(parts) == 1 and isinstance(parts[0], str)
            case Index(_, Symbol()):
                return True
            case Member(Member(_, name) | Name(name), _):
                return name in self._language.interesting
        return False


def _under(base: str, name: str) -> str:
    """`name` of `base`, which may be relative: `.`, `..a`, `./a`."""
    if not base:
        return name
    return base + name if base.strip(".") == "" else f"{base}.{name}"


def _part(value: Expression, key: Expression) -> Expression | None:
    match key:
        case Text((str(name),)) | Name(name) | Symbol(name):
            return Member(value, name)
    return None
