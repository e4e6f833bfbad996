import gzip

import pytest

from flows.formats import NotRecognised, recognise

SPAN = (
    '{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "s"}}]}, '
    '"scopeSpans": [{"spans": [{"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", '
    '"name": "GET /a", "kind": 2, "startTimeUnixNano": "1", "endTimeUnixNano": "2", "attributes": '
    '[{"key": "http.request.method", "value": {"stringValue": "GET"}}, '
    '{"key": "http.route", "value": {"stringValue": "/a"}}]}]}]}]}'
)
CONTENTS = {
    "SARIF": '{"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": []}',
    "OTLP JSON": SPAN,
    "Jaeger": '{"data": [{"traceID": "1", "spans": [{"traceID": "1", "spanID": "1"}], "processes": {}}]}',
    "Zipkin": '[{"traceId": "1", "id": "1", "name": "a"}]',
    "Tempo": '{"batches": [{"scopeSpans": []}]}',
    "HAR": '{"log": {"version": "1.2", "creator": {}, "entries": []}}',
    "CycloneDX": '{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [], "vulnerabilities": []}',
    "JUnit": '<?xml version="1.0"?><testsuites><testsuite name="s"><testcase name="t" time="0.1"/></testsuite>'
    "</testsuites>",
    "coverage.py JSON": '{"meta": {"format": 3, "branch_coverage": false}, "files": {}}',
    "coverage.py data": "SQLite format 3\0",
    "JaCoCo XML": '<?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report/>',
    "Cobertura XML": '<?xml version="1.0"?><coverage version="1" line-rate="0.5"/>',
    "LCOV": "TN:\nSF:a.js\nend_of_record\n",
    "decision log": "- subject: gap\n  id: a\n  action: asked\n  author: me\n  reason: x\n  at: 2026-01-01T00:00:00Z\n",
}


def test_a_decision_log_is_recognised_whatever_key_comes_first(tmp_path):
    path = tmp_path / "log"
    path.write_text("# People decided:\n- service: orders\n  subject_kind: finding\n  action: accepted\n")
    assert recognise(path)[0] == "decision log"


@pytest.mark.parametrize("name", CONTENTS)
def test_the_format_is_told_from_the_content_and_not_from_the_name(tmp_path, name):
    path = tmp_path / "file.txt"
    path.write_text(CONTENTS[name])
    assert recognise(path)[0] == name


@pytest.mark.parametrize(
    "content",
    [
        '{"runs": [], "version": "2.1.0"}',
        '\ufeff{ "version" : "2.1.0", "runs" : [ ] }',
        '{"runs": [{"properties": "' + 20_000 * "x" + '"}], "$schema": "https://a/sarif-schema-2.1.0.json"}',
        '{"inlineExternalProperties": [], "properties": "' + 20_000 * "x" + '", "runs": [], "version": "2.1.0"}',
    ],
)
def test_sarif_is_recognised_in_whatever_order_it_says_what_it_is(tmp_path, content):
    path = tmp_path / "file"
    path.write_text(content)
    assert recognise(path)[0] == "SARIF"


def test_a_report_that_speaks_of_traces_is_a_report(tmp_path):
    path = tmp_path / "file"
    path.write_text(CONTENTS["SARIF"][:-1] + ', "properties": {"traceID": "1", "spanID": "1", "resourceSpans": []}}')
    assert recognise(path)[0] == "SARIF"


def test_a_compressed_recording_is_recognised(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(SPAN.encode()))
    assert recognise(path)[0] == "OTLP JSON"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<html><body>Sign in</body></html>", "is an HTML page"),
        ("  <!DOCTYPE HTML><p>", "is an HTML page"),
        ("", "looks like an empty file"),
        ("hello", 'looks like a text that begins with "hello"; accepted: traces (OTLP'),
        ('{"a": 1}', 'looks like a JSON object with the key "a"; accepted: traces (OTLP'),
    ],
)
def test_what_cannot_be_imported_is_said_in_one_sentence(tmp_path, content, says):
    path = tmp_path / "report.sarif"
    path.write_text(content)
    with pytest.raises(NotRecognised) as caught:
        recognise(path)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(NotRecognised, match="cannot be read"):
        recognise(tmp_path / "nothing")
