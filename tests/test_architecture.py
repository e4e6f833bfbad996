"""The arrows of the house: `flows` may import `engines`; `engines` and `app` import neither; agents nothing of ours."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"flows", "engines", "app", "tests"}
ALLOWED = {"flows": {"flows", "engines"}, "engines": {"engines"}, "app": {"app"}}


def sources(folder: str) -> list[Path]:
    return sorted(p for p in (ROOT / folder).rglob("*.py") if "agents" not in p.relative_to(ROOT).parts)


def imported(path: Path) -> set[str]:
    """Return the top-level packages that a module imports, wherever in the module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_run_one_way(package):
    modules = sources(package)
    assert modules
    wrong = {str(p.relative_to(ROOT)): imported(p) & OURS - ALLOWED[package] for p in modules}
    assert {k: v for k, v in wrong.items() if v} == {}


def test_agents_stand_alone():
    modules = sorted((ROOT / "engines" / "agents").rglob("*.py"))
    assert modules
    assert {str(p) for p in modules if imported(p) & OURS} == set()


def test_the_contract_imports_nothing_of_ours():
    assert imported(ROOT / "engines" / "contract.py") & OURS == set()


def test_only_settings_reads_the_environment():
    """`os.environ` is read in `flows/settings.py`; elsewhere it is only handed on to a process or a dependency."""
    readers = {}
    for path in (*sources("engines"), *sources("flows")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_getenv = isinstance(node, ast.Attribute) and node.attr == "getenv"
            is_get = (
                isinstance(node, ast.Attribute)
                and node.attr == "get"
                and isinstance(node.value, ast.Attribute)
                and node.value.attr == "environ"
            )
            if is_getenv or is_get:
                readers[path.relative_to(ROOT).as_posix()] = node.lineno
    assert set(readers) <= {"flows/settings.py", "flows/cli.py"}  # cli: whether to show a traceback


def test_boofuzz_stays_behind_its_engine():
    users = {p.relative_to(ROOT).as_posix() for f in ALLOWED for p in sources(f) if "boofuzz" in imported(p)}
    assert users and all(user.startswith("engines/fuzz/") for user in users)


def test_no_product_code_names_the_demo():
    """The demo is judged like any other system: nothing but its launcher knows its services."""
    import yaml

    system = yaml.safe_load((ROOT / "data" / "demo" / "4.6.0" / "system.yaml").read_text(encoding="utf-8"))
    names = [name for name in system["services"] if name not in {"gateway", "catalog", "orders"}]
    names += [f"shop-{name}" for name in system["services"]] + ["/preview", "rotem", "data/demo"]
    wrong = {}
    suffixes = {".py", ".sql", ".yaml", ".yml", ".scm", ".csv", ".json"}
    folders = [ROOT / f for f in ("engines", "flows", "app", "dbt_project")]
    for path in (p for f in folders for p in f.rglob("*") if p.suffix in suffixes and "target" not in p.parts):
        text = path.read_text(encoding="utf-8")
        if found := [name for name in names if name in text]:
            wrong[path.relative_to(ROOT).as_posix()] = found
    assert wrong == {}
