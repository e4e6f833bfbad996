"""What a SARIF log must hold for GitHub code scanning to take it, and what SARIF 2.1.0 says of the parts that we write.

The official schema is not at hand in any package that we install, so that its rules for these parts stand here.
"""

from __future__ import annotations

import re
from typing import Any

_LEVELS = {"none", "note", "warning", "error"}
_RESULT = {
    *("ruleId", "ruleIndex", "kind", "level", "message", "locations", "partialFingerprints", "properties", "rank"),
    *("baselineState", "codeFlows", "suppressions"),
}
_RUN = {
    *("tool", "automationDetails", "columnKind", "originalUriBaseIds", "invocations", "results", "properties"),
}


def check(log: dict[str, Any]) -> None:
    """Fail at the first thing that is not as it must be."""
    assert set(log) == {"$schema", "version", "runs"} and log["version"] == "2.1.0"
    assert 1 <= len(log["runs"]) <= 20
    for run in log["runs"]:
        assert set(run) <= _RUN and re.fullmatch(r"[^\s]+/[^\s/]*", run["automationDetails"]["id"])
        driver = run["tool"]["driver"]
        assert driver["name"] and re.match(r"\d+\.\d+\.\d+", driver["semanticVersion"])
        assert len(driver["rules"]) == len({rule["id"] for rule in driver["rules"]}) <= 25_000
        assert len(run["results"]) <= 25_000
        for rule in driver["rules"]:
            _check_rule(rule)
        for result in run["results"]:
            _check_result(result, driver["rules"])
        for invocation in run["invocations"]:
            assert isinstance(invocation["executionSuccessful"], bool)
            for note in invocation["toolExecutionNotifications"]:
                assert note["level"] in _LEVELS and note["message"]["text"]


def _check_rule(rule: dict[str, Any]) -> None:
    assert len(rule["name"]) <= 255 and len(rule["shortDescription"]["text"]) <= 1_024
    assert len(rule["fullDescription"]["text"]) <= 1_024 and rule["help"]["text"] and rule["help"]["markdown"]
    assert rule["defaultConfiguration"]["level"] in _LEVELS
    properties = rule["properties"]
    assert 0 <= float(properties["security-severity"]) <= 10 and isinstance(properties["security-severity"], str)
    assert properties["precision"] in {"very-high", "high", "medium", "low"}
    tags = properties["tags"]
    assert len(tags) == len(set(tags)) <= 10 and "security" in tags
    assert all(re.fullmatch(r"external/cwe/cwe-\d{3,}", tag) for tag in tags if "cwe" in tag)


def _check_result(result: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    assert set(result) <= _RESULT
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in _LEVELS and result["kind"] == "fail" and result["message"]["text"]
    assert len(result["locations"]) == 1
    assert re.fullmatch(r"[0-9a-f]{16}:\d+", result["partialFingerprints"]["primaryLocationLineHash"])
    assert 0 <= result.get("rank", 0) <= 100
    assert result.get("baselineState", "new") in {"new", "unchanged", "updated", "absent"}
    steps = [s for flow in result.get("codeFlows", []) for thread in flow["threadFlows"] for s in thread["locations"]]
    assert len(steps) <= 10_000 and len(result.get("codeFlows", [])) <= 10
    assert all(step["location"]["message"]["text"] for step in steps)
    for location in (*result["locations"], *(step["location"] for step in steps)):
        _check_place(location["physicalLocation"])
    for suppression in result.get("suppressions", []):
        assert suppression["kind"] in {"inSource", "external"} and suppression["status"] == "accepted"


def _check_place(place: dict[str, Any]) -> None:
    artifact, region = place["artifactLocation"], place["region"]
    assert artifact["uriBaseId"] == "%SRCROOT%"
    assert re.fullmatch(r"[A-Za-z0-9/~!$&'()*+,;=@\-._%]+|\./.+", artifact["uri"]), artifact["uri"]
    assert not artifact["uri"].startswith("/")
    assert region["startLine"] >= 1 and region.get("startColumn", 1) >= 1
    assert region.get("endLine", region["startLine"]) >= region["startLine"]
    if region.get("endLine", region["startLine"]) == region["startLine"]:
        assert region.get("endColumn", 10**9) >= region.get("startColumn", 1)
