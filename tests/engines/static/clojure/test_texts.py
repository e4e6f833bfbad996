import pytest

NS = "(ns kiln.main (:require [clojure.string :as str] [clojure.walk :as walk] [kiln.sink :as sink]))\n"


@pytest.mark.parametrize(
    ("expression", "flows"),
    [
        ('(format "%s" x)', True),
        ('(format "%05d" x)', False),
        ('(str/join "," [1 x])', True),
        ('(str/replace x #"a" "b")', True),
    ],
)
def test_texts_hand_on_their_parts(expression: str, flows: bool, lines) -> None:
    assert lines(f"{NS}(defn f [request] (let [x (:params request)] (sink/run {expression})))") == (
        [2] if flows else []
    )


def test_placeholders_are_no_built_text(made, lines) -> None:
    rule = made(mode="taint", sources=[{"text": "built"}], sinks=[{"call": "kiln.sink/run"}])
    safe = '(defn f [ids] (sink/run (str "in (" (str/join "," (repeat (count ids) "?")) ")")))'
    assert lines(NS + safe, rule) == []
    assert lines(NS + safe.replace('(repeat (count ids) "?")', "ids"), rule) == [2]


@pytest.mark.parametrize(
    ("expression", "flows"),
    [
        ('(str "https://" x "/a")', True),
        ('(str "https://kiln.example/" x)', False),
        ('(format "https://%s/a" x)', True),
        ('(format "https://kiln.example/%s" x)', False),
        ('(str base "/a/" x)', False),
        ('(str base "://" x)', True),
        ('(str "/bricks/" x)', False),
        ('(str "/" x)', True),
        ('(str "?q=" x)', False),
        ('(str/join "/" [base "a" x])', False),
        ('(str/join "/" [x "a" base])', True),
    ],
)
def test_behind_a_host_that_is_told_a_text_no_longer_says_which(expression: str, flows: bool, made, lines) -> None:
    sink = {"call": "kiln.sink/run", "content": "address"}
    rule = made(mode="taint", sources=[{"keys": ["params"]}], sinks=[sink])
    code = f"(def base (env 1)) (defn f [request] (let [x (:params request)] (sink/run {expression})))"
    assert lines(NS + code, rule) == ([2] if flows else [])
