import pytest

NS = "(ns kiln.main (:require [kiln.sink :as sink] [kiln.safe :as safe] [kiln.db :as db]))\n"


@pytest.mark.parametrize(
    ("code", "flows"),
    [
        ('(case x "a" (sink/run x) nil)', False),
        ('(case x "a" nil (sink/run x))', True),
        ("(condp = x 1 2 (sink/run x))", True),
        ("(sink/run (or nil x))", True),
        ("(sink/run (and x 1))", False),
        ("(and (safe/fine? x) (sink/run x))", False),
        ("(or (not (safe/fine? x)) (sink/run x))", False),
        ("(if-not (safe/fine? x) nil (sink/run x))", False),
        ("(when (and 1 (safe/fine? x)) (sink/run x))", False),
        ("(when (or 1 (safe/fine? x)) (sink/run x))", True),
        ("(do (assert (safe/fine? x)) (sink/run x))", False),
        ("(for [y [x] :when (safe/fine? y)] (sink/run y))", False),
    ],
)
def test_what_a_test_looked_at_is_safe_where_it_holds(code: str, flows: bool, lines) -> None:
    assert lines(f"{NS}(defn f [request] (let [x (:params request)] {code}))") == ([2] if flows else [])


def test_a_precondition_is_a_check(lines) -> None:
    code = "(defn g [x] {:pre [(safe/fine? x)]} (sink/run x)) (defn f [request] (g (:params request)))"
    assert lines(NS + code) == []
    assert lines(NS + code.replace("safe/fine?", "safe/other?")) == [2]


def test_a_set_of_constants_is_a_check(lines) -> None:
    code = '(def allowed #{"a" "b"})\n(defn f [request] (let [x (:params request)] (when (allowed x) (sink/run x))))'
    assert lines(NS + code) == []
