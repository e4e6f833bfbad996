"""Values of probes are filled in, and nothing unknown passes."""

from __future__ import annotations

import base64
import pickle

import pytest

from engines.contract import EngineError
from engines.dynamic.templates import numbers, render


def test_placeholders_and_filters():
    values = {"seed": "s", "canary": "c/1"}
    assert render("{{seed}}{{ canary | url }}'{{canary|base64}}{{n}}", {**values, "n": "1"}) == "sc%2F1'Yy8x1"
    assert pickle.loads(base64.b64decode(render("{{canary|pickle|base64}}", values))) == "c/1"


@pytest.mark.parametrize("template", ["{{host}}", "{{canary|eval}}"])
def test_unknown_names_are_errors(template):
    with pytest.raises(EngineError, match="known are"):
        render(template, {"canary": "c"})


def test_numbers_differ_and_are_stable():
    for attempt in map(str, range(200)):
        both = numbers(attempt)
        assert both == numbers(attempt) and both["n"] != both["m"] and len(both["n"]) == len(both["m"]) == 4
