import pytest

from engines.contract import EngineError
from engines.static.clojure.blocks import names_in
from engines.static.clojure.knowledge import Knowledge, language_lists
from engines.static.clojure.special import SHAPES


def test_only_own_blocks_count(made) -> None:
    semgrep = made(mode="search", find=[{"call": "a/b"}])
    semgrep.static[0].pop("engine")
    assert not Knowledge([semgrep])
    assert Knowledge([made(mode="search", find=[{"call": "a/b"}])])


def test_a_pattern_that_does_not_run_is_told_with_its_rule(made) -> None:
    with pytest.raises(EngineError, match="sql-injection.test does not run on RE2"):
        Knowledge([made(mode="search", find=[{"entry": "(?=x)"}])])


def test_every_shape_of_the_list_is_known_and_used() -> None:
    assert set(language_lists()["shapes"]) == set(SHAPES)
    assert all(names_in(names) for names in language_lists()["shapes"].values())
