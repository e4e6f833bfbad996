"""Rules become rows that correlation can join."""

from engines.contract import RuleRow, RuleVerdict
from engines.rules.loader import load_rules
from engines.rules.rows import rule_records


def rows():
    return {r.rule_id: r for r in rule_records(load_rules()) if isinstance(r, RuleRow)}


def test_each_rule_is_one_row_and_each_signal_of_an_alternative_another():
    records = list(rule_records(load_rules()))
    verdicts = [r for r in records if isinstance(r, RuleVerdict) and r.rule_id == "sql-injection.string-built-query"]
    assert sum(isinstance(r, RuleRow) for r in records) == len(load_rules())
    assert [(v.state, v.signal, v.alternative) for v in verdicts] == [
        ("confirmed", "trace.confirm", 0),
        ("confirmed", "dynamic.boolean", 1),
        ("reached", "trace.sink", 0),
        ("refuted", "trace.sink", 0),
        ("refuted", "not trace.confirm", 0),
        ("likely", "dynamic.error", 0),
    ]


def test_a_probe_rule_tells_its_places_budget_and_proof():
    row = rows()["sql-injection.string-built-query"]
    assert row.parts == ("static", "dynamic", "trace")
    assert (row.dynamic_form, row.safety, row.max_requests) == ("probe", "may-mutate", 10)
    assert set(row.locations) == {"query", "path", "json", "form", "header", "cookie"}
    assert (row.sink_kind, row.confirm_how, row.confirm_base, row.confirm_attack) == (
        "sql",
        "token_shape",
        "base",
        "quote",
    )


def test_a_rule_without_trace_has_no_proof_by_trace():
    row = rows()["missing-security-headers.html"]
    assert (row.parts, row.dynamic_form, row.sink_kind, row.confirm_how) == (("dynamic",), "passive", None, None)


def test_the_arrival_of_the_canary_is_the_proof_of_deserialisation():
    row = rows()["insecure-deserialization.request-object"]
    assert (row.sink_kind, row.confirm_how, row.confirm_attack) == ("deserialize", "contains", "base")
