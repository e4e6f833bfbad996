"""Tests mirror the sources: every module has its test file, and no test file is without its module."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Modules that are tested whole, through what uses them, and where.
TESTED_ELSEWHERE = {
    "flows/cli.py": "tests/test_command_line.py",
    "flows/terminal.py": "tests/test_demo.py",
    "flows/demo.py": "tests/test_demo.py",
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
