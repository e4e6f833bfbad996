"""Comments and literals are told apart in every language that the data file describes."""

import time

import pytest
import yaml

from engines.static.files import LANGUAGES, extensions
from engines.static.texts import tokens

DOCUMENT = yaml.safe_load((LANGUAGES / "texts.yaml").read_text())


def test_every_language_that_we_can_name_is_described():
    assert set(extensions().values()) <= set(DOCUMENT["languages"])


def test_every_form_is_used_by_a_language():
    used = {form for entry in DOCUMENT["languages"].values() for form in entry.get("strings", ())}
    assert used == set(DOCUMENT["forms"])


@pytest.mark.parametrize("language", sorted(DOCUMENT["languages"]))
def test_a_name_is_a_name_and_a_string_is_none(language):
    assert tokens('run("a", x)' if language != "sql" else "run('a', x)", language)[:3] == ["run", "(", '""']


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("python", "f\"{a}{{b}}{c['d']!r}\"", ["{", "a", "}", "{", "c", "[", '""', "]", "!", "r", "}"]),
        ("javascript", "`a${f(`b${c}`)}`", ["{", "f", "(", '""', "{", "c", "}", ")", "}"]),
        ("kotlin", '"$a ${b}"', ["{", "$a", "}", "{", "b", "}"]),
        ("php", '"$a[0] {$b->c}"', ["{", "$a[0]", "}", "{", "$b", "-", ">", "c", "}"]),
    ],
)
def test_the_code_within_a_literal_stays(language, text, found):
    assert tokens(text, language) == ['""', *found]


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("clojure", '(a #_(b [c "]"]) d)', ["(", "a", "d", ")"]),
        ("clojure", "(a #_ #_ b 'c d)", ["(", "a", "d", ")"]),
        ("clojure", "(a #_", ["(", "a"]),
        ("kotlin", "a /* b /* c */ d */ e", ["a", "e"]),
        ("java", "a /* b /* c */ d", ["a", "d"]),
        ("ruby", "a\n=begin\nb\n=end\nc", ["a", "c"]),
        ("lua", "a --[[ b\n c ]] d -- e", ["a", "d"]),
        ("php", "#[A]\nb # c", ["#", "[", "A", "]", "b"]),
    ],
)
def test_comments_are_gone(language, text, left):
    assert tokens(text, language) == left


def test_a_division_is_no_regular_expression():
    assert tokens("a / b / c", "javascript") == ["a", "/", "b", "/", "c"]
    assert tokens("a = /b/ ", "javascript") == ["a", "=", '""']


def test_a_literal_that_nobody_closes_ends_with_its_line():
    assert tokens('a "b\nc', "java") == ["a", '""', "c"]
    assert tokens("don't\nstop", "unknown") == ["don", "'", "t", "stop"]


@pytest.mark.parametrize("language", sorted(DOCUMENT["languages"]))
@pytest.mark.parametrize("piece", ["`${", '"#{', 'f"{', '"${', "/*", "#_", "/[", "<<A\n", "'", '"""', "((((", '\\"'])
def test_hostile_text_costs_little(language, piece):
    start = time.process_time()
    tokens(piece * 1_000, language)
    assert time.process_time() - start < 2
