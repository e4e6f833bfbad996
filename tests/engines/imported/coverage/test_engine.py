"""A coverage report becomes ranges of lines in the services of the release; what it cannot tell is said."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from engines.contract import Check, CoveredLines, EngineError, Quarantined, Skip, Target
from engines.imported.coverage.engine import READERS, CoverageEngine

SYSTEM = Target("r", "*", "", "", "internal")


def run(path: Path, format: str, services: list[Target] | None = None) -> list:
    return list(CoverageEngine(path, format, services or []).run(SYSTEM, ()))


@pytest.fixture
def report(tmp_path: Path) -> Path:
    contexts = {"2": ["t.a"], "3": ["t.a"], "5": ["t.a", "t.b"]}
    files = {
        "/ci/shop/store/sql.py": {"executed_lines": [1, 2, 3, 5], "contexts": contexts},
        "/ci/shop/gone.py": {"executed_lines": [1]},
    }
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps({"meta": {"show_contexts": True}, "files": files}))
    return path


def test_lines_become_ranges_of_the_service_by_test(report: Path, tmp_path: Path) -> None:
    (tmp_path / "shop" / "store").mkdir(parents=True)
    (tmp_path / "shop" / "store" / "sql.py").write_text("x = 1\n")
    records = run(report, "coverage.py JSON", [Target("r", "shop", "1", "b", "internal", source=tmp_path / "shop")])
    told = [(c.service, c.test, c.file, c.start_line, c.end_line) for c in records if isinstance(c, CoveredLines)]
    assert told == [
        ("shop", "t.a", "store/sql.py", 2, 3),
        ("shop", "t.a", "store/sql.py", 5, 5),
        ("shop", "t.b", "store/sql.py", 5, 5),
        ("shop", None, "store/sql.py", 1, 1),
    ]
    assert [s.subject for s in records if isinstance(s, Skip) and s.subject_kind == "file"] == ["/ci/shop/gone.py"]
    assert any(isinstance(r, Check) and "without ci/shop/" in r.expectation for r in records)


def test_what_the_format_cannot_tell_is_said(report: Path, tmp_path: Path) -> None:
    assert {r.reason for r in run(report, "coverage.py JSON") if isinstance(r, Skip)} == {"no_calls"}
    bare = tmp_path / "lcov.info"
    bare.write_text("SF:a.js\nDA:1,1\nend_of_record\n")
    assert {r.reason for r in run(bare, "LCOV") if isinstance(r, Skip)} == {"no_calls", "no_contexts"}


def test_an_empty_report_is_said_and_one_of_nonsense_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text('{"files": {}}')
    assert "empty_report" in {r.reason for r in run(path, "coverage.py JSON") if isinstance(r, Skip)}
    path.write_text('{"files": {"a": 1}}')
    with pytest.raises(EngineError, match="make the report again"):
        run(path, "coverage.py JSON")


def test_a_name_of_a_test_is_shown_without_its_secret(tmp_path: Path) -> None:
    path = tmp_path / "lcov.info"
    path.write_text("TN:password=hunter2hunter2\x1b[31m\nSF:a.js\nDA:1,1\nend_of_record\n")
    (covered,) = [r for r in run(path, "LCOV") if isinstance(r, CoveredLines)]
    assert "hunter2" not in covered.test and "\x1b" not in covered.test


SOUND = {
    "coverage.py JSON": json.dumps(
        {"meta": {"show_contexts": True}, "files": {"a.py": {"executed_lines": [1, 2], "contexts": {"1": ["t"]}}}}
    ),
    "JaCoCo XML": '<report name="x"><package name="p"><sourcefile name="A.java"><line nr="1" ci="2"/></sourcefile>'
    "</package></report>",
    "Cobertura XML": '<coverage line-rate="1"><packages><package><classes><class filename="a.py"><lines>'
    '<line number="1" hits="2"/></lines></class></classes></package></packages></coverage>',
    "LCOV": "TN:t\nSF:a.js\nDA:1,1\nDA:2,1\nend_of_record\n",
}


@pytest.mark.parametrize("format", SOUND)
def test_damage_is_refused_in_a_sentence_or_kept_as_rows(tmp_path: Path, format: str) -> None:
    draw = random.Random(7)
    path, sound = tmp_path / "report", SOUND[format].encode()
    refused = kept = 0
    for _ in range(100):
        damaged = bytearray(sound)
        match draw.randrange(3):
            case 0:
                damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
            case 1:
                del damaged[draw.randrange(len(damaged)) :]
            case 2:
                at = draw.randrange(len(damaged))
                damaged[at:at] = draw.choice([b"\xff\x00", b'"' * 50, b"9" * 5_000, b"<a>" * 80, b"[" * 3_000])
        path.write_bytes(damaged)
        try:
            records = run(path, format)
        except EngineError as error:
            refused += 1
            assert "\n" not in str(error)
        else:
            kept += 1
            assert all(isinstance(r, CoveredLines | Skip | Quarantined | Check) for r in records)
    assert refused + kept == 100 and kept


def test_every_format_has_a_reader() -> None:
    assert set(READERS) == {*SOUND, "coverage.py data"}
