import dataclasses
import json

from engines.contract import Batch, Match, MatchStep, RuleRow, Target
from engines.imported.sarif import SarifEngine
from engines.rules.loader import load_rules
from flows.sarif.matched import Matched, scan_document
from tests.flows.sarif.github import check

RULES = load_rules()
BY_SEVERITY = {rule.severity: rule for rule in RULES}
HIGH = next(rule for rule in RULES if rule.severity in ("critical", "high") and rule.fix)
LOW = next(rule for rule in RULES if rule.severity in ("medium", "low"))


def matched(rule, file="app.py", line=7, code="run(x)", **fields):
    match = Match("s", "b", rule.id, file, line, 5, line, 12, f"    {code}", code, f"{rule.name} here", bool(fields))
    return Matched(match, rule, **fields)


def read(tmp_path, log):
    """What our own importer makes of a log."""
    path = tmp_path / "scan.sarif"
    path.write_text(json.dumps(log))
    found = []
    for one in SarifEngine(path).run(Target("", "*", "", "", "internal"), RULES):
        found += [one.record_type(**row) for row in one.rows.to_pylist()] if isinstance(one, Batch) else [one]
    return found


def test_the_gravest_come_first_and_the_dismissed_last():
    found = [matched(LOW, "a.py"), matched(HIGH, "z.py"), matched(HIGH, "b.py", suppression="reviewed")]
    log = scan_document(found)
    check(log)
    files = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in log["runs"][0]["results"]]
    assert files == ["z.py", "a.py", "b.py"]
    assert log["runs"][0]["results"][2]["suppressions"][0]["justification"] == "reviewed"


def test_paths_begin_where_the_checkout_begins():
    (result,) = scan_document([matched(HIGH)], prefix="services/orders/")["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "services/orders/app.py"


def hashes(*found):
    return [r["partialFingerprints"]["primaryLocationLineHash"] for r in scan_document(found)["runs"][0]["results"]]


def test_a_fingerprint_outlives_a_move_and_tells_equal_code_apart():
    assert hashes(matched(HIGH, line=7)) == hashes(matched(HIGH, line=99))
    assert len(set(hashes(matched(HIGH, line=7), matched(HIGH, line=9), matched(HIGH, line=9, code="other(x)")))) == 3


def test_what_was_exported_comes_back_through_the_importer(tmp_path):
    steps = [MatchStep("s", "b", HIGH.id, "app.py", 7, 5, 1, n, "in.py", n, 2, f"step {n}") for n in (1, 2)]
    log = scan_document([matched(HIGH, steps=steps), matched(LOW, line=20)])
    check(log)
    found = read(tmp_path, log)
    matches = [one for one in found if isinstance(one, Match)]
    assert [(m.rule_id, m.file, m.start_line, m.start_column, m.end_column, m.message) for m in matches] == [
        (f"leadline/{rule.id}", "app.py", line, 5, 12, f"{rule.name} here") for rule, line in ((HIGH, 7), (LOW, 20))
    ]
    kept = [dataclasses.astuple(one)[6:] for one in found if isinstance(one, MatchStep)]
    assert kept == [(1, n, "in.py", n, 2, f"step {n}") for n in (1, 2)]
    rows = {one.rule_id: one for one in found if isinstance(one, RuleRow)}
    for rule in (HIGH, LOW):
        row = rows[f"leadline/{rule.id}"]
        assert (row.weakness_class, row.cwe, row.severity) == (rule.weakness_class, rule.cwe, rule.severity)
        assert (row.confidence, row.kind) == (rule.confidence, rule.kind)


def test_every_rule_of_the_packs_can_be_described():
    check(scan_document([matched(rule, line=n) for n, rule in enumerate(RULES, start=1)]))
