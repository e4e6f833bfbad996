"""Threading macros, step by step: `(-> x (f 1) g)` is `(g (f x 1))`."""

from __future__ import annotations

from collections.abc import Iterator

from engines.static.clojure.forms import LIST, Form

LOWERED = "lowered"  # kind of a form that stands for an expression that is known already
MAX_STEPS = 20  # calls that are nested by one threading form
MAX_THREADS = 4  # threading forms in each other of which the value is followed
_FUNCTIONS = ("fn", "fn*", "quote", "var")


def steps(form: Form, is_tested: bool) -> Iterator[tuple[Form | None, Form]]:
    """Yield the steps of a threading form, each with its test (`cond->`), None where there is none."""
    rest = form.items[2:]
    if is_tested:
        yield from zip(rest[::2], rest[1::2], strict=False)
    else:
        yield from ((None, each) for each in rest)


def step(form: Form, value: Form, is_first: bool) -> Form:
    """Return a step as the call that it is, with what is threaded as its first or last argument."""
    if form.kind is LIST and form.items and form.head not in _FUNCTIONS:
        head, *arguments = form.items
        items = (head, value, *arguments) if is_first else (head, *arguments, value)
        return Form(LIST, "", items, form.start, form.end)
    return Form(LIST, "", (form, value), form.start, form.end)
