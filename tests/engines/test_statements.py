"""Benign values keep the shape of a statement, values that become code change it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.canary import canary
from engines.statements import operation_of, shape_of, sql_statement, targets_of

MARK, OTHER = canary("one"), canary("two")
SQL = "SELECT * FROM orders WHERE owner = '{}' LIMIT 5"


@pytest.mark.parametrize("value", ["alice", MARK, "", "1; drop table x", "x -- y", "it''s"])
def test_sql_literals_do_not_show_in_the_shape(value: str) -> None:
    assert shape_of("sql", SQL.format(value)) == shape_of("sql", SQL.format("bob"))


@pytest.mark.parametrize("value", ["x'", "x' OR '1'='1", "x' --", "x'; DROP TABLE orders; --", "x'/*"])
def test_sql_injected_changes_the_shape(value: str) -> None:
    assert shape_of("sql", SQL.format(value)) != shape_of("sql", SQL.format("bob"))


def test_an_unbalanced_quote_is_told_as_broken() -> None:
    assert shape_of("sql", SQL.format("x'")).startswith("broken:")


def test_white_space_comments_and_signs_do_not_count() -> None:
    assert shape_of("sql", "select a from t where n = -5 /* c */") == shape_of("sql", "select  a\nfrom t where n=7")


@pytest.mark.parametrize(
    ("text", "operation", "targets"),
    [
        ("SELECT * FROM orders o JOIN users u ON u.id = o.owner", "read", ("table:orders", "table:users")),
        ("WITH recent AS (SELECT * FROM orders) SELECT * FROM recent", "read", ("table:orders",)),
        ("INSERT INTO audit (x) VALUES (?)", "write", ("table:audit",)),
        ("UPDATE orders SET a = %s WHERE id = %(id)s", "write", ("table:orders",)),
        ("UPDATE orders SET a = 1", "destroy", ("table:orders",)),
        ("DELETE FROM orders WHERE id = 3", "write", ("table:orders",)),
        ("DELETE FROM orders", "destroy", ("table:orders",)),
        ("SELECT 1; DROP TABLE orders", "destroy", ("table:orders",)),
        ("SELECT * FROM orders WHERE x = 'a''b'' AND (", "read", ("table:orders",)),
        ("BEGIN", "other", ()),
    ],
)
def test_sql_operation_and_tables(text: str, operation: str, targets: tuple[str, ...]) -> None:
    assert operation_of("sql", text) == operation
    assert targets_of("sql", text) == targets


@pytest.mark.parametrize("text", ["Select an option", "update available", "drop by my table", "with love", "delete"])
def test_prose_is_no_sql(text: str) -> None:
    assert sql_statement(text) is None


def test_sql_of_source_literals_may_hold_placeholders() -> None:
    assert sql_statement("SELECT * FROM orders WHERE owner = '{}' AND id = %s") == ("read", ("orders",))
    assert sql_statement("DELETE FROM {table}") == ("destroy", ())


def test_commands_keep_operators_and_lose_words() -> None:
    base = shape_of("exec", f"ping -c 1 {MARK}", shell=True)
    assert base == shape_of("exec", f"ping -c 1 '{OTHER}; id'", shell=True)
    for attack in ("; id", "| id", "&& id", "$(id)", "`id`", "\nid", "> /tmp/x", '"'):
        assert shape_of("exec", f"ping -c 1 {MARK}{attack}", shell=True) != base
    assert shape_of("exec", '["ping", "a; id"]') == shape_of("exec", '["ping", "b"]') == "argv:ping/2"
    assert shape_of("exec", '["/bin/sh", "-c", "ls a; id"]') != shape_of("exec", '["/bin/sh", "-c", "ls a"]')
    assert targets_of("exec", '["/usr/bin/convert", "x"]') == ("program:convert",)


def test_a_path_shows_its_directory_and_not_our_file_name() -> None:
    base = shape_of("file", f"/srv/exports/{MARK}.txt")
    assert base == shape_of("file", f"/srv/exports/{OTHER}.txt") == "/srv/exports/*"
    assert shape_of("file", f"/srv/exports/../../{MARK}") != base
    assert targets_of("file", "/srv/exports/7.txt") == ("file:/srv/exports",)
    assert targets_of("file", f"/srv/exports/../../etc/{MARK}") == ()
    assert [operation_of("file", "x", m) for m in ("r", "rb", "w", "a+", "remove")] == [
        "read", "read", "write", "write", "destroy"]  # fmt: skip


def test_a_url_shows_its_host() -> None:
    assert shape_of("http", f"http://api.example:81/{MARK}") == "api.example:81"
    assert shape_of("http", f"http://{MARK}.invalid/") == "*.invalid"
    assert shape_of("redirect", f"/next?{MARK}") == "local" != shape_of("redirect", f"//{MARK}.invalid")
    assert targets_of("http", "http://good@api.example/x") == ("host:api.example",)
    assert targets_of("http", f"http://{MARK}.invalid/") == ()
    assert operation_of("http", "http://a/", "delete") == "destroy"


def test_template_syntax_changes_the_shape() -> None:
    assert shape_of("template", f"Hello {MARK}") == shape_of("template", f"Hello {OTHER}")
    assert shape_of("template", f"Hello {{{{{MARK}}}}}") != shape_of("template", f"Hello {MARK}")


HOSTILE = ["(" * 20_000, "select " + "(" * 55 + "1" + ")" * 55, "'" * 19_999, "select " + "1+" * 9_000 + "1",
           "select " + "not " * 5_000, "[" * 20_000, "\x00\ud800", "http://[",
           "select * from t where " + "x in (" * 50]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("kind", ["sql", "exec", "file", "http", "template"])
def test_hostile_text_never_raises(kind: str, text: str) -> None:
    assert isinstance(shape_of(kind, text, shell=True), str)
    assert isinstance(targets_of(kind, text), tuple)
    assert operation_of(kind, text) in ("read", "write", "destroy", "other")
    sql_statement(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["sql", "exec", "file", "http", "redirect", "eval"]), st.booleans())
def test_any_text_has_a_shape(text: str, kind: str, shell: bool) -> None:
    assert shape_of(kind, text, shell=shell) == shape_of(kind, text, shell=shell)
    targets_of(kind, text)
    operation_of(kind, text)
