"""A form and the file it stands in: the plain values that `forms.read` gives back, described there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property

import msgspec

SYMBOL, KEYWORD, STRING, NUMBER = "symbol", "keyword", "string", "number"
REGEX, CHARACTER, CONSTANT = "regex", "character", "constant"
LIST, VECTOR, MAP, SET, TAGGED = "list", "vector", "map", "set", "tagged"

_PLATFORMS = {".cljs": ("cljs",), ".bb": ("bb", "clj")}


class Form(msgspec.Struct, eq=False, gc=False):
    """One form: `kind`, `value`, `items`, `start` and `end` (bytes), `meta` (forms)."""

    kind: str
    value: str
    items: tuple[Form, ...]
    start: int
    end: int
    meta: tuple[Form, ...] = ()

    @property
    def namespace(self) -> str:
        """What stands before the slash of a symbol or keyword, else ''."""
        before, slash, after = self.value.partition("/")
        return before if slash and after else ""

    @property
    def name(self) -> str:
        """What stands behind the slash of a symbol or keyword, else its whole text."""
        before, slash, after = self.value.partition("/")
        return after if slash and before and after else self.value

    @property
    def head(self) -> str:
        """The text of the symbol that a list begins with, else ''."""
        if self.kind is LIST and self.items and self.items[0].kind is SYMBOL:
            return self.items[0].value
        return ""

    def walk(self) -> Iterator[Form]:
        """Yield this form and all forms in it, outer ones first."""
        waiting = [self]
        while waiting:
            form = waiting.pop()
            yield form
            waiting.extend(reversed(form.items))

    def __repr__(self) -> str:
        inner = " ".join(map(repr, self.items))
        return f"<{self.kind} {self.value or inner}>"


class Fault:
    """A place that is not Clojure, or is nested too deeply: `line` (from 1) and `message`."""

    __slots__ = ("line", "message")

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class Source:
    """A file that was read: `forms` of its top level, `faults`, and the `others` of its reader conditionals.

    `words`: what carries meaning, as written, without white space, comments and `#_`; `starts`: where each begins.
    """

    def __init__(self, content: bytes, extension: str) -> None:
        self.content = content
        self.features = _PLATFORMS.get(extension, ("clj",))
        self.faults: list[Fault] = []
        self.others: list[tuple[str, Form]] = []
        self.forms: tuple[Form, ...] = ()
        self.words: list[bytes] = []
        self.starts: list[int] = []

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(rb"\n", self.content))]

    def line(self, offset: int) -> int:
        """The line (from 1) of a byte."""
        return bisect_right(self._lines, offset)

    def words_of(self, start: int, end: int) -> list[bytes]:
        """The words between two bytes."""
        return self.words[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1, the column in characters."""
        line = bisect_right(self._lines, offset)
        return line, len(self.content[self._lines[line - 1] : offset].decode("utf-8", "replace")) + 1

    def position(self, form: Form) -> tuple[int, int]:
        """Line and column at which a form starts."""
        return self.place(form.start)

    def text(self, form: Form) -> str:
        """The form as it is written."""
        return self.content[form.start : form.end].decode("utf-8", "replace")
