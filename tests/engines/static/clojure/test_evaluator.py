import pytest

from engines.static.clojure.evaluator import MAX_FORMS

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


def test_entries_are_seen_wherever_they_are_put_in(made, lines) -> None:
    entry = made(mode="search", find=[{"entry": "^insecure\\?$", "where": [{"is": True}]}])
    code = """(def a {:insecure? true})
(defn f [m] (assoc m :insecure? true))
(defn g [m] (assoc-in m [:x :insecure?] true))
(def b {:insecure? false})"""
    assert lines(code, entry) == [1, 2, 3]


def test_texts_given_a_name_are_seen(made, lines) -> None:
    named = made(mode="search", find=[{"binding": "^password$", "where": [{"matches": "^.{4,}$"}]}])
    code = """(def password "kiln9")
(let [password "kiln9"] 1)
{:password "kiln9"}
(defn f [{:keys [password] :or {password "kiln9"}}] 1)
(def password (env "kiln9"))"""
    assert lines(f"(do\n{code})", named) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("sink", "code", "flows"),
    [
        ({"call": "kiln.sink/run", "arguments": 2}, "(sink/run 1 x)", True),
        ({"call": "kiln.sink/run", "arguments": 2}, "(sink/run x 1)", False),
        ({"call": "kiln.sink/run", "arguments": "2.."}, "(sink/run 1 2 x)", True),
        ({"call": "kiln.sink/run", "arguments": 1, "element": 1}, '(sink/run ["select ?" x])', False),
        ({"call": "kiln.sink/run", "arguments": 1, "element": 1}, '(sink/run [(str "select " x)])', True),
        ({"call": "kiln.sink/run", "arguments": 1, "element": 1}, '(sink/run (into ["select ?"] [x]))', False),
        ({"call": "kiln.sink/run", "arguments": 1, "key": "url"}, "(sink/run {:url x})", True),
        ({"call": "kiln.sink/run", "arguments": 1, "key": "url"}, "(sink/run {:body x})", False),
        ({"call": "kiln.sink/run", "arguments": 1, "content": "markup"}, "(sink/run [:p [:b x]])", True),
        ({"call": "kiln.sink/run", "arguments": 1, "content": "markup"}, "(sink/run [:p {:title x} 1])", False),
        ({"entry": ["Location"]}, '{:headers {"Location" x}}', True),
        ({"entry": ["Location"]}, '{:headers {"Age" x}}', False),
        ({"vector": ["raw"]}, "[:select [:raw x]]", True),
        ({"vector": ["raw"]}, "[:select [:text x]]", False),
        ({"named": "^token$"}, "(let [token (str x)] 1)", True),
        ({"named": "^token$"}, "(let [other (str x)] 1)", False),
        ({"call": ".run", "arguments": 2}, "(.run target x)", True),
        ({"call": ".run", "arguments": 2}, "(. target run x)", True),
        ({"call": ".run", "arguments": 2}, "(.. target start (run x))", True),
        ({"call": "kiln.Sink/new"}, "(new kiln.Sink x)", True),
    ],
)
def test_sinks(sink: dict, code: str, flows: bool, made, lines) -> None:
    rule = made(mode="taint", sources=[{"keys": ["params"]}], sinks=[sink])
    assert lines(f"{NS}(defn f [r] (let [x (:params r)] {code}))", rule) == ([2] if flows else [])


@pytest.mark.parametrize(
    ("source", "parameters", "code", "flows"),
    [
        ({"parameter": ".", "except": "^db$"}, "db x", "(sink/run x)", True),
        ({"parameter": ".", "except": "^db$"}, "db x", "(sink/run db)", False),
        ({"named": "^password$"}, "m", "(sink/run (:password m))", True),
        ({"named": "^password$"}, "m", "(let [password (get-it)] (sink/run password))", True),
        ({"named": "^password$"}, "m", "(sink/run (:name m))", False),
        ({"text": "built"}, "x", '(sink/run (str "a" x))', True),
        ({"text": "built"}, "x", '(sink/run (str "a" "b"))', False),
        ({"text": "built"}, "x", '(sink/run (format "%d" x))', False),
        ({"call": "kiln.safe/ask"}, "", "(sink/run (safe/ask 1))", True),
        ({"exception": "caught"}, "", "(try 1 (catch Exception e (sink/run (.getMessage e))))", True),
        ({"exception": "caught"}, "", '(try 1 (catch Exception e (sink/run "failed")))', False),
    ],
)
def test_sources(source: dict, parameters: str, code: str, flows: bool, made, lines) -> None:
    rule = made(mode="taint", sources=[source], sinks=[{"call": "kiln.sink/run"}])
    assert lines(f"{NS}(defn f [{parameters}] {code})", rule) == ([2] if flows else [])


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
