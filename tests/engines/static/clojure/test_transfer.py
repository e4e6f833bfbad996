import pytest

NS = "(ns kiln.main (:require [clojure.string :as str] [clojure.walk :as walk] [kiln.sink :as sink]))\n"


@pytest.mark.parametrize(
    ("expression", "flows"),
    [
        ('(format "%s" x)', True),
        ('(format "%05d" x)', False),
        ('(str/join "," [1 x])', True),
        ('(str/replace x #"a" "b")', True),
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
        ("(into [] (map str) [x])", True),
        ("(into [] (comp (map str) (map count)) [x])", False),
        ("(into {} (map (fn [k] [k 1]) [x]))", True),
        ("(first (cons 1 [x]))", False),
        ("(first (concat [1] [x]))", False),
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
        ("(deref (atom x))", True),
        ("(repeat 3 x)", True),
        ("(repeatedly 3 (fn [] x))", True),
        ("(unknown.library/ask x)", False),
        ("(.trim x)", True),
        ("(.length x)", False),
        ("(String. x)", True),
        ("({:a 1} x)", False),
    ],
)
def test_functions_hand_on_what_they_are_given(expression: str, flows: bool, lines) -> None:
    assert lines(f"{NS}(defn f [request] (let [x (:params request)] (sink/run {expression})))") == (
        [2] if flows else []
    )


def test_placeholders_are_no_built_text(made, lines) -> None:
    rule = made(mode="taint", sources=[{"text": "built"}], sinks=[{"call": "kiln.sink/run"}])
    safe = '(defn f [ids] (sink/run (str "in (" (str/join "," (repeat (count ids) "?")) ")")))'
    assert lines(NS + safe, rule) == []
    assert lines(NS + safe.replace('(repeat (count ids) "?")', "ids"), rule) == [2]
