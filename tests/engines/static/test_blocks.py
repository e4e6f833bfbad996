"""Static parts become semgrep rules whose ids lead back."""

from engines.rules.loader import load_rules
from engines.static.blocks import origin_of, semgrep_rules


def test_each_block_is_a_semgrep_rule_and_its_id_leads_back():
    rules = load_rules()
    bodies = list(semgrep_rules(rules))
    assert len(bodies) == len({body["id"] for body in bodies}) == sum(len(rule.static) for rule in rules)
    for body in bodies:
        rule_id, number = origin_of(body["id"])
        rule = next(rule for rule in rules if rule.id == rule_id)
        assert body["languages"] == rule.static[number]["languages"]
        assert body["message"] and body["severity"] in ("ERROR", "WARNING", "INFO")


def test_blocks_for_another_engine_are_left_out():
    from dataclasses import replace

    rule = replace(load_rules()[0], static=({"languages": ["clojure"], "engine": "clojure-taint"},))
    assert list(semgrep_rules([rule])) == []
