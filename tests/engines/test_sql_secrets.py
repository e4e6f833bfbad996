"""What is inserted into a column of secrets does not land; where it stands is all that tells it."""

from __future__ import annotations

import pytest

from engines.sql_secrets import hide_inserted


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        (
            "INSERT INTO users (username, password, failures) VALUES ('leo', 'Kettle77!', '0')",
            "INSERT INTO users (username, password, failures) VALUES ('leo', '[redacted]', '0')",
        ),
        (
            "insert into \"users\" (\"token\", a) values ('x', 1), ('y', 2)",
            "insert into \"users\" (\"token\", a) values ('[redacted]', 1), ('[redacted]', 2)",
        ),
        (
            "REPLACE INTO u (a, api_key) VALUES (lower('q'), concat('s', 't'))",
            "REPLACE INTO u (a, api_key) VALUES (lower('q'), concat('[redacted]', '[redacted]'))",
        ),
        ("INSERT INTO u (a, password) VALUES (?, ?)", "INSERT INTO u (a, password) VALUES (?, ?)"),
        ("INSERT INTO u VALUES ('a', 'b')", "INSERT INTO u VALUES ('a', 'b')"),
        ("SELECT password FROM u WHERE a IN ('values', 'b')", "SELECT password FROM u WHERE a IN ('values', 'b')"),
        ("INSERT INTO u (password) VALUES ('open", "INSERT INTO u (password) VALUES ('open"),
        (
            "INSERT INTO a (x) VALUES ('1'); INSERT INTO b (y, secret) VALUES ('2', '3')",
            "INSERT INTO a (x) VALUES ('1'); INSERT INTO b (y, secret) VALUES ('2', '[redacted]')",
        ),
    ],
)
def test_only_the_texts_of_secret_columns_are_hidden(statement: str, shown: str) -> None:
    assert hide_inserted(statement) == shown
    assert hide_inserted(shown) == shown


def test_odd_text_is_left_alone() -> None:
    for text in ("", "values", "insert into " + "(" * 5_000 + " values ('x')", "insert \ud800 values ('x')"):
        assert hide_inserted(text) == text
