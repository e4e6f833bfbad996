"""The same scan for programs."""

import json

import pytest

from engines.contract import Match, Skip
from engines.rules.loader import load_rules
from engines.static.files import SourceFile
from flows.local.finding import Finding, Opening
from flows.local.findings import Scanned
from flows.local.report import as_json, as_sarif
from flows.local.suppressions import Suppression

RULE = next(rule for rule in load_rules() if rule.id == "sql-injection.string-built-query")


@pytest.fixture
def scanned(tmp_path):
    match = Match("", "", RULE.id, "a.py", 3, 5, 3, 9, 'password = "hunter2hunter2"', "", "Put together.", True)
    comment = Suppression(3, (RULE.id,), "the table is constant", False)
    told = Finding(match, RULE, "python", also=("own.rule",), openings=(Opening("GET", "/a", True),))
    found = [told, Finding(match, RULE, "python", (), comment)]
    files = {"a.py": SourceFile("a.py", "python", b"")}
    skips = [Skip("", "static", "file", "b.py", "too_large", "Large.")]
    return Scanned(tmp_path, "HEAD", found, files, skips, [("a.py", comment)], 2, 0.5)


def test_json_tells_all_that_the_screen_tells(scanned):
    told = json.loads(as_json(scanned))
    active, suppressed = told["findings"]
    assert (active["rule"], active["path"], active["start"]) == (RULE.id, "a.py", {"line": 3, "column": 5})
    assert active["suppression"] is None and active["fix"] == RULE.fix["python"]
    assert active["also"] == ["own.rule"]
    assert active["endpoints"] == [{"method": "GET", "route": "/a", "is_approximate": True}]
    assert suppressed["suppression"] == {"line": 3, "reason": "the table is constant"}
    assert told["counts"] == {"high": 1} and told["files_scanned"] == 1 and told["is_scanned"]
    assert told["skipped"][0]["reason"] == "too_large" and told["older_findings"] == 2


def test_sarif_keeps_suppressions_with_their_reason(scanned):
    (run,) = json.loads(as_sarif(scanned))["runs"]
    suppressions = [result.get("suppressions") for result in run["results"]]
    (stated,) = next(filter(None, suppressions))
    assert (stated["kind"], stated["justification"]) == ("inSource", "the table is constant")
    assert len(suppressions) == 2 and "b.py" in json.dumps(run["invocations"])


def test_secrets_stay_out_of_both(scanned):
    assert "hunter2" not in as_json(scanned) and "hunter2" not in as_sarif(scanned)
