"""Verdicts of tests from JUnit XML; entities and other files are refused."""

import pytest

from engines.contract import EngineError, Target
from engines.imported.junit import JUnitEngine

TARGET = Target("kiln-1", "*", "1", "build", "internet")


def observed(tmp_path, content):
    path = tmp_path / "junit.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(JUnitEngine(path).run(TARGET, ()))


def test_each_case_has_its_outcome(tmp_path):
    results = observed(
        tmp_path,
        """<?xml version="1.0"?><testsuites><testsuite name="qa">
        <testcase classname="qa.walls" name="a" time="0.5"/>
        <testcase name="b" time="1,000.25"><failure message="assert 1 == 2">at line 3</failure></testcase>
        <testcase name="c"><error>boom</error><system-out>chatter</system-out></testcase>
        <testcase name="d"><skipped message="not today"/></testcase>
        <testcase name="e" time="NaN"><failure/><error message="worse"/></testcase>
        </testsuite></testsuites>""",
    )
    assert [(r.suite, r.name, r.outcome, r.seconds) for r in results] == [
        ("qa.walls", "a", "passed", 0.5),
        ("qa", "b", "failed", 1000.25),
        ("qa", "c", "error", 0.0),
        ("qa", "d", "skipped", 0.0),
        ("qa", "e", "error", 0.0),
    ]
    assert results[1].message == "assert 1 == 2\\nat line 3" and results[2].message == "boom"


def test_what_pytest_writes_is_read(tmp_path):
    import subprocess
    import sys

    (tmp_path / "test_it.py").write_text("def test_good(): pass\ndef test_bad(): assert 0\n")
    out = tmp_path / "junit.xml"
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={out}"], cwd=tmp_path)
    results = {r.name: r.outcome for r in JUnitEngine(out).run(TARGET, ())}
    assert results == {"test_good": "passed", "test_bad": "failed"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>', "declares a document type"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>', "declares a document type"),
        ("<!doctype html><p>Sign in", "is an HTML page"),
        ("<testsuite>", "is no well-formed XML"),
        ("<other/>", "holds no <testsuite>"),
        ("", "is no well-formed XML"),
        (b"\xff\xfe<\x00", "is no UTF-8 text"),
        ("<testsuite>" * 100 + "</testsuite>" * 100, "nests deeper"),
    ],
)
def test_hostile_and_other_files_are_one_sentence(tmp_path, content, said):
    with pytest.raises(EngineError, match=said):
        observed(tmp_path, content)


def test_secrets_in_messages_do_not_land(tmp_path):
    text = '<testsuite><testcase name="a"><failure message="password=hunter2hunter2"/></testcase></testsuite>'
    (result,) = observed(tmp_path, text)
    assert "hunter2" not in result.message
