"""Secrets that a statement holds by position: what is inserted into a column that is called password, token, …"""

from __future__ import annotations

import re2
import sqlglot
from sqlglot import TokenType
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token

from engines.canary import canaries_in
from engines.redact import MARK, is_secret_name

LIMIT = 20_000  # characters of a statement that are looked at
_INSERTS = re2.compile(r"(?is)\b(?:insert|replace)\b.*\bvalues\b")


def hide_inserted(statement: str) -> str:
    """Return the statement with every text redacted that is inserted into a column whose name tells a secret.

    Statements that name no columns, or that are broken, stay as they are.
    """
    if not _INSERTS.search(statement[:LIMIT].encode("utf-8", "replace").decode("utf-8")):
        return statement
    try:
        tokens = sqlglot.tokenize(statement[:LIMIT])
    except (SqlglotError, ValueError, RecursionError):
        return statement
    for token in reversed(_secrets(tokens)):
        shown = MARK + "".join(canaries_in(token.text))  # what we sent ourselves stays to be seen
        statement = f"{statement[: token.start]}'{shown}'{statement[token.end + 1 :]}"
    return statement


def _secrets(tokens: list[Token]) -> list[Token]:
    """Return the texts that stand where a secret column is, in order."""
    found: list[Token] = []
    columns: list[str] = []
    is_values, depth, position = False, 0, 0
    for token in tokens:
        match token.token_type:
            case TokenType.VALUES:
                is_values = True
            case TokenType.INSERT | TokenType.REPLACE | TokenType.SEMICOLON:
                columns, is_values, depth = [], False, 0
            case TokenType.L_PAREN:
                depth += 1
                position = 0 if depth == 1 else position
            case TokenType.R_PAREN:
                depth -= 1
            case TokenType.COMMA if depth == 1:
                position += 1
            case TokenType.STRING if is_values and depth:  # within a call, too: `hash('…')`
                if position < len(columns) and is_secret_name(columns[position]) and token.text:
                    found.append(token)
            case _ if depth == 1 and not is_values:
                columns.append(token.text)
    return found
