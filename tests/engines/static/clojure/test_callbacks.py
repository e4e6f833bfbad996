import pytest

NS = "(ns kiln.main (:require [clojure.string :as str] [clojure.walk :as walk] [kiln.sink :as sink]))\n"


@pytest.mark.parametrize(
    ("expression", "flows"),
    [
        ("(into [] (map str) [x])", True),
        ("(into [] (comp (map str) (map count)) [x])", False),
        ("(into {} (map (fn [k] [k 1]) [x]))", True),
        ("(map str [x])", True),
        ("(map (constantly 1) [x])", False),
        ("(mapv :a [{:a 1 :b x}])", False),
        ("(mapv :b [{:a 1 :b x}])", True),
        ('(filter #{"a" "b"} [x])', False),
        ("(filter some? [x])", True),
        ('(reduce (fn [a b] (str a b)) "" [x])', True),
        ("(reduce (fn [a b] (inc a)) 0 [x])", False),
        ('(apply str "a" [x])', True),
        ("(apply max [x])", False),
        ("((partial str 1) x)", True),
        ("((comp str str/trim) x)", True),
        ("((comp count str) x)", False),
        ("(:a (update {:a 1} :a (fn [_] x)))", True),
        ("(:b (update {:a 1 :b 2} :a (fn [_] x)))", False),
        ("(walk/postwalk identity [x])", True),
        ("(repeat 3 x)", True),
        ("(repeatedly 3 (fn [] x))", True),
    ],
)
def test_functions_that_take_functions_give_back_what_those_make(expression: str, flows: bool, lines) -> None:
    assert lines(f"{NS}(defn f [request] (let [x (:params request)] (sink/run {expression})))") == (
        [2] if flows else []
    )
