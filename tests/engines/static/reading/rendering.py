"""Facts as readable text, for tests of languages; as a command it shows what a file says:

PYTHONPATH=. .venv/bin/python tests/engines/static/reading/rendering.py LANGUAGE FILE
"""

import sys
from dataclasses import replace
from pathlib import Path

import yaml

from engines.static.files import SourceFile
from engines.static.reading.facts import (
    Anonymous,
    Argument,
    Call,
    Constant,
    Definition,
    Expression,
    FileFacts,
    Index,
    Items,
    Member,
    Name,
    Operation,
    Other,
    Pairs,
    Symbol,
    Text,
)
from engines.static.reading.language import load
from engines.static.reading.read import read_as


def shown(expression: Expression, facts: FileFacts) -> str:
    """An expression as one line; `name~(…)` is a call of which only what was handed over is known."""

    def show(each: Expression) -> str:
        return shown(each, facts)

    match expression:
        case Name(text) | Constant(text):
            return text
        case Member(holder, name):
            return f"{show(holder)}.{name}"
        case Index(holder, key):
            return f"{show(holder)}[{show(key)}]"
        case Call(callee, positional, named, _, has_more, is_thin):
            given = [*map(show, positional), *(f"{name}={show(value)}" for name, value in named)]
            return f"{show(callee)}{'~' if is_thin else ''}({', '.join([*given, *(['…'] if has_more else [])])})"
        case Text(parts):
            return '"' + "".join(p if isinstance(p, str) else "{" + show(p) + "}" for p in parts) + '"'
        case Symbol(text):
            return f":{text}"
        case Operation(operator, left, right):
            return f"{show(left)} {operator} {show(right)}"
        case Items(elements):
            return "[" + ", ".join(map(show, elements)) + "]"
        case Pairs(entries):
            return "{" + ", ".join(f"{show(key)}: {show(value)}" for key, value in entries) + "}"
        case Anonymous(index):
            return f"<{facts.definitions[index].qualified_name}>"
        case Other(text):
            return f"?{' '.join(text.split())}"
    raise TypeError(expression)


def rendered(facts: FileFacts) -> dict:
    """Facts as plain data: sections, each of lines, scope by scope."""

    def show(each: Expression) -> str:
        return shown(each, facts)

    def argument(each: Argument) -> str:
        decorators = "".join(f"@{show(d)} " for d in each.decorators)
        type_ = f": {show(each.type)}" if each.type is not None else ""
        default = f" = {show(each.default)}" if each.default is not None else ""
        return f"{decorators}{'*' if each.is_variadic else ''}{each.name}{type_}{default}"

    def head(each: Definition) -> str:
        listed = ", ".join(map(show, each.bases) if each.kind == "class" else map(argument, each.parameters))
        type_ = f": {show(each.returned_type)}" if each.returned_type is not None else ""
        words = f"{'abstract ' * each.is_abstract}{'anonymous ' * each.is_anonymous}{each.kind}"
        return f"{each.start_line}-{each.end_line} {words} {each.qualified_name}({listed}){type_}"

    def scope(index: int) -> str:
        return facts.definitions[index].qualified_name

    found: dict = {"package": facts.package, "definitions": [head(each) for each in facts.definitions[1:]]}
    parents = {d.qualified_name: scope(d.parent) for d in facts.definitions[1:] if d.parent}
    found["parents"] = parents
    for name, show_one in (
        ("decorators", lambda d: [show(each) for each in d.decorators]),
        ("fields", lambda d: [argument(each) for each in d.fields]),
        ("imports", lambda d: dict(d.imports)),
        ("values", lambda d: {key: show(value) for key, value in d.values.items()}),
        ("types", lambda d: {key: show(value) for key, value in d.types.items()}),
        ("attributes", lambda d: {key: f"{scope(at)}: {show(value)}" for key, (at, value) in d.attributes.items()}),
        ("exports", lambda d: {key: show(value) for key, value in d.exports.items()}),
        ("returns", lambda d: [show(each) for each in d.returns]),
    ):
        found[name] = {d.qualified_name: shown_one for d in facts.definitions if (shown_one := show_one(d))}
    for name, sites in (("calls", facts.calls), ("reads", facts.reads), ("texts", facts.texts)):
        found[name] = [f"{site.line} {scope(site.scope)}: {show(site.expression)}" for site in sites]
    found["stars"] = list(facts.stars)
    found["faults"] = [f"{fault.reason} {fault.line}" for fault in facts.faults]
    return {name: value for name, value in found.items() if value}


class _Everything(frozenset):
    """All names: whatever frameworks.yaml names, a sample shows the arguments of all calls."""

    def __contains__(self, _: object) -> bool:
        return True


def read_sample(name: str, path: Path) -> dict:
    """What the sample file of a language says."""
    language = load(name, path.suffix)
    assert language is not None, f"there is no language {name}"
    file = SourceFile(path.name, name, path.read_bytes())
    return rendered(read_as(file, replace(language, interesting=_Everything())))


if __name__ == "__main__":
    print(yaml.safe_dump(read_sample(sys.argv[1], Path(sys.argv[2])), sort_keys=False, allow_unicode=True, width=200))
