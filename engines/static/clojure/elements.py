"""Keys and elements of collections, as far as they are known one by one."""

from __future__ import annotations

from collections.abc import Sequence

from engines.static.clojure.values import FIXED, MAX_FIELDS, Taint, Value, flat, join, literal, merged


def key_of(value: Value) -> str | None:
    """The constant that a value is as a key of a map or vector; keywords without their colon."""
    text = value.constant
    return None if text is None else text.removeprefix(":")


def element(value: Value) -> Value:
    """What the elements of a collection are like."""
    if value.fields is None:
        return Value(value.taint, None, None, value.is_fixed)
    fields = [field for field in value.fields.values()]
    if not fields:
        return Value(value.taint) if value.taint else FIXED
    found = join(*fields)
    return Value(merged(found.taint, value.taint), found.fields, found.text, found.is_fixed, found.function)


def in_order(value: Value) -> list[Value]:
    """The elements as far as they are known one by one, then what the others are like."""
    fields = value.fields or {}
    known = [fields[str(at)] for at in range(len(fields)) if str(at) in fields]
    if len(known) < len(fields) or not known:
        return [element(value)]
    return [*known, Value(value.taint)] if value.taint else known


def rest_of(value: Value, start: int) -> Value:
    """A vector from an index on."""
    if value.fields is None:
        return value
    fields = {
        str(int(key) - start): field for key, field in value.fields.items() if key.isdigit() and int(key) >= start
    }
    return keyword_arguments(Value(value.taint, fields, None, value.is_fixed))


def keyword_arguments(rest: Value) -> Value:
    """The rest of arguments, also by name: `(f x :key value)` or `(f x {:key value})`."""
    fields = dict(rest.fields or {})
    numbered = [fields[str(at)] for at in range(len(fields)) if str(at) in fields]
    for at in range(0, len(numbered) - 1, 2):
        text = numbered[at].constant
        if text is not None and text.startswith(":"):
            fields[text[1:]] = numbered[at + 1]
    if len(numbered) == 1 and numbered[0].fields:
        fields.update({key: field for key, field in numbered[0].fields.items() if not key.isdigit()})
    return Value(rest.taint, fields, None, rest.is_fixed)


def markup(value: Value, depth: int = 12) -> Taint | None:
    """The origins in the text of hiccup's elements; attributes are escaped by all of its versions."""
    if value.fields is None or depth == 0:
        return value.taint
    if value.fields and not any(key.isdigit() for key in value.fields):
        return None  # a map: attributes
    return merged(value.taint, *(markup(field, depth - 1) for field in value.fields.values()))


def vector(values: Sequence[Value]) -> Value:
    """A vector of known elements."""
    if len(values) > MAX_FIELDS:
        return flat(*values)
    return Value(None, {str(at): value for at, value in enumerate(values)}, None, False)


def look(value: Value, keys: Sequence[str]) -> Value:
    """What lies below a path of keys, without taking note of sources: for conditions."""
    for key in keys:
        found = (value.fields or {}).get(key)
        if found is None:
            return literal("nil") if value.fields is not None and not value.taint else Value(value.taint)
        value = found
    return value
