"""Where several rules found one weakness, the one that says most is told and the others are named."""

from dataclasses import replace

from engines.contract import Match
from engines.rules.loader import load_rules
from flows.local.finding import Finding, one_each

RULES = {rule.id: rule for rule in load_rules()}
PARAMETER, REQUEST = RULES["ssrf.parameter-address"], RULES["ssrf.request-address"]


def finding(rule, line=3, columns=(5, 20), is_tainted=False):
    match = Match("", "", rule.id, "a.py", line, columns[0], line, columns[1], "", "", "", is_tainted)
    return Finding(match, rule, "python")


def told(*found):
    return [(each.rule.id, each.also) for each in one_each(found)]


def test_that_request_data_arrives_says_more_than_that_a_parameter_does():
    for found in ((finding(PARAMETER), finding(REQUEST)), (finding(REQUEST), finding(PARAMETER, columns=(8, 12)))):
        assert told(*found) == [(REQUEST.id, (PARAMETER.id,))]


def test_the_graver_one_is_told():
    graver = replace(PARAMETER, severity="critical")
    assert told(finding(REQUEST), finding(graver)) == [(PARAMETER.id, (REQUEST.id,))]


def test_the_same_rule_twice_at_a_place_is_one_finding():
    assert told(finding(REQUEST), finding(REQUEST, columns=(7, 9), is_tainted=True)) == [(REQUEST.id, ())]


def test_other_places_and_other_weaknesses_stay_apart():
    timeout = RULES["denial-of-service.no-timeout"]
    found = [finding(PARAMETER), finding(REQUEST, line=4), finding(REQUEST, columns=(20, 30)), finding(timeout)]
    assert sorted(told(*found)) == sorted((each.rule.id, ()) for each in found)
