import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.contract import (
    Advisory,
    Batch,
    Check,
    EngineError,
    Match,
    MatchOrigin,
    MatchStep,
    Quarantined,
    RuleRow,
    Skip,
    Target,
)
from engines.imported.sarif import SarifEngine
from engines.rules.loader import load_rules

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "sarif"
SYSTEM = Target("library-1", "*", "1", "", "internal")
OURS = load_rules()
STORE = "def load(user):\n    sql = 'select ' + user\n    return db.execute(sql)\n"


@pytest.fixture
def orders(tmp_path):
    """A service whose source is one file."""
    source = tmp_path / "orders"
    source.mkdir()
    (source / "store.py").write_text(STORE)
    return Target("library-1", "orders", "1", "build", "internal", source=source)


def place(file="store.py", line=3, **region):
    return {"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": line, **region}}}


def result(**fields):
    return {"ruleId": "sqli", "message": {"text": "bad"}, "locations": [place()], **fields}


def log(*results, rules=(), **run):
    driver = {"name": "Tool", "version": "2", "rules": list(rules)}
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": list(results), **run}]}


def read(path, document, services=(), only=None):
    """The records of a document, rows of batches one by one, by class."""
    path = path / "report.sarif"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return records(SarifEngine(path, services, only))


def records(engine):
    found = {kind: [] for kind in (Match, MatchStep, MatchOrigin, RuleRow, Skip, Advisory, Quarantined, Check)}
    for one in engine.run(SYSTEM, OURS):
        rows = [one.record_type(**row) for row in one.rows.to_pylist()] if isinstance(one, Batch) else [one]
        for row in rows:
            found[type(row)].append(row)
    return found


def test_a_result_is_a_match_with_the_code_of_the_release(tmp_path, orders):
    (match,) = read(tmp_path, log(result()), [orders])[Match]
    assert (match.service, match.build_id, match.file, match.start_line) == ("orders", "build", "store.py", 3)
    assert (match.rule_id, match.message, match.is_tainted) == ("tool/sqli", "bad", False)
    assert match.snippet == "    return db.execute(sql)"
    assert match.normalised_snippet == "return db.execute(sql)"


def test_a_data_flow_is_kept_from_source_to_sink(tmp_path, orders):
    steps = [{"location": place(line=n) | {"message": {"text": f"step {n}"}}} for n in (1, 2, 3)]
    library = {"location": place("/usr/lib/driver.py", 9)}
    flows = [{"threadFlows": [{"locations": steps}]}, {"threadFlows": [{"locations": [*steps[:1], library]}]}]
    found = read(tmp_path, log(result(codeFlows=flows)), [orders])
    assert found[Match][0].is_tainted
    told = [(s.flow, s.step, s.step_file, s.step_line, s.message) for s in found[MatchStep]]
    assert told == [
        (1, 1, "store.py", 1, "step 1"),
        (1, 2, "store.py", 2, "step 2"),
        (1, 3, "store.py", 3, "step 3"),
        (2, 1, "store.py", 1, "step 1"),
        (2, 2, "/usr/lib/driver.py", 9, ""),
    ]
    key = ("service", "rule_id", "file", "start_line", "start_column")
    match = found[Match][0]
    assert {tuple(getattr(s, k) for k in key) for s in found[MatchStep]} == {tuple(getattr(match, k) for k in key)}


def test_steps_that_the_run_shares_are_looked_up(tmp_path, orders):
    flows = [{"threadFlows": [{"locations": [{"index": 1}, {"index": 0}, {"index": 5}]}]}]
    shared = [{"location": place(line=n)} for n in (3, 1)]
    found = read(tmp_path, log(result(codeFlows=flows), threadFlowLocations=shared), [orders])
    assert [s.step_line for s in found[MatchStep]] == [1, 3]
    assert [s.reason for s in found[Skip]] == ["step_without_location"]


def test_what_is_too_much_of_a_flow_is_said_and_source_and_sink_stay(tmp_path, orders):
    steps = [{"location": place(line=n)} for n in range(1, 1_001)]
    found = read(tmp_path, log(result(codeFlows=[{"threadFlows": [{"locations": steps}]}])), [orders])
    lines = [s.step_line for s in found[MatchStep]]
    assert (len(lines), lines[0], lines[-1]) == (200, 1, 1_000)
    assert [s.reason for s in found[Skip]] == ["flows_cut"]


def test_a_message_is_looked_up_filled_in_and_its_links_resolved(tmp_path, orders):
    rule = {"id": "sqli", "messageStrings": {"default": {"text": "{0} reaches {1} {9}"}}}
    related = [{"id": 1, **place(line=1)}, {"id": 2, **place(line=2)}]
    by_id = result(message={"id": "default", "arguments": ["[user](1)", "sql"]}, relatedLocations=related)
    (match,) = read(tmp_path, log(by_id, rules=[rule]), [orders])[Match]
    assert match.message == "user (store.py:1) reaches sql {9} See also store.py:2."


def test_fingerprints_logical_locations_and_dismissals_are_kept(tmp_path, orders):
    logical = {"logicalLocations": [{"fullyQualifiedName": "store.load"}]}
    dismissed = [{"kind": "external", "justification": "the column is fixed"}]
    told = result(
        locations=[place() | logical],
        partialFingerprints={"b": "2", "a": "1"},
        suppressions=dismissed,
        baselineState="unchanged",
    )
    found = read(tmp_path, log(told), [orders])
    (origin,) = found[MatchOrigin]
    assert len(found[Match]) == 1  # what one tool dismisses, another may confirm
    assert (origin.tool, origin.tool_version, origin.tool_rule) == ("Tool", "2", "sqli")
    assert (origin.fingerprint, origin.logical_location, origin.baseline) == ("a=1; b=2", "store.load", "unchanged")
    assert (origin.suppression, origin.suppression_reason) == ("accepted", "the column is fixed")


@pytest.mark.parametrize(
    ("suppressions", "status"),
    [
        ([{"kind": "inSource"}], "accepted"),
        ([{"kind": "external", "status": "underReview"}], "underReview"),
        ([{"kind": "inSource"}, {"kind": "external", "status": "rejected"}], "rejected"),
        ([], None),
    ],
)
def test_a_result_is_dismissed_only_when_every_dismissal_is_accepted(tmp_path, suppressions, status):
    (origin,) = read(tmp_path, log(result(suppressions=suppressions, fingerprints={"a": "1"})))[MatchOrigin]
    assert origin.suppression == status


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": "pass"}, "kind_pass"),
        ({"kind": "notApplicable"}, "kind_notapplicable"),
        ({"kind": "informational"}, "kind_informational"),
        ({"baselineState": "absent"}, "baseline_absent"),
        ({"locations": []}, "no_location"),
        ({"locations": None}, "no_location"),
        ({"locations": [{"logicalLocations": [{"name": "GET /pets"}]}]}, "no_location"),
        ({"locations": [place("gone.py")]}, "not_in_source"),
        ({"locations": [place("../../etc/passwd")]}, "outside_source"),
        ({"locations": [place("https://a/b.js")]}, "not_a_file"),
    ],
)
def test_what_is_no_match_is_left_out_with_a_reason(tmp_path, orders, fields, reason):
    found = read(tmp_path, log(result(**fields)), [orders])
    assert found[Match] == []
    (skip,) = found[Skip]
    assert (skip.reason, skip.technique) == (reason, "imported")
    assert skip.explanation


def test_what_is_left_out_for_one_reason_is_counted_and_what_says_something_is_not(tmp_path):
    passes = [result(kind="pass")] * 40
    placeless = [result(locations=[], message={"text": text}) for text in ("one", "two")]
    skips = read(tmp_path, log(*passes, *placeless))[Skip]
    assert sorted(Counter(s.reason for s in skips).items()) == [("kind_pass", 1), ("no_location", 2)]
    assert next(s for s in skips if s.reason == "kind_pass").explanation.startswith("40 results: ")


def test_open_and_review_are_findings(tmp_path):
    assert len(read(tmp_path, log(result(kind="open"), result(kind="review")))[Match]) == 2


def test_a_tool_that_says_it_failed_is_told(tmp_path):
    note = {"level": "error", "message": {"text": "cannot parse"}, "locations": [place("a.py")]}
    quiet = {"level": "note", "message": {"text": "took 3 s"}}
    invocation = {"executionSuccessful": False, "exitCode": -9, "toolExecutionNotifications": [note, quiet]}
    found = read(tmp_path, log(result(), invocations=[invocation]))
    assert len(found[Match]) == 1
    assert [(s.subject_kind, s.subject, s.reason) for s in found[Skip]] == [
        ("service", "Tool", "tool_failed"),
        ("file", "a.py", "tool_error"),
    ]


def test_a_tool_that_failed_and_found_nothing_is_a_failed_run(tmp_path):
    with pytest.raises(EngineError, match="a tool that failed"):
        read(tmp_path, log(invocations=[{"executionSuccessful": False}]))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"version": "2.1.0", "runs": []}, "empty_report"),
        ({"version": "2.1.0", "runs": None}, "empty_report"),
        ({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}}}]}, "no_results"),
        (log(externalPropertyFileReferences={"results": [{"itemCount": 5}]}), "external_results"),
    ],
)
def test_a_report_that_says_nothing_says_so(tmp_path, document, reason):
    assert [s.reason for s in read(tmp_path, document)[Skip]] == [reason]


def test_a_region_of_many_lines_counts_at_its_first_line(tmp_path, orders):
    (match,) = read(tmp_path, log(result(locations=[place(line=1, endLine=90)])), [orders])[Match]
    assert (match.start_line, match.end_line) == (1, 1)


def test_a_result_of_a_whole_file_stands_at_its_first_line_and_an_offset_is_counted(tmp_path, orders):
    whole = {"physicalLocation": {"artifactLocation": {"uri": "store.py"}}}
    offset = {"physicalLocation": {"artifactLocation": {"uri": "store.py"}, "region": {"charOffset": 20}}}
    matches = read(tmp_path, log(result(locations=[whole]), result(locations=[offset])), [orders])[Match]
    assert [(m.start_line, m.start_column) for m in matches] == [(1, 1), (2, 5)]


def test_a_line_that_the_file_lacks_is_said(tmp_path, orders):
    found = read(tmp_path, log(result(locations=[place(line=77, snippet={"text": "x\ty"})])), [orders])
    assert [(m.start_line, m.snippet) for m in found[Match]] == [(77, "x    y")]
    assert [s.reason for s in found[Skip]] == ["stale_line"]


def test_how_the_paths_met_the_source_is_a_check(tmp_path, orders):
    checks = read(tmp_path, log(result(locations=[place("/ci/orders/store.py")])), [orders])[Check]
    assert [(c.service, c.is_met, c.rows) for c in checks] == [("orders", True, 1)]
    assert "without ci/orders/" in checks[0].expectation


def test_results_about_packages_are_known_vulnerabilities(tmp_path, orders):
    text = "Package: foo\nInstalled Version: 1\nVulnerability CVE-2031-1234\nSeverity: HIGH\nFixed Version: 2"
    about = result(ruleId="CVE-2031-1234", level="error", message={"text": text})
    found = read(tmp_path, log(about, result()), [orders])
    assert [(a.service, a.package, a.version, a.fixed_version) for a in found[Advisory]] == [
        ("orders", "foo", "1", "2")
    ]
    assert [m.rule_id for m in found[Match]] == ["tool/sqli"]


@pytest.mark.parametrize(
    ("runs", "name"),
    [
        ([("CodeQL", None)], "codeql"),
        ([("CodeQL", "/language:python/run-7")], "codeql:language-python"),
        ([("CodeQL", None), ("ESLint", None), ("CodeQL", None)], "codeql+eslint"),
        ([], "sarif"),
    ],
)
def test_the_engine_is_called_as_the_tools_are(tmp_path, runs, name):
    path = tmp_path / "report"
    written = [{"tool": {"driver": {"name": tool}}, "automationDetails": {"id": id_}} for tool, id_ in runs]
    path.write_text(json.dumps({"version": "2.1.0", "runs": written}))
    assert SarifEngine(path).name == name


def test_one_result_that_makes_no_sense_does_not_take_the_others_with_it(tmp_path):
    wrong = [result(locations="here"), result(message={"text": 7}), result(locations=[place(line=10**30)]), 5, None]
    found = read(tmp_path, log(result(), *wrong, result()))
    assert (len(found[Match]), len(found[Quarantined])) == (2, 5)
    assert "malformed" in found[Quarantined][0].reason


def test_half_a_character_is_replaced_and_the_rest_kept(tmp_path):
    text = json.dumps(log(result(message={"text": "HALF"}))).replace("HALF", r"cut \ud83d \\ud83d \ud83d\ude00 \ude00")
    (match,) = read(tmp_path, text)[Match]
    assert match.message == "cut \ufffd \\ud83d \U0001f600 \ufffd"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<!DOCTYPE html><p>Sign in", "is an HTML page"),
        ('{"version": "2.1.0", "runs": [{"tool"', "is no whole JSON"),
        ("", "is no whole JSON"),
        ('{"version": "2.1.0", "x": ' + "[" * 200_000, "is nested deeper than any report"),
        ('{"version": "2.1.0", "x": ' + "[" * 200_000 + "]" * 200_000 + ', "runs": []}', "is nested deeper"),
        ('{"version": "2.0.0", "runs": []}', "is SARIF of version '2.0.0'"),
        ('{"version": "2.1.0", "runs": 7}', "is no SARIF as the standard has it"),
        ("[]", "is no SARIF as the standard has it"),
    ],
    ids=["html", "truncated", "empty", "deep", "deep elsewhere", "version", "type", "list"],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path, text, says):
    with pytest.raises(EngineError) as caught:
        read(tmp_path, text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_huge_texts_markup_and_secrets_land_bounded_on_one_line_and_redacted(tmp_path):
    said = "x" * 3_000_000 + "\x1b[31m"
    secret = "password=hunter2secret"
    told = result(message={"text": f"<script>\n\u202e{secret} {said}"}, locations=[place(snippet={"text": secret})])
    found = read(tmp_path, log(told, *[result()] * 60, rules=[{"id": "sqli", "help": {"text": said}}]))
    match = found[Match][0]
    assert len(match.message) <= 2_100 and match.message.isprintable()
    assert "hunter2secret" not in match.message + match.snippet + match.normalised_snippet
    assert len(found[RuleRow][0].remediation) <= 4_000


SCALARS = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(
    SCALARS | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "uri", "startLine", "index", "id", "tags", "locations"]), inner)
    ),
    max_leaves=8,
)
FIELDS = ["ruleId", "ruleIndex", "rule", "kind", "level", "message", "locations", "codeFlows", "properties"]


@settings(max_examples=100, deadline=None)
@given(fields=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4), rule=st.dictionaries(st.text(), JSON))
def test_no_result_however_odd_breaks_the_import_or_is_lost(tmp_path_factory, fields, rule):
    found = read(tmp_path_factory.mktemp("odd"), log(result(**fields), rules=[{"id": "sqli", "properties": rule}]))
    assert sum(len(found[kind]) for kind in (Match, Quarantined, Skip, Advisory)) >= 1


needs_fixtures = pytest.mark.skipif(not FIXTURES.is_dir(), reason=f"{FIXTURES} is absent: recordings of real tools")


@needs_fixtures
@pytest.mark.parametrize(
    ("name", "engine", "results"),
    [("codeQL-output", "codeql", 72), ("mayhem-api", "mapi", 20), ("spotbugs", "spotbugs", 56)]
    + [("taint-python-report", "python-security-analysis", 11)],
)
def test_what_real_tools_wrote_is_imported_whole(name, engine, results):
    reader = SarifEngine(FIXTURES / f"{name}.sarif")
    found = records(reader)
    assert reader.name == engine
    assert len(found[Match]) == results
    assert found[Quarantined] == []
    assert {m.rule_id for m in found[Match]} == {r.rule_id for r in found[RuleRow]}


@needs_fixtures
def test_the_data_flows_of_codeql_and_the_failure_of_spotbugs_are_kept():
    codeql = records(SarifEngine(FIXTURES / "codeQL-output.sarif"))
    injections = [r for r in codeql[RuleRow] if r.weakness_class == "sql-injection"]
    assert [r.cwe for r in injections] == ["CWE-89"]
    assert {m.rule_id for m in codeql[Match] if m.is_tainted} == {s.rule_id for s in codeql[MatchStep]}
    assert len(codeql[MatchStep]) > 200
    spotbugs = records(SarifEngine(FIXTURES / "spotbugs.sarif"))
    assert {s.reason for s in spotbugs[Skip]} == {"tool_failed", "tool_error"}
