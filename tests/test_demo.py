"""The acceptance test of the whole product: the bundled system is assessed for real, and the outcome must be the truth.

What is true is in `data/demo/truth.csv` and `data/demo/expected.yaml`; no expectation is written here.
"""

import csv
import json
import re
import sqlite3
from pathlib import Path

import duckdb
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = yaml.safe_load((ROOT / "data" / "demo" / "expected.yaml").read_text())
RELEASES = list(EXPECTED["releases"])


def truth(release):
    with (ROOT / "data" / "demo" / "truth.csv").open() as file:
        return [row for row in csv.DictReader(file) if row["release"] == release and row["coverage"] == "now"]


def rows(demo, sql, *values):
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        cursor = connection.execute(sql, list(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def holds(row, wanted):
    """Tell whether a row has every value that is wanted of it; a key that is not wanted matches anything."""
    return all(row.get(key) == value for key, value in wanted.items())


@pytest.mark.parametrize("name", RELEASES)
def test_the_decision_and_exit_status_are_those_that_were_foretold(demo_run, name):
    release, stated = demo_run.release(name), EXPECTED["releases"][name]
    assert (release["decision"], release["exit_status"]) == (stated["decision"], stated["exit_status"])
    assert f"shop-{name}: {stated['decision']}, as the truth file states" in " ".join(demo_run.ran.out.split())


@pytest.mark.parametrize("name", RELEASES)
def test_every_planted_flaw_is_found_in_the_state_that_is_true(demo_run, name):
    wrong = [
        (row["verdict"], row["truth_id"], row["state"], expected_state(demo_run, row))
        for row in score_rows(demo_run, name)
        if row["is_real"] and (row["verdict"] != "TP" or expected_state(demo_run, row) not in (None, row["state"]))
    ]
    assert wrong == []


def expected_state(demo, row):
    """What is read and not run is reported, and proved in neither direction."""
    return "possible" if row["service"] in demo.not_started else row["expected_state"]


@pytest.mark.parametrize("name", RELEASES)
def test_what_this_machine_cannot_run_is_said_not_to_be_assessed(demo_run, name):
    if not demo_run.not_started:
        pytest.skip("every service of the demo runs on this machine")
    fired = rows(demo_run, TRIGGERS, f"shop-{name}")
    for service, reason in demo_run.not_started.items():
        assert service in demo_run.release(name)["not_deployed"]
        assert any(holds(row, {"trigger": "not_assessed", "service": service}) for row in fired)
        assert " ".join(reason.split()) in " ".join((demo_run.ran.out + demo_run.ran.err).split())


@pytest.mark.parametrize("name", RELEASES)
def test_every_bait_is_refuted_or_never_reported(demo_run, name):
    baits = [row for row in score_rows(demo_run, name) if not row["is_real"]]
    assert len(baits) == sum(row["real"] == "bait" for row in truth(name)) > 5
    assert [row for row in baits if row["state"] not in (None, "refuted")] == []


def score_rows(demo, name):
    return rows(
        demo,
        """select score_rows.*, findings.service
        from marts.score_rows left join marts.findings using (release_id, finding_id)
        where release_id = ? and scope = 'correlation' and coverage = 'now' order by truth_id""",
        f"shop-{name}",
    )


@pytest.mark.parametrize("name", RELEASES)
def test_triggers_fire_where_they_must_and_nowhere_else(demo_run, name):
    stated = EXPECTED["releases"][name]
    fired = rows(demo_run, TRIGGERS, f"shop-{name}")
    missing = [wanted for wanted in stated["triggers"] if not any(holds(row, wanted) for row in fired)]
    known = [*stated["triggers"], *stated.get("consequences", [])]
    known += [{"trigger": "not_assessed", "service": service} for service in demo_run.not_started]
    unknown = [row for row in fired if not any(holds(row, wanted) for wanted in known)]
    forbidden = [w for w in stated.get("must_not_fire", []) if any(holds(row, w) for row in fired)]
    assert (missing, unknown, forbidden) == ([], [], [])


TRIGGERS = """
select t.trigger, t.service, t.method, t.route, t.subject, t.figures, f.file, f.function
from marts.manual_tests as t left join marts.findings as f using (release_id, finding_id)
where t.release_id = ?
"""


@pytest.mark.parametrize("name", RELEASES)
def test_gaps_are_the_ones_that_were_left(demo_run, name):
    gaps = rows(demo_run, "select * from marts.coverage_gaps where release_id = ?", f"shop-{name}")
    missing = [g for g in EXPECTED["releases"][name]["gaps"] if not any(holds(row, g) for row in gaps)]
    assert missing == []


@pytest.mark.parametrize("tracked", EXPECTED["releases"]["4.6.0"]["tracking"], ids=lambda t: t["file"])
def test_findings_are_followed_from_one_release_to_the_next(demo_run, tracked):
    findings = rows(demo_run, "select * from marts.findings where release_id = 'shop-4.6.0'")
    assert [f for f in findings if holds(f, tracked)], [
        (f["tracking"], f["weakness_class"], f["function"]) for f in findings if f["file"] == tracked["file"]
    ]


@pytest.mark.parametrize("parameter", ["user", "item"], ids=["python", "clojure"])
def test_the_injection_across_services_is_one_finding_with_three_kinds_of_evidence_and_a_path(demo_run, parameter):
    planted = next(
        row
        for row in truth("4.6.0")
        if row["cwe"] == "CWE-89" and row["parameter"] == parameter and row["real"] == "real"
    )
    if reason := demo_run.not_started.get(planted["service"]):
        pytest.skip(reason)
    found = rows(
        demo_run,
        """select * from marts.findings
        where release_id = 'shop-4.6.0' and file = ? and weakness_class = 'sql-injection'""",
        planted["file"],
    )
    assert [(f["state"], f["line"]) for f in found] == [("confirmed", int(planted["line"]))]
    evidence = rows(
        demo_run,
        "select distinct technique from marts.evidence where release_id = 'shop-4.6.0' and finding_id = ?",
        found[0]["finding_id"],
    )
    assert {e["technique"] for e in evidence} >= {"static", "dynamic", "trace"}
    hops = rows(
        demo_run,
        "select * from marts.lead_paths where release_id = 'shop-4.6.0' and finding_id = ? order by path_number, hop",
        found[0]["finding_id"],
    )
    from_gateway = [h for h in hops if h["entry_service"] == "gateway" and h["is_observed"]]
    first, last = (
        from_gateway[0],
        max((h for h in from_gateway if h["path_number"] == from_gateway[0]["path_number"]), key=lambda h: h["hop"]),
    )
    assert (first["service"], first["hop_kind"]) == ("gateway", "endpoint")
    assert (last["service"], last["file"], last["line"]) == (planted["service"], planted["file"], int(planted["line"]))


def test_the_injection_that_nobody_exercises_is_a_gap_with_a_request_to_qa(demo_run):
    planted = next(row for row in truth("4.6.0") if row["cwe"] == "CWE-78" and row["real"] == "real")
    gap = rows(
        demo_run,
        """select * from marts.coverage_gaps
        where release_id = 'shop-4.6.0' and gap = 'finding_without_traffic' and service = ? and route = ?""",
        planted["service"],
        planted["route"],
    )
    assert len(gap) == 1
    assert "curl" in gap[0]["request_curl"] and planted["route"] in gap[0]["request_curl"]
    assert planted["parameter"] in gap[0]["request_curl"]
    compile(gap[0]["request_test"], "request_test", "exec")
    assert "def test_" in gap[0]["request_test"]


@pytest.mark.parametrize("name", RELEASES)
def test_the_destructive_request_was_never_sent(demo_run, name):
    """The service counts its own calls; its counter must read zero after everything."""
    counters = read_counters(demo_run.data / "scratch" / "staging" / name)
    assert counters == [0]
    for called in EXPECTED["never_called"]:
        sent = rows(
            demo_run,
            "select count(*) as n from marts.probes where release_id = ? and service = ? and url like '%' || ? || '%'",
            f"shop-{name}",
            called["service"],
            called["route"],
        )
        assert sent == [{"n": 0}]


def read_counters(folder):
    counters = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3":
            with sqlite3.connect(path) as connection:
                tables = [r[0] for r in connection.execute("select name from sqlite_master where type = 'table'")]
                if "resets" in tables:
                    counters += [connection.execute("select count(*) from resets").fetchone()[0]]
    return counters


@pytest.mark.parametrize("name", RELEASES)
def test_no_evidence_is_lost_between_the_engines_and_the_findings(demo_run, name):
    lost = rows(
        demo_run,
        """select count(*) as n from marts.evidence as e left join marts.findings as f using (release_id, finding_id)
        where e.release_id = ? and f.finding_id is null""",
        f"shop-{name}",
    )
    assert lost == [{"n": 0}]


def test_the_summary_is_complete_and_the_score_is_printed(demo_run):
    for name in RELEASES:
        release = demo_run.release(name)
        assert {s["scope"] for s in release["scores"]} >= {"static", "dynamic", "trace", "correlation"}
        assert release["requests_sent"]["probes"] > 50 and release["requests_sent"]["fuzz_cases"] > 20
        assert sum(s["spans"] for s in release["spans_recorded"]) > 100
        assert sum(release["seconds"].values()) > 0
    assert re.search(r"correlation\s*│\s*\d+", demo_run.ran.out)


def test_no_secret_lands(demo_run):
    """Neither passwords nor tokens of the identities are in what is published."""
    system = yaml.safe_load((ROOT / "data" / "demo" / "4.6.0" / "system.yaml").read_text())
    secrets = [value for key, value in system["environment"].items() if "PASSWORD" in key or "SECRET" in key]
    content = demo_run.published.read_bytes()
    assert secrets and [s for s in secrets if s.encode() in content] == []
    dump = json.dumps(rows(demo_run, "select * from marts.probes"), default=str)
    assert not re.search(r"Bearer (?!\$)[A-Za-z0-9._-]{12,}", dump)
