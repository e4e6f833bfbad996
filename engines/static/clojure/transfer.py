"""What well-known functions make of their arguments; all others that hand data on are a list in `taint.yaml`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from engines.static.clojure.forms import Form
from engines.static.clojure.values import (
    FIXED,
    FIXED_HOLE,
    HOLE,
    MAX_FIELDS,
    UNKNOWN,
    Taint,
    Value,
    all_fixed,
    flat,
    join,
    literal,
    merged,
    piece_of,
    put_together,
    whole,
    without,
)

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Evaluator

Known = Callable[["Evaluator", list[Value], Form], Value]

_DIRECTIVE = re.compile(r"%[-#+ 0,(\d.$]*[a-zA-Z]")


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


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────


def _built(evaluator: Evaluator, value: Value, form: Form) -> Value:
    rules = evaluator.knowledge.built_sources
    if not rules or value.is_fixed or value.text in (None, HOLE, FIXED_HOLE):
        return value
    return evaluator.sourced(value, rules, form.start, "a text is put together from what is not constant")


def _str(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
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


def _format(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
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


def _join(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) == 1:
        return _str(evaluator, [element(values[0])], form)
    separator, collection = values[0], values[1] if len(values) > 1 else FIXED
    parts = in_order(collection)
    if len(parts) == 1:
        parts *= 2
    spaced = [piece for part in parts for piece in (separator, part)][1:]
    text = put_together(_behind_the_host(evaluator, spaced))
    return _built(evaluator, Value(text.taint, None, text.text, text.is_fixed), form)


# ── maps and sequences ────────────────────────────────────────────────────────────────────────────────────


def _get(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return flat(*values)
    key = key_of(values[1])
    found = evaluator.get(values[0], key, form.start) if key is not None else element(values[0])
    if len(values) > 2:
        return Value(found.taint, found.fields) if found.taint else join(found, values[2])
    return found


def _get_in(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return flat(*values)
    keys = _keys(values[1])
    found = evaluator.path(values[0], keys, form.start) if keys is not None else Value(whole(values[0]))
    return join(found, values[2]) if len(values) > 2 else found


def _keys(path: Value) -> list[str] | None:
    if path.fields is None:
        return None
    keys = [key_of(path.fields[str(at)]) for at in range(len(path.fields)) if str(at) in path.fields]
    return [key for key in keys if key is not None] if None not in keys else None


def _assoc(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if not values:
        return UNKNOWN
    fields, loose = dict(values[0].fields or {}), [values[0].taint]
    for at in range(1, len(values) - 1, 2):
        key = key_of(values[at])
        if key is None or len(fields) >= MAX_FIELDS:
            loose.append(whole(values[at + 1]))
        else:
            fields[key] = values[at + 1]
            evaluator.entry(key, values[at + 1], form, form)
    return Value(merged(*loose), fields, None, False)


def _assoc_in(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 3:
        return flat(*values)
    keys = _keys(values[1])
    if not keys:
        return flat(values[0], values[2])
    evaluator.entry(keys[-1], values[2], form, form)
    inner = values[2]
    parents = [values[0]]
    for key in keys[:-1]:
        parents.append((parents[-1].fields or {}).get(key, UNKNOWN))
    for key, parent in zip(reversed(keys), reversed(parents), strict=True):
        inner = Value(parent.taint, {**(parent.fields or {}), key: inner})
    return inner


def _merge(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    fields: dict[str, Value] = {}
    for value in values:
        fields.update(value.fields or {})
    if len(fields) > MAX_FIELDS:
        return flat(*values)
    return Value(merged(*(value.taint for value in values)), fields, None, False)


def _dissoc(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if not values or values[0].fields is None:
        return values[0] if values else UNKNOWN
    gone = {key_of(value) for value in values[1:]}
    fields = {key: field for key, field in values[0].fields.items() if key not in gone}
    return Value(values[0].taint, fields)


def _select_keys(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    keys = _keys(values[1]) if len(values) > 1 else None
    if keys is None:
        return values[0] if values else UNKNOWN
    return Value(None, {key: evaluator.get(values[0], key, form.start) for key in keys[:MAX_FIELDS]})


def _nth(number: int) -> Known:
    def read(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
        return evaluator.get(values[0], str(number), form.start) if values else UNKNOWN

    return read


def _rest(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return rest_of(values[0], 1) if values else UNKNOWN


def _same(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return values[0] if values else UNKNOWN


def _vector(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return evaluator.vector(values)


def _hash_map(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return _assoc(evaluator, [Value(None, {}), *values], form)


def _conj(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if not values:
        return UNKNOWN
    collection, *added = values
    fields = collection.fields
    if fields is not None and all(str(at) in fields for at in range(len(fields))) and len(fields) < MAX_FIELDS:
        grown = dict(fields)
        for value in added:
            grown[str(len(grown))] = value
        return Value(collection.taint, grown)
    return _merge(evaluator, values, form) if fields is not None else flat(*values)


def _into(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) == 3:
        return flat(values[0], _transduced(evaluator, values[1], element(values[2]), form))
    if len(values) == 2 and all(value.fields is not None for value in values):
        left = values[0].fields or {}
        if all(key.isdigit() for key in {**left, **(values[1].fields or {})}):
            added = [field for _, field in sorted((values[1].fields or {}).items(), key=lambda pair: int(pair[0]))]
            return _conj(evaluator, [values[0], *added], form)
        return _merge(evaluator, values, form)
    if len(values) == 2 and values[0].fields is not None:
        return _behind(values[0], values[1])
    return flat(*values)


def _behind(first: Value, rest: Value) -> Value:
    """A vector whose beginning is known, and what is behind it."""
    return Value(merged(first.taint, whole(rest)), first.fields)


def _cons(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(cons x xs)`, `(list* x y xs)`."""
    return _behind(evaluator.vector(values[:-1]), values[-1]) if values else UNKNOWN


def _concat(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if values and values[0].fields is not None and len(values) > 1:
        return _behind(values[0], flat(*values[1:]))
    return flat(*values)


# ── functions that take functions ─────────────────────────────────────────────────────────────────────────


def _mapped(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(map f xs ys)`: what f gives back; `(map f)`: a transducer."""
    if len(values) == 1:
        return Value(is_fixed=True, function=("transducer", values[0], True))
    found = evaluator.invoke(values[0], [element(value) for value in values[1:]], form)
    return Value(None, {"0": found}) if found.fields else flat(found)


def _indexed(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return UNKNOWN
    return flat(evaluator.invoke(values[0], [FIXED, element(values[1])], form))


def _kept(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(filter f xs)`: some of the elements. A set or map of constants lets through only what is written in it."""
    if len(values) == 1:
        return Value(is_fixed=True, function=("transducer", values[0], False))
    evaluator.invoke(values[0], [element(values[-1])], form)
    is_lookup = values[0].function is not None and values[0].function[0] == "lookup"
    if is_lookup and values[0].is_fixed:
        return FIXED
    return values[-1] if values[-1].fields is None else Value(None, {"0": element(values[-1])})


def _transduced(evaluator: Evaluator, transducer: Value, value: Value, form: Form) -> Value:
    what = transducer.function
    if what is not None and what[0] == "composed":
        for inner in what[1]:
            value = _transduced(evaluator, inner, value, form)
        return value
    if what is not None and what[0] == "transducer":
        found = evaluator.invoke(what[1], [value], form)
        return found if what[2] else value
    return value


def _transduce(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 3:
        return flat(*values)
    inner = _transduced(evaluator, values[0], element(values[-1]), form)
    start = values[2] if len(values) > 3 else FIXED
    return join(start, evaluator.invoke(values[1], [start, inner], form))


def _sequence(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return flat(_transduced(evaluator, values[0], element(values[-1]), form)) if len(values) > 1 else flat(*values)


def _reduce(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return flat(*values)
    inner = element(values[-1])
    start = values[1] if len(values) > 2 else inner
    once = evaluator.invoke(values[0], [start, inner], form)
    return join(start, once, evaluator.invoke(values[0], [join(start, once), inner], form))


def _reduce_kv(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 3:
        return flat(*values)
    inner = element(values[2])
    return join(values[1], evaluator.invoke(values[0], [values[1], Value(values[2].taint), inner], form))


def _apply(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return UNKNOWN
    *first, last = values[1:]
    return evaluator.invoke(values[0], [*first, *in_order(last)], form)


def _called(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(run! f xs)`, `(some f xs)`: f sees each element."""
    if len(values) > 1:
        found = evaluator.invoke(values[0], [element(value) for value in values[1:]], form)
        return flat(found)
    return UNKNOWN


def _updated(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    """`(update m :k f a)`."""
    if len(values) < 3:
        return flat(*values)
    key = key_of(values[1])
    before = evaluator.get(values[0], key, form.start) if key is not None else element(values[0])
    changed = evaluator.invoke(values[2], [before, *values[3:]], form)
    return _assoc(evaluator, [values[0], values[1], changed], form)


def _updated_in(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 3:
        return flat(*values)
    keys = _keys(values[1])
    before = evaluator.path(values[0], keys, form.start) if keys else Value(whole(values[0]))
    changed = evaluator.invoke(values[2], [before, *values[3:]], form)
    return _assoc_in(evaluator, [values[0], values[1], changed], form)


def _swapped(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return UNKNOWN
    return evaluator.invoke(values[1], [values[0], *values[2:]], form)


def _partial(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return Value(is_fixed=True, function=("partial", values[0], values[1:])) if values else UNKNOWN


def _comp(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return Value(is_fixed=True, function=("composed", values))


def _constantly(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return Value(is_fixed=True, function=("constantly", values[0] if values else UNKNOWN))


def _repeat(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return Value(None, {"0": values[-1]}) if values else UNKNOWN


def _repeatedly(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return flat(evaluator.invoke(values[-1], [], form)) if values else UNKNOWN


def _walked(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    if len(values) < 2:
        return UNKNOWN
    return flat(values[-1], evaluator.invoke(values[0], [Value(whole(values[-1]))], form))


def _first_function(evaluator: Evaluator, values: list[Value], form: Form) -> Value:
    return values[0] if values else UNKNOWN


def _core(names: str, known: Known) -> dict[str, Known]:
    return {f"clojure.core/{name}": known for name in names.split()}


KNOWN: dict[str, Known] = {
    **_core("str", _str),
    **_core("format", _format),
    "clojure.string/join": _join,
    "java.lang.String/format": _format,
    **_core("get", _get),
    **_core("get-in", _get_in),
    **_core("assoc assoc!", _assoc),
    **_core("assoc-in", _assoc_in),
    **_core("merge", _merge),
    "medley.core/deep-merge": _merge,
    "medley.core/assoc-some": _assoc,
    **_core("dissoc", _dissoc),
    **_core("select-keys", _select_keys),
    **_core("first peek key", _nth(0)),
    **_core("second val", _nth(1)),
    **_core("rest next", _rest),
    **_core(
        "identity seq vec doall deref atom ref agent volatile! force not-empty reverse distinct sequence? "
        "with-meta vary-meta persistent! transient ensure-reduced reduced",
        _same,
    ),
    **_core("vector list", _vector),
    **_core("hash-map array-map sorted-map", _hash_map),
    **_core("conj conj!", _conj),
    **_core("into", _into),
    **_core("cons list*", _cons),
    **_core("concat", _concat),
    **_core("map mapv pmap keep mapcat", _mapped),
    **_core("map-indexed keep-indexed", _indexed),
    **_core("filter filterv remove take-while drop-while", _kept),
    **_core("run! some every? not-any? not-every?", _called),
    **_core("sort-by group-by partition-by max-key min-key", _walked),
    **_core("transduce", _transduce),
    **_core("sequence eduction", _sequence),
    **_core("reduce", _reduce),
    **_core("reduce-kv", _reduce_kv),
    **_core("apply", _apply),
    **_core("update", _updated),
    **_core("update-in", _updated_in),
    **_core("swap! alter send send-off vswap! trampoline", _swapped),
    **_core("partial", _partial),
    **_core("comp", _comp),
    **_core("constantly", _constantly),
    **_core("fnil complement memoize", _first_function),
    **_core("repeat", _repeat),
    **_core("repeatedly", _repeatedly),
    "clojure.walk/postwalk": _walked,
    "clojure.walk/prewalk": _walked,
}
