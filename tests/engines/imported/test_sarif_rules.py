import msgspec
import pytest

from engines.imported.sarif_log import Descriptor, Result, Run
from engines.imported.sarif_rules import Rules, cwes_of, families, safe_id, severity_of, slug
from engines.rules.loader import load_rules

OURS = load_rules()


def descriptor(**fields):
    return msgspec.convert({"id": "r", **fields}, Descriptor)


def row(result, rules=(), tool="Tool", **driver):
    """The row of the only rule of a run."""
    run = msgspec.convert({"tool": {"driver": {"name": tool, "rules": list(rules)}, **driver}}, Run)
    read = Rules(run, slug(tool))
    rule = read.of(msgspec.convert(result, Result))
    if rule.descriptor is None or "security-severity" not in rule.properties:
        rule.grades |= {severity_of({}, result.get("level"))} - {None}
    (only,) = read.rows(OURS)
    return only


@pytest.mark.parametrize(
    "fields",
    [
        {"properties": {"tags": ["security", "external/cwe/cwe-089"]}},
        {"properties": {"tags": ["CWE-89: Improper Neutralization of Special Elements"]}},
        {"properties": {"cwe": ["CWE-89"]}},
        {"properties": {"cwe": "89"}},
        {"properties": {"cwe-id": 89}},
        {"relationships": [{"target": {"id": "89", "toolComponent": {"name": "CWE"}}}]},
        {"relationships": [{"target": {"id": "CWE-89"}}]},
        {"helpUri": "https://cwe.mitre.org/data/definitions/89.html"},
    ],
)
def test_a_cwe_is_found_wherever_tools_write_it(fields):
    assert cwes_of(descriptor(**fields)) == ("CWE-89",)


@pytest.mark.parametrize(
    "fields",
    [
        {"properties": {"tags": ["OWASP-A03:2021", "correctness"]}},
        {"relationships": [{"target": {"id": "89", "toolComponent": {"name": "OWASP"}}}]},
        {"helpUri": "https://rules.example/89"},
    ],
)
def test_other_numbers_are_no_cwe(fields):
    assert cwes_of(descriptor(**fields)) == ()


@pytest.mark.parametrize(
    ("cwes", "weakness_class", "cwe", "kind"),
    [
        (["CWE-89"], "sql-injection", "CWE-89", "flaw"),
        (["CWE-20000", "CWE-89"], "sql-injection", "CWE-89", "flaw"),
        (["CWE-571"], "cwe-571", "CWE-571", "bad_practice"),
        ([], "unclassified", "", "bad_practice"),
    ],
)
def test_the_class_is_that_of_the_first_cwe_with_a_family(cwes, weakness_class, cwe, kind):
    found = row({"ruleId": "r"}, [{"id": "r", "properties": {"tags": cwes}}])
    assert (found.weakness_class, found.cwe, found.kind) == (weakness_class, cwe, kind)


def test_a_rule_of_security_without_a_cwe_is_a_flaw():
    assert row({"ruleId": "r"}, [{"id": "r", "properties": {"tags": ["security"]}}]).kind == "flaw"


def test_a_class_of_ours_has_the_kind_that_ours_has():
    ours = {rule.weakness_class: rule.kind for rule in OURS}
    practices = [cwe for cwe, name in families().items() if ours.get(name) == "bad_practice"]
    found = row({"ruleId": "r"}, [{"id": "r", "properties": {"tags": [practices[0]]}}])
    assert found.kind == "bad_practice"


@pytest.mark.parametrize(
    ("properties", "level", "severity"),
    [
        ({"security-severity": "9.8"}, "note", "critical"),
        ({"security-severity": 7}, None, "high"),
        ({"security-severity": "5.0"}, "error", "medium"),
        ({"security-severity": "0.1"}, None, "low"),
        ({"security-severity": "0.0"}, None, "note"),
        ({"security-severity": "NaN"}, "error", "high"),
        ({"security-severity": "high"}, "warning", "medium"),
        ({"issue_severity": "HIGH"}, "warning", "high"),
        ({"problem.severity": "recommendation"}, None, "low"),
        ({}, "error", "high"),
        ({}, "none", "note"),
        ({}, None, None),
    ],
)
def test_severity_is_told_from_a_score_a_word_or_a_level(properties, level, severity):
    assert severity_of(properties, level) == severity


def test_without_a_description_the_gravest_result_tells_the_severity():
    assert row({"ruleId": "r", "level": "error"}).severity == "high"
    assert row({"ruleId": "r"}).severity == "medium"  # SARIF's own default is a warning


@pytest.mark.parametrize(
    "result",
    [
        {"ruleId": "b"},
        {"ruleIndex": 1},
        {"rule": {"index": 1}},
        {"rule": {"id": "b"}},
        {"ruleId": "b", "ruleIndex": 1},
        {"ruleId": "b", "ruleIndex": 0},  # an index into another list
        {"ruleId": "b/sub"},  # hierarchical
        {"ruleId": "b", "rule": {"index": 0, "toolComponent": {"index": 0}}},
    ],
)
def test_a_rule_is_found_by_index_or_name_in_driver_or_extension(result):
    rules = [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]
    assert row(result, rules).name == "B"
    if "ruleIndex" not in result and result.get("rule", {}).get("index") in (None, 0):
        extension = {"name": "pack", "rules": rules[1:]}
        assert row(result, extensions=[extension]).name == "B"


def test_a_rule_that_nobody_describes_still_counts():
    found = row({"ruleId": "X1"})
    assert (found.rule_id, found.weakness_class, found.description) == ("tool/X1", "unclassified", "X1 of tool")


@pytest.mark.parametrize(
    ("named", "safe"),
    [("py/sql-injection", "codeql/py/sql-injection"), ("a.b:c_d-1", "codeql/a.b:c_d-1")],
)
def test_a_plain_id_stays_as_it_is(named, safe):
    assert safe_id("codeql", named) == safe


def test_ids_made_safe_stay_apart_and_short():
    ids = {safe_id("t", named) for named in ("a b", "a-b", "a  b", "<script>", "", "x" * 500, "x" * 501)}
    assert len(ids) == 7
    assert all(len(i) < 140 and not set(i) & set(" <>\"'") for i in ids)


def test_tools_have_short_names():
    assert [slug(n) for n in ("CodeQL", "clj-kondo", "Semgrep OSS", "…")] == [
        "codeql",
        "clj-kondo",
        "semgrep-oss",
        "unknown",
    ]
