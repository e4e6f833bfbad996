"""A gate that is made quick is true of the same texts, and of the whole of them."""

import re

import pytest

from engines.rules.loader import load_rules
from engines.static.gates import quick, quickened

TEXTS = (
    "",
    "\n",
    "import flask\nx = 1\n",
    "a.execute(b)",
    "text(",
    "context(",
    "FLASK",
    "Set-Cookie: a\ncsrf\n",
    "é Flask",
)


def gates(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "pattern-regex" and ".*\\Z" in inner else gates(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from gates(inner)


def test_every_bundled_gate_is_true_of_the_same_samples():
    rules = load_rules()
    found = {gate for rule in rules for block in rule.static for gate in gates(block)}
    samples = [
        sample["code"]
        for rule in rules
        for kind in ("bad", "good")
        for sample in rule.samples.get(kind, ())
        if "code" in sample
    ]
    said = set()
    for gate in found:
        assert quick(gate) != gate, gate
        slow, fast = re.compile(gate), re.compile(quick(gate))
        for text in (*TEXTS, *samples[::7]):
            match = fast.search(text)
            assert bool(match) == bool(slow.search(text)), (gate, text)
            assert match is None or match.span() == (0, len(text))
            said.add(bool(match))
    assert said == {True, False} and len(found) > 50


@pytest.mark.parametrize(
    ("gate", "fast"),
    [
        (r"(?s)\A.*(\.(raw|run)\(|\btext\().*\Z", r"(?s)\A(?:[^\x2et]++|(?!(\.(raw|run)\(|\btext\()).)*+.+\Z"),
        (r"(?s)\A.*(?i:b\d).*\Z", r"(?s)\A(?:[^Bb]++|(?!(?i:b\d)).)*+.+\Z"),
        (r"(?is)\A.*\s*[a_].*\Z", r"(?is)\A(?:[^A\s\x5fa]++|(?!\s*[a_]).)*+.+\Z"),
    ],
)
def test_what_no_word_begins_with_is_passed_over(gate, fast):
    assert quick(gate) == fast


@pytest.mark.parametrize(
    "other",
    [
        r"flask",
        r"(?i)\A.*flask.*\Z",  # of one line
        r"(?s)\A.*a|b.*\Z",  # of a file that begins or ends with it
        r"(?s)\A.*[^a].*\Z",  # begins with nearly anything
        r"(?s)\A.*a?.*\Z",  # true of all
        r"(?s)\A.*\p{Lu}.*\Z",  # more than Python understands
        r"(?s)\A.*ä.*\Z",
    ],
)
def test_what_is_no_gate_or_not_understood_stays_as_it_is(other):
    assert quick(other) == other


def test_gates_are_found_at_any_depth():
    gate = r"(?s)\A.*a.*\Z"
    rule = {"languages": ["python"], "patterns": [{"pattern-either": [{"pattern-regex": gate}]}, {"pattern": gate}]}
    assert quickened(rule) == rule | {
        "patterns": [{"pattern-either": [{"pattern-regex": quick(gate)}]}, {"pattern": gate}]
    }
