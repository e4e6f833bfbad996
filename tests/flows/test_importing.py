"""Importing as the command does it, without and with a release."""

import gzip
import json

import pytest

from engines.contract import EngineError
from flows.importing import import_all
from flows.settings import Settings
from flows.warehouse import reading
from tests.flows.test_formats import CONTENTS, SPAN

MANIFEST = """\
system: library
release: "1.0.0"
services:
  orders: {source: orders, version: "1", exposure: internal, base_url: "http://127.0.0.1:8080"}
"""


@pytest.fixture
def system(tmp_path):
    """A manifest of one service with one file."""
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "store.py").write_text("def load(user):\n    return db.execute('select ' + user)\n")
    (tmp_path / "leadline.yaml").write_text(MANIFEST)
    return tmp_path / "leadline.yaml"


def sarif(path, tool, rule, file="orders/store.py"):
    """Write a report of one result in the given file."""
    place = {"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 2}}}
    result = {"ruleId": rule, "message": {"text": "m"}, "locations": [place]}
    run = {"tool": {"driver": {"name": tool}}, "results": [result]}
    path.write_text(json.dumps({"version": "2.1.0", "runs": [run]}))
    return path


def rows(settings, sql):
    with reading(settings.warehouse) as connection:
        return connection.execute(sql).fetchall()


def test_without_a_release_it_is_told_what_a_recording_holds(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(SPAN.encode() + b"\n" + SPAN.encode()[:300]))
    (outcome,) = import_all(Settings(tmp_path / "data"), [path], None)
    rows, (refused,) = outcome.pop("rows"), outcome.pop("quarantined")
    assert outcome == {
        "file": str(path),
        "format": "OTLP JSON",
        "landed": False,
        "traces": 1,
        "spans": 1,
        "services": ["s"],
        "endpoints": [{"service": "s", "method": "GET", "route": "/a"}],
        "sinks": {},
        "untold": [
            {"service": "s", "reason": "no_code_locations",
             "explanation": "No span here names a code location: which ones ran is unknown."}
        ],
    }  # fmt: skip
    assert (refused["count"], rows["requests"], rows["quarantine"]) == (1, 1, 1)
    assert not (tmp_path / "data").exists()


def test_a_recording_lands_once(tmp_path, system):
    settings, path = Settings(tmp_path / "data"), tmp_path / "file"
    requests = [{"request": {"method": "GET", "url": f"http://{host}/b?c=1"}} for host in ("127.0.0.1:8080", "other")]
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": requests}}))
    (outcome,) = import_all(settings, [path], system)
    assert (outcome["format"], outcome["landed"], outcome["traces"]) == ("HAR", "complete", 2)
    assert outcome["services"] == ["orders", "other"] and outcome["not_in_manifest"] == ["other"]
    assert rows(settings, "select service, path_example, requests from raw.requests order by all") == [
        ("orders", "/b", 1),
        ("other", "/b", 1),
    ]
    assert rows(settings, "select reason from raw.skips where subject = 'file' order by all") == [
        ("no_calls",),
        ("no_routes",),
    ]
    (again,) = import_all(settings, [path], system)
    assert (again["landed"], again["rows"]) == ("kept", {})


def test_a_report_lands_in_the_service_that_its_paths_lead_to_under_the_name_of_its_tool(tmp_path, system):
    settings = Settings(tmp_path / "data")
    import_all(settings, [sarif(tmp_path / "a", "CodeQL", "py/sql-injection")], system)
    assert rows(settings, "select engine, service, rule_id, file, start_line, snippet from raw.matches") == [
        ("codeql", "orders", "codeql/py/sql-injection", "store.py", 2, "    return db.execute('select ' + user)")
    ]


def test_reports_of_one_tool_that_come_together_land_together_and_those_of_another_apart(tmp_path, system):
    settings = Settings(tmp_path / "data")
    files = [sarif(tmp_path / name, tool, f"rule-{name}") for name, tool in (("a", "T"), ("b", "T"), ("c", "Other"))]
    outcome = import_all(settings, files, system)
    assert [line["landed"] for line in outcome] == ["complete", "complete"]
    assert rows(settings, "select engine, count(*) from raw.matches group by all order by all") == [
        ("other", 1),
        ("t", 2),
    ]
    assert [line["landed"] for line in import_all(settings, files, system)] == ["kept", "kept"]


def test_several_files_of_known_vulnerabilities_do_not_replace_each_other(tmp_path, system):
    settings = Settings(tmp_path / "data")
    files = []
    for name in ("one", "two"):
        document = json.loads(CONTENTS["CycloneDX"])
        document["components"] = [{"name": name, "version": "1", "bom-ref": name}]
        document["vulnerabilities"] = [{"id": f"CVE-2026-{name}", "affects": [{"ref": name}]}]
        files.append(tmp_path / name)
        files[-1].write_text(json.dumps(document))
    import_all(settings, files, system)
    assert rows(settings, "select count(distinct run_id), count(*) from raw.advisories") == [(1, 2)]


def test_a_report_that_cannot_be_read_lands_as_a_failed_run_and_says_why(tmp_path, system):
    settings = Settings(tmp_path / "data")
    path = tmp_path / "broken.sarif"
    path.write_text('{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}}, "results": [')
    with pytest.raises(EngineError, match=r"broken\.sarif is no whole JSON"):
        import_all(settings, [path], system)
    assert rows(settings, "select status from raw.runs where technique = 'imported'") == [("failed",)]
