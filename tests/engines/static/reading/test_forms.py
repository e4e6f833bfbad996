"""Languages made of forms: what a file of Clojure says by itself."""

import textwrap

import pytest

from engines.static.files import SourceFile
from engines.static.reading.facts import FileFacts, encode
from engines.static.reading.read import read_file
from tests.engines.static.reading.rendering import rendered, shown


def facts(code: str, path: str = "src/shop/orders.clj") -> FileFacts:
    language = "clojurescript" if path.endswith(".cljs") else "clojure"
    return read_file(SourceFile(path, language, textwrap.dedent(code).encode()))


def definitions(found: FileFacts) -> list[str]:
    """Each as `12-14 function name(parameters)`."""
    return rendered(found).get("definitions", [])


def calls(found: FileFacts) -> list[str]:
    """Each as `caller: what is called`."""
    names = [each.qualified_name for each in found.definitions]
    return [f"{names[site.scope]}: {shown(site.expression.callee, found)}" for site in found.calls]


def hashes(code: str) -> dict[str, str]:
    return {each.qualified_name: each.body_hash for each in facts(code).definitions}


def values(found: FileFacts, name: str) -> dict[str, str]:
    (definition,) = [each for each in found.definitions if each.qualified_name == name]
    return {key: shown(value, found) for key, value in definition.values.items()}


# ── the namespace ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_namespace_imports_in_every_form():
    found = facts("""
        (ns ^{:author "x"} shop.orders
          "What the namespace is for."
          {:added "1"}
          (:require [shop.db :as db]
                    [shop.tax :refer [rate vat] :rename {vat tax}]
                    (clojure [string :as str] set)
                    shop.plain
                    [shop.all :refer :all]
                    [shop.keys :as-alias keys])
          (:use [shop.old :only [legacy]] shop.older)
          (:import (java.util Date UUID) java.io.File [java.time Instant])
          (:refer-clojure :exclude [get]))
        (require '[shop.late :as late])
    """)
    assert found.package == "shop.orders"
    assert found.definitions[0].imports == {
        "shop.db": "shop.db", "db": "shop.db",
        "shop.tax": "shop.tax", "rate": "shop.tax.rate", "vat": "shop.tax.vat", "tax": "shop.tax.vat",
        "clojure.string": "clojure.string", "str": "clojure.string", "clojure.set": "clojure.set",
        "shop.plain": "shop.plain", "shop.all": "shop.all", "shop.keys": "shop.keys", "keys": "shop.keys",
        "shop.old": "shop.old", "legacy": "shop.old.legacy", "shop.older": "shop.older",
        "Date": "java.util.Date", "UUID": "java.util.UUID", "File": "java.io.File", "Instant": "java.time.Instant",
        "shop.late": "shop.late", "late": "shop.late",
    }  # fmt: skip
    assert found.stars == ["shop.all", "shop.older"]


def test_clojurescript_requires_libraries_by_text():
    found = facts('(ns app (:require ["react" :as react :refer [useState]] [a.b :refer-macros [m]]))', "a.cljs")
    imports = found.definitions[0].imports
    assert (imports["react"], imports["useState"], imports["m"]) == ("react", "react.useState", "a.b.m")


# ── definitions ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_functions_in_every_way_to_define_one():
    assert definitions(
        facts("""
        (defn total "What it costs." {:added "1"} [order]
          (sum order))
        (defn- ^:private ^String label
          ([x] (label x nil))
          ([x & more] x))
        (def double (fn [x] (* 2 x)))
        (def ^:dynamic triple "Three times." #(* 3 %))
        (defmacro with-tax [& body] `(do ~@body))
        (let [cache (atom {})]
          (defn cached [k] (get @cache k)))
        (defn outer [xs]
          (letfn [(inner [x] (f x))]
            (map inner xs)
            (map (fn [y] (g y)) xs)))
        (def limit 10)
    """)
    ) == [
        "2-3 function total(order)",
        "4-6 function label(x, *more)",
        "7-7 function double(x)",
        "8-8 function triple(%1)",
        "9-9 function with-tax(*body)",
        "11-11 function cached(k)",
        "12-15 function outer(xs)",
        "13-13 function outer/inner(x)",
        "15-15 anonymous function outer/fn(y)",
    ]


def test_multimethods_protocols_and_records_name_what_they_implement():
    found = facts("""
        (ns shop.shapes (:require [shop.protocols :as p :refer [Drawn]]))
        (defmulti area "How large." :kind)
        (defmethod area :circle [shape] (* 3 (:r shape)))
        (defmethod area :default named [shape] 0)
        (defprotocol Shape (outline [this] [this width] "Around it.") (fill [this]))
        (defrecord Circle [^double r]
          Shape
          (outline [this] (draw r))
          p/Sized
          (size [this] r)
          Drawn
          (drawn? [_] true))
        (extend-type String Shape (fill [this] this) p/Sized (size [s] (count s)))
        (extend-protocol Shape nil (fill [_] nil) java.util.Date (fill [d] d))
        (defn plain [x] (reify Shape (fill [_] (paint x))))
        (rpc/defmethod ::find "Finds it." {:auth true} [cfg params] (look params))
    """)
    listed = [d.split(" ", 1)[1] for d in definitions(found)]
    assert listed == [
        "abstract function area()",
        "function area :circle(shape)",
        "function area :default(shape)",
        "abstract function outline(this, width)",
        "abstract function fill(this)",
        "class Circle()",
        "function Circle.outline(this)",
        "function Circle.size(this)",
        "function Circle.drawn?(_)",
        "function String.fill(this)",
        "function String.size(s)",
        "function nil.fill(_)",
        "function java.util.Date.fill(d)",
        "function plain(x)",
        "function plain/Shape.fill(_)",
        "function find(cfg, params)",
    ]
    implemented = {
        each.qualified_name: shown(each.implements, found) for each in found.definitions if each.implements is not None
    }
    assert implemented["area :circle"] == "area"
    assert implemented["Circle.outline"] == "outline"
    assert implemented["Circle.size"] == implemented["String.size"] == "shop.protocols.size"
    assert implemented["Circle.drawn?"] == "shop.protocols.drawn?"
    assert implemented["plain/Shape.fill"] == "fill"


def test_parameters_are_taken_apart():
    found = facts("""
        (defn show [{:keys [id] :as req} {{:keys [page] :strs [sort]} :params name :name} [a & more :as all] & [opts]]
          (let [{:keys [size] :or {size (default-size)}} (:query-params req)]
            id))
    """)
    assert definitions(found) == ["2-4 function show(req, argument1, all, *argument4)"]
    assert values(found, "show") == {
        "id": "req.id", "req": "req", "page": "argument1.params.page", "sort": "argument1.params.sort",
        "name": "argument1.name", "a": "?", "more": "?", "all": "all", "opts": "?",
        "size": "req.query-params.size",
    }  # fmt: skip
    assert rendered(found)["reads"] == [
        "2 show: argument1.params.page", "2 show: argument1.params.sort", "3 show: req.query-params.size",
    ]  # fmt: skip
    assert calls(found) == ["show: default-size"]


# ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_threading_calls_every_step():
    found = facts("""
        (defn f [req]
          (-> req :params (get :id) parse (db/find :order) (.close))
          (->> (all) (map inc) (filter odd?))
          (cond-> (start) (big? req) (grow 1) :else shrink)
          (some-> req first-of)
          (as-> (begin) it (check it) (end it))
          (doto (make) (fill 1) (seal)))
    """)
    assert sorted({site.expression.name for site in found.calls}) == sorted([
        "parse", "find", "close", "all", "map", "filter", "start", "big?", "grow", "shrink", "first-of", "begin",
        "check", "end", "make", "fill", "seal",
    ])  # fmt: skip
    steps = {shown(site.expression, found) for site in found.calls}
    assert {
        "parse(req.params.id)", "db.find(parse(req.params.id), :order)", "map(inc, all())", "shrink(grow(start(), 1))",
        "first-of(req)", "check(it)", "end(it)", "fill(make(), 1)", "seal(make())",
    } <= steps  # fmt: skip
    assert len(found.calls) == len(steps) == 17


def test_a_qualified_name_is_an_import_whatever_locals_are_called():
    found = facts("(ns a (:require [shop.search :as search])) (defn f [search] (search/run search) (search 1))")
    assert calls(found) == ["f: shop.search.run", "f: search"]


def test_interop_names_methods_and_classes():
    found = facts("(defn f [^File x] (.exists x) (File. x) (Integer/parseInt x) (.-length x))")
    assert calls(found) == ["f: x.exists", "f: File", "f: Integer.parseInt", "f: x.length"]


def test_a_function_called_like_a_core_one_is_still_called():
    found = facts("(ns a (:require [redis :as r])) (defn f [c] (r/get c :key) (get c :key) (clojure.core/get c :x))")
    assert calls(found) == ["f: redis.get"]


def test_statements_are_texts_and_what_joins_them():
    found = facts("""
        (defn f [id]
          (q "select * from orders")
          (q (str "select * from orders where id = " id))
          (q (format "delete from %s" id))
          (q "selected"))
    """)
    assert rendered(found)["texts"] == [
        '3 f: "select * from orders"',
        '4 f: str("select * from orders where id = ", id)',
        '5 f: format("delete from %s", id)',
    ]


def test_comments_and_other_platforms_are_no_code():
    code = """
        (defn f [] #?(:clj (on-jvm) :cljs (in-browser)) #_(never) (comment (neither)) ; (nor-this)
          (always))
        (comment (f))
    """
    assert calls(facts(code, "a.cljc")) == ["f: on-jvm", "f: always"]
    assert calls(facts(code, "a.cljs")) == ["f: in-browser", "f: always"]


# ── routes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_route_is_a_function_of_its_request():
    found = facts("""
        (defroutes app
          (context "/api" []
            (GET ["/orders/:id" :id #"[0-9]+"] [id q & others :as req] (show id))
            (POST "/orders" {{:keys [total]} :params} (add total))))
    """)
    assert definitions(found) == [
        "2-5 function app()",
        "3-5 anonymous function app/fn(request)",
        "4-4 function app/GET /orders/:id(request)",
        "5-5 function app/POST /orders(request)",
    ]
    assert rendered(found)["reads"] == [
        "4 app/GET /orders/:id: request.params.id", "4 app/GET /orders/:id: request.params.q",
        "5 app/POST /orders: request.params.total",
    ]  # fmt: skip
    assert values(found, "app/GET /orders/:id")["req"] == "request"


def test_a_table_of_routes_is_kept_and_names_what_is_written_in_it():
    found = facts("""
        (def routes
          ["/api" {:middleware [wrap]}
           ["/orders" {:get list-orders :post {:handler (fn [req] (add req))}}]
           ["/orders/:id" {:get {:handler (fn [_] (helper (fn [x] x)))}}]])
        (def page [:a {:href "/x"} "text"])
    """)
    assert len(found.tables) == 1
    assert [d.split(" ", 1)[1] for d in definitions(found)] == [
        "function post /orders(req)",
        "function get /orders/:id(_)",
        "anonymous function get /orders/:id/fn(x)",
    ]


# ── the hash ──────────────────────────────────────────────────────────────────────────────────────────────────────

BEFORE = '(defn f "Says." [x] (if x (f 1) ["a b", 2]))\n(def limit 1)'


@pytest.mark.parametrize(
    "after",
    [
        '(defn f\n  "Says it otherwise."\n  [x]\n  ;; note\n  (if x\n    (f 1)\n    ["a b" 2]))\n\n(def limit   1)',
        "(defn ^:private f {:doc 1} [x] (if x #_(g) (f 1) [\"a b\" 2])) (def limit 1)",
        '(defn f [x] (if x (f 1) ["a b" 2]))\n; more\n(def limit 1)',
    ],
)  # fmt: skip
def test_writing_it_otherwise_changes_no_hash(after):
    assert hashes(BEFORE) == hashes(after)


def test_a_new_name_changes_no_hash_of_the_function():
    assert hashes("(defn f [x] (f (+ x 1)))")["f"] == hashes("(defn again [x] (again (+ x 1)))")["again"]


@pytest.mark.parametrize(("old", "new"), [("(f 1)", "(f 2)"), ('"a b"', '"a  b"'), ("[x]", "[y]")])
def test_other_code_changes_the_hash(old, new):
    before, after = hashes(BEFORE), hashes(BEFORE.replace(old, new))
    assert before["f"] != after["f"]
    assert before["<module>"] == after["<module>"]  # what stands beside functions


def test_what_stands_beside_functions_changes_the_hash_of_the_file():
    before, after = hashes(BEFORE), hashes(BEFORE.replace("limit 1", "limit 2"))
    assert before["f"] == after["f"]
    assert before["<module>"] != after["<module>"]


# ── hostile files ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "code",
    [
        "(-> x " + "(f 1) " * 10_000 + ")",
        "(-> " * 140 + "x" + " f g h)" * 140,
        "(doto " * 140 + "(make)" + " a b)" * 140,
        "(f " * 5_000 + ")" * 5_000,
        "[" * 5_000 + "]" * 5_000,
        "(fn [" + "[" * 140 + "x" + "]" * 140 + "] x)",
        "(get-in x [" + ":a " * 50_000 + "])",
        "(let [[" + "a " * 50_000 + "] x] " + "(str " * 100 + '"select 1"' + ")" * 100 + ")",
        "(->> " + "#(f % " * 60 + ")" * 60 + ")",
    ],
    ids=["steps", "threads", "doto", "calls", "vectors", "patterns", "keys", "names", "functions"],
)
def test_hostile_code_is_read_or_told_and_can_be_kept(code):
    found = facts("(defn before [] (a))\n" + code + "\n(defn after [] (b))")
    assert {"before", "after"} <= {each.qualified_name for each in found.definitions}
    assert len(encode(found)) < 3_000_000


@pytest.mark.parametrize("code", [
    "(defn)", "(defn f)", "(defn 1 [x])", "(def)", "(fn)", "(letfn)", "(let)", "(let [a])", "(->)", "(->>)", "(as-> x)",
    "(cond-> x p)", "(doto)", "(defmethod a)", "(defmethod a :b)", "(defmulti)", "(defprotocol)", "(defrecord)",
    "(defrecord A)", "(extend-type)", "(extend-protocol)", "(reify)", "(GET)", '(GET "/x")', "(context)", "(ns)",
    "(ns 1)", "(require)", "(require [])", "(get)", "(get x)", "(get-in x)", "(:a)", "(quote)", "()", "(())",
    "(defroutes)",
    "(ns a (:require (b [c]) [] [:as d] {} 1) (:import () (x 1)))", "(let [{:keys 1 :or 2 a} x] a)", "(. )", "(.)",
    "(proxy)", "(def x (fn))", "(defn f ([]) ([x]))", "(defn f 1 2 3)", "[[]]", "#{[]}", "{1}", "(GET [] [] x)",
])  # fmt: skip
def test_forms_that_are_not_whole_raise_nothing(code):
    found = facts(f"{code}\n(defn after [] (b))")
    assert "after: b" in calls(found)


def test_a_file_that_is_partly_readable_says_so():
    found = facts("(defn f [x] (g x))\n(defn h [y) y)\n(defn k [] (m))")
    assert [(fault.reason, fault.line) for fault in found.faults][:1] == [("partly_parsed", 2)]
    assert {"f", "k"} <= {each.qualified_name for each in found.definitions}
