import pytest

NS = "(ns kiln.main (:require [kiln.sink :as sink] [kiln.safe :as safe]))\n"


def test_entries_are_seen_wherever_they_are_put_in(made, lines) -> None:
    entry = made(mode="search", find=[{"entry": "^insecure\\?$", "where": [{"is": True}]}])
    code = """(def a {:insecure? true})
(defn f [m] (assoc m :insecure? true))
(defn g [m] (assoc-in m [:x :insecure?] true))
(def b {:insecure? false})"""
    assert lines(code, entry) == [1, 2, 3]


def test_texts_given_a_name_are_seen(made, lines) -> None:
    named = made(mode="search", find=[{"binding": "^password$", "where": [{"matches": "^.{4,}$"}]}])
    code = """(def password "kiln9")
(let [password "kiln9"] 1)
{:password "kiln9"}
(defn f [{:keys [password] :or {password "kiln9"}}] 1)
(def password (env "kiln9"))"""
    assert lines(f"(do\n{code})", named) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("sink", "code", "flows"),
    [
        ({"call": "kiln.sink/run", "arguments": 2}, "(sink/run 1 x)", True),
        ({"call": "kiln.sink/run", "arguments": 2}, "(sink/run x 1)", False),
        ({"call": "kiln.sink/run", "arguments": "2.."}, "(sink/run 1 2 x)", True),
        ({"call": "kiln.sink/run", "arguments": 1, "element": 1}, '(sink/run ["select ?" x])', False),
        ({"call": "kiln.sink/run", "arguments": 1, "element": 1}, '(sink/run [(str "select " x)])', True),
        ({"call": "kiln.sink/run", "arguments": 1, "element": 1}, '(sink/run (into ["select ?"] [x]))', False),
        ({"call": "kiln.sink/run", "arguments": 1, "key": "url"}, "(sink/run {:url x})", True),
        ({"call": "kiln.sink/run", "arguments": 1, "key": "url"}, "(sink/run {:body x})", False),
        ({"call": "kiln.sink/run", "arguments": 1, "content": "markup"}, "(sink/run [:p [:b x]])", True),
        ({"call": "kiln.sink/run", "arguments": 1, "content": "markup"}, "(sink/run [:p {:title x} 1])", False),
        ({"entry": ["Location"]}, '{:headers {"Location" x}}', True),
        ({"entry": ["Location"]}, '{:headers {"Age" x}}', False),
        ({"vector": ["raw"]}, "[:select [:raw x]]", True),
        ({"vector": ["raw"]}, "[:select [:text x]]", False),
        ({"named": "^token$"}, "(let [token (str x)] 1)", True),
        ({"named": "^token$"}, "(let [other (str x)] 1)", False),
        ({"call": ".run", "arguments": 2}, "(.run target x)", True),
        ({"call": ".run", "arguments": 2}, "(. target run x)", True),
        ({"call": ".run", "arguments": 2}, "(.. target start (run x))", True),
        ({"call": "kiln.Sink/new"}, "(new kiln.Sink x)", True),
    ],
)
def test_sinks(sink: dict, code: str, flows: bool, made, lines) -> None:
    rule = made(mode="taint", sources=[{"keys": ["params"]}], sinks=[sink])
    assert lines(f"{NS}(defn f [r] (let [x (:params r)] {code}))", rule) == ([2] if flows else [])
