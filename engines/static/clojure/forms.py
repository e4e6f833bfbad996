"""Clojure and ClojureScript source as plain nested forms, the way Clojure's own reader hands them to macros.

    source = read(b"(defn ^:private f [x] @x)", ".clj")
    source.forms[0].items[1].value    # "f", its metadata at .meta
    source.position(source.forms[0])  # (line 1, column 1), columns in characters

A `Form` has a kind, a value, items, and the byte range that it takes up in the file:

| kind | written | value | items |
| --- | --- | --- | --- |
| SYMBOL | `inc`, `str/join`, `.trim`, `File.` | the text; `namespace` and `name` are its parts | |
| KEYWORD | `:a`, `:a/b` | the text without the colon | |
| KEYWORD | `::a`, `::alias/b` | one colon is left: `:a`, `:alias/b` | |
| STRING, REGEX, CHARACTER | `"a"`, `#"a"`, `\\a` | the content: escapes of strings undone, patterns as written | |
| NUMBER, CONSTANT | `1/2`, `##Inf`; `nil`, `true`, `false` | the text | |
| LIST, VECTOR, SET | `( )`, `[ ]`, `#{ }` | `""` | its forms |
| MAP | `{ }`, `#:user{:a 1}` (keys become `:user/a`) | `""` | key, value, key, value … |
| TAGGED | `#inst "…"`, `#js {…}` | the tag | the tagged form |

Reader macros are lists, as in Clojure: `'x` → `(quote x)`, `@x` → `(deref x)`, `#'x` → `(var x)`, `` `x `` →
`(syntax-quote x)`, `~x` → `(unquote x)`, `~@x` → `(unquote-splicing x)`, `#=x` → `(read-eval x)`, and
`#(f %)` → `(fn* [%1] (f %1))` with as many parameters as are used (`& %&` for the rest).

What is no code is left out: comments, `#_ x`. `(comment …)` is left out at the top level and `nil` elsewhere.
Metadata (`^:private`, `^String`, `^{…}`) is taken off its form and kept as `meta`, a tuple of forms.
Of a reader conditional the branch of the file's platform is taken, else `:default`; the other branches are kept in
`source.others` as (feature, form). `.cljs` is read for `cljs`, `.bb` for `bb` and then `clj`, all else for `clj`.

What cannot be parsed is a `Fault` (line, message), never an exception; the rest of the file is still read.
"""

from __future__ import annotations

import re
from functools import cache
from sys import intern

from tree_sitter import Language, Node, Parser
from tree_sitter_language_pack import get_language

from engines.static.clojure.form import (
    CHARACTER,
    CONSTANT,
    KEYWORD,
    LIST,
    MAP,
    NUMBER,
    REGEX,
    SET,
    STRING,
    SYMBOL,
    TAGGED,
    VECTOR,
    Fault,
    Form,
    Source,
)

__all__ = [
    "CHARACTER", "CONSTANT", "KEYWORD", "LIST", "MAP", "NUMBER", "REGEX", "SET", "STRING", "SYMBOL", "TAGGED", "VECTOR",
    "Fault", "Form", "Source", "read",
]  # fmt: skip

MAX_DEPTH = 150  # deeper forms are left out and told: whoever walks forms may recurse
MAX_FAULTS = 20

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_ARGUMENT = re.compile(r"%(?:[1-9][0-9]?|&)?$")


def read(content: bytes, extension: str = ".clj") -> Source:
    """Return the forms of a file; `extension` (".clj", ".cljc", ".cljs", ".bb") tells the platform."""
    source = Source(content, extension)
    root = _parser().parse(content).root_node
    builder = _Builder(source)
    if root.has_error:
        _tell_faults(root, source)
    source.forms = tuple(form for form in builder.items(root, 0) if form.head != "comment")
    return source


@cache
def _language() -> Language:
    return get_language("clojure")


@cache
def _parser() -> Parser:
    return Parser(_language())


def _tell_faults(root: Node, source: Source) -> None:
    """Keep where the grammar gave up; only nodes that hold an error are looked into."""
    waiting = [root]
    while waiting and len(source.faults) < MAX_FAULTS:
        node = waiting.pop()
        line = node.start_point.row + 1
        if node.is_missing:
            source.faults.append(Fault(line, f"{node.type.replace('_', ' ')} is missing"))
        elif node.is_error:
            text = source.content[node.start_byte : node.start_byte + 40].decode("utf-8", "replace")
            source.faults.append(Fault(line, f"not readable from {' '.join(text.split())!r} on"))
        elif node.has_error:
            waiting.extend(reversed(node.children))


# Node kinds are compared as numbers, which the grammar gives out when it is loaded.
_ATOMS = {"num_lit": NUMBER, "char_lit": CHARACTER, "nil_lit": CONSTANT, "bool_lit": CONSTANT, "sym_val_lit": NUMBER}
_COLLECTIONS = {"list_lit": LIST, "vec_lit": VECTOR, "map_lit": MAP, "set_lit": SET}
_READER_MACROS = {
    "quoting_lit": "quote",
    "derefing_lit": "deref",
    "var_quoting_lit": "var",
    "syn_quoting_lit": "syntax-quote",
    "unquoting_lit": "unquote",
    "unquote_splicing_lit": "unquote-splicing",
    "evaling_lit": "read-eval",
}


@cache
def _kinds(names: tuple[str, ...]) -> dict[int, str]:
    language = _language()
    return {
        number: name
        for number in range(language.node_kind_count)
        if language.node_kind_is_named(number) and (name := language.node_kind_for_id(number)) in names
    }


def _table(names: dict[str, str]) -> dict[int, str]:
    return {number: names[name] for number, name in _kinds(tuple(names)).items()}


class _Builder:
    """Turns nodes into forms, one call a collection; atoms are made where they are met."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._content = source.content
        self._atoms = _table(_ATOMS)
        self._collections = _table(_COLLECTIONS)
        self._macros = _table(_READER_MACROS)
        self._symbol, self._keyword, self._string = (
            next(iter(_kinds((name,)))) for name in ("sym_lit", "kwd_lit", "str_lit")
        )
        self._texts: dict[bytes, str] = {}

    def items(self, node: Node, depth: int) -> tuple[Form, ...]:
        """The forms in a node, in order."""
        out: list[Form] = []
        content, texts = self._content, self._texts
        symbol, keyword, string, atoms = self._symbol, self._keyword, self._string, self._atoms
        for child in node.named_children:
            kind = child.kind_id
            start, end = child.byte_range
            if kind == symbol or kind == keyword:
                raw = content[start:end]
                text = texts.get(raw)
                if text is None:
                    text = texts[raw] = intern(raw.decode("utf-8", "replace"))
                if kind == keyword:
                    out.append(Form(KEYWORD, text[1:], (), start, end))
                elif text[:1] == "^" or text[:1] == "#":  # metadata stands in front of the name
                    out.append(self._named(child, start, end, depth))
                else:
                    out.append(Form(SYMBOL, text, (), start, end))
            elif kind == string:
                out.append(
                    Form(STRING, _unescaped(content[start + 1 : end - 1].decode("utf-8", "replace")), (), start, end)
                )
            elif kind in atoms:
                text = content[start:end].decode("utf-8", "replace")
                out.append(Form(atoms[kind], text[1:] if text[:1] == "\\" else text, (), start, end))
            else:
                self._add(child, start, end, depth, out)
        return tuple(out)

    def _add(self, node: Node, start: int, end: int, depth: int, out: list[Form]) -> None:
        collection = self._collections.get(node.kind_id)
        if depth >= MAX_DEPTH:
            self._too_deep(start)
        elif collection is not None:
            items = self.items(node, depth + 1)
            if collection is LIST and depth and items and items[0].value == "comment" and items[0].kind is SYMBOL:
                out.append(Form(CONSTANT, "nil", (), start, end))
            else:
                out.append(Form(collection, "", items, start, end, self._meta(node, depth)))
        elif node.kind_id in self._macros:
            head = Form(SYMBOL, self._macros[node.kind_id], (), start, start + 1)
            out.append(Form(LIST, "", (head, *self.items(node, depth + 1)), start, end, self._meta(node, depth)))
        else:
            self._add_rare(node, start, end, depth, out)

    def _add_rare(self, node: Node, start: int, end: int, depth: int, out: list[Form]) -> None:
        kind = node.type
        if kind == "anon_fn_lit":
            out.append(self._function(node, start, end, depth))
        elif kind == "regex_lit":
            out.append(Form(REGEX, self._content[start + 2 : end - 1].decode("utf-8", "replace"), (), start, end))
        elif kind == "tagged_or_ctor_lit":
            tag, *tagged = self.items(node, depth + 1) or (Form(SYMBOL, "", (), start, end),)
            out.append(Form(TAGGED, tag.value, tuple(tagged), start, end))
        elif kind == "ns_map_lit":
            out.append(self._qualified_map(node, start, end, depth))
        elif kind in ("read_cond_lit", "splicing_read_cond_lit"):
            self._add_branch(node, depth, out)
        elif kind == "ERROR":
            out.extend(self.items(node, depth + 1))
        # what is left is no code: comment, dis_expr, and the parts of names and metadata

    def _too_deep(self, start: int) -> None:
        if len(self._source.faults) < MAX_FAULTS:
            message = f"nested deeper than {MAX_DEPTH} forms"
            self._source.faults.append(Fault(self._source.line(start), message))

    def _meta(self, node: Node, depth: int) -> tuple[Form, ...]:
        start = node.start_byte
        if self._content[start : start + 1] != b"^" and self._content[start : start + 2] != b"#^":
            return ()
        marks = [child for child in node.named_children if child.type in ("meta_lit", "old_meta_lit")]
        return tuple(form for mark in marks for form in self.items(mark, depth + 1))

    def _named(self, node: Node, start: int, end: int, depth: int) -> Form:
        meta = self._meta(node, depth)
        names = [child for child in node.named_children if child.type in ("sym_ns", "sym_name")]
        begin = names[0].start_byte if names else start
        return Form(SYMBOL, intern(self._content[begin:end].decode("utf-8", "replace")), (), begin, end, meta)

    def _function(self, node: Node, start: int, end: int, depth: int) -> Form:
        body = Form(LIST, "", self.items(node, depth + 1), start + 1, end)
        used: set[str] = set()
        for form in body.walk():
            if form.kind is SYMBOL and form.value[:1] == "%" and _ARGUMENT.match(form.value):
                if form.value == "%":
                    form.value = "%1"
                used.add(form.value)
        most = max((int(name[1:]) for name in used if name != "%&"), default=0)
        names = [f"%{number}" for number in range(1, most + 1)] + (["&", "%&"] if "%&" in used else [])
        parameters = tuple(Form(SYMBOL, intern(name), (), start, start + 1) for name in names)
        head = Form(SYMBOL, "fn*", (), start, start + 1)
        return Form(LIST, "", (head, Form(VECTOR, "", parameters, start, start + 1), body), start, end)

    def _qualified_map(self, node: Node, start: int, end: int, depth: int) -> Form:
        items = list(self.items(node, depth + 1))
        prefix = ":"
        if items and items[0].kind is KEYWORD and self._content[items[0].start : items[0].start + 1] == b":":
            is_prefix = items[0].start == start + 1
            prefix = items.pop(0).value + "/" if is_prefix else prefix
        for key in items[::2]:
            if key.kind is KEYWORD and "/" not in key.value and not key.value.startswith(":"):
                key.value = prefix + key.value
        return Form(MAP, "", tuple(items), start, end)

    def _add_branch(self, node: Node, depth: int, out: list[Form]) -> None:
        is_spliced = node.type == "splicing_read_cond_lit"
        items = self.items(node, depth + 1)
        branches = [(items[at].value, items[at + 1]) for at in range(0, len(items) - 1, 2)]
        taken = next((f for wanted in (*self._source.features, "default") for f in branches if f[0] == wanted), None)
        if taken is not None:
            out.extend(taken[1].items if is_spliced else (taken[1],))
        self._source.others.extend(branch for branch in branches if branch is not taken)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(match: re.Match[str]) -> str:
    told = match.group(1)
    if told[0] == "u" and len(told) == 5:
        return chr(int(told[1:], 16))
    if told.isdigit():
        return chr(int(told, 8) & 0xFF) if set(told) <= set("01234567") else told
    return _ESCAPED.get(told, told)
