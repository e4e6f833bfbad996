"""What lies under a key of a value; reading a request's keys is where outside data enters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engines.static.clojure.values import FIXED, MAX_PATH, Origin, Trail, Value, after, literal, without

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Evaluator


def below(evaluator: Evaluator, value: Value, keys: Sequence[str], offset: int) -> Value:
    """What lies below a path of keys."""
    for key in keys:
        value = get(evaluator, value, key, offset)
    return value


def get(evaluator: Evaluator, value: Value, key: str, offset: int) -> Value:
    """What is under a key; reading a request's keys is where outside data enters."""
    known = value.fields.get(key) if value.fields else None
    named = evaluator.knowledge.named_rules(key)
    if known is not None:
        if named and not known.is_fixed:
            return sourced(evaluator, known, named, offset, f"`{key}`")
        return known
    if value.fields is not None and not value.taint:
        return literal("nil")
    if value.is_fixed and not value.taint:
        return FIXED
    knowledge = evaluator.knowledge
    safe = knowledge.safe_keys.get(key, 0)
    rules = knowledge.key_sources.get(key, 0)
    taint: dict[Origin, Trail] = {}
    for origin, trail in (value.taint or {}).items():
        if origin[0] == "parameter":
            path = origin[2]
            if path:
                rules |= knowledge.key_sources.get(f"{path[-1]}.{key}", 0)
            taint[("parameter", origin[1], (*path, key) if len(path) < MAX_PATH else path)] = trail
        elif origin[0] == "request":
            rules |= knowledge.request_key_sources.get(key, 0)
        else:
            taint[origin] = trail
    found = Value(without(taint, safe) or None)
    if rules:
        kind = "stream" if key in knowledge.stream_keys else "source"
        found = sourced(evaluator, found, rules, offset, f"`:{key}` of the request", kind)
    return sourced(evaluator, found, named, offset, f"`{key}`") if named else found


def sourced(evaluator: Evaluator, value: Value, rules: int, offset: int, message: str, kind: str = "source") -> Value:
    """The value as one that comes from outside (for these rules) here."""
    origin = (kind, evaluator.file, offset)
    taint = dict(value.taint or {})
    known = taint.get(origin)
    step = known.step if known else after(None, evaluator.file, offset, message)
    taint[origin] = Trail(rules | (known.rules if known else 0), step)
    return Value(taint, value.fields, value.text, False, value.function)
