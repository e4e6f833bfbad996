import pytest

from engines.static.clojure.destructuring import is_type, parameters_of
from engines.static.clojure.forms import read


def test_parameters_are_told_with_the_rest_and_without_schemas() -> None:
    (vector,) = read(b"[a :- Long {:keys [b]} & more]").forms
    assert [(form.kind, rest) for form, rest in parameters_of(vector)] == [
        ("symbol", False),
        ("map", False),
        ("symbol", True),
    ]


@pytest.mark.parametrize(
    ("written", "leaves_no_text"), [("Long", True), ("java.util.UUID", True), ("s/Int", True), ("String", False)]
)
def test_types_that_leave_no_free_text(written: str, leaves_no_text: bool) -> None:
    assert is_type(read(written.encode()).forms[0]) == leaves_no_text


@pytest.mark.parametrize(
    ("pattern", "used", "flows"),
    [
        ("{:keys [dir]}", "dir", True),
        ("{:keys [dir] :as all}", "(:dir all)", True),
        ("{dir :dir}", "dir", True),
        ('{dir "dir"}', "dir", True),
        ("{:strs [dir]}", "dir", True),
        ("{:kiln/keys [dir]}", "dir", True),
        ("{:keys [kiln/dir]}", "dir", True),
        ("{:keys [::dir]}", "dir", True),
        ("{:keys [other dir] :or {dir 1}}", "dir", True),
        ("{:keys [dir] :or {other 1}}", "other", False),
        ("[_ & rest]", "(first rest)", True),
        ("[[a b] :as all]", "all", True),
    ],
)
def test_patterns_bind(pattern: str, used: str, flows: bool, lines) -> None:
    body = f"(let [{pattern} (:params r)] (sink/run {used}))"
    assert lines(f"(ns kiln.main (:require [kiln.sink :as sink])) (defn f [r other] {body})") == ([1] if flows else [])


def test_parameters_of_a_name_are_requests(lines) -> None:
    code = "(ns kiln.main (:require [kiln.sink :as sink])) (defn f [{:keys [body] :as NAME}] (sink/run body))"
    assert lines(code.replace("NAME", "request")) == [1]
    assert lines(code.replace("NAME", "response")) == []


def test_keys_that_only_requests_have_make_a_request_of_a_parameter(lines) -> None:
    code = "(ns kiln.main (:require [kiln.sink :as sink])) (defn f [{:keys [params headers]}] (sink/run headers))"
    assert lines(code) == [1]
    assert lines(code.replace("params", "status")) == []
