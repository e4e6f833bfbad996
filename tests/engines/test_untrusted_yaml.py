import time

import pytest
import yaml

from engines.untrusted_yaml import check_depth, load

BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{c}: &{c} [*{p}, *{p}, *{p}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True)
)


def test_ordinary_yaml_is_read():
    assert load("a: [1, {b: c}]\n") == {"a": [1, {"b": "c"}]}


def test_deep_brackets_are_refused_before_they_are_parsed():
    began = time.monotonic()
    with pytest.raises(ValueError, match="nested"):
        load("[" * 50_000)
    with pytest.raises(ValueError, match="nested"):
        check_depth("{a: " * 50_000)
    assert time.monotonic() - began < 2  # parsed, it would take minutes


def test_aliases_are_refused():
    with pytest.raises(ValueError, match="aliases"):
        load(BOMB)


def test_objects_are_refused():
    with pytest.raises(yaml.YAMLError):
        load("!!python/object/apply:os.system [id]")
