import msgspec

from engines.static.clojure.answers import Answer, digest_of, knowledge_digest
from engines.static.files import SourceFile

NS = "(ns kiln.main (:require [kiln.sink :as sink]))\n"


def test_an_answer_survives_being_kept(read) -> None:
    answer = read(f"{NS}(defn f [r] (sink/run (:params r)))\n(defn g [")
    assert answer.found and answer.faults
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(answer), type=Answer) == answer


def test_two_blocks_of_a_rule_at_one_place_are_one_match(made, read) -> None:
    block = {"mode": "search", "find": [{"call": "kiln.sink/run"}]}
    code = f"{NS}(sink/run 1)"
    assert len(read(code, made("a.a", **block), made("a.a", **block)).found) == 1
    assert len(read(code, made("a.a", **block), made("b.b", **block)).found) == 2


def test_what_could_not_be_read_is_told(read) -> None:
    answer = read({"a.clj": "(defn f [x] x)\n(defn g [", "b.clj": ")", "c.clj": ""})
    assert [(file, reason) for file, reason, _ in answer.faults] == [
        ("a.clj", "partly_parsed"),
        ("b.clj", "unparsable"),
    ]


def test_digests_tell_sources_and_rules_apart(made) -> None:
    one, two = SourceFile("a.clj", "clojure", b"1"), SourceFile("b.clj", "clojure", b"2")
    assert digest_of([one, two]) == digest_of([two, one]) != digest_of([one])
    assert digest_of([one]) != digest_of([SourceFile("c.clj", "clojure", b"1")])
    search = made(mode="search", find=[{"call": "a/b"}])
    assert knowledge_digest([search]) != knowledge_digest([made(mode="search", find=[{"call": "a/c"}])])
