from engines.static.clojure.definitions import Unit, read_unit


def unit(code: str) -> Unit:
    return read_unit("main.clj", f"(ns kiln.main (:require [kiln.other :as other]))\n{code}".encode(), ".clj")


def names(code: str) -> list[str]:
    return [function.name for function in unit(code).functions]


def test_functions_are_found_whatever_defines_them() -> None:
    assert names("(defn f [x] x) (defn- g ([x] x) ([x y] y)) (s/defn h :- Long [x :- Long] x)") == [
        "kiln.main/f",
        "kiln.main/g",
        "kiln.main/h",
    ]
    assert names("(def f (fn [x] x)) (def g #(inc %)) (do (defn h [x] x)) (let [a 1] (defn i [x] a))") == [
        "kiln.main/f",
        "kiln.main/g",
        "kiln.main/h",
        "kiln.main/i",
    ]


def test_each_arity_has_its_parameters_and_body() -> None:
    (function,) = unit('(defn f "doc" {:a 1} ([x] (g) x) ([x y] y))').functions
    assert [(len(vector.items), len(body)) for vector, body in function.arities] == [(1, 2), (2, 1)]


def test_methods_belong_to_what_is_called() -> None:
    assert names("(defmethod other/area :square [x] x)") == ["kiln.other/area"]
    assert names("(defmulti area :kind) (defmethod area :square [x] x)") == ["kiln.main/area"]


def test_methods_of_records_belong_to_their_protocol() -> None:
    (found,) = unit("(defrecord Store [db] other/Keeper (keep-it [this x] db))").functions
    assert (found.name, found.fields) == ("kiln.other/keep-it", ("db",))
    assert names("(extend-protocol other/Keeper String (keep-it [t x] x))") == ["kiln.other/keep-it"]
    assert names("(extend-type String other/Keeper (keep-it [t x] x))") == ["kiln.other/keep-it"]


def test_values_and_the_rest_are_kept() -> None:
    read = unit(
        '(def table "bricks") (defroutes app (GET "/" [] 1)) (println 1) (defmacro m [x] x) (defprotocol P (f [x]))'
    )
    assert list(read.values) == ["kiln.main/table"]
    assert [form.head for form in read.rest] == ["def", "defroutes", "println"]
    assert read.namespace.own >= {"table", "app", "m", "f"}
    assert read.functions == []
