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


EXTENSION = """
extends: log-injection.line
static:
  - languages: [{language}]
    pattern: log($X)
samples:
  bad: [{{language: {language}, code: "log(x)"}}]
  good: [{{language: {language}, code: "note(x)"}}]
fix: {{{language}: note(x)}}
references: [https://cwe.mitre.org/data/definitions/117.html]
"""
LINE = RULE.format(name="line", severity="low")


def pack(folder, files=(), **named):
    """A folder with the files of a pack: by name at its top, or by path (`ruby/line`)."""
    for name, content in {**dict(files), **named}.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def languages(rule):
    return [block["languages"] for block in rule.static]


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


def test_an_extension_is_appended_to_its_rule(tmp_path):
    (rule,) = load_rules((pack(tmp_path, {"line": LINE, "ruby/line": EXTENSION.format(language="ruby")}),))
    assert languages(rule) == [["python"], ["ruby"]]
    assert [sample["language"] for side in ("bad", "good") for sample in rule.samples[side]] == ["python", "ruby"] * 2
    assert rule.fix == {"ruby": "note(x)"}
    assert rule.references == ("https://cwe.mitre.org/data/definitions/117.html",)
    assert rule.severity == "low"


def test_an_extension_may_stand_before_its_rule_and_in_any_file_of_the_pack(tmp_path):
    files = {"a": EXTENSION.format(language="go"), "b": LINE + "---" + EXTENSION.format(language="php")}
    (rule,) = load_rules((pack(tmp_path, files),))
    assert languages(rule) == [["python"], ["go"], ["php"]]


def test_a_users_pack_extends_a_bundled_rule_for_a_new_language(tmp_path):
    text = EXTENSION.format(language="scala").replace("log-injection.line", "sql-injection.string-built-query")
    bundled, extended = (
        {rule.id: rule for rule in load_rules(packs)} for packs in ((BUNDLED,), (BUNDLED, pack(tmp_path, own=text)))
    )
    assert bundled.keys() == extended.keys()
    assert languages(extended["sql-injection.string-built-query"])[-1] == ["scala"]
    assert "scala" not in bundled["sql-injection.string-built-query"].fix


def test_an_override_replaces_the_rule_with_its_extensions(tmp_path):
    first = pack(tmp_path / "a", {"line": LINE, "ruby/line": EXTENSION.format(language="ruby")})
    second = pack(tmp_path / "b", {"line": LINE, "go/line": EXTENSION.format(language="go")})
    (rule,) = load_rules((first, second))
    assert languages(rule) == [["python"], ["go"]]


def test_two_packs_may_extend_a_rule_for_the_same_language_but_one_pack_once(tmp_path):
    ruby = EXTENSION.format(language="ruby")
    first = pack(tmp_path / "a", {"line": LINE, "ruby/line": ruby})
    (rule,) = load_rules((first, pack(tmp_path / "b", own=ruby)))
    assert languages(rule) == [["python"], ["ruby"], ["ruby"]]
    with pytest.raises(
        RuleError, match=r"ruby/more\.yaml: log-injection\.line is already extended for ruby by ruby/line\.yaml"
    ):
        load_rules((pack(tmp_path / "a", {"ruby/more": ruby}),))


def test_an_extension_twice_in_one_file_is_refused(tmp_path):
    ruby = EXTENSION.format(language="ruby")
    with pytest.raises(RuleError, match="already extended for ruby by line.yaml"):
        load_rules((pack(tmp_path, line=LINE + "---" + ruby + "---" + ruby),))


def test_an_extension_of_no_rule_names_those_near_it(tmp_path):
    text = EXTENSION.format(language="ruby").replace("log-injection.line", "log-injection.lines")
    with pytest.raises(
        RuleError, match=r"own\.yaml extends the rule log-injection\.lines, .*near it are log-injection\.line\.$"
    ):
        load_rules((pack(tmp_path, line=LINE, own=text),))
    with pytest.raises(RuleError, match="`leadline rules list` names those there are"):
        load_rules((pack(tmp_path, own=text.replace("log-injection.lines", "zzz.qqq"), line=LINE),))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("fix:", "severity: high\nfix:"),
            "the unknown key severity; valid keys are extends, fix, references, samples, static",
        ),
        (('bad: [{language: ruby, code: "log(x)"}]', "bad: []"), "samples.bad"),
        (("extends: log-injection.line", "extends: [log-injection.line]"), "extends"),
    ],
)
def test_an_extension_holds_only_what_a_language_adds(tmp_path, change, said):
    text = EXTENSION.format(language="ruby")
    assert change[0] in text
    with pytest.raises(RuleError) as error:
        load_rules((pack(tmp_path, {"line": LINE, "ruby/line": text.replace(*change)}),))
    assert str(error.value).startswith("ruby/line.yaml: ") and said in str(error.value)


def test_folders_of_other_tools_are_no_part_of_a_pack(tmp_path):
    (rule,) = load_rules((pack(tmp_path, {"line": LINE, ".github/dependabot": "version: 2"}),))
    assert rule.id == "log-injection.line"
