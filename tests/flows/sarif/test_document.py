import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sarif import document as module
from flows.sarif.document import Described, Place, Reported, Step, document, gravest
from tests.flows.sarif.github import check

RULE = Described(
    "sqli", "SQL injection", "high", "medium", ("CWE-89",), "What it is.", "Bind it.", {"python": "x = ```"}
)


def reported(**fields):
    given = {
        "rule_id": "sqli",
        "severity": "high",
        "message": "bad",
        "place": Place("a/b.py", 3),
        "fingerprint": "0f" * 16,
    }
    return Reported(**(given | fields))


def written(*found, rules=(RULE,), **options):
    log = document(list(found), rules, category="leadline/x/1", **options)
    json.dumps(log, allow_nan=False)
    check(log)
    return log["runs"][0]


def test_a_finding_is_a_result_that_github_takes():
    run = written(reported(place=Place("a/b.py", 3, 5, 3, 9, "code"), rank=61.25, baseline="new", logical="f"))
    (result,) = run["results"]
    assert (result["level"], result["rank"], result["baselineState"]) == ("error", 61.2, "new")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a/b.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {
        "startLine": 3,
        "startColumn": 5,
        "endLine": 3,
        "endColumn": 9,
        "snippet": {"text": "code"},
    }
    assert result["partialFingerprints"]["primaryLocationLineHash"] == "0f0f0f0f0f0f0f0f:1"


def test_a_rule_tells_its_cwe_its_score_and_how_to_mend_it():
    (rule,) = written(reported())["tool"]["driver"]["rules"]
    assert rule["properties"]["tags"] == ["security", "external/cwe/cwe-089"]
    assert rule["properties"]["security-severity"] == "8.0"
    assert (
        rule["help"]["markdown"] == "What it is.\n\nBind it.\n\n````python\nx = ```\n````"
    )  # no example ends its fence


def test_rules_that_no_finding_names_are_left_out():
    other = Described("other", "Other", "low", "low", (), "d", "r")
    assert [rule["id"] for rule in written(reported(), rules=(other, RULE))["tool"]["driver"]["rules"]] == ["sqli"]
    assert written(rules=(other,))["results"] == []


def test_a_dismissed_finding_is_suppressed_with_its_reason():
    (result,) = written(reported(suppression="accepted by dana: fixed column"))["results"]
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "accepted by dana: fixed column"}
    ]
    (result,) = written(reported(suppression="why", is_in_source=True))["results"]
    assert result["suppressions"][0]["kind"] == "inSource"


def test_what_does_not_fit_is_left_out_from_the_end_and_said(monkeypatch):
    monkeypatch.setattr(module, "MAX_RESULTS", 2)
    run = written(*(reported(message=name) for name in "abc"))
    assert [result["message"]["text"] for result in run["results"]] == ["a", "b"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("1 findings of the least risk are left out")


def test_flows_are_bounded_to_what_is_shown():
    flow = tuple(Step(Place("a.py", line), f"step {line}") for line in range(1, 701))
    (result,) = written(reported(flows=(flow,) * 12))["results"]
    lengths = [len(one["threadFlows"][0]["locations"]) for one in result["codeFlows"]]
    assert lengths == [700, 300]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/ü.py", "a%20b/%C3%BC.py"),
        ("/abs.py", "abs.py"),
        ("a:b/c.py", "./a%3Ab/c.py"),
        ("50%.py", "50%25.py"),
        ("#?.py", "%23%3F.py"),
    ],
)
def test_paths_are_relative_uris(file, uri):
    (result,) = written(reported(place=Place(file, 1)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_nothing_of_a_message_is_taken_for_a_link():
    (result,) = written(reported(message="[click](1)\n\x1b"))["results"]
    assert result["message"]["text"] == "[click] (1)\\n\\x1b"


@given(
    st.text(min_size=1), st.text(), st.integers(-5, 50), st.integers(-5, 50), st.integers(-5, 50), st.integers(-5, 50)
)
def test_whatever_a_finding_holds_the_log_is_valid(text, snippet, line, column, end_line, end_column):
    place = Place(text.replace("\x00", "") or "x", line, column, end_line, end_column, snippet)
    written(reported(message=text, place=place, logical=text, flows=((Step(place, text),),), suppression=text))


def test_the_gravest_of_severities():
    assert gravest(["low", "critical", "high"]) == "critical"
    assert gravest([]) == "note"
