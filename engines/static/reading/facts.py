"""What one file says by itself, whatever its language: the page between reading files and joining them.

Facts hold no syntax tree and nothing of any other file, so that they can be kept by the content's digest (msgspec,
MessagePack). An expression is written down only as far as somebody can use it: what is called or named, texts, lists
and maps, functions written in place. Everything else is `Other`. Brackets, `await`, casts, non-null marks and the
fallback of `x or y` are left out by the reader.
"""

from __future__ import annotations

import msgspec


class _Expression(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of all expressions."""


class Name(_Expression, tag="n"):
    """A plain name: `orders`, `this`, `$app` (without the sign), `Orders`."""

    text: str


class Member(_Expression, tag="m"):
    """`holder.name`, `holder::name`, `holder->name`, `alias/name`."""

    holder: Expression
    name: str


class Index(_Expression, tag="i"):
    """`holder[key]`."""

    holder: Expression
    key: Expression


class Call(_Expression, tag="c"):
    """A call, an object made (`new X()`), a decorator or annotation with arguments.

    `named` are keyword arguments. `has_more`: an argument list that is spread hides which positions follow; those
    before it are kept. A block or trailing function is the last positional argument. `is_thin`: the arguments were not
    written down except names, functions and known calls handed over, since nothing is known of what is called; an
    `Other` without text stands for one before them.
    """

    callee: Expression
    positional: tuple[Expression, ...]
    named: tuple[tuple[str, Expression], ...]
    line: int
    has_more: bool = False
    is_thin: bool = False

    @property
    def name(self) -> str:
        """The last name of what is called; '' where it has none."""
        callee = self.callee
        return callee.name if isinstance(callee, Member) else callee.text if isinstance(callee, Name) else ""


class Text(_Expression, tag="t"):
    """A string: pieces of text and, between them, the expressions that are interpolated. A plain one has ≤ 1 piece."""

    parts: tuple[str | Expression, ...]


class Symbol(_Expression, tag="s"):
    """A keyword or symbol: `:orders`, without its sign."""

    text: str


class Constant(_Expression, tag="k"):
    """A number, a boolean, null, as written."""

    text: str


class Operation(_Expression, tag="o"):
    """Two expressions with an operator that may join texts (`+`, `.`, `..`, `<>`, `%`)."""

    operator: str
    left: Expression
    right: Expression


class Items(_Expression, tag="l"):
    """A list, vector, tuple, set or array."""

    elements: tuple[Expression, ...]


class Pairs(_Expression, tag="p"):
    """A map, hash, dictionary or object literal."""

    entries: tuple[tuple[Expression, Expression], ...]


class Anonymous(_Expression, tag="f"):
    """A function written in place: its index in `FileFacts.definitions`."""

    definition: int


class Other(_Expression, tag="x"):
    """Anything else, its source text bounded to 80 characters."""

    text: str


Expression = Name | Member | Index | Call | Text | Symbol | Constant | Operation | Items | Pairs | Anonymous | Other


# Types are expressions too: `List<X>` and `list[X]` are `Index(List, X)`, several arguments are `Items`; `X | Y` is an
# `Operation`; `X?`, `*X`, `&X` and `X[]` are `X`; a type in quotes is a `Text`.


class Argument(msgspec.Struct, frozen=True, array_like=True):
    """A parameter of a function, or a typed field of a class."""

    name: str
    type: Expression | None = None
    default: Expression | None = None
    decorators: tuple[Expression, ...] = ()
    is_variadic: bool = False


class Definition(msgspec.Struct, array_like=True):
    """A scope: the file's top level (index 0), a class, or a function.

    `class`: whatever has members: class, interface, object, record, trait, module of Ruby. A namespace that is only a
    prefix is no definition: it goes into `FileFacts.package`.
    `parent`: index of the surrounding definition, -1 for the top level.
    `qualified_name`: as the runtime reports it within the file; unique within the file (`name#2` for a second one).
    `imports`: alias → dotted name (a relative one as the source writes it), of this scope alone.
    `values`: name → the expression first assigned to it here. `types`: name → its declared type (locals, fields).
    `attributes`: of a class: name → (definition in which it was assigned, expression), for `self.x = …`, `this.x = …`.
    `returned_type`: the declared type of what a function gives back.
    A method written outside of its class (`func (s *Server) Get()`, an extension function) has the top level as parent
    and the qualified name `Server.Get`; its receiver is its first parameter.
    `implements`: the abstract function that a function stands for (a method of a multimethod or protocol).
    `exports`: of a file: exported name → expression (`default` for the default one), where a language has such.
    """

    kind: str  # module | class | function
    name: str
    qualified_name: str
    parent: int
    start_line: int
    end_line: int
    body_hash: str
    is_anonymous: bool = False
    is_abstract: bool = False  # interface, protocol, abstract method: others implement it
    parameters: list[Argument] = []
    fields: list[Argument] = []
    decorators: list[Expression] = []
    bases: list[Expression] = []
    imports: dict[str, str] = {}
    values: dict[str, Expression] = {}
    types: dict[str, Expression] = {}
    attributes: dict[str, tuple[int, Expression]] = {}
    exports: dict[str, Expression] = {}
    returns: list[Expression] = []
    returned_type: Expression | None = None
    implements: Expression | None = None


class Site(msgspec.Struct, frozen=True, array_like=True):
    """An expression at its place: `scope` is the index of the innermost definition."""

    scope: int
    expression: Expression
    line: int


class Fault(msgspec.Struct, frozen=True, array_like=True):
    """What could not be read of a file. `reason`: unparsable (nothing was read) | partly_parsed."""

    reason: str
    line: int
    explanation: str


class FileFacts(msgspec.Struct, array_like=True):
    """One file. Paths are relative to the source with '/'; lines count from 1.

    `package`: the package or namespace that the file declares, with dots, '' where there is none.
    `calls`: every call, in the order of the text, nested ones and those of decorators included.
    `reads`: subscripts and members that may read something of a request (`request.args["x"]`, `req.query.x`).
    `texts`: texts that begin like an SQL statement, each as the largest expression that is one text.
    `stars`: wildcard imports.
    `tables`: lists that begin with a path and may be routes written as data, each the outermost one.
    """

    path: str
    language: str
    digest: str
    lines: int
    package: str
    definitions: list[Definition]
    calls: list[Site] = []
    reads: list[Site] = []
    texts: list[Site] = []
    stars: list[str] = []
    faults: list[Fault] = []
    tables: list[Site] = []


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(FileFacts).decode
