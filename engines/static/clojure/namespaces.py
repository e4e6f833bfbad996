"""What the names of a file stand for: its `ns` form (and top-level `require`, `use`, `import`) read once.

Resolved names are written as rules write them:

| written | resolved |
| --- | --- |
| `jdbc/query`, `query` (referred) | `clojure.java.jdbc/query` |
| `(File. x)`, `(new File x)` | `java.io.File/new` |
| `Runtime/getRuntime` | `java.lang.Runtime/getRuntime` |
| `.exec` | `.exec`: the class of the target is not known |
| `str` | `clojure.core/str` |
| `own-function` | `<namespace>/own-function` |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engines.static.clojure.forms import KEYWORD, LIST, STRING, SYMBOL, VECTOR, Form

CORE = "clojure.core"


class Namespace:
    """The names that a file may use. `own` is filled by whoever collects the definitions."""

    def __init__(self, name: str = "user") -> None:
        self.name = name
        self.own: set[str] = set()
        self.aliases: dict[str, str] = {}
        self.referred: dict[str, str] = {}
        self.used: list[str] = []
        self.imported: dict[str, str] = {}

    def resolve(self, symbol: str, is_known: Callable[[str], bool] = lambda name: False) -> str:
        """Return the full name of a symbol that no local binding hides.

        `is_known` tells whether a full name means something: of several namespaces that are used as a whole, the one
        where the name is known is meant.
        """
        before, slash, after = symbol.partition("/")
        if slash and before and after:
            if before in self.aliases:
                return f"{self.aliases[before]}/{after}"
            if before in self.imported:
                return f"{self.imported[before]}/{after}"
            return f"java.lang.{before}/{after}" if before[0].isupper() and "." not in before else symbol
        if not symbol:  # a parser's guess at what is missing
            return CORE
        if symbol[0] == "." and symbol != "." and symbol != "..":
            return symbol
        if symbol[-1] == "." and len(symbol) > 1 and symbol != "..":
            return f"{self._class(symbol[:-1])}/new"
        if symbol in self.own:
            return f"{self.name}/{symbol}"
        if symbol in self.referred:
            return self.referred[symbol]
        for namespace in self.used:
            if is_known(f"{namespace}/{symbol}"):
                return f"{namespace}/{symbol}"
        if symbol[0].isupper() and symbol in self.imported:
            return self.imported[symbol]
        return f"{CORE}/{symbol}"

    def constructor(self, symbol: str) -> str:
        """Return the full name of what `(new Symbol …)` calls."""
        return f"{self._class(symbol)}/new"

    def keyword(self, value: str) -> str:
        """Return a keyword's full text: `:a` (written `::a`) gets the namespace, `:alias/b` that of the alias."""
        if not value.startswith(":"):
            return value
        alias, slash, name = value[1:].partition("/")
        return f"{self.aliases.get(alias, alias)}/{name}" if slash else f"{self.name}/{alias}"

    def _class(self, name: str) -> str:
        return name if "." in name else self.imported.get(name, f"java.lang.{name}")


def read_namespace(forms: Iterable[Form]) -> Namespace:
    """Return the names of a file from its top-level forms."""
    namespace = Namespace()
    for form in forms:
        head = form.head
        if head in ("ns", "in-ns") and len(form.items) > 1:
            named = form.items[1]
            if named.head == "quote" and len(named.items) > 1:
                named = named.items[1]
            namespace.name = named.value or namespace.name
            for clause in form.items[2:]:
                if clause.kind is LIST and clause.items and clause.items[0].kind is KEYWORD:
                    _read_clause(clause.items[0].value, clause.items[1:], namespace)
        elif head in ("require", "use", "import"):
            _read_clause(head, tuple(_unquoted(item) for item in form.items[1:]), namespace)
    return namespace


def _unquoted(form: Form) -> Form:
    return form.items[1] if form.head == "quote" and len(form.items) > 1 else form


def _read_clause(clause: str, specs: Iterable[Form], namespace: Namespace) -> None:
    if clause == "import":
        for spec in specs:
            _read_import(spec, namespace)
    elif clause in ("require", "use", "require-macros", "use-macros"):
        for spec in specs:
            _read_library(spec, "", clause.startswith("use"), namespace)


def _read_import(spec: Form, namespace: Namespace) -> None:
    if spec.kind is SYMBOL:
        namespace.imported[spec.value.rpartition(".")[2]] = spec.value
    elif spec.kind in (LIST, VECTOR) and spec.items:
        package = spec.items[0].value
        for name in spec.items[1:]:
            namespace.imported[name.value] = f"{package}.{name.value}"


def _read_library(spec: Form, prefix: str, is_used: bool, namespace: Namespace) -> None:
    if spec.kind is SYMBOL or spec.kind is STRING:
        if is_used:
            namespace.used.append(prefix + spec.value)
        return
    if spec.kind not in (LIST, VECTOR) or not spec.items:
        return
    library, *rest = spec.items
    if rest and rest[0].kind is not KEYWORD:  # (prefix [name :as n] other)
        for inner in rest:
            _read_library(inner, f"{prefix}{library.value}.", is_used, namespace)
        return
    name = prefix + library.value
    options = {rest[at].value: rest[at + 1] for at in range(0, len(rest) - 1, 2)}
    for key in ("as", "as-alias"):
        if key in options:
            namespace.aliases[options[key].value] = name
    names = options.get("refer") or options.get("only") or options.get("refer-macros")
    if names is not None and names.kind in (LIST, VECTOR):
        namespace.referred.update({each.value: f"{name}/{each.value}" for each in names.items})
    elif names is not None or is_used:
        namespace.used.append(name)
    renamed = options.get("rename")
    for at in range(0, len(renamed.items) - 1, 2) if renamed is not None else ():
        namespace.referred[renamed.items[at + 1].value] = f"{name}/{renamed.items[at].value}"
