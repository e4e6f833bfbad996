"""Structure, operation and tables of SQL, whole or broken."""

from __future__ import annotations

import pytest

from engines.sql_text import parts, structure


def test_structure_hides_literals_and_keeps_all_else() -> None:
    assert (
        structure("SELECT a FROM t WHERE b = 'x' AND c = -5") == "SELECT NAME FROM NAME WHERE NAME EQ ? AND NAME EQ ?"
    )
    assert structure("SELECT 3 - 5") == "SELECT ? DASH ?"  # subtraction is no sign
    assert structure("SELECT 'x") is None


@pytest.mark.parametrize(
    ("text", "operation", "tables", "is_parsed"),
    [
        ("SELECT * FROM a, b", "read", ("a", "b"), True),
        ("SELECT * FROM main.a", "read", ("main.a",), True),
        ("WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x", "destroy", ("a",), True),
        ("UPDATE a SET b = 1 WHERE (c = ", "write", ("a",), False),
        ("DELETE FROM a WHERE b = 'x", "write", ("a",), False),
        ("SELECT " + "(" * 70 + "1" + ")" * 70 + " FROM a", "read", ("a",), False),
        ("", "other", (), False),
    ],
)
def test_parts(text: str, operation: str, tables: tuple[str, ...], is_parsed: bool) -> None:
    assert parts(text) == (operation, tables, is_parsed)
