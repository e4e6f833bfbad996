import pytest

from engines.contract import EngineError
from engines.static.clojure.knowledge import Knowledge, Names, language_lists, names_in, qualified
from engines.static.clojure.special import _SHAPES


def test_names_stand_for_one_a_namespace_or_any() -> None:
    names = Names()
    names.add({"call": "a.b/c slurp"}, 1)
    names.add({"call": ["a.b/*"], "except": "a.b/d"}, 2)
    names.add({"call": "*/c"}, 3)
    assert [names[name] for name in ("a.b/c", "a.b/d", "a.b/e", "x/c", "clojure.core/slurp", "clojure.core/*")] == [
        (1, 2, 3),
        (),
        (2,),
        (3,),
        (1,),
        (),
    ]


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("str", "clojure.core/str"),
        ("a/b", "a/b"),
        (".exec", ".exec"),
        ("..", "clojure.core/.."),
        ("/", "clojure.core//"),
    ],
)
def test_a_name_without_a_namespace_is_of_core(name: str, full: str) -> None:
    assert qualified(name) == full


def test_only_own_blocks_count(made) -> None:
    semgrep = made(mode="search", find=[{"call": "a/b"}])
    semgrep.static[0].pop("engine")
    assert not Knowledge([semgrep])
    assert Knowledge([made(mode="search", find=[{"call": "a/b"}])])


def test_a_pattern_that_does_not_run_is_told_with_its_rule(made) -> None:
    with pytest.raises(EngineError, match="sql-injection.test does not run on RE2"):
        Knowledge([made(mode="search", find=[{"entry": "(?=x)"}])])


def test_every_shape_of_the_list_is_known_and_used() -> None:
    assert set(language_lists()["shapes"]) == set(_SHAPES)
    assert all(names_in(names) for names in language_lists()["shapes"].values())


WHERE = [
    ([{"argument": 2, "key": "safe?", "is": False}], "{:safe? false}", True),
    ([{"argument": 2, "key": "safe?", "is": False}], "{:safe? true}", False),
    ([{"argument": 2, "key": ["a", "b"], "is": ":none"}], "{:a {:b :none}}", True),
    ([{"argument": 2, "key": "a", "absent": True}], "{:b 1}", True),
    ([{"argument": 2, "key": "a", "absent": True}], "{:a 1}", False),
    ([{"argument": 2, "key": "a", "absent": True}], "options", False),
    ([{"argument": 3, "absent": True}], "1", True),
    ([{"argument": 2, "matches": "^M.5$"}], '(str "M" "D5")', True),
    ([{"argument": 2, "matches": "^M.5$"}], "options", False),
    ([{"argument": 2, "constant": True}], '"x"', True),
    ([{"argument": 2, "constant": True}], "options", False),
]


@pytest.mark.parametrize(("where", "argument", "holds"), WHERE)
def test_conditions_look_at_values(where: list, argument: str, holds: bool, made, lines) -> None:
    code = f"(ns kiln.main (:require [a.b :as b])) (defn f [options] (b/call 1 {argument}))"
    assert lines(code, made(mode="search", find=[{"call": "a.b/call", "where": where}])) == ([1] if holds else [])
    assert lines(code, made(mode="search", find=[{"call": "a.b/call", "unless": where}])) == ([] if holds else [1])
