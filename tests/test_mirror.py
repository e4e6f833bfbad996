"""Tests mirror the sources: every module has its test file, and no test file is without its module."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Parts of one machine that are tested through the whole of it, and where.
TESTED_ELSEWHERE = {
    "engines/dynamic/attempt.py": "tests/engines/dynamic/test_engine.py",
    "engines/dynamic/gate.py": "tests/engines/dynamic/test_engine.py",
    "engines/dynamic/object_access.py": "tests/engines/dynamic/test_engine.py",
    "engines/dynamic/outcome.py": "tests/engines/dynamic/test_engine.py",
    "engines/dynamic/passive.py": "tests/engines/dynamic/test_engine.py",
    "engines/dynamic/plan.py": "tests/engines/dynamic/test_engine.py",
    "engines/dynamic/sender.py": "tests/engines/dynamic/test_engine.py",
    "engines/dynamic/sentinel.py": "tests/engines/dynamic/test_engine.py",
    "engines/fuzz/connection.py": "tests/engines/fuzz/test_wire.py",
    "engines/fuzz/elements.py": "tests/engines/fuzz/test_wire.py",
    "engines/imported/sarif_code.py": "tests/engines/imported/test_sarif.py",
    "engines/imported/sarif_log.py": "tests/engines/imported/test_sarif.py",
    "engines/imported/sarif_rows.py": "tests/engines/imported/test_sarif.py",
    "engines/imported/sarif_run.py": "tests/engines/imported/test_sarif.py",
    "engines/imported/sarif_said.py": "tests/engines/imported/test_sarif.py",
    "engines/trace/reading/walk.py": "tests/engines/trace/reading/test_documents.py",
    "flows/agents.py": "tests/flows/test_staging.py",
    "engines/trace/intake.py": "tests/engines/trace/test_receiver.py",
    "flows/cli.py": "tests/test_command_line.py",
    "flows/correlate.py": "tests/flows/test_release.py",
    "flows/decision.py": "tests/flows/test_release.py",
    "flows/declare.py": "tests/flows/test_release.py",
    "flows/demo.py": "tests/test_demo.py",
    "flows/sarif/published.py": "tests/dbt_project/test_report.py",
    "flows/scan.py": "tests/flows/test_release.py",
    "flows/summary.py": "tests/test_demo.py",
    "flows/system.py": "tests/flows/test_staging.py",
    "flows/terminal.py": "tests/test_demo.py",
    "flows/yaml_errors.py": "tests/flows/test_manifest.py",
}


def sources() -> list[str]:
    found = []
    for package in ("engines", "flows"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.name not in {"__init__.py", "__main__.py", "sitecustomize.py"}:
                found.append(path.relative_to(ROOT).as_posix())
    return found


def expected_test(source: str) -> Path:
    path = Path(source)
    return ROOT / "tests" / path.parent / f"test_{path.name}"


def test_every_module_has_a_test():
    missing = [s for s in sources() if s not in TESTED_ELSEWHERE and not is_tested(s)]
    assert missing == []


def is_tested(source: str) -> bool:
    """A module is tested by its own file, or by the one of its folder where the folder is one idea."""
    folder = (ROOT / "tests" / source).parent
    return expected_test(source).exists() or (folder.parent / f"test_{folder.name}.py").exists()


def test_the_exceptions_are_true():
    assert all((ROOT / test).exists() and (ROOT / source).exists() for source, test in TESTED_ELSEWHERE.items())
