"""One parsed file: what it defines, imports, assigns and calls, each in its scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tree_sitter import Node

from engines.static.files import SourceFile
from engines.static.inventory.expressions import text
from engines.static.inventory.language import Language


@dataclass(eq=False)
class Scope:
    """A function, a class or a file's top level: what is defined, imported and assigned directly in it."""

    kind: str  # module | class | function
    name: str
    qualified_name: str
    node: Node
    module: Module
    parent: Scope | None = None
    members: dict[str, Scope] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)  # alias → dotted name
    values: dict[str, Node] = field(default_factory=dict)  # name → the expression first assigned to it
    attributes: dict[str, tuple[Scope, Node]] = field(default_factory=dict)  # of a class: what `self.x` was assigned
    returns: list[Node] = field(default_factory=list)
    decorators: list[Node] = field(default_factory=list)

    @cached_property
    def parameters(self) -> dict[str, Node]:
        """The parameters of a function by name, in order."""
        listed = self.node.child_by_field_name("parameters") if self.kind == "function" else None
        return {name: child for child in listed.named_children if (name := _name_of(child))} if listed else {}

    @property
    def function(self) -> Scope:
        """The scope whose code runs here: a class body runs as part of what surrounds it."""
        scope = self
        while scope.kind == "class" and scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def owner(self) -> Scope | None:
        """The class that a method belongs to, also from a function nested in it."""
        scope: Scope | None = self
        while scope is not None and not (scope.kind == "function" and scope.parent and scope.parent.kind == "class"):
            scope = scope.parent
        return scope.parent if scope else None


@dataclass(eq=False)
class Module:
    """A file of the source with its syntax tree."""

    file: SourceFile
    language: Language
    root: Node
    names: tuple[str, ...]  # dotted names under which it can be imported; the first one is from the source's root
    is_package: bool
    top: Scope = field(init=False)
    scopes: list[Scope] = field(default_factory=list)  # functions and classes, in the order of the text
    calls: list[tuple[Scope, Node]] = field(default_factory=list)
    subscripts: list[tuple[Scope, Node]] = field(default_factory=list)
    texts: list[tuple[Scope, Node]] = field(default_factory=list)
    star_imports: list[str] = field(default_factory=list)

    def functions(self) -> Iterator[Scope]:
        """Yield the functions, in the order of the text."""
        return (scope for scope in self.scopes if scope.kind == "function")


def _name_of(parameter: Node) -> str | None:
    """The name that a parameter binds, whatever its form."""
    named = parameter.child_by_field_name("name")
    if named is None and parameter.type != "identifier":
        named = parameter.named_children[0] if parameter.named_children else None
        if named is not None and named.type in ("list_splat_pattern", "dictionary_splat_pattern"):
            named = named.named_children[0]
    return text(named or parameter) if (named or parameter).type == "identifier" else None


def read_module(file: SourceFile, language: Language, names: tuple[str, ...], is_package: bool) -> Module | None:
    """Return the parsed file; None when it has syntax errors."""
    root = language.parse(file.content).root_node
    if root.has_error:
        return None
    module = Module(file, language, root, names, is_package)
    module.top = Scope("module", language.settings["module_name"], language.settings["module_name"], root, module)
    _define(module)
    _refer(module)
    return module


def _define(module: Module) -> None:
    settings = module.language.settings
    found = module.language.captures("definitions", module.root)
    nodes = sorted([*found.get("function", ()), *found.get("class", ())], key=lambda n: n.start_byte)
    open_scopes = [module.top]
    for node in nodes:
        while open_scopes[-1].node.end_byte <= node.start_byte and len(open_scopes) > 1:
            open_scopes.pop()
        parent = open_scopes[-1]
        name = text(node.child_by_field_name("name"))
        between = settings["nested_in_class" if parent.kind == "class" else "nested_in_function"]
        qualified = name if parent is module.top else parent.qualified_name + between + name
        scope = Scope(node.type.split("_")[0], name, qualified, node, module, parent)
        if node.parent is not None and node.parent.type == "decorated_definition":
            scope.decorators = [child for child in node.parent.named_children if child.type == "decorator"]
        parent.members[name] = scope
        module.scopes.append(scope)
        open_scopes.append(scope)


def _refer(module: Module) -> None:
    found = module.language.captures("references", module.root)
    for scope, node in _scoped(module, found.get("import", ())):
        _import(scope, node)
    for scope, node in _scoped(module, found.get("import.from", ())):
        _import_from(scope, node)
    for scope, node in _scoped(module, found.get("assignment", ())):
        _assign(scope, node.child_by_field_name("left") or node.child_by_field_name("name"), _right(node))
    for scope, node in _scoped(module, found.get("with", ())):
        target = node.named_children[-1]
        _assign(scope, target.named_children[0] if target.named_children else target, node.named_children[0])
    for scope, node in _scoped(module, found.get("return", ())):
        scope.returns += node.named_children[:1]
    module.calls = list(_scoped(module, found.get("call", ())))
    module.subscripts = list(_scoped(module, found.get("subscript", ())))
    module.texts = list(_scoped(module, found.get("text", ())))


def _right(node: Node) -> Node:
    right = node.child_by_field_name("right") or node.child_by_field_name("value")
    while right.type == "assignment":  # a = b = value
        right = right.child_by_field_name("right")
    return right


def _scoped(module: Module, nodes: list[Node] | tuple[()]) -> Iterator[tuple[Scope, Node]]:
    """Yield the nodes, which come in the order of the text, each with its innermost scope."""
    pending = iter(module.scopes)
    upcoming = next(pending, None)
    open_scopes = [module.top]
    for node in nodes:
        while upcoming is not None and _begin(upcoming) <= node.start_byte:
            while len(open_scopes) > 1 and open_scopes[-1].node.end_byte <= upcoming.node.start_byte:
                open_scopes.pop()
            open_scopes.append(upcoming)
            upcoming = next(pending, None)
        while len(open_scopes) > 1 and open_scopes[-1].node.end_byte <= node.start_byte:
            open_scopes.pop()
        yield open_scopes[-1], node


def _begin(scope: Scope) -> int:
    """Where a scope's own code begins: defaults and annotations are evaluated outside of it."""
    return scope.node.child_by_field_name("body").start_byte


def _import(scope: Scope, node: Node) -> None:
    for child in node.named_children:
        if child.type == "dotted_name":
            scope.imports[text(child).split(".")[0]] = text(child).split(".")[0]
        elif child.type == "aliased_import":
            scope.imports[text(child.child_by_field_name("alias"))] = text(child.child_by_field_name("name"))


def _import_from(scope: Scope, node: Node) -> None:
    base = _absolute(scope.module, text(node.child_by_field_name("module_name")))
    named = [child for child in node.children_by_field_name("name")]
    if not named and any(child.type == "wildcard_import" for child in node.named_children):
        scope.module.star_imports.append(base)
    for child in named:
        if child.type == "aliased_import":
            name, alias = text(child.child_by_field_name("name")), text(child.child_by_field_name("alias"))
        else:
            name = alias = text(child)
        scope.imports[alias] = f"{base}.{name}" if base else name


def _absolute(module: Module, name: str) -> str:
    """Return the dotted name that a relative one stands for."""
    level = len(name) - len(name.lstrip("."))
    if not level:
        return name
    package = module.names[0].split(".") if module.names[0] else []
    up = level - 1 if module.is_package else level
    package = package[: len(package) - up] if up <= len(package) else []
    return ".".join([*package, *filter(None, [name.lstrip(".")])])


def _assign(scope: Scope, target: Node, value: Node) -> None:
    if target.type == "identifier":
        scope.values.setdefault(text(target), value)
    elif target.type == "attribute":
        holder, name = text(target.child_by_field_name("object")), text(target.child_by_field_name("attribute"))
        owner = scope.owner
        if owner is not None and holder in scope.module.language.settings["receivers"]:
            owner.attributes.setdefault(name, (scope, value))
