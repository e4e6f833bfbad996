"""Texts that are put together: which parts are constant, and where it is told which host they name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engines.static.clojure import parts
from engines.static.clojure.elements import element, in_order
from engines.static.clojure.forms import Form
from engines.static.clojure.values import (
    FIXED,
    FIXED_HOLE,
    HOLE,
    Value,
    all_fixed,
    literal,
    merged,
    piece_of,
    put_together,
    whole,
    without,
)

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Evaluator

_DIRECTIVE = re.compile(r"%[-#+ 0,(\d.$]*[a-zA-Z]")


def _built(evaluator: Evaluator, value: Value, form: Form) -> Value:
    rules = evaluator.knowledge.built_sources
    if not rules or value.is_fixed or value.text in (None, HOLE, FIXED_HOLE):
        return value
    return parts.sourced(evaluator, value, rules, form.start, "a text is put together from what is not constant")


def read_str(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return _built(evaluator, put_together(_behind_the_host(evaluator, values)), form)


# What stands behind these no longer says which host is asked or which site is gone to.
_HOST_IS_TOLD = re.compile(
    r"([a-zA-Z\0\1][\w+.\0\1-]*:)?//[^/?#]+[/?#]"  # https://host/
    r"|[^/?#:]*[\0\1][^/?#]*[/?#](?!/)"  # a base that is not known, and a path
    r"|/[^/\\\0\1]|[?#]"  # a path of the own site, a query
)


def _behind_the_host(evaluator: Evaluator, values: list[Value]) -> list[Value]:
    """Parts of a text behind a host that is told are safe for rules that ask which host it is."""
    rules = evaluator.knowledge.address_rules
    if not rules:
        return values
    before, parts = "", []
    for value in values:
        if before and _HOST_IS_TOLD.match(before):
            value = Value(without(whole(value), rules), None, piece_of(value), value.is_fixed)
        parts.append(value)
        before += piece_of(value)
    return parts


def read_format(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if not values:
        return FIXED
    template, *arguments = values
    if template.constant is None:
        whole_text = put_together(values)
        return Value(whole_text.taint, None, HOLE, whole_text.is_fixed)
    arguments = _filled_in(evaluator, template.constant, arguments)
    waiting = iter(arguments)

    def fill(match: re.Match[str]) -> str:
        if match.group()[-1] in "n":
            return "\n"
        value = next(waiting, FIXED)
        return piece_of(value)

    # A number's directive leaves no text of the argument.
    directives = [match.group()[-1] for match in _DIRECTIVE.finditer(template.constant) if match.group()[-1] != "n"]
    texts = [value for value, directive in zip(arguments, directives, strict=False) if directive not in "dfeExXoc"]
    if any("$" in match for match in _DIRECTIVE.findall(template.constant)):
        texts = arguments
    numbers = without(merged(*(whole(value) for value in arguments)), ~evaluator.knowledge.number_rules)
    taint = merged(numbers, *(whole(value) for value in texts))
    text = _DIRECTIVE.sub(fill, template.constant)
    return _built(evaluator, Value(taint, None, text, all_fixed(*texts)), form)


def _filled_in(evaluator: Evaluator, template: str, arguments: list[Value]) -> list[Value]:
    """The arguments of a template, those behind a host made safe as in a text that is put together."""
    texts = _DIRECTIVE.split(template)
    if len(texts) != len(arguments) + 1 or "$" in template:
        return arguments
    pieces = [piece for pair in zip(map(literal, texts), arguments, strict=False) for piece in pair]
    return _behind_the_host(evaluator, pieces)[1::2]


def read_join(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return read_str(evaluator, [element(value) for value in values], form)
    separator, collection = values[:2]
    parts = in_order(collection)
    if len(parts) == 1:
        parts *= 2
    spaced = [piece for part in parts for piece in (separator, part)][1:]
    text = put_together(_behind_the_host(evaluator, spaced))
    return _built(evaluator, Value(text.taint, None, text.text, text.is_fixed), form)
