"""SQL texts: their structure, their operation, their tables. Total on broken and hostile text."""

from __future__ import annotations

import logging
from functools import lru_cache

import re2
import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import SqlglotError

# The parser tells on its own logger what it does not know; here that is an ordinary outcome.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

_PARSER_FAULTS = (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError)
_LITERALS = {
    TokenType.STRING, TokenType.NUMBER, TokenType.NATIONAL_STRING, TokenType.RAW_STRING, TokenType.HEX_STRING,
    TokenType.BIT_STRING, TokenType.BYTE_STRING, TokenType.UNICODE_STRING, TokenType.HEREDOC_STRING,
}  # fmt: skip
_MAX_NESTING = 60  # deeper statements are not parsed: the parser is recursive
_CACHE = 4_096
BOUND = "bound_value"  # what a placeholder becomes before parsing


def structure(value: str) -> str | None:
    """Return the token kinds of a statement, every literal as `?`; `None` when it is broken."""
    try:
        tokens = sqlglot.tokenize(value)
    except _PARSER_FAULTS:
        return None
    kinds: list[str] = []
    for token in tokens:
        kind = "?" if token.token_type in _LITERALS else _sql_kind(token.token_type)
        # A sign before a literal belongs to the value.
        if kind == "?" and kinds[-1:] == ["DASH"] and (len(kinds) < 2 or kinds[-2] not in {"?", "NAME", "R_PAREN"}):
            kinds.pop()
        kinds.append(kind)
    return " ".join(kinds)


def _sql_kind(kind: TokenType) -> str:
    return "NAME" if kind in (TokenType.VAR, TokenType.IDENTIFIER) else kind.name


_OPERATIONS = ("other", "read", "write", "destroy")  # a statement list is as grave as its gravest part


def _sql_operation(tree: exp.Expression) -> str:
    match tree:
        case exp.Drop() | exp.TruncateTable():
            return "destroy"
        case exp.Delete() | exp.Update():
            return "write" if tree.args.get("where") else "destroy"
        case exp.Insert() | exp.Merge() | exp.Create() | exp.Alter():
            return "write"
        case exp.Query():
            inner = tree.find(exp.Delete, exp.Update, exp.Insert, exp.Merge)
            return _sql_operation(inner) if inner is not None else "read"
    return "other"


@lru_cache(maxsize=_CACHE)
def parts(value: str) -> tuple[str, tuple[str, ...], bool]:
    """Return (operation, tables, whether it parsed)."""
    depth = deepest = 0
    for character in value:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    try:
        if deepest > _MAX_NESTING:
            raise ValueError("nested too deeply")
        trees = [tree for tree in sqlglot.parse(_bind(value)) if tree is not None]
        if not trees:
            raise ValueError("no statement")
    except _PARSER_FAULTS:
        return _parts_of_words(value)
    operation = max((_sql_operation(tree) for tree in trees), key=_OPERATIONS.index)
    tables: dict[str, None] = {}
    for tree in trees:
        named_within = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            if table.name and not table.db and table.name.lower() in named_within:
                continue
            if table.name and isinstance(table.this, exp.Identifier):
                tables[".".join(p for p in (table.db, table.name) if p).lower()] = None
    return operation, tuple(sorted(tables)), True


_MARKER = re2.compile(r"%s|%\([A-Za-z_]\w*\)s|\{[^{}]*\}")


def _bind(value: str) -> str:
    """Turn driver and format placeholders into names, which the parser accepts everywhere."""
    return _MARKER.sub(BOUND, value)


_VERB = re2.compile(r"(?i)\b(select|insert|replace|update|delete|drop|truncate|create|alter|merge)\b")
_TABLE = re2.compile(r"(?i)\b(?:from|join|into|update|truncate\s+table|drop\s+table|table)\s+[\"`\[]?([A-Za-z_][\w.]*)")
_OF_VERB = {"select": "read", "drop": "destroy", "truncate": "destroy"}


def _parts_of_words(value: str) -> tuple[str, tuple[str, ...], bool]:
    verb = _VERB.search(value)
    if verb is None:
        return "other", (), False
    word = verb.group(1).lower()
    operation = _OF_VERB.get(word, "write")
    if word in ("delete", "update") and " where " not in f" {' '.join(value.lower().split())} ":
        operation = "destroy"
    tables = {m.group(1).lower() for m in _TABLE.finditer(value)} - {"select", "set", "table", BOUND}
    return operation, tuple(sorted(tables)), False


LOOKS_LIKE_SQL = re2.compile(
    r"(?s)\A\s*(?:(?i:with)\s.*\b(?i:select|insert|update|delete)\b|(?:SELECT|select)\s.*|"
    r"(?:INSERT|insert)\s.*\b(?i:into)\s.*|(?:REPLACE|replace)\s+(?i:into)\s.*|(?:UPDATE|update)\s.*\b(?i:set)\s.*|"
    r"(?:DELETE|delete)\s+(?i:from)\s.*|(?:MERGE|merge)\s+(?i:into)\s.*|"
    r"(?:CREATE|create|DROP|drop|ALTER|alter|TRUNCATE|truncate)\s.*\b(?i:table|index|view|trigger)\b.*)"
)
