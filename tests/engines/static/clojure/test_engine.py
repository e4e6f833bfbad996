"""Outside data is followed through Clojure's forms to where it does harm, and nothing is said of what is safe."""

from pathlib import Path

import pytest

from engines.contract import EngineError, Match, MatchStep, ScannedFile, Skip, Target
from engines.rules.loader import load_rules
from engines.static.cache import FileCache
from engines.static.clojure import ClojureTaintEngine
from engines.static.files import walk

NS = "(ns kiln.main (:require [clojure.string :as str] [kiln.sink :as sink] [kiln.safe :as safe]))\n"

# name → (what flows, what does not), one line each behind the namespace
CASES = {
    "destructured in a map": (
        "(defn f [{{:keys [dir]} :params}] (sink/run dir))",
        '(defn f [{{:keys [dir]} :params}] (sink/run "fixed"))',
    ),
    "destructured with the whole": (
        "(defn f [{:as r :keys [params]}] (sink/run (:dir params)))",
        "(defn f [{:as r :keys [config]}] (sink/run (:dir config)))",
    ),
    "destructured with defaults and strings": (
        '(defn f [{{:strs [dir] :or {dir "x"}} :params}] (sink/run dir))',
        '(defn f [{{:strs [dir] :or {dir "x"}} :settings}] (sink/run dir))',
    ),
    "destructured by position": (
        "(defn f [request] (let [[a [b]] [1 [(:params request)]]] (sink/run b)))",
        "(defn f [request] (let [[a [b]] [(:params request) [1]]] (sink/run b)))",
    ),
    "read with get-in": (
        "(defn f [request] (sink/run (get-in request [:params :dir])))",
        "(defn f [request] (sink/run (get-in request [:session :dir])))",
    ),
    "let and str": (
        '(defn f [request] (let [a (:params request) b (str "x" (:dir a))] (sink/run b)))',
        '(defn f [request] (let [a (:params request) b (str "x" (parse-long (:dir a)))] (sink/run b)))',
    ),
    "thread first": (
        "(defn f [request] (-> request :params :dir str/trim sink/run))",
        "(defn f [request] (-> request :params :dir parse-long sink/run))",
    ),
    "thread last": (
        '(defn f [request] (->> request :params :dir (str "x") sink/run))',
        '(defn f [request] (->> request :params :dir (contains? #{"x"}) sink/run))',
    ),
    "thread as": (
        "(defn f [request] (as-> request x (:params x) (:dir x) (sink/run x)))",
        "(defn f [request] (as-> request x (:params x) (count x) (sink/run x)))",
    ),
    "thread under conditions": (
        '(defn f [request] (cond-> "x" (:a request) (str (:params request)) :always sink/run))',
        '(defn f [request] (cond-> "x" (:params request) (str "y") :always sink/run))',
    ),
    "if-let": (
        "(defn f [request] (if-let [dir (get-in request [:params :dir])] (sink/run dir) nil))",
        '(defn f [request] (if-let [dir (get-in request [:params :dir])] nil (sink/run "x")))',
    ),
    "when-some under some->": (
        "(defn f [request] (when-some [dir (some-> request :params (get :dir))] (sink/run dir)))",
        "(defn f [request] (when-some [dir (some-> request :params (get :dir) safe/quote)] (sink/run dir)))",
    ),
    "doseq": (
        "(defn f [request] (doseq [[k v] (:params request) :let [x (str v)]] (sink/run x)))",
        "(defn f [request] (doseq [[k v] (:params request) :let [x (count v)]] (sink/run x)))",
    ),
    "anonymous function": (
        "(defn f [request] (run! #(sink/run (str %)) (vals (:params request))))",
        "(defn f [request] (run! #(sink/run (count %)) (vals (:params request))))",
    ),
    "function value with a name": (
        "(defn f [request] (let [go (fn [x] (sink/run x))] (go (:params request))))",
        '(defn f [request] (let [go (fn [x] (sink/run "x"))] (go (:params request))))',
    ),
    "letfn": (
        "(defn f [request] (letfn [(go [x] (sink/run x))] (go (:params request))))",
        '(defn f [request] (letfn [(go [x] (sink/run x))] (go "x")))',
    ),
    "loop": (
        '(defn f [request] (loop [xs (:params request) out ""] (sink/run (str out (first xs)))))',
        '(defn f [request] (loop [xs (:params request) out ""] (sink/run out)))',
    ),
    "another function": (
        "(defn g [n x] (sink/run x)) (defn f [request] (g 1 (:params request)))",
        "(defn g [n x] (sink/run n)) (defn f [request] (g 1 (:params request)))",
    ),
    "a function's result": (
        '(defn g [x] (str "x" x)) (defn f [request] (sink/run (g (:params request))))',
        '(defn g [x] (str "x" (count x))) (defn f [request] (sink/run (g (:params request))))',
    ),
    "two calls down, through a map": (
        "(defn h [{:keys [dir]}] (sink/run dir)) (defn g [m] (h m)) (defn f [request] (g {:dir (:params request)}))",
        "(defn h [{:keys [dir]}] (sink/run dir)) (defn g [m] (h m)) (defn f [request] (g {:id (:params request)}))",
    ),
    "several arities": (
        "(defn g ([x] (g x nil)) ([x y] (sink/run x))) (defn f [request] (g (:params request)))",
        "(defn g ([x] nil) ([x y] (sink/run y))) (defn f [request] (g (:params request) nil))",
    ),
    "the rest of the arguments": (
        "(defn g [& {:keys [dir]}] (sink/run dir)) (defn f [request] (g :dir (:params request)))",
        "(defn g [& {:keys [dir]}] (sink/run dir)) (defn f [request] (g :id (:params request)))",
    ),
    "a method": (
        "(defmulti g :kind) (defmethod g :a [m] (sink/run (:dir m))) (defn f [request] (g {:dir (:params request)}))",
        "(defmulti g :kind) (defmethod g :a [m] (sink/run (:id m))) (defn f [request] (g {:dir (:params request)}))",
    ),
    "a record's method": (
        "(defprotocol P (go [t x])) (defrecord R [a] P (go [t x] (sink/run x))) (defn f [req] (go 1 (:params req)))",
        "(defprotocol P (go [t x])) (defrecord R [a] P (go [t x] (sink/run a))) (defn f [req] (go 1 (:params req)))",
    ),
    "a handler that nobody calls here": (
        '(def app ["/x" {:get {:handler (fn [{{:keys [dir]} :path-params}] (sink/run dir))}}])',
        '(def app ["/x" {:get {:handler (fn [{{:keys [dir]} :path-params}] (sink/run "x"))}}])',
    ),
    "reitit's parameters": (
        "(defn f [{{{:keys [dir]} :query} :parameters}] (sink/run dir))",
        "(defn f [{{{:keys [dir]} :query} :statistics}] (sink/run dir))",
    ),
    "a body, of requests alone": (
        "(defn f [request] (sink/run (slurp (:body request))))",
        "(defn f [response] (sink/run (slurp (:body response))))",
    ),
    "assoc, merge, update": (
        "(defn f [request] (-> {} (assoc :dir (:params request)) (merge {:b 1}) (update :b inc) :dir sink/run))",
        "(defn f [request] (-> {} (assoc :dir (:params request)) (merge {:b 1}) (update :b inc) :b sink/run))",
    ),
    "map, filter and reduce": (
        '(defn f [request] (->> (:params request) (map str) (filter seq) (reduce (fn [a x] (str a x)) "") sink/run))',
        '(defn f [request] (->> (:params request) (map (constantly "?")) (reduce str "") sink/run))',
    ),
    "a condition that checks": (
        "(defn f [{{:keys [dir]} :params}] (if (safe/fine? dir) nil (sink/run dir)))",
        "(defn f [{{:keys [dir]} :params}] (if (safe/fine? dir) (sink/run dir) nil))",
    ),
    "a check that throws": (
        "(defn f [{{:keys [dir]} :params}] (when-not (safe/fine? dir) (println dir)) (sink/run dir))",
        "(defn f [{{:keys [dir]} :params}] (when-not (safe/fine? dir) (throw (Exception.))) (sink/run dir))",
    ),
    "one of a set": (
        '(defn f [{{:keys [dir]} :params}] (cond (= dir "x") 1 :else (sink/run dir)))',
        '(defn f [{{:keys [dir]} :params}] (cond (not (#{"a" "b"} dir)) 1 :else (sink/run dir)))',
    ),
    "looked up in a table": (
        '(defn f [{{:keys [dir]} :params}] (sink/run (get {"a" "b"} "a" dir)))',
        '(defn f [{{:keys [dir]} :params}] (sink/run (get {"a" "b"} dir)))',
    ),
    "type hints": (
        "(defn f [{{:keys [^String dir]} :params}] (sink/run dir))",
        "(defn f [{{:keys [^long dir]} :params}] (sink/run dir))",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_data_is_followed(name: str, lines) -> None:
    assert lines(NS + CASES[name][0]) == [2]


@pytest.mark.parametrize("name", CASES)
def test_its_safe_twin_is_not_reported(name: str, lines) -> None:
    assert lines(NS + CASES[name][1]) == []


def target(source: Path | None) -> Target:
    return Target("r1", "kiln", "1", "b1", "internal", "clojure", source)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "web.clj").write_text(
        "(ns kiln.web (:require [kiln.store :as store]))\n"
        "(defn drawing [{{:keys [name]} :params}]\n"
        '  (let [path (str "/srv/" name)]\n'
        "    (store/load-drawing path)))\n"
    )
    (tmp_path / "store.clj").write_text("(ns kiln.store)\n(defn load-drawing\n  [path]\n  (slurp path))\n")
    (tmp_path / "broken.clj").write_text("(defn f [x]\n  (str x)\n")
    (tmp_path / "note.py").write_text("x = 1\n")
    return tmp_path


def test_a_match_stands_at_the_sink_and_tells_every_step(source: Path) -> None:
    records = list(ClojureTaintEngine().run(target(source), load_rules()))
    (match,) = [r for r in records if isinstance(r, Match) and r.rule_id == "path-traversal.request-path"]
    assert (match.file, match.start_line, match.start_column, match.end_line, match.end_column) == (
        "store.clj",
        4,
        3,
        4,
        15,
    )
    assert match.snippet == "  (slurp path))"
    assert match.is_tainted
    steps = [r for r in records if isinstance(r, MatchStep) and r.rule_id == match.rule_id]
    assert [(s.flow, s.step, s.step_file, s.step_line, s.message) for s in steps] == [
        (1, 1, "web.clj", 2, "`:params` of the request"),
        (1, 2, "web.clj", 3, "becomes `path`"),
        (1, 3, "web.clj", 4, "goes to `kiln.store/load-drawing`"),
        (1, 4, "store.clj", 4, "arrives at `clojure.core/slurp`"),
    ]
    assert {(s.file, s.start_line, s.start_column) for s in steps} == {("store.clj", 4, 3)}


def test_every_file_is_accounted_for(source: Path) -> None:
    records = list(ClojureTaintEngine().run(target(source), load_rules()))
    assert {r.file for r in records if isinstance(r, ScannedFile)} == {"web.clj", "store.clj", "broken.clj"}
    assert [(r.subject, r.reason) for r in records if isinstance(r, Skip)] == [("broken.clj", "partly_parsed")]


def test_a_source_without_clojure_yields_nothing(tmp_path: Path) -> None:
    (tmp_path / "note.py").write_text("x = 1\n")
    assert list(ClojureTaintEngine().run(target(tmp_path), load_rules())) == []


def test_a_missing_source_is_told(tmp_path: Path) -> None:
    (skip,) = ClojureTaintEngine().run(target(None), load_rules())
    assert isinstance(skip, Skip) and skip.reason == "no_source"
    with pytest.raises(EngineError, match="no folder"):
        list(ClojureTaintEngine().run(target(tmp_path / "gone"), load_rules()))


def test_what_is_known_of_a_source_is_not_found_out_again(source: Path, tmp_path: Path, monkeypatch) -> None:
    cache = FileCache(tmp_path / "cache" / "results.db")
    rules = load_rules()
    first = list(ClojureTaintEngine(cache).run(target(source), rules))
    monkeypatch.setattr("engines.static.clojure.engine.ask", None)
    assert list(ClojureTaintEngine(cache).run(target(source), rules)) == first
    with pytest.raises(TypeError):  # another rule
        list(ClojureTaintEngine(cache).run(target(source), rules[1:]))
    (source / "store.clj").write_text("(ns kiln.store)\n")
    with pytest.raises(TypeError):  # another file
        list(ClojureTaintEngine(cache).run(target(source), rules))


def test_a_caller_may_choose_the_files(source: Path) -> None:
    chosen = [file for file in walk(source) if file.path == "store.clj"]
    records = list(ClojureTaintEngine(files=chosen).run(target(source), load_rules()))
    assert {r.file for r in records if isinstance(r, ScannedFile)} == {"store.clj"}


def test_without_a_rule_no_file_counts_as_read(source: Path) -> None:
    records = list(ClojureTaintEngine().run(target(source), ()))
    assert {(r.subject, r.reason) for r in records if isinstance(r, Skip)} == {
        ("broken.clj", "not_scanned"),
        ("store.clj", "not_scanned"),
        ("web.clj", "not_scanned"),
    }
    assert len(records) == 3


def test_the_same_source_gives_the_same_records(source: Path) -> None:
    first, second = (list(ClojureTaintEngine().run(target(source), load_rules())) for _ in range(2))
    assert first == second
