"""Rule packs are read, checked against their schema, and overridden by id."""

import pytest

from engines.rules.loader import BUNDLED, RuleError, load_rules

RULE = """
id: log-injection.{name}
name: Line breaks in a log
cwe: CWE-117
severity: {severity}
confidence: low
kind: flaw
description: A line break from outside makes entries that never happened.
remediation: Escape control characters before a text is logged.
static:
  - languages: [python]
    pattern: log($X)
samples:
  bad: [{{language: python, code: "log(x)"}}]
  good: [{{language: python, code: "note(x)"}}]
"""


def pack(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content)
    return folder


def test_the_bundled_pack_covers_the_classes_that_the_demo_needs():
    classes = {rule.weakness_class for rule in load_rules()}
    assert classes >= {
        "sql-injection", "cross-site-scripting", "path-traversal", "open-redirect", "ssrf", "command-injection",
        "code-injection", "insecure-deserialization", "broken-object-level-authorization", "missing-security-headers",
    }  # fmt: skip


def test_rules_are_sorted_and_their_ids_unique():
    ids = [rule.id for rule in load_rules()]
    assert ids == sorted(set(ids))


def test_a_users_pack_overrides_by_id(tmp_path):
    first = pack(tmp_path / "a", one=RULE.format(name="line", severity="low"))
    second = pack(tmp_path / "b", other=RULE.format(name="line", severity="high"))
    (rule,) = load_rules((first, second))
    assert rule.severity == "high"
    assert len(load_rules((BUNDLED, first))) == len(load_rules()) + 1


def test_the_same_id_twice_in_one_pack_is_refused(tmp_path):
    text = RULE.format(name="line", severity="low")
    with pytest.raises(RuleError, match=r"two\.yaml: the id log-injection\.line is already taken by one\.yaml"):
        load_rules((pack(tmp_path / "a", one=text, two=text),))


def test_an_unknown_key_names_the_file_the_key_and_the_valid_ones(tmp_path):
    text = RULE.format(name="line", severity="low") + "severty: high\n"
    with pytest.raises(RuleError, match=r"one\.yaml: the rule has the unknown key severty; valid keys are .*severity"):
        load_rules((pack(tmp_path / "a", one=text),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- just a list", "one.yaml: the rule"),
        ("a: [", "one.yaml is not readable YAML"),
        ("!!python/object/apply:os.system ['true']", "one.yaml is not readable YAML"),
        (RULE.format(name="line", severity="enormous"), "severity"),
    ],
)
def test_what_is_no_rule_is_one_sentence(tmp_path, text, said):
    with pytest.raises(RuleError) as error:
        load_rules((pack(tmp_path / "a", one=text),))
    assert said in str(error.value) and "\n" not in str(error.value)


def test_an_unknown_include_lists_those_there_are(tmp_path):
    text = RULE.format(name="line", severity="low").replace("pattern: log($X)", "pattern-sources: [{include: moon}]")
    with pytest.raises(RuleError, match=r"include 'moon' is unknown for python; there are: .*request"):
        load_rules((pack(tmp_path / "a", one=text),))


def test_the_language_of_an_include_never_becomes_a_path(tmp_path):
    text = RULE.format(name="line", severity="low").replace("[python]", '["../../../tmp"]')
    with pytest.raises(RuleError, match="include 'request' is unknown"):
        load_rules(
            (pack(tmp_path / "a", one=text.replace("pattern: log($X)", "pattern-sources: [{include: request}]")),)
        )


def test_on_is_a_key_and_true_a_value():
    rule = next(rule for rule in load_rules() if rule.id == "insecure-deserialization.request-object")
    assert rule.trace["confirm"] == {"on": "base", "contains": "canary"}


def test_a_verdict_lists_alternatives_of_signals():
    rule = next(rule for rule in load_rules() if rule.id == "sql-injection.string-built-query")
    assert rule.verdict["confirmed"] == (("trace.confirm",), ("dynamic.boolean",))
    assert rule.verdict["refuted"] == (("trace.sink", "not trace.confirm"),)
