"""A rule is judged on its own samples before it judges anybody."""

import re
from dataclasses import replace

import pytest
import yaml

from engines.rules.lint import Problem, lint
from engines.rules.loader import LANGUAGES, load_rules, parse


@pytest.fixture(scope="module")
def sql():
    return next(rule for rule in load_rules() if rule.id == "sql-injection.string-built-query")


def messages(rule):
    """What lint says of a rule without its static part, which takes no run of semgrep."""
    return [problem.message for problem in lint([replace(rule, static=())])]


def test_the_bundled_pack_has_no_fault():
    assert list(lint(load_rules())) == []


def test_static_samples_are_judged_by_really_running_semgrep(sql):
    varying = "def ask(x):\n    db.execute('select ' + x)\n"
    bad, good = ({"language": "python", "code": code} for code in ("db.execute('select 1')", varying))
    swapped = replace(
        sql, samples={**sql.samples, "bad": (bad, *sql.samples["bad"]), "good": (good, *sql.samples["good"])}
    )
    assert list(lint([swapped])) == [
        Problem(sql.id, "Code sample 1 of bad: the static part does not fire."),
        Problem(sql.id, "Code sample 1 of good: the static part fires."),
    ]


def test_a_block_that_semgrep_cannot_read_is_told(sql):
    broken = replace(sql, static=({"languages": ["python"], "pattern": "def ("}, *sql.static))
    (problem,) = lint([broken])
    assert problem.rule_id == sql.id and "semgrep says: Rule parse error" in problem.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cwe": "CWE-99999"}, "CWE-99999 is not in the bundled list"),
        ({"cwe": "CWE-79"}, "CWE-79 belongs to the class cross-site-scripting"),
        ({"verdict": {"confirmed": (("dynamic.magic",),)}}, "speaks of dynamic.magic"),
        ({"trace": {"sink": {"kind": "sql"}, "confirm": {"on": "ghost", "contains": "canary"}}}, "the probe ghost"),
    ],
)
def test_what_does_not_fit_together_is_told(sql, change, said):
    assert any(said in message for message in messages(replace(sql, **change)))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("safety", {"class": "read-only", "max_requests": 3}, "max_requests is 3"),
        ("matchers", {"error": {"on": "quote", "regex": "(?=x)"}}, "does not run on RE2"),
        ("matchers", {"error": {"on": "ghost", "regex": "x"}}, "speaks of the probe ghost"),
        ("probes", {"base": "{{canary}}", "quote": "http://elsewhere.com/"}, "names the host elsewhere.com"),
    ],
)
def test_the_dynamic_part_is_checked(sql, key, value, said):
    assert any(said in message for message in messages(replace(sql, dynamic={**sql.dynamic, key: value})))


def test_samples_of_traces_and_exchanges_are_judged(sql):
    spans = {"base": "select 1 where a = '{{canary}}'", "quote": "select 1 where a = '{{canary}}'\"'"}
    exchange = {"base": {"body": "ok"}, "quote": {"body": 'near "x": syntax error'}}
    good = (*sql.samples["good"], {"spans": spans}, {"exchange": exchange})
    assert messages(replace(sql, samples={**sql.samples, "good": good})) == [
        "Spans sample 3 of good: the trace part fires.",
        "Exchange sample 2 of good: a matcher is satisfied.",
    ]


def test_each_part_needs_a_bad_and_a_good_sample(sql):
    assert "The trace part has no bad sample (spans)." in messages(replace(sql, samples={}))


def clojure(**block):
    """A block for Clojure of the bundled rule's kind."""
    return {"languages": ["clojure"], "mode": "taint", **block}


def test_samples_of_clojure_are_judged_by_the_pass_over_clojure(sql):
    ours = [block for block in sql.static if block.get("engine") == "clojure-taint"]
    code = "(defn f [db x] (clojure.java.jdbc/query db [STATEMENT]))"
    bad, good = ({"language": "clojure", "code": code.replace("STATEMENT", s)} for s in ('"select 1"', '(str "a" x)'))
    alone = replace(sql, static=tuple(ours), dynamic={}, trace={}, verdict={})
    swapped = replace(alone, samples={"bad": (bad,), "good": (good,)})
    assert list(lint([swapped])) == [
        Problem(sql.id, "Code sample 1 of bad: the static part does not fire."),
        Problem(sql.id, "Code sample 1 of good: the static part fires."),
    ]


def test_a_taint_block_of_semgrep_for_clojure_is_refused(sql):
    silent = clojure(**{"pattern-sources": [{"pattern": "x"}], "pattern-sinks": [{"pattern": "(slurp $X)"}]})
    told = [problem.message for problem in lint([replace(sql, static=(silent,), samples={})])]
    assert "Static block 1: semgrep's taint mode finds nothing in Clojure: say `engine: clojure-taint`." in told


def test_a_pattern_of_the_pass_over_clojure_runs_on_re2(sql):
    broken = clojure(engine="clojure-taint", mode="search", find=[{"entry": "(?=x)"}])
    told = [problem.message for problem in lint([replace(sql, static=(broken,), samples={})])]
    assert any("does not run on RE2" in message for message in told)


def test_what_the_page_on_rules_for_clojure_shows_is_true():
    page = (LANGUAGES / "clojure" / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    extensions = [parse(yaml.safe_load(example), "README.md") for example in shown]
    assert len(extensions) == 2
    known = {rule.id: rule for rule in load_rules()}
    alone = {"dynamic": {}, "trace": {}, "verdict": {}}
    rules = [replace(known[e.extends], **alone, static=e.static, samples=e.samples) for e in extensions]
    assert list(lint(rules)) == []
