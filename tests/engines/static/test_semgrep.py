"""The static engine over a small source, with the real semgrep, once."""

from dataclasses import replace
from pathlib import Path

import pytest

from engines.contract import EngineError, Match, ScannedFile, Skip, Target
from engines.rules.loader import load_rules
from engines.static.semgrep import SemgrepEngine

KILN = """
import os
from flask import request

def drawing(db):
    name = request.args["name"]
    db.execute("select * from drawings where name = '" + name + "'")
    return open(os.path.join("/srv", name)).read()
"""


def target(source: Path | None) -> Target:
    return Target("kiln-1", "kiln", "1", "build", "internet", source=source)


@pytest.fixture(scope="module")
def observed(tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    for name in ("kiln.py", "tests/kiln.py", "vendor/kiln.py", ".venv/kiln.py", "node_modules/kiln.py"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text(KILN)
    (source / ".gitignore").write_text("vendor/\n")
    (source / "quiet.py").write_text("a = 1\n")
    (source / "broken.py").write_text("def f(:\n    db.execute('a' + x)\n  )(\n")
    (source / "large.py").write_text("#" * 1_000_001)
    return list(SemgrepEngine().run(target(source), load_rules()))


def only(observed, kind):
    return [record for record in observed if isinstance(record, kind)]


def test_matches_tell_rule_place_and_code(observed):
    match = next(m for m in only(observed, Match) if m.file == "kiln.py" and m.rule_id.startswith("sql-injection."))
    assert (match.start_line, match.is_tainted) == (7, True)
    assert "db.execute" in match.snippet and match.normalised_snippet == 'db.execute(""+name+"")'
    assert match.message and match.service == "kiln" and match.build_id == "build"


def test_every_source_file_is_seen_but_not_what_others_wrote(observed):
    files = {match.file for match in only(observed, Match)}
    assert {"kiln.py", "tests/kiln.py", "vendor/kiln.py"} <= files
    assert not any(file.startswith((".venv", "node_modules")) for file in files)


def test_nothing_found_says_in_how_many_files(observed):
    scanned = {record.file: record for record in only(observed, ScannedFile)}
    assert set(scanned) >= {"kiln.py", "quiet.py", "tests/kiln.py", "vendor/kiln.py"}
    assert scanned["quiet.py"].lines == 1 and len(scanned["quiet.py"].digest) == 64


def test_what_was_not_read_is_a_skip_with_its_reason(observed):
    skips = {skip.subject: skip.reason for skip in only(observed, Skip)}
    assert skips["large.py"] == "too_large"
    assert skips[".venv"] == skips["node_modules"] == "ignored_folder"
    assert skips["broken.py"] in ("unparsable", "partly_parsed")


def test_a_rule_says_one_thing_of_one_place_once(observed):
    places = [
        (m.rule_id, m.file, m.start_line, m.start_column, m.end_line, m.end_column) for m in only(observed, Match)
    ]
    assert len(places) == len(set(places))


def test_a_missing_semgrep_fails_the_run(tmp_path):
    engine = SemgrepEngine(executable=tmp_path / "semgrep")
    assert engine.version == "missing"
    with pytest.raises(EngineError, match="semgrep was not found"):
        list(engine.run(target(tmp_path), load_rules()))


def test_a_service_without_source_is_a_skip():
    (skip,) = SemgrepEngine().run(target(None), load_rules())
    assert skip.reason == "no_source"


def test_one_broken_rule_is_a_skip_and_the_others_run(tmp_path):
    (tmp_path / "kiln.py").write_text(KILN)
    rules = load_rules()
    broken = replace(rules[0], id="log-injection.broken", static=({"languages": ["python"], "pattern": "def ("},))
    observed = list(SemgrepEngine().run(target(tmp_path), (broken, *rules)))
    assert [(s.subject_kind, s.subject, s.reason) for s in only(observed, Skip)] == [
        ("rule", "log-injection.broken", "invalid_rule")
    ]
    assert any(match.rule_id.startswith("sql-injection.") for match in only(observed, Match))
