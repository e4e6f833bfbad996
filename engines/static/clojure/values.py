"""What the pass knows of a value: where it may come from, what is in it, and what is fixed in it.

An *origin* is a key of `Value.taint`:

- `("source", file, offset)`: a place where outside data enters.
- `("stream", file, offset)`: the same, but only the stream of it: it can be opened like a path without being one.
- `("parameter", index, path)`: the parameter of the function that is being read, at a path of keys.
- `("request", file, offset)`: a whole request, of which only some keys hold outside data.

Each origin carries a `Trail`: for which rules it is still dangerous (one bit a block), and the steps so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonprefix
from typing import Any, NamedTuple

MAX_ORIGINS = 16
MAX_FIELDS = 60
MAX_PATH = 3
MAX_STEPS = 12
MAX_TEXT = 2_000
# In `Value.text`: what is not known and may come from outside, and what is not known but fixed.
HOLE, FIXED_HOLE = "\0", "\1"

Origin = tuple[str, Any, Any]


class Step(NamedTuple):
    """A link of a flow, pointing back towards the source."""

    before: Step | None
    number: int
    file: str
    offset: int
    message: str


class Trail(NamedTuple):
    """How an origin came here: the rules (bits) for which it is not yet made safe, and its last step."""

    rules: int
    step: Step | None


Taint = dict[Origin, Trail]


class Value:
    """`taint` of what is not in `fields`; `text` with holes; `is_fixed`: nothing in it is free text; `function`."""

    __slots__ = ("fields", "function", "is_fixed", "taint", "text")

    def __init__(
        self,
        taint: Taint | None = None,
        fields: dict[str, Value] | None = None,
        text: str | None = None,
        is_fixed: bool = False,
        function: Any = None,
    ) -> None:
        self.taint = taint
        self.fields = fields
        self.text = text
        self.is_fixed = is_fixed
        self.function = function

    @property
    def constant(self) -> str | None:
        """The text of a literal, or of what was put together from literals alone."""
        text = self.text
        return text if text is not None and HOLE not in text and FIXED_HOLE not in text else None

    def __repr__(self) -> str:
        return f"Value({self.taint}, {self.fields}, {self.text!r}, fixed={self.is_fixed}, {self.function})"


class Closure:
    """A function value written in place, with what its body sees."""

    __slots__ = ("arities", "calls", "environment", "is_active", "last", "name")

    def __init__(
        self, name: str, arities: Sequence[tuple[Any, tuple[Any, ...]]], environment: dict[str, Value]
    ) -> None:
        self.name = name
        self.arities = arities
        self.environment = environment
        self.calls = 0
        self.is_active = False
        self.last = Value()


UNKNOWN = Value()
FIXED = Value(is_fixed=True)


def literal(text: str) -> Value:
    """A constant."""
    return Value(text=text[:MAX_TEXT], is_fixed=True)


def with_step(taint: Taint | None, file: str, offset: int, message: str) -> Taint | None:
    """The same origins, one step further."""
    if not taint:
        return None
    return {origin: Trail(trail.rules, after(trail.step, file, offset, message)) for origin, trail in taint.items()}


def after(step: Step | None, file: str, offset: int, message: str) -> Step:
    """A step behind another one; long flows keep their beginning, which says where the data came from."""
    if step is None:
        return Step(None, 1, file, offset, message)
    if step.number >= MAX_STEPS or (step.file == file and step.offset == offset and step.message == message):
        return step
    return Step(step, step.number + 1, file, offset, message)


def merged(*taints: Taint | None) -> Taint | None:
    """All origins; one that comes by several ways is dangerous for whatever it is dangerous for on any of them."""
    out: Taint | None = None
    is_shared = True
    for taint in taints:
        if not taint or taint is out:
            continue
        if out is None:
            out = taint
            continue
        if is_shared:
            out, is_shared = dict(out), False
        for origin, trail in taint.items():
            known = out.get(origin)
            if known is not None:
                if trail.rules & ~known.rules:
                    out[origin] = Trail(known.rules | trail.rules, known.step)
            elif len(out) < MAX_ORIGINS:
                out[origin] = trail
    return out


def whole(value: Value, depth: int = 4) -> Taint | None:
    """The origins of a value and of all that is in it."""
    if not value.fields or depth == 0:
        return value.taint
    return merged(value.taint, *(whole(field, depth - 1) for field in value.fields.values()))


def without(taint: Taint | None, rules: int) -> Taint | None:
    """The origins, made safe for some rules."""
    if not taint or not rules:
        return taint
    return {origin: Trail(trail.rules & ~rules, trail.step) for origin, trail in taint.items() if trail.rules & ~rules}


def opened(taint: Taint | None) -> Taint | None:
    """The origins behind the reading of a stream: what was in it."""
    if not taint:
        return None
    return {("source", *origin[1:]) if origin[0] == "stream" else origin: trail for origin, trail in taint.items()}


def all_fixed(*values: Value) -> bool:
    """Whether nothing in any of the values is free text."""
    return all(_fixed(value) for value in values)


def _fixed(value: Value, depth: int = 4) -> bool:
    if value.fields is not None and depth:
        return (value.taint is None) and all(_fixed(field, depth - 1) for field in value.fields.values())
    return value.is_fixed


def flat(*values: Value) -> Value:
    """A value that is made of others in a way that is not known: their origins, none of their structure."""
    taint = merged(*(whole(value) for value in values))
    return Value(taint) if taint else (FIXED if all_fixed(*values) else UNKNOWN)


def join(*values: Value) -> Value:
    """What is one of several values."""
    kept = [value for value in values if value is not FIXED or value.text is not None] or list(values)
    if len(kept) == 1:
        return kept[0]
    first = kept[0]
    if all(value is first for value in kept):
        return first
    taint = merged(*(value.taint for value in kept))
    fields: dict[str, Value] | None = None
    for value in kept:
        for key, field in (value.fields or {}).items():
            fields = {} if fields is None else fields
            if key in fields:
                fields[key] = join(fields[key], field) if fields[key] is not field else field
            elif len(fields) < MAX_FIELDS:
                fields[key] = field
    function = next((value.function for value in kept if value.function is not None), None)
    return Value(taint, fields, _common_text([value.text for value in kept]), all_fixed(*kept), function)


def _common_text(texts: list[str | None]) -> str | None:
    """What texts begin with, and a hole."""
    known = [text for text in texts if text is not None]
    if len(known) < len(texts) or len(set(known)) == 1:
        return known[0] if len(known) == len(texts) else None
    prefix = commonprefix(known)
    return prefix + HOLE if prefix else None


def piece_of(value: Value) -> str:
    """What a value is like as a part of a text."""
    if value.text is not None and value.fields is None:
        return value.text
    return HOLE if value.taint or value.fields else FIXED_HOLE


def put_together(values: list[Value], separator: Value | None = None) -> Value:
    """A text made of values in order; what is not constant leaves a hole."""
    between = "" if separator is None else piece_of(separator)
    text = between.join(map(piece_of, values))[:MAX_TEXT]
    involved = values if separator is None else [*values, separator]
    return Value(merged(*(whole(value) for value in involved)), None, text, all_fixed(*involved))
