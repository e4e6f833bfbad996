"""Kinds are told from names and first lines."""

import pytest

from engines.static.kinds import extensions, interpreter_of, kind_of, knowledge, language_of_name


@pytest.mark.parametrize(
    ("name", "language"), [("a.PY", "python"), ("Rakefile", "ruby"), ("a.d/b", None), (".py", None), ("a.txt", None)]
)
def test_a_name_tells_the_language(name, language):
    assert language_of_name(name) == language


def test_no_ending_is_both_a_language_and_no_code():
    endings = [ending for endings in knowledge()["kinds"].values() for ending in endings]
    assert len(endings) == len(set(endings)) and all(ending == ending.lower() for ending in endings)
    assert set(endings) & set(extensions()) == set()


def test_every_language_that_a_script_or_name_tells_is_one_we_can_name():
    told = {*knowledge()["interpreters"].values(), *knowledge()["names"].values()}
    assert told <= set(extensions().values())


@pytest.mark.parametrize(
    ("line", "program"),
    [
        (b"#!/bin/sh", "sh"),
        (b"#!/usr/bin/env FOO=1 python3", "python"),
        (b"#!" + b"/" * 1_000_000, None),
        (b"# a comment", None),
        (b"", None),
    ],
)
def test_the_first_line_names_the_program(tmp_path, line, program):
    (tmp_path / "script").write_bytes(line + b"\nrest")
    assert interpreter_of(tmp_path / "script") == program


def test_what_is_not_known_has_no_kind():
    assert kind_of(".md") == "documents" and kind_of(".strange") is None
