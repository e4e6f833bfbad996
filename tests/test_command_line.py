"""The command line as a user meets it: help that teaches, errors of one sentence, statuses that are no decision."""

import gzip
import json
import re

import pytest

from flows.cli import FAILURE, USAGE
from tests.command import leadline

COMMANDS = ["demo", "release", "nightly", "record", "import", "diff", "report", "app", "serve", "schema", "rules"]


def one_sentence(ran, *parts):
    lines = ran.err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("leadline: "), ran.err
    assert "Traceback" not in ran.err
    assert all(part in lines[0] for part in parts), lines[0]


def test_help_names_every_command_and_the_gate():
    ran = leadline("--help")
    assert ran.status == 0 and all(re.search(rf"\b{command}\b", ran.out) for command in COMMANDS)
    assert "0 ship, 10 test by hand first, 20 block, 30 could not assess" in " ".join(
        leadline("release", "-h").out.split()
    )


@pytest.mark.parametrize("arguments", [["releas"], ["release"], ["release", "x", "--no-such"], ["demo", "--port", "x"]])
def test_wrong_usage_is_64(arguments):
    ran = leadline(*arguments)
    assert ran.status == USAGE
    one_sentence(ran)


def test_a_manifest_that_cannot_be_used_is_64_and_says_where(tmp_path):
    manifest = tmp_path / "leadline.yaml"
    manifest.write_text("system: s\nrelease: '1'\nservices:\n  a: {version: '1', exposure: internal, ownr: me}\n")
    ran = leadline("release", manifest, "--data", tmp_path / "data")
    assert ran.status == USAGE
    one_sentence(ran, f"{manifest}:4", "ownr is not a known key", "did you mean owner")


def test_a_base_url_outside_the_scope_is_refused_before_anything_is_sent(tmp_path):
    manifest = tmp_path / "leadline.yaml"
    manifest.write_text(
        "system: s\nrelease: '1'\nservices:\n  a: {version: '1', exposure: internal, base_url: 'http://192.0.2.7:80'}\n"
    )
    ran = leadline("release", manifest, "--data", tmp_path / "data")
    assert ran.status == USAGE
    one_sentence(ran, "services.a.base_url", "192.0.2.7", "scope")


def test_a_page_saved_as_a_report_is_told(tmp_path):
    report = tmp_path / "report.sarif"
    report.write_text("<!DOCTYPE html><html><body>Sign in</body></html>")
    ran = leadline("import", report, "--data", tmp_path)
    assert ran.status == USAGE
    one_sentence(ran, "report.sarif is an HTML page")


def test_a_truncated_recording_is_told_or_quarantined(tmp_path):
    recording = tmp_path / "traces.json"
    recording.write_text('{"resourceSpans": [{"resource": {"attributes": [{"key": "service.na')
    ran = leadline("import", recording, "--data", tmp_path)
    assert ran.status == USAGE
    one_sentence(ran, "traces.json")


def test_a_gzip_bomb_is_refused_within_bounds(tmp_path):
    bomb = tmp_path / "traces.json.gz"
    with gzip.open(bomb, "wb") as file:
        for _ in range(600):
            file.write(b" " * 1_000_000)
    assert bomb.stat().st_size < 1_000_000
    ran = leadline("import", bomb, "--data", tmp_path, timeout=60)
    assert ran.status == USAGE
    one_sentence(ran, "traces.json.gz")


def test_an_empty_data_folder_is_explained(tmp_path):
    ran = leadline("app", "--data", tmp_path)
    assert ran.status == USAGE
    one_sentence(ran, "nothing has been published yet", "leadline demo")


def test_a_diff_of_nothing_is_explained(tmp_path):
    ran = leadline("diff", "--data", tmp_path)
    assert ran.status == USAGE
    one_sentence(ran, "nothing has been published yet", "leadline release")


def test_the_schema_is_json():
    assert json.loads(leadline("schema").out)["title"] == "leadline.yaml"


def test_a_failure_is_70_and_not_a_decision():
    assert {USAGE, FAILURE} & {0, 10, 20, 30} == set()


def test_a_report_needs_a_release_and_knows_one_format(tmp_path):
    ran = leadline("report", "--data", tmp_path / "data")
    assert ran.status == USAGE
    one_sentence(ran, "nothing has been published yet")
    ran = leadline("report", "--format", "word", "--data", tmp_path / "data")
    assert ran.status == USAGE
    one_sentence(ran, "sarif")


def test_sarif_is_counted_without_a_release(tmp_path):
    report = tmp_path / "report"
    place = {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 1}}}
    run = {
        "tool": {"driver": {"name": "T"}},
        "results": [{"ruleId": "r", "message": {"text": "m"}, "locations": [place]}],
    }
    report.write_text(json.dumps({"version": "2.1.0", "runs": [run]}))
    ran = leadline("import", report, "--data", tmp_path / "data", "--json")
    assert ran.status == 0
    (line,) = json.loads(ran.out)
    assert (line["format"], line["rows"]) == ("SARIF", {"matches": 1, "rules": 1})
