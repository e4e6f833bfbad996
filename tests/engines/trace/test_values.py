"""What stands at a sink, and what it touches where no value was recorded."""

from __future__ import annotations

from typing import Any

import pytest

from engines.canary import canary
from engines.trace.store import VALUE
from engines.trace.values import Value, value_of


def value(sink: str, text: str | None = None, services: dict[str, str] | None = None, **told: Any) -> Value:
    return value_of({**dict.fromkeys(VALUE), "shell": False, "sink": sink, "skeleton": text, **told}, services or {})


def test_a_statement_has_shape_targets_and_operation() -> None:
    told = value("sql", "SELECT * FROM users WHERE name = '0'")
    assert (told.targets, told.operation, told.lasting) == (("table:users",), "read", "table:users")
    assert told.shape.endswith("EQ ?")


@pytest.mark.parametrize(
    ("sink", "told", "targets", "operation"),
    [
        ("sql", {"target": "table:orders", "operation": "findAndModify"}, ("table:orders",), "write"),
        ("sql", {"target": "database:redis", "operation": "GET"}, ("database:redis",), "read"),
        ("sql", {"target": "database:redis", "operation": None}, ("database:redis",), "other"),
        ("http", {"target": "host:api.example:8080", "mode": "POST"}, ("host:api.example:8080",), "write"),
        ("message", {"target": "queue:mails"}, ("queue:mails",), "write"),
    ],
)
def test_without_a_value_the_attributes_tell_what_is_touched(
    sink: str, told: dict, targets: tuple, operation: str
) -> None:
    found = value(sink, **told)
    assert (found.shape, found.targets, found.operation) == ("", targets, operation)


def test_what_lasts_is_the_same_wherever_a_release_is_deployed() -> None:
    assert value("http", "http://10.0.0.7:81/x", {"10.0.0.7:81": "stock"}).lasting == "host:stock"
    assert value("file", "/srv/a/exports/out/x.csv").lasting == "file:exports/out"


def test_our_own_marks_are_known() -> None:
    mark = canary("values test")
    assert value("sql", "SELECT '0'", marks=mark).canaries == (mark,)
