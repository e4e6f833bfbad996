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

What cannot be parsed is a `Fault` (line, message), never an exception; the rest of the file is still read: a bracket
that closes nothing is passed over, one that is never closed ends where the next form begins at the start of a line.

Reading is one walk over the tokens of the reader's syntax (https://clojure.org/reference/reader), with a stack of what
is open. The words that carry meaning are kept in `source.words` on the way, so that hashing does not walk forms again.
"""

from __future__ import annotations

import re
from sys import intern

import msgspec

from engines.static.clojure import tokens
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
_ARGUMENTS = re.compile(r"%(?:[1-9][0-9]?|&)?$")

_ARGUMENT = "argument"
_DISCARD, _META, _FUNCTION, _BRANCH, _SPLICED, _QUALIFIED = "discard", "meta", "fn", "branch", "spliced", "qualified"
_OPENINGS = {b"(": LIST, b"[": VECTOR, b"{": MAP, b"#{": SET, b"#(": _FUNCTION, b"#?(": _BRANCH, b"#?@(": _SPLICED}
_CLOSINGS = {b")": (LIST, _FUNCTION, _BRANCH, _SPLICED), b"]": (VECTOR,), b"}": (MAP, SET)}
_MACROS = {
    b"'": "quote",
    b"@": "deref",
    b"#'": "var",
    b"`": "syntax-quote",
    b"~": "unquote",
    b"~@": "unquote-splicing",
    b"#=": "read-eval",
    b"#_": _DISCARD,
    b"^": _META,
    b"#^": _META,
}
_COLLECTIONS = frozenset((LIST, VECTOR, MAP, SET, _FUNCTION, _BRANCH, _SPLICED))
_CONSTANTS = frozenset((b"nil", b"true", b"false"))


def read(content: bytes, extension: str = ".clj") -> Source:
    """Return the forms of a file; `extension` (".clj", ".cljc", ".cljs", ".bb") tells the platform."""
    source = Source(content, extension)
    builder = _Builder(source)
    builder.read()
    if builder.is_unclosed:
        source = Source(content, extension)
        builder = _Builder(source, is_mending=True)
        builder.read()
    source.forms = tuple(form for form in builder.forms if form.head != "comment")
    return source


class _Open(msgspec.Struct, eq=False):
    """What has begun and not ended: a collection, or a macro that waits for `wants` forms."""

    kind: str
    start: int
    outer: list[Form]
    wants: int
    text: str
    word: int  # its place among the words
    used: set[str] | None  # of a short function: the parameters met so far


class _Builder:
    """Turns tokens into forms. `is_mending`: a form that begins a line ends what is still open."""

    def __init__(self, source: Source, *, is_mending: bool = False) -> None:
        self.forms: list[Form] = []
        self.is_unclosed = False
        self._source = source
        self._is_mending = is_mending
        self._out = self.forms
        self._stack: list[_Open] = []
        self._too_deep = 0  # brackets open within what is left out

    def read(self) -> None:
        """Read the whole file."""
        content, stack, out = self._source.content, self._stack, self._out
        add_word, add_start = self._source.words.append, self._source.starts.append
        atoms: dict[bytes, tuple[str, str]] = {}
        for match in tokens.TOKEN.finditer(content):
            group = match.lastindex
            if group is None:
                break
            if self._too_deep:
                self._pass_over(group)
                continue
            start, end = match.span(group)
            word = content[start:end]
            add_word(word)
            add_start(start)
            if group <= tokens.KEYWORD:
                known = atoms.get(word)
                if known is None:
                    known = atoms[word] = _atom(word)
                kind, text = known
                if kind is _ARGUMENT:
                    kind, text = SYMBOL, self._argument(text)
                out.append(Form(kind, text, (), start, end))
            elif group == tokens.OPENING:
                self._begin(_OPENINGS[word], start, 0)
                out = self._out
                continue
            elif group == tokens.CLOSING:
                kinds = _CLOSINGS[word]
                if stack and stack[-1].kind in kinds:
                    self._finish(end)
                else:
                    self._close(kinds, word, start, end)
                out = self._out
            elif group == tokens.STRING:
                out.append(
                    Form(STRING, _unescaped(content[start + 1 : end - 1].decode("utf-8", "replace")), (), start, end)
                )
            elif group == tokens.MACRO:
                kind = _MACROS[word]
                self._begin(kind, start, 2 if kind is _META else 1)
                out = self._out
                continue
            else:
                self._rare(group, word, start, end)
                out = self._out
                if group in (tokens.PREFIX, tokens.TAG):
                    continue
            if stack and stack[-1].wants:
                self._complete(end)
                out = self._out
        self._end()

    def _rare(self, group: int, word: bytes, start: int, end: int) -> None:
        text = word.decode("utf-8", "replace")
        if group == tokens.REGEX:
            self._out.append(Form(REGEX, text[2:-1], (), start, end))
        elif group == tokens.CHARACTER:
            self._out.append(Form(CHARACTER, text[1:], (), start, end))
        elif group == tokens.SYMBOLIC:
            self._out.append(Form(NUMBER, text, (), start, end))
        elif group == tokens.PREFIX:
            self._begin(_QUALIFIED, start, 1, text[2:] + ("" if text == "#::" else "/"))
        elif group == tokens.TAG:
            self._begin(TAGGED, start, 1, text[1:])
        else:
            self._fault(start, f"{text!r} is not readable here")

    def _begin(self, kind: str, start: int, wants: int, text: str = "") -> None:
        stack = self._stack
        if self._is_mending and kind is LIST and stack and self._source.content[start - 1 : start] == b"\n":
            self._close_down_to(0, start)
        if len(stack) >= MAX_DEPTH:
            self._fault(start, f"nested deeper than {MAX_DEPTH} forms")
            self._too_deep = 0 if wants else 1
            return
        used: set[str] | None = set() if kind is _FUNCTION else None
        stack.append(_Open(kind, start, self._out, wants, text, len(self._source.words) - 1, used))
        self._out = []

    def _pass_over(self, group: int) -> None:
        if group == tokens.OPENING:
            self._too_deep += 1
        elif group == tokens.CLOSING:
            self._too_deep -= 1

    def _argument(self, text: str) -> str:
        """`%` is `%1`; the innermost function notes what it uses."""
        for opened in reversed(self._stack):
            if opened.used is not None:
                text = "%1" if text == "%" else text
                opened.used.add(text)
                return intern(text)
        return text

    def _close(self, kinds: tuple[str, ...], word: bytes, start: int, end: int) -> None:
        """End what a bracket closes and what is still open in it, or pass the bracket over."""
        at = next((at for at in reversed(range(len(self._stack))) if self._stack[at].kind in kinds), None)
        if at is None:
            self._fault(start, f"{word.decode()!r} closes nothing")
            return
        self._close_down_to(at + 1, start)
        self._finish(end)

    def _close_down_to(self, height: int, end: int) -> None:
        """End what should have been ended before this place."""
        while len(self._stack) > height:
            opened = self._stack[-1]
            if opened.kind in _COLLECTIONS:
                self._fault(opened.start, "a bracket that begins here is not closed")
            self._finish(end)

    def _complete(self, end: int) -> None:
        while self._stack and 0 < self._stack[-1].wants <= len(self._out):
            self._finish(end)

    def _finish(self, end: int) -> None:
        """End the innermost thing that is open and hand its form to what is around it."""
        opened = self._stack.pop()
        items, self._out = self._out, opened.outer
        kind, start, out = opened.kind, opened.start, opened.outer
        if kind is LIST:
            if items and self._stack and items[0].value == "comment" and items[0].kind is SYMBOL:
                out.append(Form(CONSTANT, "nil", (), start, end))
            else:
                out.append(Form(LIST, "", tuple(items), start, end))
        elif kind is VECTOR or kind is MAP or kind is SET:
            out.append(Form(kind, "", tuple(items), start, end))
        elif kind is _FUNCTION:
            out.append(_function(items, opened.used or set(), start, end))
        elif kind is _BRANCH or kind is _SPLICED:
            self._branch(items, kind is _SPLICED, out)
        elif kind is _DISCARD:
            del self._source.words[opened.word :], self._source.starts[opened.word :]
        elif kind is _META:
            if len(items) > 1:
                items[1].meta = (items[0], *items[1].meta)
            out.extend(items[1:])
        elif kind is TAGGED:
            out.append(Form(TAGGED, opened.text, tuple(items), start, end))
        elif kind is _QUALIFIED:
            out.extend(_qualified(form, opened.text) for form in items)
        elif items:
            out.append(Form(LIST, "", (Form(SYMBOL, kind, (), start, start + 1), *items), start, end))

    def _branch(self, items: list[Form], is_spliced: bool, out: list[Form]) -> None:
        branches = [(items[at].value, items[at + 1]) for at in range(0, len(items) - 1, 2)]
        taken = next((f for wanted in (*self._source.features, "default") for f in branches if f[0] == wanted), None)
        if taken is not None:
            out.extend(taken[1].items if is_spliced else (taken[1],))
        self._source.others.extend(branch for branch in branches if branch is not taken)

    def _end(self) -> None:
        if self._stack:
            self.is_unclosed = not self._is_mending
            self._close_down_to(0, len(self._source.content))

    def _fault(self, offset: int, message: str) -> None:
        if len(self._source.faults) < MAX_FAULTS:
            self._source.faults.append(Fault(self._source.line(offset), message))


def _atom(word: bytes) -> tuple[str, str]:
    text = intern(word.decode("utf-8", "replace"))
    if text[0] == ":":
        return KEYWORD, intern(text[1:])
    if text[0] == "%" and _ARGUMENTS.match(text):
        return _ARGUMENT, text
    if word in _CONSTANTS:
        return CONSTANT, text
    is_number = text[0].isdigit() or (text[0] in "+-" and text[1:2].isdigit())
    return (NUMBER if is_number else SYMBOL), text


def _function(items: list[Form], used: set[str], start: int, end: int) -> Form:
    most = max((int(name[1:]) for name in used if name != "%&"), default=0)
    names = [f"%{number}" for number in range(1, most + 1)] + (["&", "%&"] if "%&" in used else [])
    parameters = tuple(Form(SYMBOL, intern(name), (), start, start + 1) for name in names)
    body = Form(LIST, "", tuple(items), start + 1, end)
    head = Form(SYMBOL, "fn*", (), start, start + 1)
    return Form(LIST, "", (head, Form(VECTOR, "", parameters, start, start + 1), body), start, end)


def _qualified(form: Form, prefix: str) -> Form:
    """`#:user{:a 1}` is `{:user/a 1}`."""
    for key in form.items[::2] if form.kind is MAP else ():
        if key.kind is KEYWORD and "/" not in key.value and not key.value.startswith(":"):
            key.value = prefix + key.value
    return form


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(match: re.Match[str]) -> str:
    told = match.group(1)
    if told[0] == "u" and len(told) == 5:
        return chr(int(told[1:], 16))
    if told.isdigit():
        return chr(int(told, 8) & 0xFF) if set(told) <= set("01234567") else told
    return _ESCAPED.get(told, told)
