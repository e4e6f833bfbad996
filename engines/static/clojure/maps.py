"""Functions on maps and vectors that keep track of what is under which key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engines.static.clojure import parts, watch
from engines.static.clojure.elements import element, key_of, rest_of, vector
from engines.static.clojure.forms import Form
from engines.static.clojure.values import MAX_FIELDS, UNKNOWN, Value, flat, join, merged, whole

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Evaluator


def read_get(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return flat(*values)
    key = key_of(values[1])
    found = parts.get(evaluator, values[0], key, form.start) if key is not None else element(values[0])
    if len(values) > 2:
        return Value(found.taint, found.fields) if found.taint else join(found, values[2])
    return found


def read_get_in(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return flat(*values)
    keys = keys_of(values[1])
    found = parts.below(evaluator, values[0], keys, form.start) if keys is not None else Value(whole(values[0]))
    return join(found, values[2]) if len(values) > 2 else found


def keys_of(path: Value) -> list[str] | None:
    if path.fields is None:
        return None
    keys = [key_of(path.fields[str(at)]) for at in range(len(path.fields)) if str(at) in path.fields]
    return [key for key in keys if key is not None] if None not in keys else None


def read_assoc(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if not values:
        return UNKNOWN
    fields, loose = dict(values[0].fields or {}), [values[0].taint]
    for at in range(1, len(values) - 1, 2):
        key = key_of(values[at])
        if key is None or len(fields) >= MAX_FIELDS:
            loose.append(whole(values[at + 1]))
        else:
            fields[key] = values[at + 1]
            watch.entry(evaluator, key, values[at + 1], form, form)
    return Value(merged(*loose), fields, None, False)


def read_assoc_in(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 3:
        return flat(*values)
    keys = keys_of(values[1])
    if not keys:
        return flat(values[0], values[2])
    watch.entry(evaluator, keys[-1], values[2], form, form)
    inner = values[2]
    parents = [values[0]]
    for key in keys[:-1]:
        parents.append((parents[-1].fields or {}).get(key, UNKNOWN))
    for key, parent in zip(reversed(keys), reversed(parents), strict=True):
        inner = Value(parent.taint, {**(parent.fields or {}), key: inner})
    return inner


def read_merge(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    fields: dict[str, Value] = {}
    for value in values:
        fields.update(value.fields or {})
    if len(fields) > MAX_FIELDS:
        return flat(*values)
    return Value(merged(*(value.taint for value in values)), fields, None, False)


def read_dissoc(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if not values or values[0].fields is None:
        return values[0] if values else UNKNOWN
    gone = {key_of(value) for value in values[1:]}
    fields = {key: field for key, field in values[0].fields.items() if key not in gone}
    return Value(values[0].taint, fields)


def read_select_keys(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    keys = keys_of(values[1]) if len(values) > 1 else None
    if keys is None:
        return values[0] if values else UNKNOWN
    return Value(None, {key: parts.get(evaluator, values[0], key, form.start) for key in keys[:MAX_FIELDS]})


def nth(number: int) -> Callable[[Evaluator, list[Value], Form], Value]:
    def read(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
        return parts.get(evaluator, values[0], str(number), form.start) if values else UNKNOWN

    return read


def read_rest(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return rest_of(values[0], 1) if values else UNKNOWN


def read_same(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return values[0] if values else UNKNOWN


def read_vector(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return vector(values)


def read_hash_map(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return read_assoc(evaluator, [Value(None, {}), *values], form)


def read_conj(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if not values:
        return UNKNOWN
    collection, *added = values
    fields = collection.fields
    if fields is not None and all(str(at) in fields for at in range(len(fields))) and len(fields) < MAX_FIELDS:
        grown = dict(fields)
        for value in added:
            grown[str(len(grown))] = value
        return Value(collection.taint, grown)
    return read_merge(evaluator, values, form) if fields is not None else flat(*values)


def read_into(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) == 2 and all(value.fields is not None for value in values):
        left = values[0].fields or {}
        if all(key.isdigit() for key in {**left, **(values[1].fields or {})}):
            added = [field for _, field in sorted((values[1].fields or {}).items(), key=lambda pair: int(pair[0]))]
            return read_conj(evaluator, [values[0], *added], form)
        return read_merge(evaluator, values, form)
    if len(values) == 2 and values[0].fields is not None:
        return _behind(values[0], values[1])
    return flat(*values)


def _behind(first: Value, rest: Value) -> Value:
    """A vector whose beginning is known, and what is behind it."""
    return Value(merged(first.taint, whole(rest)), first.fields)


def read_cons(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(cons x xs)`, `(list* x y xs)`."""
    return _behind(vector(values[:-1]), values[-1]) if values else UNKNOWN


def read_concat(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if values and values[0].fields is not None and len(values) > 1:
        return _behind(values[0], flat(*values[1:]))
    return flat(*values)
