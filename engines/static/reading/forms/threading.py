"""Threading macros written out: `(-> x (f 1) g)` is `(g (f x 1))`."""

from __future__ import annotations

from engines.static.clojure.forms import LIST, SYMBOL, Form

_FUNCTIONS = ("fn", "fn*", "quote")


def threaded(form: Form, way: str) -> Form | None:
    """Return what a threading form stands for; `way`: first, last, first_if, last_if, as, each. None for nothing."""
    if len(form.items) < 2:
        return None
    if way == "as":
        return _list(form, Form(SYMBOL, "let", (), form.start, form.start), *form.items[3:]) if form.items[3:] else None
    value, steps = form.items[1], form.items[2:]
    if way.endswith("_if"):
        steps = steps[1::2]
    if way == "each":
        together = Form(SYMBOL, "do", (), form.start, form.start)
        return _list(form, together, *(_step(step, value, True) for step in steps))
    for step in steps:
        value = _step(step, value, way.startswith("first"))
    return value


def _step(step: Form, value: Form, is_first: bool) -> Form:
    if step.kind is LIST and step.items and step.head not in _FUNCTIONS:
        head, *arguments = step.items
        items = (head, value, *arguments) if is_first else (head, *arguments, value)
        return Form(LIST, "", items, step.start, step.end)
    return Form(LIST, "", (step, value), step.start, step.end)


def _list(form: Form, *items: Form) -> Form:
    return Form(LIST, "", items, form.start, form.end)
