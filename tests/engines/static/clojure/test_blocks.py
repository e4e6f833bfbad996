import pytest

from engines.static.clojure.blocks import Names, qualified


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
