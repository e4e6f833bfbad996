"""Forms as expressions, and what they bind, call and read on the way: one walk over a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from engines.static.clojure.forms import (
    CONSTANT,
    KEYWORD,
    LIST,
    MAP,
    NUMBER,
    SET,
    STRING,
    SYMBOL,
    VECTOR,
    Form,
    Source,
)
from engines.static.reading.facts import (
    Anonymous,
    Call,
    Constant,
    Definition,
    Expression,
    Items,
    Member,
    Name,
    Other,
    Pairs,
    Site,
    Symbol,
    Text,
)
from engines.static.reading.forms.binding import bind
from engines.static.reading.forms.defining import Definer
from engines.static.reading.forms.heads import Heads
from engines.static.reading.forms.names import read_clause, read_namespace
from engines.static.reading.forms.threading import LOWERED, Threader

_SQL = re.compile(r"\s*\(?\s*(select|insert|update|delete|replace|merge|drop|truncate|alter|create|with)\s", re.I)
_MOST = 80
_FEW = 12  # what is kept of the arguments of a call that is an argument itself
_CORE = ("clojure.core", "cljs.core")
_PLAIN_ONLY = frozenset(("get", "get_in", "requiring", "quoted"))  # `cache/get` is another function than `get`
_NOTHING = Other("")

Meaning = Callable[[Form, int], Expression]


class Reader(Definer, Threader):
    """Collects the facts of one file; scopes are told by their index in `definitions`."""

    def __init__(self, source: Source, heads: Heads, top: Definition) -> None:
        Definer.__init__(self, source, top)
        Threader.__init__(self)
        self.package = ""
        self.calls: list[Site] = []
        self.reads: list[Site] = []
        self.texts: list[Site] = []
        self.tables: list[Site] = []
        self.stars: list[str] = []
        self._heads = heads
        self._atoms: dict[tuple[str, str], Expression] = {}

    def top_level(self, form: Form) -> None:
        """Read a form of the file's top level."""
        self.threads, self.held, self._table = 0, [], []  # the form before may have been given up within
        meaning = self.meaning(form)
        if meaning == "namespace":
            self.package = read_namespace(form, self.definitions[0], self.stars)
        elif meaning == "requiring":
            read_clause(form.items[0].name, form.items[1:], self.definitions[0], self.stars)
        else:
            self.lower(form, 0)

    def meaning(self, form: Form) -> str:
        """What forms.yaml says of the head of a list, with or without its namespace; '' for nothing."""
        head = form.head
        if not head:
            return ""
        known = self._heads.meaning
        found = known.get(head)
        if found is None and "/" in head:
            found = known.get(form.items[0].name)
            if found in _PLAIN_ONLY and self.library(form.items[0].namespace) not in _CORE:
                return ""
        return found or ""

    def library(self, alias: str) -> str:
        """The full name of what a file calls `alias`."""
        return self.definitions[0].imports.get(alias, alias)

    # ── expressions ───────────────────────────────────────────────────────────────────────────────────

    def lower(self, form: Form, scope: int) -> Expression:
        """Return a form as an expression; what it defines and calls is noted in `scope`."""
        kind = form.kind
        if kind is SYMBOL or kind is KEYWORD:
            key = (kind, form.value)
            found = self._atoms.get(key)
            if found is None:
                found = self._atoms[key] = Symbol(form.value) if kind is KEYWORD else self.named(form)
            return found
        if kind is LIST:
            return self._list(form, scope)
        if kind is STRING:
            text = Text((form.value,) if form.value else ())
            if _SQL.match(form.value + " "):
                self.texts.append(Site(scope, text, self._source.line(form.start)))
            return text
        if kind is VECTOR or kind is SET:
            return self._items(form, scope)
        if kind is MAP:
            return self._pairs(form, scope)
        if kind is NUMBER or kind is CONSTANT:
            return Constant(form.value)
        if kind is LOWERED:
            return self.held[form.start]
        for item in form.items:
            self.lower(item, scope)
        return Other(form.value[:_MOST])

    def named(self, form: Form) -> Expression:
        """A symbol as a name. What stands before the slash is an import, whatever locals are called."""
        namespace = form.namespace
        return Member(Name(self.library(namespace)), form.name) if namespace else Name(form.value)

    def body(self, forms: Sequence[Form], scope: int) -> Expression:
        """Read forms one after the other; the last one is their value."""
        value: Expression = _NOTHING
        for form in forms:
            value = self.lower(form, scope)
        return value

    def _pairs(self, form: Form, scope: int) -> Pairs:
        lowered = []
        for at, item in enumerate(form.items):
            is_entry = at % 2 and self._table and form.items[at - 1].kind is KEYWORD
            if is_entry:
                self._table.append(form.items[at - 1].value)
            lowered.append(self.lower(item, scope))
            if is_entry:
                self._table.pop()
        return Pairs(tuple(zip(lowered[::2], lowered[1::2], strict=False)))

    def _items(self, form: Form, scope: int) -> Items:
        """A vector or set; the outermost one that begins with a path may be a table of routes."""
        outside = self._table
        path = form.items[0].value if form.items and _is_path(form.items[0]) else ""
        begins = not outside and (path or any(_is_path(each) for each in _firsts(form)))
        if begins or (path and outside):
            self._table = [path]
        items = Items(tuple([self.lower(item, scope) for item in form.items]))
        self._table = outside
        if begins:
            self.tables.append(Site(scope, items, self._source.line(form.start)))
        return items

    def _list(self, form: Form, scope: int) -> Expression:
        items = form.items
        if not items:
            return Items(())
        head = items[0]
        if head.kind is KEYWORD and len(items) > 1:
            value = self._member(form, items[1], head, scope)
            self.body(items[2:], scope)
            return value
        meaning = self.meaning(form)
        if meaning:
            return getattr(self, "_" + meaning)(form, scope)
        if head.kind is SYMBOL:
            body = self._heads.bodies.get(head.value) or self._heads.bodies.get(head.name)
            if body:
                return self._body(form, body, scope)
        return self._call(form, scope)

    def _call(self, form: Form, scope: int) -> Expression:
        head, line = form.items[0], self._source.line(form.start)
        before = len(self.texts)
        arguments = tuple([self.lower(item, scope) for item in form.items[1:]])
        text = head.value if head.kind is SYMBOL else ""
        callee: Expression
        if text[:1] == "." and len(text) > 1 and text != "..":
            callee = Member(arguments[0] if arguments else Name(""), text.lstrip(".-"))
            arguments = arguments[1:]
        elif text[-1:] == "." and len(text) > 1:
            callee = Name(text[:-1])
        else:
            callee = self.lower(head, scope)
        call = Call(callee, tuple(map(_bounded, arguments)), (), line)
        if not isinstance(callee, Anonymous):
            self.calls.append(Site(scope, call, line))
        if text in ("str", "format") and _begins_like_sql(arguments):
            self.texts[before:] = [site for site in self.texts[before:] if site.expression is not arguments[0]]
            self.texts.append(Site(scope, call, line))
        return call

    def _member(self, form: Form, holder: Form, key: Form, scope: int) -> Expression:
        """`(:id request)`, `(get request :id)`"""
        value = Member(self.lower(holder, scope), key.value)
        self.read(value, form, scope)
        return value

    def bind(self, target: Form, value: Expression, scope: int) -> None:
        """Note what the names of a target stand for."""
        bind(self, target, value, scope)

    def read(self, value: Expression, form: Form, scope: int) -> None:
        """Note what may read something of a request."""
        if isinstance(value, Member) and isinstance(value.holder, Member | Name):
            last = value.holder.name if isinstance(value.holder, Member) else value.holder.text
            if last in self._heads.reads:
                self.reads.append(Site(scope, value, self._source.line(form.start)))

    # ── what heads mean ───────────────────────────────────────────────────────────────────────────────

    def _namespace(self, form: Form, scope: int) -> Expression:
        return self._call(form, scope)

    def _requiring(self, form: Form, scope: int) -> Expression:
        return self._call(form, scope)  # within a function: what it brings in is not known to the file

    def _get(self, form: Form, scope: int) -> Expression:
        if len(form.items) > 2 and form.items[2].kind in (KEYWORD, STRING):
            value = self._member(form, form.items[1], form.items[2], scope)
            self.body(form.items[3:], scope)
            return value
        return self._call(form, scope)

    def _get_in(self, form: Form, scope: int) -> Expression:
        path = form.items[2] if len(form.items) > 2 else None
        if path is None or path.kind is not VECTOR or not all(key.kind in (KEYWORD, STRING) for key in path.items):
            return self._call(form, scope)
        value = self.lower(form.items[1], scope)
        for key in path.items[:_FEW]:
            value = Member(value, key.value)
        self.read(value, form, scope)
        self.body(form.items[3:], scope)
        return value

    def _quoted(self, form: Form, scope: int) -> Expression:
        inner = form.items[1] if len(form.items) > 1 else form.items[0]
        return self.named(inner) if inner.kind is SYMBOL else Other(self._source.text(inner)[:_MOST])

    def _through(self, form: Form, scope: int) -> Expression:
        return self.body(form.items[1:], scope)

    def _binding(self, form: Form, scope: int) -> Expression:
        """`let` and its like: names and values in turn, then a body."""
        bindings = form.items[1] if len(form.items) > 1 else None
        if bindings is None or bindings.kind is not VECTOR:
            return self._call(form, scope)
        for at in range(0, len(bindings.items) - 1, 2):
            target, given = bindings.items[at], bindings.items[at + 1]
            if target.kind is KEYWORD:  # `for [x xs :when (f x) :let [y 1]]`
                self.lower(given, scope)
                continue
            bind(self, target, self.lower(given, scope), scope)
        return self.body(form.items[2:], scope)


def _firsts(form: Form) -> list[Form]:
    """The first of the vectors in a vector."""
    return [item.items[0] for item in form.items[:3] if item.kind in (VECTOR, SET) and item.items]


def _is_path(form: Form) -> bool:
    return form.kind is STRING and form.value.startswith("/") and " " not in form.value


def _begins_like_sql(arguments: Sequence[Expression]) -> bool:
    match arguments:
        case (Text(parts=(str(first),)), *_):
            return _SQL.match(first + " ") is not None
    return False


def _bounded(argument: Expression) -> Expression:
    """Arguments that are calls are noted on their own: here their name is enough, and what they are given in turn."""
    if isinstance(argument, Call) and len(argument.positional) > _FEW:
        return Call(argument.callee, argument.positional[:_FEW], (), argument.line, has_more=True)
    return argument
