"""Forms as expressions, and what they define, bind, call and read on the way: one walk over a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

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
    Argument,
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
from engines.static.reading.forms.hashing import hash_of, without_documentation
from engines.static.reading.forms.heads import Heads
from engines.static.reading.forms.names import read_clause, read_namespace
from engines.static.reading.forms.threading import threaded

_SQL = re.compile(r"\s*\(?\s*(select|insert|update|delete|replace|merge|drop|truncate|alter|create|with)\s", re.I)
_MOST = 80
_FEW = 12  # forms of a call's argument that are kept


class Reader:
    """Collects the facts of one file; scopes are told by their index in `definitions`."""

    def __init__(self, source: Source, heads: Heads, top: Definition) -> None:
        self.package = ""
        self.definitions = [top]
        self.calls: list[Site] = []
        self.reads: list[Site] = []
        self.texts: list[Site] = []
        self.tables: list[Site] = []
        self.stars: list[str] = []
        self.function_starts: set[int] = set()
        self._source = source
        self._heads = heads
        self._names: Counter[str] = Counter()
        self._in_table = False

    def top_level(self, form: Form) -> None:
        """Read a form of the file's top level."""
        meaning = self._meaning(form)
        if meaning == "namespace":
            self.package = read_namespace(form, self.definitions[0], self.stars)
        elif meaning == "requiring":
            read_clause(form.items[0].name, form.items[1:], self.definitions[0], self.stars)
        else:
            self.lower(form, 0)

    # ── expressions ───────────────────────────────────────────────────────────────────────────────────

    def lower(self, form: Form, scope: int) -> Expression:
        """Return a form as an expression; what it defines and calls is noted in `scope`."""
        kind = form.kind
        if kind is SYMBOL:
            return named(form)
        if kind is KEYWORD:
            return Symbol(form.value)
        if kind is STRING:
            text = Text((form.value,) if form.value else ())
            if _SQL.match(form.value + " "):
                self.texts.append(Site(scope, text, self._source.line(form.start)))
            return text
        if kind is LIST:
            return self._list(form, scope)
        if kind is VECTOR or kind is SET:
            return self._items(form, scope)
        if kind is MAP:
            lowered = [self.lower(item, scope) for item in form.items]
            return Pairs(tuple(zip(lowered[::2], lowered[1::2], strict=False)))
        if kind in (NUMBER, CONSTANT):
            return Constant(form.value)
        for item in form.items:
            self.lower(item, scope)
        return Other(form.value[:_MOST])

    def _items(self, form: Form, scope: int) -> Items:
        """A vector or set; the outermost one that begins with a path may be a table of routes."""
        begins = not self._in_table and any(_is_path(each) for each in _firsts(form))
        if begins:
            self._in_table = True
        items = Items(tuple(self.lower(item, scope) for item in form.items))
        if begins:
            self._in_table = False
            self.tables.append(Site(scope, items, self._source.line(form.start)))
        return items

    def _meaning(self, form: Form) -> str:
        head = form.head
        meaning = self._heads.meaning
        return meaning.get(head) or meaning.get(form.items[0].name, "") if head else ""

    def _list(self, form: Form, scope: int) -> Expression:
        if not form.items:
            return Items(())
        head = form.items[0]
        if head.kind is KEYWORD and len(form.items) > 1:
            return self._member(form, form.items[1], head, scope)
        meaning = self._meaning(form)
        if not meaning:
            body = self._heads.bodies.get(head.value) or self._heads.bodies.get(head.name)
            return self._body(form, body, scope) if body else self._call(form, scope)
        return getattr(self, f"_{meaning}")(form, scope)

    def _call(self, form: Form, scope: int) -> Expression:
        head, line = form.items[0], self._source.line(form.start)
        arguments = tuple(self.lower(item, scope) for item in form.items[1:])
        callee: Expression
        if head.kind is SYMBOL and head.value.startswith(".") and len(head.value) > 1 and head.value != "..":
            callee = Member(arguments[0] if arguments else Name(""), head.value.lstrip(".-"))
            arguments = arguments[1:]
        elif head.kind is SYMBOL and head.value.endswith(".") and len(head.value) > 1:
            callee = named(Form(SYMBOL, head.value[:-1], (), head.start, head.end))
        else:
            callee = self.lower(head, scope)
        call = Call(callee, tuple(map(_bounded, arguments)), (), line)
        if not isinstance(callee, Anonymous):
            self.calls.append(Site(scope, call, line))
        if isinstance(callee, Name) and callee.text in ("str", "format") and _begins_like_sql(arguments):
            self.texts = [site for site in self.texts if site.expression is not arguments[0]]
            self.texts.append(Site(scope, call, line))
        return call

    def _member(self, form: Form, holder: Form, key: Form, scope: int) -> Expression:
        """`(:id request)`, `(get request :id)`"""
        value = Member(self.lower(holder, scope), key.value)
        self.read(value, form, scope)
        return value

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
            return self._member(form, form.items[1], form.items[2], scope)
        return self._call(form, scope)

    def _get_in(self, form: Form, scope: int) -> Expression:
        path = form.items[2] if len(form.items) > 2 else None
        if path is None or path.kind is not VECTOR or not all(key.kind in (KEYWORD, STRING) for key in path.items):
            return self._call(form, scope)
        value = self.lower(form.items[1], scope)
        for key in path.items:
            value = Member(value, key.value)
        self.read(value, form, scope)
        return value

    def _quoted(self, form: Form, scope: int) -> Expression:
        inner = form.items[1] if len(form.items) > 1 else form.items[0]
        return named(inner) if inner.kind is SYMBOL else Other(self._source.text(inner)[:_MOST])

    def _through(self, form: Form, scope: int) -> Expression:
        value: Expression = Other("")
        for item in form.items[1:]:
            value = self.lower(item, scope)
        return value

    def _first(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, "first", scope)

    def _last(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, "last", scope)

    def _first_if(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, "first_if", scope)

    def _last_if(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, "last_if", scope)

    def _as(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, "as", scope)

    def _each(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, "each", scope)

    def _threaded(self, form: Form, way: str, scope: int) -> Expression:
        if way.endswith("_if"):
            for test in form.items[2::2]:
                self.lower(test, scope)
        written = threaded(form, way)
        return self.lower(written, scope) if written is not None else Other("")

    def _binding(self, form: Form, scope: int) -> Expression:
        """`let` and its like: names and values in turn, then a body."""
        bindings = form.items[1] if len(form.items) > 1 and form.items[1].kind is VECTOR else None
        if bindings is None:
            return self._call(form, scope)
        for at in range(0, len(bindings.items) - 1, 2):
            target, given = bindings.items[at], bindings.items[at + 1]
            if target.kind is KEYWORD:  # `for [x xs :when (f x) :let [y 1]]`
                self.lower(given, scope)
                continue
            bind(self, target, self.lower(given, scope), scope)
        value: Expression = Other("")
        for item in form.items[2:]:
            value = self.lower(item, scope)
        return value

    def _local_functions(self, form: Form, scope: int) -> Expression:
        listed = form.items[1].items if len(form.items) > 1 else ()
        for each in listed:
            if each.kind is LIST and each.items and each.items[0].kind is SYMBOL:
                self._define(each, each.items[0].value, each.items[1:], scope)
        for item in form.items[2:]:
            self.lower(item, scope)
        return Other("")

    # ── definitions ───────────────────────────────────────────────────────────────────────────────────

    def _function(self, form: Form, scope: int) -> Expression:
        if len(form.items) < 2 or form.items[1].kind is not SYMBOL:
            return self._call(form, scope)
        self._define(form, form.items[1].value, form.items[2:], scope)
        return Name(form.items[1].value)

    def _anonymous(self, form: Form, scope: int) -> Expression:
        is_named = len(form.items) > 1 and form.items[1].kind is SYMBOL
        rest = form.items[2:] if is_named else form.items[1:]
        # One in a table of routes handles a request: it is a function of its own, not a part of what is around it.
        name = form.items[1].value if is_named else "handler" if self._in_table else "fn"
        return Anonymous(self._define(form, name, rest, scope, is_anonymous=not self._in_table))

    def _value(self, form: Form, scope: int) -> Expression:
        """`def`: of a function written in place it defines that function."""
        if len(form.items) < 2 or form.items[1].kind is not SYMBOL:
            return self._call(form, scope)
        name, rest = form.items[1].value, without_documentation(form.items[2:])
        given = rest[-1] if rest else None
        if given is not None and self._meaning(given) == "anonymous":
            is_named = len(given.items) > 1 and given.items[1].kind is SYMBOL
            self._define(form, name, given.items[2:] if is_named else given.items[1:], scope)
        elif given is not None:
            self.definitions[scope].values.setdefault(name, self.lower(given, scope))
        return Name(name)

    def _routes(self, form: Form, scope: int) -> Expression:
        """`defroutes`: a function whose body declares routes."""
        if len(form.items) < 2 or form.items[1].kind is not SYMBOL:
            return self._call(form, scope)
        index = self._open(form, form.items[1].value, scope)
        for item in form.items[2:]:
            self.lower(item, index)
        return Name(form.items[1].value)

    def _method(self, form: Form, scope: int) -> Expression:
        """`(defmethod area :circle [shape] …)` is a function of its own that implements `area`."""
        if len(form.items) < 4:
            return self._call(form, scope)
        name, dispatch = form.items[1], self._source.text(form.items[2])
        rest = form.items[4:] if form.items[3].kind is SYMBOL else form.items[3:]
        index = self._define(form, f"{name.name} {' '.join(dispatch.split())[:40]}", rest, scope)
        self.definitions[index].implements = named(name)
        return Other("")

    def _abstract(self, form: Form, scope: int) -> Expression:
        if len(form.items) < 2 or form.items[1].kind is not SYMBOL:
            return self._call(form, scope)
        index = self._open(form, form.items[1].value, scope)
        self.definitions[index].is_abstract = True
        for item in form.items[2:]:
            self.lower(item, index)
        return Name(form.items[1].value)

    def _protocol(self, form: Form, scope: int) -> Expression:
        for each in form.items[2:]:
            if each.kind is LIST and each.items and each.items[0].kind is SYMBOL:
                self.definitions[self._open(each, each.items[0].value, scope)].is_abstract = True
        return Other("")

    def _record(self, form: Form, scope: int) -> Expression:
        """Methods of records and of what extends a type: `Circle.area` implements `area`."""
        is_typed = len(form.items) > 2 and form.items[2].kind is VECTOR
        owner = form.items[1].value if len(form.items) > 1 and form.items[1].kind is SYMBOL else ""
        if is_typed and owner:
            fields = [Argument(each.value) for each in form.items[2].items if each.kind is SYMBOL]
            line = self._source.line(form.start)
            index = len(self.definitions)
            end = self._source.line(form.end)
            record = Definition("class", owner, self._unique(owner), scope, line, end, "", fields=fields)
            self.definitions.append(record)
            scope = index
        for item in form.items[1:]:
            if item.kind is SYMBOL and not is_typed:
                owner = item.value
            elif item.kind is LIST and item.items and item.items[0].kind is SYMBOL and self._takes_parameters(item):
                name = item.items[0].value
                index = self._define(item, name, item.items[1:], scope, qualified=f"{owner}.{name}" if owner else name)
                self.definitions[index].implements = Name(name)
            elif item.kind is not SYMBOL and item.kind is not VECTOR:
                self.lower(item, scope)
        return Other("")

    @staticmethod
    def _takes_parameters(form: Form) -> bool:
        return len(form.items) > 1 and form.items[1].kind in (VECTOR, LIST)

    def _body(self, form: Form, body: dict[str, object], scope: int) -> Expression:
        """A macro whose rest is a function (`(GET "/x" [id] …)`, `(context "/x" [] …)`): its last argument."""
        at = int(str(body["body"]))
        if len(form.items) <= at:
            return self._call(form, scope)
        line = self._source.line(form.start)
        given = tuple(self.lower(item, scope) for item in form.items[1:at])
        shown = _path_of(form.items[1]) if len(form.items) > 1 else ""
        is_named = bool(body.get("named"))
        name = f"{form.items[0].name} {shown}".strip() if is_named else "fn"
        index = self._open(form, name, scope, is_anonymous=not is_named)
        definition = self.definitions[index]
        definition.parameters = [Argument("request")]
        parameters = body.get("parameters")
        if isinstance(parameters, int) and len(form.items) > parameters:
            self._bind_request(form.items[parameters], index)
        value: Expression = Other("")
        for item in form.items[at:]:
            value = self.lower(item, index)
        definition.returns = [value]
        call = Call(self.lower(form.items[0], scope), (*given, Anonymous(index)), (), line)
        self.calls.append(Site(scope, call, line))
        return call

    def _bind_request(self, form: Form, scope: int) -> None:
        """`[id q :as request]` takes parameters of any place; a map takes the request apart."""
        request = Name("request")
        if form.kind is not VECTOR:
            bind(self, form, request, scope)
            return
        items = list(form.items)
        while items:
            item = items.pop(0)
            if item.kind is KEYWORD and items:
                bind(self, items.pop(0), request, scope)
            elif item.kind is SYMBOL and item.value != "&":
                value = Member(Member(request, "params"), item.value)
                self.definitions[scope].values.setdefault(item.value, value)
                self.read(value, item, scope)

    def _define(
        self, form: Form, name: str, rest: Sequence[Form], scope: int, *,
        is_anonymous: bool = False, qualified: str = "",
    ) -> int:  # fmt: skip
        """Define a function; `rest`: what follows its name. Returns its index."""
        index = self._open(form, name, scope, is_anonymous=is_anonymous, qualified=qualified)
        definition = self.definitions[index]
        body = [item for item in without_documentation(tuple(rest))]
        if body and body[0].kind is MAP and len(body) > 1 and body[1].kind in (VECTOR, LIST):
            body = body[1:]  # attributes
        definition.body_hash = hash_of(body, name)
        if any(item.kind is VECTOR for item in body[:3]):
            at = next(at for at, item in enumerate(body) if item.kind is VECTOR)
            arities = [(body[at], body[at + 1 :])]
        else:
            arities = [(each.items[0], each.items[1:]) for each in body if each.kind is LIST and each.items]
        for parameters, forms in arities:
            self._arity(parameters, forms, index)
        return index

    def _arity(self, parameters: Form, forms: Sequence[Form], index: int) -> None:
        definition = self.definitions[index]
        if parameters.kind is VECTOR:
            found = self._parameters(parameters, index)
            if len(found) > len(definition.parameters):
                definition.parameters = found
        value: Expression = Other("")
        for item in forms:
            value = self.lower(item, index)
        definition.returns.append(value)

    def _parameters(self, form: Form, scope: int) -> list[Argument]:
        found: list[Argument] = []
        is_rest = False
        for at, item in enumerate(form.items):
            if item.value == "&" and item.kind is SYMBOL:
                is_rest = True
                continue
            name = item.value if item.kind is SYMBOL else _whole(item) or f"argument{at}"
            found.append(Argument(name, is_variadic=is_rest))
            if item.kind is not SYMBOL:
                bind(self, item, Name(name), scope)
        return found

    def _open(self, form: Form, name: str, scope: int, *, is_anonymous: bool = False, qualified: str = "") -> int:
        parent = self.definitions[scope]
        nested = f"{parent.qualified_name}/" if parent.kind == "function" else ""
        self.definitions.append(
            Definition(
                kind="function",
                name=name,
                qualified_name=self._unique(qualified or nested + name),
                parent=scope,
                start_line=self._source.line(form.start),
                end_line=self._source.line(max(form.end - 1, form.start)),
                body_hash=hash_of(form.items[2:], name),
                is_anonymous=is_anonymous,
                imports={},
                values={},
                returns=[],
            )
        )
        if scope == 0:
            self.function_starts.add(form.start)
        return len(self.definitions) - 1

    def _unique(self, name: str) -> str:
        self._names[name] += 1
        return name if self._names[name] == 1 else f"{name}#{self._names[name]}"


def named(form: Form) -> Expression:
    """Return a symbol as a name, with the namespace or class that it is taken from as holder."""
    namespace = form.namespace
    return Member(Name(namespace), form.name) if namespace else Name(form.value)


def _whole(form: Form) -> str | None:
    """The name that `:as` gives to the whole of what is taken apart."""
    for at, item in enumerate(form.items[:-1]):
        if item.kind is KEYWORD and item.value == "as" and form.items[at + 1].kind is SYMBOL:
            return form.items[at + 1].value
    return None


def _firsts(form: Form) -> list[Form]:
    """The first of a vector, and of the vectors in it."""
    found = list(form.items[:1])
    for item in form.items[:3]:
        if item.kind in (VECTOR, SET):
            found += item.items[:1]
    return found


def _is_path(form: Form) -> bool:
    return form.kind is STRING and form.value.startswith("/") and " " not in form.value


def _path_of(form: Form) -> str:
    """The path of a route: a text, or the first of a vector with patterns."""
    first = form.items[0] if form.kind is VECTOR and form.items else form
    return first.value if first.kind is STRING else ""


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
