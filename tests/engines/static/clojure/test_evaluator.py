import pytest

from engines.static.clojure.evaluator import MAX_FORMS
from engines.static.clojure.knowledge import Knowledge
from engines.static.clojure.transfer import KNOWN

NS = "(ns kiln.main (:require [kiln.sink :as sink] [kiln.safe :as safe]))\n"


def test_a_search_sees_through_names_and_threads(made, lines) -> None:
    weak = made(
        mode="search",
        find=[{"call": "java.security.MessageDigest/getInstance", "where": [{"argument": 1, "is": "MD5"}]}],
    )
    code = """(ns kiln.main (:import [java.security MessageDigest]))
(def algorithm "MD5")
(defn f [] (MessageDigest/getInstance algorithm))
(defn g [] (let [a "MD5"] (-> a MessageDigest/getInstance)))
(defn h [] (MessageDigest/getInstance "SHA-256"))"""
    assert lines(code, weak) == [3, 4]


def test_rules_do_not_make_each_other_safe(made, read) -> None:
    blocks = {"mode": "taint", "sources": [{"keys": ["params"]}], "sinks": [{"call": "kiln.sink/run"}]}
    first = made("a.a", **blocks, sanitizers=[{"call": "kiln.safe/quote"}])
    second = made("b.b", **blocks)
    found = read(f"{NS}(defn f [r] (sink/run (safe/quote (:params r))))", first, second).found
    assert [match.rule_id for match in found] == ["b.b"]


def test_a_function_that_takes_too_much_work_is_told(read, monkeypatch) -> None:
    monkeypatch.setattr("engines.static.clojure.evaluator.MAX_FORMS", 50)
    found = read(f"{NS}(defn f [x] [{'x ' * 100}])\n(defn g [r] (sink/run (:params r)))")
    assert found.faults == (("main.clj", "partly_parsed", "line 2: it takes too many steps"),)
    assert len(found.found) == 1
    assert MAX_FORMS > 10_000


def test_functions_without_end_end(lines) -> None:
    assert lines(f"{NS}(defn f [r] (letfn [(a [x] (b x)) (b [x] (a (str x)))] (sink/run (a (:params r)))))") == [2]
    assert lines(
        f"{NS}(declare g)\n(defn f [x] (g x))\n(defn g [x] (if x (f x) (sink/run x)))\n(defn h [r] (f (:params r)))"
    ) == [4]


HALVES = ["", "x", "[]", "[a]", "{:keys}", "[a 1] b", '"x" [a :<< ] b', "[[]] x", "x [a &] b", "({a 1} x)", "'", "x (y"]


@pytest.mark.parametrize("half", HALVES)
def test_half_written_forms_raise_nothing(half: str, read) -> None:
    knowledge = Knowledge(())
    names = [name.removeprefix("clojure.core/") for name in (*knowledge.shapes, *KNOWN)]
    read("\n".join(f"(defn f{at} [x] (-> x ({name} {half})) ({name} {half}))" for at, name in enumerate(names)))
    for name in ("defn", "defmethod", "defrecord", "extend-protocol", "ns", "fn", "let", "->", "clojure.string/join"):
        read(f"({name} {half}")
