"""Rules come from the cache only as long as nothing that they are made of has changed."""

import pytest

from engines.rules.loader import BUNDLED, load_rules
from engines.static.cache import NO_CACHE, FileCache
from flows.local import rules as module
from flows.local.rules import UnknownRule, rules_of, selected


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    text = (BUNDLED / "debug-mode.yaml").read_text()
    (folder / "mine.yaml").write_text(text.split("---")[0].replace("id: debug-mode.enabled", "id: debug-mode.mine"))
    return folder


def test_kept_rules_equal_those_that_are_read_and_are_not_read_again(pack, tmp_path, monkeypatch):
    cache = FileCache(tmp_path / "cache.sqlite")
    read = rules_of([pack], cache)
    assert read == load_rules((BUNDLED, pack)) and "debug-mode.mine" in {rule.id for rule in read}
    monkeypatch.setattr(module.loader, "load_rules", lambda packs: pytest.fail("read again"))
    assert rules_of([pack], cache) == read


def test_a_changed_file_is_read_again(pack, tmp_path):
    cache = FileCache(tmp_path / "cache.sqlite")
    rules_of([pack], cache)
    file = pack / "mine.yaml"
    file.write_text(file.read_text().replace("severity: medium", "severity: low"))
    mine = next(rule for rule in rules_of([pack], cache) if rule.id == "debug-mode.mine")
    assert mine.severity == "low"


def test_rules_are_selected_by_id_or_class():
    rules = rules_of((), NO_CACHE)
    assert selected(rules, []) == rules
    assert {rule.weakness_class for rule in selected(rules, ["sql-injection"])} == {"sql-injection"}
    assert [rule.id for rule in selected(rules, ["debug-mode.enabled"])] == ["debug-mode.enabled"]


def test_an_unknown_rule_names_those_near_it():
    with pytest.raises(UnknownRule, match="There is no rule sql-injecton: near it are sql-injection"):
        selected(rules_of((), NO_CACHE), ["sql-injecton"])
