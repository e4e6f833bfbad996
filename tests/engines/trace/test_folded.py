"""What is kept of the traces: paths with counts and lasting ids, requests, hits, and how much was recorded."""

from __future__ import annotations

from pathlib import Path

from engines.canary import trace_id
from engines.contract import Exerciser, stable_id
from tests.engines.trace.recordings import SPANS, endpoint, function, run_documents, run_spans, span, sql

CLIENT = 3


def test_paths_are_folded_with_counts_and_stable_ids(tmp_path: Path) -> None:
    paths = {(row["symbol"], row["exerciser"]): row for row in run_spans(tmp_path, SPANS)["CallPath"]}
    root, listing = paths["GET /orders/{owner}", "qa"], paths["list_orders", "qa"]
    assert root["path_id"] == stable_id("", "shop", "GET /orders/{owner}") and root["parent_path_id"] is None
    assert listing["path_id"] == stable_id(root["path_id"], "shop", "app.py", "list_orders")
    assert (listing["depth"], listing["line"], listing["entry_route"]) == (1, 7, "/orders/{owner}")
    assert paths["again", "qa"]["calls"] == 3 and paths["again", "qa"]["depth"] == 2  # direct recursion is one path
    assert paths["sql", "qa"]["sink_targets"] == ["table:orders"] and paths["sql", "qa"]["depth"] == 2
    assert paths["GET /prices", "qa"]["parent_path_id"] == paths["again", "qa"]["path_id"]
    assert paths["sql", "dast"]["exerciser"] == "dast"


def test_calls_and_traces_are_counted(tmp_path: Path) -> None:
    def request(trace: str) -> list[dict]:
        loop = [function(n, 1, "load", trace, leadline__calls=n) for n in (2, 3, 4)]
        return [endpoint(1, 0, "/a", "/a", trace=trace), *loop]

    found = run_spans(tmp_path, request("a" * 32) + request("b" * 32))
    [load] = [row for row in found["CallPath"] if row["symbol"] == "load"]
    assert (load["calls"], load["traces"]) == (2 * (2 + 3 + 4), 2)


def test_requests_are_counted_by_answer_and_caller(tmp_path: Path) -> None:
    spans = {"shop": [endpoint(1, 0, "/a", "/a"), span(2, 1, CLIENT)], "stock": [endpoint(3, 2, "/x", "/x")]}
    found = run_documents(tmp_path, spans)["Request"]
    assert [(row["service"], row["caller_service"], row["requests"]) for row in found] == [
        ("shop", None, 1),
        ("stock", "shop", 1),
    ]


def test_hits_of_probes_are_told_by_trace_and_of_others_by_statement(tmp_path: Path) -> None:
    ours = trace_id(Exerciser.DAST, 2)
    text = "SELECT * FROM orders WHERE owner = '{}'"
    spans = [endpoint(1, 0, "/a", "/a"), *(sql(n, 1, text.format(n)) for n in (2, 3))]
    probed = [endpoint(1, 0, "/a", "/a", trace=ours), *(sql(n, 1, text.format(n), trace=ours) for n in (2, 3))]
    found = run_spans(tmp_path, spans + probed)["SinkHit"]
    assert sorted((row["exerciser"], row["trace_id"], row["hits"]) for row in found) == [
        ("dast", ours, 2),
        ("qa", None, 2),
    ]
    assert {row["statement"] for row in found} == {text.format(2)}


def test_a_sink_of_which_no_value_was_recorded_is_a_path_without_a_hit(tmp_path: Path) -> None:
    spans = [endpoint(1, 0, "/a", "/a"), span(2, 1, CLIENT, db__system="redis", db__operation="GET")]
    found = run_documents(tmp_path, {"shop": spans})
    [sink] = [row for row in found["CallPath"] if row["kind"] == "sink"]
    assert (sink["sink_targets"], sink["sink_operation"], found["SinkHit"]) == (["database:redis"], "read", [])


def test_it_is_told_what_was_recorded_of_a_service(tmp_path: Path) -> None:
    spans = [
        endpoint(1, 0, "/a", "/a"),
        endpoint(2, 1, "/b", ""),
        function(3, 2, "f", leadline__dropped=4),
        sql(4, 3, "SELECT a FROM t WHERE b = 'raw'"),
        sql(5, 3, "SELECT a FROM t WHERE b = ?"),
    ]
    [row] = run_spans(tmp_path, spans)["TracedService"]
    counted = ("spans", "traces", "functions", "dropped", "requests", "routed", "located", "statements",
               "raw_statements", "sampled")  # fmt: skip
    assert [row[name] for name in counted] == [5, 1, 1, 4, 2, 1, 3, 2, 1, False]


def test_a_sample_limits_what_not_seen_says(tmp_path: Path) -> None:
    found = run_spans(tmp_path, [endpoint(1, 0, "/a", "/a", sampler__type="probabilistic"), function(2, 1, "f")])
    assert found["TracedService"][0]["sampled"] is True
    assert [row["reason"] for row in found["Skip"]] == ["sampled"]


def test_very_deep_paths_are_cut_and_told(tmp_path: Path) -> None:
    deep = [endpoint(1, 0, "/a", "/a")] + [function(n, n - 1, f"f{n}") for n in range(2, 300)]
    found = run_spans(tmp_path, deep)
    assert max(row["depth"] for row in found["CallPath"]) == 64
    assert [row["reason"] for row in found["Skip"]] == ["too_deep"]
