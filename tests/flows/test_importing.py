import gzip

import pytest

from flows.importing import NotRecognised, import_all, recognise
from flows.settings import Settings

SPAN = (
    '{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "s"}}]}, '
    '"scopeSpans": [{"spans": [{"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", '
    '"name": "GET /a", "kind": 2, "startTimeUnixNano": "1", "endTimeUnixNano": "2", "attributes": '
    '[{"key": "http.request.method", "value": {"stringValue": "GET"}}, '
    '{"key": "http.route", "value": {"stringValue": "/a"}}]}]}]}]}'
)
CONTENTS = {
    "OTLP": SPAN,
    "CycloneDX": '{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [], "vulnerabilities": []}',
    "JUnit": '<?xml version="1.0"?><testsuites><testsuite name="s"><testcase name="t" time="0.1"/></testsuite>'
    "</testsuites>",
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


def test_a_compressed_recording_is_recognised(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(SPAN.encode()))
    assert recognise(path)[0] == "OTLP"
    rows = import_all(Settings(tmp_path / "data"), [path], None)[0]["rows"]
    assert rows["requests"] == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<html><body>Sign in</body></html>", "is an HTML page"),
        ("  <!DOCTYPE HTML><p>", "is an HTML page"),
        ("", "is empty"),
        ('{"version": "2.1.0", "$schema": "sarif-2.1.0.json", "runs": []}', "SARIF"),
        ("hello", "of no known format; accepted: OTLP"),
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
