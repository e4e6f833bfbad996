import pytest

NS = "(ns kiln.main (:require [clojure.string :as str] [clojure.walk :as walk] [kiln.sink :as sink]))\n"


@pytest.mark.parametrize(
    ("expression", "flows"),
    [
        ("(get {:a x :b 1} :b)", False),
        ("(get {:a x :b 1} :a)", True),
        ("(get-in {:a {:b x :c 1}} [:a :c])", False),
        ("(:a (assoc-in {} [:b :c] x))", False),
        ("(get-in (assoc-in {} [:b :c] x) [:b :c])", True),
        ("(:a (dissoc {:a x :b 1} :a))", False),
        ("(:b (select-keys {:a x :b 1} [:a :b]))", False),
        ("(:a (merge {:a x} {:a 1}))", False),
        ("(first [1 x])", False),
        ("(second [1 x])", True),
        ("(last [1 x])", True),
        ("(first (rest [1 x]))", True),
        ("(first (conj [1] x))", False),
        ("(first (into [1] [x]))", False),
        ("(first (into [1] (map str [x])))", False),
        ("(second (into [1] (map str [x])))", True),
        ("(first (cons 1 [x]))", False),
        ("(first (concat [1] [x]))", False),
        ("(deref (atom x))", True),
    ],
)
def test_what_is_under_a_key_is_known(expression: str, flows: bool, lines) -> None:
    assert lines(f"{NS}(defn f [request] (let [x (:params request)] (sink/run {expression})))") == (
        [2] if flows else []
    )
