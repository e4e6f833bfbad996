"""`leadline scan` and `leadline rules show` as a user meets them."""

import json
import subprocess
import sys

import pytest

from tests.command import ROOT, leadline
from tests.flows.local.trees import Tree, weak


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def tree(tmp_path):
    tree = Tree(tmp_path / "tree")
    tree.write("a.py", weak("colour"))
    tree.write("quiet.py", "a = 1")
    tree.commit()
    return tree


@pytest.fixture
def scan(tree, cache):
    return lambda *arguments: leadline("scan", *arguments, cwd=tree.folder, env={"XDG_CACHE_HOME": str(cache)})


def test_findings_are_1_and_none_are_0(scan):
    found, clean = scan(), scan("quiet.py")
    assert (found.status, clean.status) == (1, 0), found.err + clean.err
    assert "a.py\n  2:" in found.out and "sql-injection.string-built-query" in found.out
    assert clean.out.startswith("No findings: 1 file scanned")
    assert "\x1b" not in found.out and found.err == ""


def test_the_threshold_decides_the_status_and_not_what_is_shown(scan):
    ran = scan("--fail-on", "critical")
    assert ran.status == 0 and "1 finding (1 high)" in ran.out
    assert scan("--fail-on", "never").status == 0
    assert scan("--severity", "critical").out.startswith("No findings")


def test_since_looks_at_what_changed(tree, scan):
    assert scan("--since", "HEAD").out.startswith("Nothing was scanned: nothing that changed since HEAD is code")
    tree.write("new.py", weak("size"))
    ran = scan("--since", "HEAD")
    assert ran.status == 1 and "new.py" in ran.out and "a.py" not in ran.out


def test_nothing_to_scan_in_a_folder_is_wrong_usage_and_not_clean(scan, tmp_path):
    (tmp_path / "empty").mkdir()
    ran = scan(tmp_path / "empty")
    assert ran.status == 64 and ran.out.startswith("Nothing was scanned")


def test_programs_get_json_and_sarif(scan, tmp_path):
    ran = scan("--json", "--sarif", tmp_path / "out.sarif")
    assert [finding["path"] for finding in json.loads(ran.out)["findings"]] == ["a.py"]
    assert len(json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"]) == 1
    assert json.loads(scan("--sarif", "-").out)["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "There is no nowhere"),
        (["--since", "nope"], "git knows no revision nope"),
        (["--rule", "sql"], "There is no rule sql: near it are"),
        (["--pack", "nowhere"], "The rule pack nowhere is no folder"),
        (["--fail-on", "grave"], "--fail-on"),
    ],
)
def test_wrong_usage_is_64_and_one_sentence(scan, arguments, said):
    ran = scan(*arguments)
    assert ran.status == 64 and said in ran.err and len(ran.err.strip().splitlines()) == 1


def test_without_a_cache_nothing_is_kept(tree, tmp_path):
    ran = leadline("scan", "quiet.py", "--no-cache", cwd=tree.folder, env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert ran.status == 0 and not (tmp_path / "cache").exists()


def test_a_rule_is_shown(scan):
    ran = leadline("rules", "show", "debug-mode.enabled")
    assert ran.status == 0 and "CWE-489" in ran.out
    assert leadline("rules", "show", "debug-mod").status == 64


def test_help_teaches():
    text = " ".join(leadline("scan", "--help").out.split())
    for part in ("leadline scan --since HEAD~1", "leadline:ignore RULE REASON", "Exit status: 0", "pre-commit"):
        assert part in text


def test_it_starts_without_what_a_release_needs(scan, tree, cache):
    scan("quiet.py")
    code = (
        "import sys; sys.argv = ['leadline', 'scan', 'quiet.py']\n"
        "from flows import cli\n"
        "try: cli.main()\n"
        "except SystemExit: print(sorted({name.split('.')[0] for name in sys.modules}))"
    )
    environment = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tree.folder, env=environment, capture_output=True, text=True
    )
    assert "No findings" in done.stdout, done.stderr
    heavy = {"prefect", "dbt", "great_expectations", "duckdb", "pandas", "streamlit", "tree_sitter", "httpx", "sqlglot"}
    assert heavy & set(done.stdout.split("'")) == set()
