"""Does a value of the request arrive whole at a sink?

Whole literals only: a substring match calls every second statement tainted. What is bound to a statement does not show,
so that "no match" never means "safe".
"""

from __future__ import annotations

import json
import re
import shlex
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

import sqlglot
from sqlglot import TokenType
from sqlglot.errors import SqlglotError

from engines.statements import LIMIT

MIN_LENGTH = 3
_MAX_PARAMETERS = 200
_OF_BODIES = ("form", "json")
_LITERALS = (TokenType.STRING, TokenType.NUMBER, TokenType.NATIONAL_STRING, TokenType.RAW_STRING)
_NAME = re.compile(r"\\\{([^{}]+?)\\\}")


@lru_cache(maxsize=4_096)
def parameters(route: str, path: str, query: str, body: str = "") -> tuple[tuple[str, str, str], ...]:
    """Return (place, name, value) of a request's parameters, decoded, in order; `body`: as the agent tells it."""
    found = {("query", name, value) for name, value in _query(query)} | _body(body)
    found |= {("path", name, value) for name, value in path_parameters(route, path)}
    return tuple(sorted(found))


def _body(body: str) -> set[tuple[str, str, str]]:
    try:
        told = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return set()
    places = {place: told.get(place) for place in _OF_BODIES} if isinstance(told, dict) else {}
    pairs = [(place, *pair) for place, named in places.items() if isinstance(named, dict) for pair in named.items()]
    return {(place, name, value) for place, name, value in pairs[:_MAX_PARAMETERS] if isinstance(value, str)}


def _query(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        return []


def path_parameters(route: str, path: str) -> list[tuple[str, str]]:
    """Return (name, decoded value) of the parameters of a route template in a path, [] when they do not fit."""
    for one in ("[^/]+", ".+"):  # a template does not tell which parameter may hold a slash
        pattern = _pattern(route, one)
        match = pattern.fullmatch(path) if pattern else None
        if match:
            names = [name for name in _NAME.findall(re.escape(route))]
            return [(_plain(name), unquote(value)) for name, value in zip(names, match.groups(), strict=True)]
    return []


def _plain(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


@lru_cache(maxsize=1_024)
def _pattern(route: str, one: str) -> re.Pattern[str] | None:
    escaped = re.escape(route)
    if len(_NAME.findall(escaped)) > 12:  # bounds what backtracking can cost
        return None
    return re.compile(_NAME.sub(lambda _: f"({one})", escaped))


def arriving(kind: str, value: str, request: tuple[tuple[str, str, str], ...]) -> tuple[str, str] | None:
    """Return (name, value) of the first parameter of the request that stands whole at the sink, else `None`."""
    if not request:
        return None
    parts = _parts(kind, value[:LIMIT])
    for _, name, given in request:
        if len(given) >= MIN_LENGTH and given.casefold() in parts:
            return name, given
    return None


@lru_cache(maxsize=8_192)
def _parts(kind: str, value: str) -> frozenset[str]:
    match kind:
        case "sql":
            parts = _literals(value)
        case "file":
            parts = [value, *value.split("/")]
        case "http" | "redirect":
            parts = [value, *_hosts(value)]
        case "exec":
            parts = [value, *_words(value)]
        case _:
            parts = [value]
    return frozenset(form.casefold() for part in parts for form in (part, unquote(part)) if len(form) >= MIN_LENGTH)


def _literals(statement: str) -> list[str]:
    try:
        texts = [token.text for token in sqlglot.tokenize(statement) if token.token_type in _LITERALS]
    except (SqlglotError, ValueError, RecursionError):
        return []
    return texts + [text.strip("%") for text in texts]  # LIKE '%word%'


def _hosts(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
        return [parts.netloc, parts.hostname or ""]
    except ValueError:
        return []


def _words(command: str) -> list[str]:
    if command.startswith("["):
        return re.findall(r'"((?:[^"\\]|\\.)*)"', command)
    try:
        return shlex.split(command, posix=True)
    except ValueError:
        return command.split()
