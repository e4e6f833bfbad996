"""Fewer runs of the garbage collector."""

import gc

import pytest

from engines.static.inventory.collecting import rarely_collecting


def test_the_collector_is_as_it_was_behind_the_last_user():
    before = gc.get_threshold()
    first, second = rarely_collecting(), rarely_collecting()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.isenabled() and gc.get_threshold()[0] > before[0]
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_the_collector_is_as_it_was_behind_an_error():
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="wrong"), rarely_collecting():
        raise ValueError("wrong")
    assert gc.get_threshold() == before
