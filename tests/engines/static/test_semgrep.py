"""The static engine over a small source, with the real semgrep, once."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engines.contract import EngineError, Match, ScannedFile, Skip, Target
from engines.rules.loader import load_rules
from engines.static.cache import FileCache
from engines.static.command import find_executable
from engines.static.files import SourceFile
from engines.static.semgrep import SemgrepEngine

BUNDLED = load_rules()
CALLS = replace(
    BUNDLED[0], id="sql-injection.calls", static=({"languages": ["python"], "pattern": "$DB.execute(...)"},)
)
BROKEN = replace(BUNDLED[0], id="log-injection.broken", static=({"languages": ["python"], "pattern": "def ("},))
RULES = (CALLS, replace(CALLS, id="xss.requests", static=({"languages": ["python"], "pattern": "request"},)))

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
    return list(SemgrepEngine().run(target(source), (*BUNDLED, CALLS)))


def only(observed, kind):
    return [record for record in observed if isinstance(record, kind)]


def test_matches_tell_rule_place_and_code(observed):
    match = next(
        m for m in only(observed, Match) if m.file == "kiln.py" and m.rule_id == "sql-injection.string-built-query"
    )
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
        list(engine.run(target(tmp_path), RULES))


def test_a_service_without_source_is_a_skip():
    (skip,) = SemgrepEngine().run(target(None), RULES)
    assert skip.reason == "no_source"


def test_one_broken_rule_is_a_skip_and_the_others_run(tmp_path):
    (tmp_path / "kiln.py").write_text(KILN)
    observed = list(SemgrepEngine().run(target(tmp_path), (BROKEN, *RULES)))
    assert [(s.subject_kind, s.subject, s.reason) for s in only(observed, Skip)] == [
        ("rule", "log-injection.broken", "invalid_rule")
    ]
    assert any(match.rule_id.startswith("sql-injection.") for match in only(observed, Match))


class Watched:
    """The real semgrep behind a script that notes the files of each run, and the engine that uses it with a cache."""

    def __init__(self, folder):
        self.source, self._notes = folder / "source", folder / "notes"
        self.source.mkdir()
        self._notes.write_text("")
        script = folder / "semgrep"
        self._engine = SemgrepEngine(script, cache=FileCache(folder / "cache.sqlite"))
        script.write_text(
            f'#!/bin/sh\nfor last in "$@"; do :; done\n'
            f'[ "$1" = scan ] && (cd "$last" && find . -type f | sort | tr "\\n" " "; echo) >> {self._notes}\n'
            f'exec {find_executable()} "$@"\n'
        )
        script.chmod(0o755)

    def write(self, **files):
        for name, text in files.items():
            (self.source / f"{name}.py").write_text(text)

    def run(self, rules=None):
        return list(self._engine.run(target(self.source), rules or RULES))

    def fresh(self, rules=None):
        return list(SemgrepEngine().run(target(self.source), rules or RULES))

    @property
    def runs(self):
        return [line.split() for line in self._notes.read_text().splitlines()]


@pytest.fixture
def watched(tmp_path):
    return Watched(tmp_path)


def test_an_unchanged_source_is_not_read_again_and_says_the_same(watched):
    watched.write(kiln=KILN, quiet="a = 1\n", broken="def f(:\n    db.execute('a' + x)\n  )(\n")
    rules = (BROKEN, *RULES)
    first = watched.run(rules)
    assert {type(record) for record in first} == {Match, ScannedFile, Skip}
    assert {skip.reason for skip in only(first, Skip)} == {"invalid_rule", "partly_parsed"}
    assert watched.run(rules) == first == watched.fresh(rules)
    assert watched.runs == [["./broken.py", "./kiln.py", "./quiet.py"]]


def test_only_what_changed_is_read(watched):
    watched.write(kiln=KILN, quiet="a = 1\n")
    watched.run()
    watched.write(quiet=KILN, copy=KILN)
    observed = watched.run()
    assert observed == watched.fresh()
    assert Counter(match.file for match in only(observed, Match)).keys() == {"copy.py", "kiln.py", "quiet.py"}
    assert len(watched.runs) == 1  # what they hold was read before, under another name


def test_other_rules_read_all_again_but_not_for_another_language(watched):
    watched.write(kiln=KILN)
    watched.run()
    elsewhere = {"languages": ["go"], "pattern": "f(...)"}
    watched.run((*RULES, replace(BROKEN, static=(elsewhere,))))
    assert len(watched.runs) == 1
    more = {"languages": ["python"], "pattern": "request"}
    observed = watched.run((*RULES, replace(BROKEN, static=(more,))))
    assert len(watched.runs) == 2 and "log-injection.broken" in {match.rule_id for match in only(observed, Match)}


def test_a_rule_for_some_paths_keeps_to_them_whatever_was_kept(watched):
    rules = (replace(BROKEN, static=({"languages": ["python"], "pattern": "f(...)", "paths": {"include": ["a.py"]}},)),)
    watched.write(a="f(1)\n", b="f(1)\n")
    assert [match.file for match in only(watched.run(rules), Match)] == ["a.py"]
    watched.write(c="f(1)\n")
    assert [match.file for match in only(watched.run(rules), Match)] == ["a.py"]
    assert len(watched.runs) == 2


def test_a_rule_says_which_files_it_leaves_out_whatever_was_kept(watched):
    (watched.source / "tests").mkdir()
    watched.write(**{"kiln": "f(1)\n", "tests/a": "f(1)\n", "tests/b": "f(1)\n"})
    calls = {"languages": ["python"], "pattern": "f(...)", "paths": {"exclude": ["tests"]}}
    rules = (*RULES, replace(BROKEN, static=(calls,)))
    first = watched.run(rules)
    (skip,) = only(first, Skip)
    assert (skip.subject_kind, skip.subject, skip.reason) == ("rule", BROKEN.id, "excluded_paths")
    assert skip.explanation == "Its `paths` leave out 2 files of those that were read, such as tests/a.py."
    assert {record.file for record in only(first, ScannedFile)} == {"kiln.py", "tests/a.py", "tests/b.py"}
    assert watched.run(rules) == first == watched.fresh(rules) and len(watched.runs) == 1


def test_running_out_of_time_is_said_and_not_kept(tmp_path):
    fake, answer = tmp_path / "semgrep", tmp_path / "answer.json"
    answer.write_text(
        '{"results": [], "paths": {"scanned": ["ROOT/kiln.py"]}, "errors": [{"type": "Timeout", "level": "warn", '
        '"rule_id": "a.0", "path": "ROOT/kiln.py", "message": "Timeout when running a.0 on ROOT/kiln.py:"}]}'
    )
    fake.write_text(
        f'#!/bin/sh\nfor last in "$@"; do :; done\necho $1 >> {tmp_path}/runs\nsed "s#ROOT#$last#g" {answer}\n'
    )
    fake.chmod(0o755)
    engine = SemgrepEngine(fake, cache=FileCache(tmp_path / "cache.sqlite"))
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "kiln.py").write_text("a = 1\n")
    first, second = (list(engine.run(target(tmp_path / "source"), RULES)) for _ in range(2))
    assert first == second and (tmp_path / "runs").read_text() == "--version\nscan\nscan\n"
    assert [(skip.subject, skip.reason) for skip in only(first, Skip)] == [("kiln.py", "timeout")]
    assert "/" not in only(first, Skip)[0].explanation  # where the copy was is nobody's business


def test_a_language_without_rules_and_a_script_without_ending_are_told_apart(tmp_path):
    chosen = [SourceFile("bin/kiln", "python", KILN.encode()), SourceFile("kiln.lua", "lua", b"a = 1\n")]
    observed = list(SemgrepEngine(files=chosen).run(target(tmp_path), RULES))
    assert {match.file for match in only(observed, Match)} == {"bin/kiln"}
    assert [record.file for record in only(observed, ScannedFile)] == ["bin/kiln"]
    assert [(skip.subject, skip.explanation) for skip in only(observed, Skip)] == [("kiln.lua", "No rule is for lua.")]


def test_declarations_of_types_are_no_code_that_was_missed(tmp_path):
    chosen = [SourceFile("kiln.d.ts", "typescript", b"declare const a: string\n")]
    rule = replace(CALLS, static=({"languages": ["typescript"], "pattern": "$DB.execute(...)"},))
    (skip,) = SemgrepEngine(files=chosen).run(target(tmp_path), (rule,))
    assert (skip.subject, skip.reason) == ("kiln.d.ts", "no_code") and "types only" in skip.explanation


def test_a_language_that_another_engine_reads_is_left_to_it(tmp_path):
    other = replace(BROKEN, static=({"languages": ["lua"], "engine": "lua-taint"},))
    chosen = [SourceFile("kiln.lua", "lua", b"a = 1\n"), SourceFile("kiln.py", "python", b"a = 1\n")]
    observed = list(SemgrepEngine(files=chosen).run(target(tmp_path), (*RULES, other)))
    assert [record.file for record in only(observed, ScannedFile)] == ["kiln.py"] and not only(observed, Skip)
