"""Threading macros, step by step: `(-> x (f 1) g)` is `(g (f x 1))`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from engines.static.clojure.forms import LIST, Form
from engines.static.reading.facts import Expression, Other

LOWERED = "lowered"  # kind of a form that stands for an expression that is known already: its place in `held`
MAX_STEPS = 20  # calls that are nested by one threading form
MAX_THREADS = 4  # threading forms in each other of which the value is followed
_FUNCTIONS = ("fn", "fn*", "quote", "var")
_NOTHING = Other("")


class Threader(ABC):
    """Reads threading forms without writing them out, so that their length costs nothing but itself."""

    def __init__(self) -> None:
        self.held: list[Expression] = []  # what the steps that are being read are given
        self.threads = 0

    @abstractmethod
    def lower(self, form: Form, scope: int) -> Expression: ...

    @abstractmethod
    def bind(self, target: Form, value: Expression, scope: int) -> None: ...

    def _first(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, scope, is_first=True)

    def _last(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, scope, is_first=False)

    def _first_if(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, scope, is_first=True, is_tested=True)

    def _last_if(self, form: Form, scope: int) -> Expression:
        return self._threaded(form, scope, is_first=False, is_tested=True)

    def _threaded(self, form: Form, scope: int, *, is_first: bool, is_tested: bool = False) -> Expression:
        """`(-> x (f 1) g)` is `(g (f x 1))`, read step by step, however many there are."""
        value = self._begun(form, scope)
        for count, (test, each) in enumerate(_steps(form, is_tested)):
            if test is not None:
                self.lower(test, scope)
            if count % MAX_STEPS == MAX_STEPS - 1:
                value = _NOTHING  # what is nested ever deeper is of no use to anybody
            value = self._step(each, value, scope, is_first)
        return self._ended(value)

    def _each(self, form: Form, scope: int) -> Expression:
        """`(doto x (f 1) g)`: the same value for each step, and in the end."""
        value = self._begun(form, scope)
        for each in form.items[2:]:
            self._step(each, value, scope, True)
        return self._ended(value)

    def _as(self, form: Form, scope: int) -> Expression:
        """`(as-> x name (f 1 name))`"""
        value = self._begun(form, scope)
        if len(form.items) > 2:
            self.bind(form.items[2], value, scope)
        for each in form.items[3:]:
            value = self.lower(each, scope)
        return self._ended(value)

    def _step(self, form: Form, value: Expression, scope: int, is_first: bool) -> Expression:
        self.held.append(value)
        stand_in = Form(LOWERED, "", (), len(self.held) - 1, 0)
        result = self.lower(_written(form, stand_in, is_first), scope)
        self.held.pop()
        return result

    def _begun(self, form: Form, scope: int) -> Expression:
        self.threads += 1
        return self.lower(form.items[1], scope) if len(form.items) > 1 else _NOTHING

    def _ended(self, value: Expression) -> Expression:
        self.threads -= 1
        return value if self.threads < MAX_THREADS else _NOTHING


def _steps(form: Form, is_tested: bool) -> Iterator[tuple[Form | None, Form]]:
    """Yield the steps of a threading form, each with its test (`cond->`), None where there is none."""
    rest = form.items[2:]
    if is_tested:
        yield from zip(rest[::2], rest[1::2], strict=False)
    else:
        yield from ((None, each) for each in rest)


def _written(form: Form, value: Form, is_first: bool) -> Form:
    """Return a step as the call that it is, with what is threaded as its first or last argument."""
    if form.kind is LIST and form.items and form.head not in _FUNCTIONS:
        head, *arguments = form.items
        items = (head, value, *arguments) if is_first else (head, *arguments, value)
        return Form(LIST, "", items, form.start, form.end)
    return Form(LIST, "", (form, value), form.start, form.end)
