import msgspec

from engines.static.clojure.analysis import MAX_FLOWS_OF_A_MATCH

STORE = "(ns kiln.store (:require [kiln.sink :as sink]))\n(defn put [path] (sink/run path))\n"


def test_one_namespace_calls_another_by_alias_refer_and_use(read) -> None:
    calls = ["[kiln.store :as store]", "[kiln.store :refer [put]]", "[kiln.store :refer :all]"]
    for number, (require, call) in enumerate(zip(calls, ("store/put", "put", "put"), strict=True)):
        web = f"(ns kiln.web{number} (:require {require}))\n(defn f [r] ({call} (:params r)))\n"
        found = read({"store.clj": STORE, "web.clj": web})
        (match,) = found.found
        assert match.file == "store.clj"
        assert [place[0] for place in match.flows[0]] == ["web.clj", "web.clj", "store.clj"]


def test_order_of_files_does_not_matter(read) -> None:
    files = {
        "store.clj": STORE,
        "web.clj": "(ns kiln.web (:require [kiln.store :as s]))\n(defn f [r] (s/put (:params r)))",
    }
    one, other = read(files), read(dict(reversed(files.items())))
    assert one.found == other.found != ()


def test_a_match_has_several_flows_and_not_too_many(read) -> None:
    callers = "\n".join(f"(defn f{n} [r] (s/put (:params r)))" for n in range(MAX_FLOWS_OF_A_MATCH + 3))
    found = read({"store.clj": STORE, "web.clj": f"(ns kiln.web (:require [kiln.store :as s]))\n{callers}"})
    ((*_, flows),) = map(msgspec.structs.astuple, found.found)
    assert len(flows) == MAX_FLOWS_OF_A_MATCH
    assert len({flow[0] for flow in flows}) == MAX_FLOWS_OF_A_MATCH


def test_functions_in_a_circle_are_known_to_their_callers(lines) -> None:
    code = """(ns kiln.main (:require [kiln.sink :as sink]))
(declare b)
(defn a [x n] (if (pos? n) (b x n) nil))
(defn b [x n] (sink/run x) (a x (dec n)))
(defn f [r] (a (:params r) 3))"""
    assert lines(code) == [4]


def test_a_parameter_of_whoever_starts_the_program_is_no_source(made, lines) -> None:
    rule = made(mode="taint", sources=[{"parameter": "."}], sinks=[{"call": "kiln.sink/run"}])
    code = "(ns kiln.main (:require [kiln.sink :as sink]))\n(defn NAME [& args] (sink/run (first args)))"
    assert lines(code.replace("NAME", "start"), rule) == [2]
    assert lines(code.replace("NAME", "-main"), rule) == []


def test_a_parameter_is_a_source_where_nobody_in_the_source_calls(made, read) -> None:
    rule = made(mode="taint", sources=[{"parameter": "."}], sinks=[{"call": "kiln.sink/run"}])
    code = """(ns kiln.main (:require [kiln.sink :as sink]))
(defn inner [path] (sink/run path))
(defn outer [name] (inner (str "x" name)))
(defn fixed [] (inner "x"))"""
    (match,) = read(code, rule).found
    assert [message for _, _, message in match.flows[0]] == [
        "parameter `name`",
        "goes to `kiln.main/inner`",
        "arrives at `kiln.sink/run`",
    ]
    assert read(code.replace("(defn outer", "(comment outer"), rule).found == ()
    handed_over = read(code + "\n(def all (map inner names))", rule)
    assert {flow[0][2] for flow in handed_over.found[0].flows} == {"parameter `name`", "parameter `path`"}
