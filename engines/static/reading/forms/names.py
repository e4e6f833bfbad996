"""The `ns` form and its like: what a file is called and which names it has from elsewhere."""

from __future__ import annotations

from engines.static.clojure.forms import KEYWORD, LIST, STRING, SYMBOL, VECTOR, Form
from engines.static.reading.facts import Definition

_CLAUSES = {"require", "use", "import", "require-macros", "use-macros"}


def read_namespace(form: Form, top: Definition, stars: list[str]) -> str:
    """Note the imports of an `ns` form; return the name of the namespace."""
    for clause in form.items[2:]:
        if clause.kind is LIST and clause.items and clause.items[0].kind is KEYWORD:
            read_clause(clause.items[0].value, clause.items[1:], top, stars)
    return form.items[1].value if len(form.items) > 1 and form.items[1].kind is SYMBOL else ""


def read_clause(name: str, specs: tuple[Form, ...], top: Definition, stars: list[str]) -> None:
    """Note what `(:require …)`, or `(require '…)` at the top level, brings in."""
    if name not in _CLAUSES:
        return
    for spec in specs:
        given = spec.items[1] if spec.head == "quote" and len(spec.items) > 1 else spec
        if name == "import":
            _import(given, top)
        else:
            _library("", given, top, stars, is_whole=name.startswith("use"))


def _import(spec: Form, top: Definition) -> None:
    if spec.kind is SYMBOL:
        top.imports[spec.value.rpartition(".")[2]] = spec.value
    elif spec.items and spec.items[0].kind is SYMBOL:
        for cls in spec.items[1:]:
            top.imports[cls.value] = f"{spec.items[0].value}.{cls.value}"


def _library(prefix: str, spec: Form, top: Definition, stars: list[str], is_whole: bool) -> None:
    if spec.kind is SYMBOL:
        name = prefix + spec.value
        top.imports[name] = name
        if is_whole:
            stars.append(name)
        return
    if spec.kind not in (VECTOR, LIST) or not spec.items or spec.items[0].kind not in (SYMBOL, STRING):
        return
    name = prefix + spec.items[0].value
    rest = spec.items[1:]
    if rest and rest[0].kind is not KEYWORD:  # (clojure [string :as str] set)
        for each in rest:
            _library(name + ".", each, top, stars, is_whole)
        return
    top.imports[name] = name
    options = {rest[at].value: rest[at + 1] for at in range(0, len(rest) - 1, 2)}
    for option in ("as", "as-alias", "default"):  # ["react" :default React]
        if option in options and options[option].kind is SYMBOL:
            top.imports[options[option].value] = name
    referred = [options.get(option) for option in ("refer", "only", "refer-macros")]
    for listed in referred:
        for each in listed.items if listed is not None else ():
            top.imports[each.value] = f"{name}.{each.value}"
    if any(each is not None and each.value == "all" for each in referred) or (is_whole and not any(referred)):
        stars.append(name)
    renamed = options.get("rename")
    if renamed is not None:
        for at in range(0, len(renamed.items) - 1, 2):
            top.imports[renamed.items[at + 1].value] = f"{name}.{renamed.items[at].value}"
