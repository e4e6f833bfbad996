"""What stands for what in source text of any language: names, literals and signs, without comments and layout.

`languages/texts.yaml` holds how each language writes them. This is no parser: it reads snippets, which may begin and
end anywhere; a literal whose end is not seen ends with its line, or with the snippet where it may span lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from engines.static.files import LANGUAGES

LITERAL, NUMBER = '""', "0"
UNKNOWN = "unknown"
MAX_DEPTH = 12  # literals within the code within literals

_MIRROR = {"(": ")", "[": "]", "{": "}", "<": ">"}
_NUMBER = r"\d\w*(?:\.\d\w*)?(?:(?<=[eE])[+-]\d+)?"
_SIGNED = re.compile(r"[+-]\d")  # where a sign is part of a name
_OPERAND_FOLLOWS = frozenset("([{,;=:!&|?+-*%~^<>") | frozenset(
    "return case in of and or not if elsif unless when while until typeof puts yield then else do".split()
)


@dataclass(frozen=True)
class Form:
    """A way to write a literal."""

    open: re.Pattern[str]
    close: str
    escape: str | None = None
    lines: bool = False
    inside: tuple[str, str] | None = None
    bare: str | None = None
    closed: bool = False
    operand: bool = False
    later: bool = False

    def within(self, opener: re.Match[str]) -> re.Pattern[str]:
        """Return the expression of what matters in the text that this opener begins."""
        return _within(self, opener.groupdict().get("word") or "")


@dataclass(frozen=True)
class Texts:
    """How a language writes comments and literals. `signs` finds the next token, its group naming the kind."""

    signs: re.Pattern[str]
    word: re.Pattern[str]
    forms: tuple[Form, ...]
    block: re.Pattern[str] | None
    is_nested: bool
    joins: bool
    grouping: bool


@cache
def texts_of(language: str | None) -> Texts:
    """Return how a language writes its texts; for one that is not listed, what most languages share."""
    known = _document()["languages"]
    entry = known.get(language or UNKNOWN, known[UNKNOWN])
    entry = known[entry["like"]] | entry if "like" in entry else entry
    forms = tuple(_form(name) for name in entry["strings"])
    openers = "|".join(
        f"(?P<form{number}>{form.open.pattern.replace('?P<word>', '?:')})" for number, form in enumerate(forms)
    )
    words = entry.get("words", r"\w")
    blocks = entry.get("blocks")
    parts = [
        rf"(?P<blank>(?:[\s{entry.get('blank', '')}]|\\\r?\n)+)",
        *([rf"(?P<discard>{re.escape(entry['discard'])})"] if "discard" in entry else []),
        *([rf"(?P<block>{blocks[0]})"] if blocks else []),
        rf"(?P<comment>(?:{'|'.join(entry['comments'])})[^\n]*)",
        openers,
        rf"(?P<number>{_NUMBER})",
        rf"(?P<word>[{words}]+)",
        r"(?P<sign>.)",
    ]
    return Texts(
        signs=re.compile("|".join(parts), re.DOTALL),
        word=re.compile(f"[{words}]"),
        forms=forms,
        block=re.compile(f"(?P<open>{blocks[0]})|(?P<close>{blocks[1]})") if blocks else None,
        is_nested=entry.get("nested", False),
        joins=entry.get("joins", False),
        grouping=entry.get("grouping", True),
    )


def tokens(text: str, language: str | None) -> list[str]:
    """Return the tokens of a text: names and signs as they are, every literal as `""`, every number as `0`.

    Code within a literal (an f-string, a template) stays, in braces behind it: another variable there is other code.
    """
    found, _ = _read(text, 0, texts_of(language), None, 0)
    return found


def _read(text: str, at: int, texts: Texts, closer: str | None, depth: int) -> tuple[list[str], int]:
    """Return the tokens from `at` up to the bracket `closer` that belongs to nobody here, and where they end."""
    found: list[str] = []
    discards: list[int] = []
    waiting: list[tuple[Form, re.Match[str]]] = []  # heredocs whose text begins on the next line
    opened = 0
    while at < len(text):
        sign = texts.signs.match(text, at)
        kind, at = sign.lastgroup, sign.end()
        if kind == "blank":
            if waiting and (newline := sign.group().find("\n")) >= 0:
                at = sign.start() + newline + 1
                for form, opener in waiting:
                    inner, at = _literal(text, at, form, opener, texts, depth)
                    found += inner[1:]
                waiting.clear()
        elif kind == "discard":
            discards.append(len(found))
        elif kind == "block":
            at = _after_block(text, at, texts)
        elif kind.startswith("form"):
            form = texts.forms[int(kind[4:])]
            opener = form.open.match(text, sign.start())
            if form.later and _takes_operand(found):
                waiting.append((form, opener))
                found.append(LITERAL)
            elif not _is_literal(form, opener, text, found):
                at = sign.start() + 1
                found.append(text[sign.start()])
            else:
                inner, at = _literal(text, at, form, opener, texts, depth)
                found += inner
        elif kind == "number":
            found.append(NUMBER)
        elif kind == "word":
            found.append(NUMBER if _SIGNED.match(sign.group()) else sign.group())
        elif kind == "sign":
            if closer and sign.group() == closer and opened == 0:
                break
            if closer:
                opened += (sign.group() == _opening(closer)) - (sign.group() == closer)
            found.append(sign.group())
    return _without_discarded(found, discards), at


def _literal(text: str, at: int, form: Form, opener: re.Match[str], texts: Texts, depth: int) -> tuple[list[str], int]:
    """Return the literal's token with the code within it, and where it ends."""
    found = [LITERAL]
    within = form.within(opener)
    while at < len(text):
        event = within.search(text, at)
        if event is None:
            return found, len(text)
        at = event.end()
        if event.lastgroup == "close":
            return found, at
        if event.lastgroup == "line":
            return found, event.start()
        if event.lastgroup == "bare":
            found += ["{", event.group(), "}"]
        elif event.lastgroup == "inside" and depth < MAX_DEPTH:
            inner, at = _read(text, at, texts, form.inside[1], depth + 1)
            found += ["{", *inner, "}"]
    return found, at


def _takes_operand(found: list[str]) -> bool:
    return not found or found[-1] in _OPERAND_FOLLOWS


def _is_literal(form: Form, opener: re.Match[str], text: str, found: list[str]) -> bool:
    if form.operand and not _takes_operand(found):
        return False
    if not form.closed:
        return True
    within, at = form.within(opener), opener.end()
    while event := within.search(text, at):
        if event.lastgroup in ("close", "line"):
            return event.lastgroup == "close"
        at = event.end()
    return False


def _after_block(text: str, at: int, texts: Texts) -> int:
    opened = 1
    for event in texts.block.finditer(text, at):
        if event.lastgroup == "close":
            opened -= 1
        elif texts.is_nested:
            opened += 1
        if opened == 0:
            return event.end()
    return len(text)


def _without_discarded(found: list[str], discards: list[int]) -> list[str]:
    """Return the tokens without the forms that `#_` in front of them drops; the last marker first, for `#_ #_ a b`."""
    for start in reversed(discards):
        del found[start : _after_form(found, start)]
    return found


def _after_form(found: list[str], at: int) -> int:
    while at < len(found) and found[at] in {"'", "`", "~", "@", "^", "#"}:
        at += 1
    opened = 0
    while at < len(found):
        opened += (found[at] in {"(", "[", "{"}) - (found[at] in {")", "]", "}"})
        if opened < 0:  # the snippet ends before the form does
            return at
        at += 1
        if opened == 0:
            return at
    return at


def _opening(closer: str) -> str:
    return next(opening for opening, closing in _MIRROR.items() if closing == closer)


@cache
def _within(form: Form, word: str) -> re.Pattern[str]:
    mirror = re.escape(_MIRROR.get(word, word))
    close = form.close.replace("{word}", re.escape(word)).replace("{mirror}", mirror)
    return re.compile("|".join(f"(?P<{name}>{expression})" for name, expression in _events(form, close)), re.DOTALL)


def _events(form: Form, close: str) -> Iterator[tuple[str, str]]:
    if form.escape:
        yield "escape", form.escape
    yield "close", close
    if form.inside:
        yield "inside", form.inside[0]
    if form.bare:
        yield "bare", form.bare
    if not form.lines:
        yield "line", r"\n"


@cache
def _form(name: str) -> Form:
    entry: dict[str, Any] = _document()["forms"][name]
    inside = entry.get("inside")
    return Form(**entry | {"open": re.compile(entry["open"]), "inside": tuple(inside) if inside else None})


@cache
def _document() -> dict[str, Any]:
    return yaml.safe_load((LANGUAGES / "texts.yaml").read_text(encoding="utf-8"))
