import pytest

NS = "(ns kiln.main (:require [kiln.sink :as sink] [kiln.safe :as safe]))\n"


@pytest.mark.parametrize(
    ("source", "parameters", "code", "flows"),
    [
        ({"parameter": ".", "except": "^db$"}, "db x", "(sink/run x)", True),
        ({"parameter": ".", "except": "^db$"}, "db x", "(sink/run db)", False),
        ({"named": "^password$"}, "m", "(sink/run (:password m))", True),
        ({"named": "^password$"}, "m", "(let [password (get-it)] (sink/run password))", True),
        ({"named": "^password$"}, "m", "(sink/run (:name m))", False),
        ({"text": "built"}, "x", '(sink/run (str "a" x))', True),
        ({"text": "built"}, "x", '(sink/run (str "a" "b"))', False),
        ({"text": "built"}, "x", '(sink/run (format "%d" x))', False),
        ({"call": "kiln.safe/ask"}, "", "(sink/run (safe/ask 1))", True),
        ({"exception": "caught"}, "", "(try 1 (catch Exception e (sink/run (.getMessage e))))", True),
        ({"exception": "caught"}, "", '(try 1 (catch Exception e (sink/run "failed")))', False),
    ],
)
def test_sources(source: dict, parameters: str, code: str, flows: bool, made, lines) -> None:
    rule = made(mode="taint", sources=[source], sinks=[{"call": "kiln.sink/run"}])
    assert lines(f"{NS}(defn f [{parameters}] {code})", rule) == ([2] if flows else [])


def test_keys_that_are_safe_make_what_is_under_them_safe(made, lines) -> None:
    block = {"mode": "taint", "sources": [{"keys": ["params"]}], "sinks": [{"call": "kiln.sink/run"}]}
    rule = made(**block, sanitizers=[{"keys": ["tempfile"]}])
    assert lines(f"{NS}(defn f [r] (sink/run (get-in r [:params :file :tempfile])))", rule) == []
    assert lines(f"{NS}(defn f [r] (sink/run (get-in r [:params :file :filename])))", rule) == [2]


def test_a_stream_is_no_path_until_it_is_read(made, lines) -> None:
    source = {"keys": ["body"], "of": "request", "as": "stream"}
    request = {"parameter": "^request$", "is": "request"}
    sink = {"call": "kiln.sink/run", "content": "path"}
    rule = made(mode="taint", sources=[source, request], sinks=[sink])
    assert lines(f"{NS}(defn f [request] (sink/run (:body request)))", rule) == []
    assert lines(f"{NS}(defn f [request] (sink/run (slurp (:body request))))", rule) == [2]
