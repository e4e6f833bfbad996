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
  orders: {source: orders, version: "1", exposure: internal}
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


def test_without_a_release_rows_are_counted(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(SPAN.encode()))
    outcome = import_all(Settings(tmp_path / "data"), [path], None)
    assert outcome == [{"file": str(path), "format": "OTLP", "landed": False, "rows": outcome[0]["rows"]}]
    assert outcome[0]["rows"]["requests"] == 1


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
