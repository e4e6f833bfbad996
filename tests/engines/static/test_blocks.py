"""Static parts become semgrep rules whose ids lead back."""

from engines.rules.loader import load_rules
from engines.static.blocks import bodies_digest, bodies_for, origin_of, semgrep_rules


def test_each_block_is_a_semgrep_rule_and_its_id_leads_back():
    rules = load_rules()
    bodies = list(semgrep_rules(rules))
    ours = [block for rule in rules for block in rule.static if "engine" not in block]
    assert len(bodies) == len({body["id"] for body in bodies}) == len(ours) > 0
    for body in bodies:
        rule_id, number = origin_of(body["id"])
        rule = next(rule for rule in rules if rule.id == rule_id)
        assert body["languages"] == rule.static[number]["languages"]
        assert body["message"] and body["severity"] in ("ERROR", "WARNING", "INFO")


def test_blocks_for_another_engine_are_left_out():
    from dataclasses import replace

    rule = replace(load_rules()[0], static=({"languages": ["clojure"], "engine": "clojure-taint"},))
    assert list(semgrep_rules([rule])) == []


def test_a_language_gets_the_bodies_that_may_match_its_files():
    bodies = [
        {"id": "a.0", "languages": ["py"]},
        {"id": "b.0", "languages": ["js", "typescript"]},
        {"id": "c.0", "languages": ["regex"]},
        {"id": "d.0", "languages": ["clojure"]},
    ]
    told = {language: [body["id"] for body in bodies_for(language, bodies)] for language in ("python", "javascript")}
    assert told == {"python": ["a.0", "c.0"], "javascript": ["b.0", "c.0"]}
    assert [body["id"] for body in bodies_for("clojurescript", bodies)] == ["c.0", "d.0"]


def test_the_digest_tells_any_change_of_what_semgrep_is_told():
    body = {"id": "a.0", "languages": ["python"], "pattern": "f(...)"}
    assert bodies_digest([body]) == bodies_digest([dict(reversed(body.items()))])
    assert bodies_digest([body]) != bodies_digest([{**body, "pattern": "g(...)"}])
