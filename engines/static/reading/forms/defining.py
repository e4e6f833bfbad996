"""What forms define: functions, methods, records, and macros whose rest is a function."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from engines.static.clojure.forms import CONSTANT, KEYWORD, LIST, MAP, STRING, SYMBOL, VECTOR, Form, Source
from engines.static.reading.facts import Anonymous, Argument, Call, Definition, Expression, Member, Name, Other, Site
from engines.static.reading.forms.binding import bind, whole
from engines.static.reading.forms.hashing import hash_of, without_documentation

_MOST_DISPATCH = 40
_NOTHING = Other("")


class Definer(ABC):
    """Notes the definitions of one file; what is in them is read by whoever inherits."""

    calls: list[Site]

    def __init__(self, source: Source, top: Definition) -> None:
        self.definitions = [top]
        self.ranges: list[tuple[int, int]] = []  # bytes of the functions of the top level
        self._source = source
        self._names: Counter[str] = Counter()
        self._table: list[str] = []  # of the table of routes that is being read: its path, and keys of maps in it

    @abstractmethod
    def lower(self, form: Form, scope: int) -> Expression: ...

    @abstractmethod
    def body(self, forms: Sequence[Form], scope: int) -> Expression: ...

    @abstractmethod
    def named(self, form: Form) -> Expression: ...

    @abstractmethod
    def meaning(self, form: Form) -> str: ...

    @abstractmethod
    def library(self, alias: str) -> str: ...

    @abstractmethod
    def read(self, value: Expression, form: Form, scope: int) -> None: ...

    @abstractmethod
    def _call(self, form: Form, scope: int) -> Expression: ...

    # ── functions ─────────────────────────────────────────────────────────────────────────────────────

    def _function(self, form: Form, scope: int) -> Expression:
        if not _is_named(form):
            return self._call(form, scope)
        self._define(form, form.items[1].value, form.items[2:], scope)
        return Name(form.items[1].value)

    def _anonymous(self, form: Form, scope: int) -> Expression:
        rest = form.items[2:] if _is_named(form) else form.items[1:]
        # One in a table of routes handles a request: a function of its own (`get /orders`), no part of what is around.
        table, self._table = self._table, []
        name = form.items[1].value if _is_named(form) else " ".join([*table[1:2], *table[:1]]) or "fn"
        index = self._define(form, name, rest, scope, is_anonymous=not table)
        self._table = table
        return Anonymous(index)

    def _value(self, form: Form, scope: int) -> Expression:
        """`def`: of a function written in place it defines that function."""
        if not _is_named(form):
            return self._call(form, scope)
        name, rest = form.items[1].value, without_documentation(form.items[2:])
        given = rest[-1] if rest else None
        if given is not None and self.meaning(given) == "anonymous":
            self._define(form, name, given.items[2:] if _is_named(given) else given.items[1:], scope)
        elif given is not None:
            self.definitions[scope].values.setdefault(name, self.lower(given, scope))
        return Name(name)

    def _local_functions(self, form: Form, scope: int) -> Expression:
        for each in form.items[1].items if len(form.items) > 1 else ():
            if each.kind is LIST and each.items and each.items[0].kind is SYMBOL:
                self._define(each, each.items[0].value, each.items[1:], scope)
        return self.body(form.items[2:], scope)

    def _routes(self, form: Form, scope: int) -> Expression:
        """`defroutes`: a function whose body declares routes."""
        if not _is_named(form):
            return self._call(form, scope)
        index = self._open(form, form.items[1].value, form.items[2:], scope)
        self.body(without_documentation(form.items[2:]), index)
        return Name(form.items[1].value)

    # ── what others implement, and what implements it ─────────────────────────────────────────────────

    def _method(self, form: Form, scope: int) -> Expression:
        """`(defmethod area :circle [shape] …)` is a function of its own that implements `area`."""
        if len(form.items) < 4:
            return self._call(form, scope)
        if form.items[1].kind is KEYWORD:  # of another library: (sv/defmethod ::find "Finds." {…} [request] …)
            self._define(form, form.items[1].value.lstrip(":"), form.items[2:], scope)
            return _NOTHING
        name, dispatch = form.items[1], self._source.text(form.items[2])
        rest = form.items[4:] if form.items[3].kind is SYMBOL else form.items[3:]
        shown = f"{name.name} {' '.join(dispatch.split())[:_MOST_DISPATCH]}"
        self.definitions[self._define(form, shown, rest, scope)].implements = self.named(name)
        return _NOTHING

    def _abstract(self, form: Form, scope: int) -> Expression:
        if not _is_named(form):
            return self._call(form, scope)
        index = self._open(form, form.items[1].value, without_documentation(form.items[2:]), scope)
        self.definitions[index].is_abstract = True
        self.body(without_documentation(form.items[2:]), index)
        return Name(form.items[1].value)

    def _protocol(self, form: Form, scope: int) -> Expression:
        for each in form.items[2:]:
            if each.kind is LIST and each.items and each.items[0].kind is SYMBOL:
                index = self._open(each, each.items[0].value, each.items[1:], scope)
                self.definitions[index].is_abstract = True
                shown = max((item for item in each.items if item.kind is VECTOR), key=_size, default=None)
                self.definitions[index].parameters = [Argument(p.value) for p in shown.items] if shown else []
        return _NOTHING

    def _record(self, form: Form, scope: int) -> Expression:
        """A type with fields and methods: `Circle.area` implements `area`; or, without fields, methods in place."""
        if not _is_named(form) or len(form.items) < 3 or form.items[2].kind is not VECTOR:
            return self._members(form.items[1:], "", scope, is_owner_fixed=False)
        owner, line = form.items[1].value, self._source.line(form.start)
        fields = [Argument(each.value) for each in form.items[2].items if each.kind is SYMBOL]
        end = self._source.line(max(form.end - 1, form.start))
        self.definitions.append(
            Definition("class", owner, self._unique(owner), scope, line, end, "", fields=fields, imports={}, values={})
        )
        return self._members(form.items[3:], owner, len(self.definitions) - 1, is_owner_fixed=True)

    def _extension(self, form: Form, scope: int) -> Expression:
        """`extend-type`: one type, then protocols with their methods."""
        if not _is_named(form):
            return self._call(form, scope)
        return self._members(form.items[2:], form.items[1].name, scope, is_owner_fixed=True)

    def _members(self, forms: Sequence[Form], owner: str, scope: int, *, is_owner_fixed: bool) -> Expression:
        """Methods. Symbols between them name protocols, or, where the owner is not fixed, whose methods follow."""
        library = ""
        for item in forms:
            if item.kind is SYMBOL or item.kind is CONSTANT:
                owner = owner if is_owner_fixed else item.name
                library = self._library_of(item) or ("" if is_owner_fixed else library)
            elif item.kind is LIST and item.items and item.items[0].kind is SYMBOL and _takes_parameters(item):
                name = item.items[0].name
                index = self._define(item, name, item.items[1:], scope, qualified=f"{owner}.{name}" if owner else name)
                self.definitions[index].implements = Member(Name(library), name) if library else Name(name)
            else:
                self.lower(item, scope)
        return _NOTHING

    def _library_of(self, protocol: Form) -> str:
        """The namespace of a protocol, where another file defines it."""
        if protocol.namespace:
            return self.library(protocol.namespace)
        return self.definitions[0].imports.get(protocol.value, "").rpartition(".")[0]

    # ── macros whose rest is a function ───────────────────────────────────────────────────────────────

    def _body(self, form: Form, body: Mapping[str, Any], scope: int) -> Expression:
        """A macro whose rest is a function (`(GET "/x" [id] …)`, `(context "/x" [] …)`): its last argument."""
        at = int(body["body"])
        if len(form.items) <= at:
            return self._call(form, scope)
        line = self._source.line(form.start)
        given = tuple(self.lower(item, scope) for item in form.items[1:at])
        is_named = bool(body.get("named"))
        name = f"{form.items[0].name} {_path_of(form.items[1])}".strip() if is_named else "fn"
        index = self._open(form, name, form.items[1:], scope, is_anonymous=not is_named)
        definition = self.definitions[index]
        definition.parameters = [Argument("request")]
        parameters = body.get("parameters")
        if isinstance(parameters, int) and len(form.items) > parameters:
            self._bind_request(form.items[parameters], index)
        definition.returns = [self.body(form.items[at:], index)]
        call = Call(self.lower(form.items[0], scope), (*given, Anonymous(index)), (), line)
        self.calls.append(Site(scope, call, line))
        return call

    def _bind_request(self, form: Form, scope: int) -> None:
        """`[id q :as request]` takes parameters of any place; a map takes the request apart."""
        request = Name("request")
        if form.kind is not VECTOR:
            bind(self, form, request, scope)
            return
        for at, item in enumerate(form.items):
            before = form.items[at - 1] if at else None
            if before is not None and before.kind is KEYWORD:
                bind(self, item, request, scope)
            elif before is not None and before.value == "&" and before.kind is SYMBOL:
                bind(self, item, Member(request, "params"), scope)
            elif item.kind is SYMBOL and item.value != "&":
                value = Member(Member(request, "params"), item.value)
                self.definitions[scope].values.setdefault(item.value, value)
                self.read(value, item, scope)

    # ── parts ─────────────────────────────────────────────────────────────────────────────────────────

    def _define(
        self, form: Form, name: str, rest: Sequence[Form], scope: int, *,
        is_anonymous: bool = False, qualified: str = "",
    ) -> int:  # fmt: skip
        """Define a function; `rest`: what follows its name. Returns its index."""
        body = without_documentation(tuple(rest))
        if len(body) > 1 and body[0].kind is MAP and body[1].kind in (VECTOR, LIST):
            body = body[1:]  # attributes
        index = self._open(form, name, body, scope, is_anonymous=is_anonymous, qualified=qualified)
        at = next((at for at, item in enumerate(body[:3]) if item.kind is VECTOR), None)
        if at is not None:
            self._arity(body[at], body[at + 1 :], index)
        else:
            for each in body:
                if each.kind is LIST and each.items:
                    self._arity(each.items[0], each.items[1:], index)
        return index

    def _arity(self, parameters: Form, forms: Sequence[Form], index: int) -> None:
        definition = self.definitions[index]
        if parameters.kind is VECTOR:
            found = self._parameters(parameters, index)
            if len(found) > len(definition.parameters):
                definition.parameters = found
        definition.returns.append(self.body(forms, index))

    def _parameters(self, form: Form, scope: int) -> list[Argument]:
        found: list[Argument] = []
        is_rest = False
        for at, item in enumerate(form.items):
            if item.value == "&" and item.kind is SYMBOL:
                is_rest = True
                continue
            name = item.value if item.kind is SYMBOL else whole(item) or f"argument{at}"
            found.append(Argument(name, is_variadic=is_rest))
            if item.kind is not SYMBOL:
                bind(self, item, Name(name), scope)
        return found

    def _open(
        self, form: Form, name: str, hashed: Sequence[Form], scope: int, *,
        is_anonymous: bool = False, qualified: str = "",
    ) -> int:  # fmt: skip
        around = scope
        while self.definitions[around].is_anonymous:
            around = self.definitions[around].parent
        parent = self.definitions[around]
        nested = f"{parent.qualified_name}/" if parent.kind == "function" else ""
        begin = hashed[0].start if hashed else form.end
        self.definitions.append(
            Definition(
                kind="function",
                name=name,
                qualified_name=self._unique(nested + (qualified or name)),
                parent=scope,
                start_line=self._source.line(form.start),
                end_line=self._source.line(max(form.end - 1, form.start)),
                body_hash=hash_of(self._source, begin, form.end, name),
                is_anonymous=is_anonymous,
                imports={},
                values={},
                returns=[],
            )
        )
        if self.definitions[scope].kind != "function":
            self.ranges.append((form.start, form.end))
        return len(self.definitions) - 1

    def _unique(self, name: str) -> str:
        self._names[name] += 1
        return name if self._names[name] == 1 else f"{name}#{self._names[name]}"


def _is_named(form: Form) -> bool:
    return len(form.items) > 1 and form.items[1].kind is SYMBOL


def _takes_parameters(form: Form) -> bool:
    return len(form.items) > 1 and form.items[1].kind in (VECTOR, LIST)


def _size(form: Form) -> int:
    return len(form.items)


def _path_of(form: Form) -> str:
    """The path of a route: a text, or the first of a vector with patterns."""
    first = form.items[0] if form.kind is VECTOR and form.items else form
    return first.value if first.kind is STRING else ""
