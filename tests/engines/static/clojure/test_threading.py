import pytest

NS = "(ns kiln.main (:require [kiln.sink :as sink] [kiln.safe :as safe] [kiln.db :as db]))\n"


@pytest.mark.parametrize(
    ("code", "flows"),
    [
        ("(sink/run (doto (StringBuilder.) (.append x)))", True),
        ("(-> x (#(sink/run %)))", True),
        ("(->> [x] first (sink/run))", True),
        ("(cond->> x true (str 1) true sink/run)", True),
        ("(some->> x (str 1) sink/run)", True),
        ("(.. x (trim) (concat 1) (run))", False),
        ("(sink/run (.. x trim (concat 1)))", True),
        ("(sink/run (as-> x y (str y 1) (str y 2)))", True),
        ("(sink/run (as-> x y (count y)))", False),
    ],
)
def test_a_value_is_followed_through_steps(code: str, flows: bool, lines) -> None:
    assert lines(f"{NS}(defn f [request] (let [x (:params request)] {code}))") == ([2] if flows else [])
