"""What a rule's `paths` leave out is told, and is what semgrep leaves out."""

import json

import pytest

from engines.static.command import find_executable, scan
from engines.static.files import SourceFile
from engines.static.rule_paths import left_out

FILES = (
    "a.py", "a/b_test.py", "a/fixtures/q.py", "a/Tests.py", "src/api/tests.py", "src/api/x.py", "test_z.py",
    "tests/a.py", "tests/deep/test_b.py", "tmp/t.py", "x/api/x.py",
)  # fmt: skip
PATTERNS = (
    "tests", "test", "test_*.py", "*_test.py", "/tests", "tests/", "tests/*", "tests/**", "**/tests/**", "src/api",
    "api/x.py", "/api/x.py", "/x/*/x.py", "/src/**/*.py", "a/*", "*.py", "deep/", "a/**/q.py", "[st]*", "?.py",
    "./tests", "Tests.py", "*/x.py", "/a.py", "{tests,src}", "te[!x]ts", "tmp",
)  # fmt: skip


def body(number, paths, languages=("python",), rule_id="xss.calls"):
    return {
        "id": f"{rule_id}.{number}",
        "languages": list(languages),
        "severity": "INFO",
        "message": "m",
        "pattern": "f(1)",
        "paths": paths,
    }


def read(*paths, language="python"):
    return [SourceFile(path, language, b"f(1)\n") for path in paths]


def paths_left_out(paths, files=FILES):
    found = list(left_out([body(0, paths)], read(*files)))
    return set(found[0].files) if found else set()


@pytest.fixture(scope="module")
def semgrep_reads(tmp_path_factory):
    """What semgrep itself reads, by the `paths` of a rule."""
    root = tmp_path_factory.mktemp("source").resolve()
    for file in read(*FILES):
        (root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / file.path).write_bytes(file.content)
    choices = [{kind: [pattern]} for pattern in PATTERNS for kind in ("include", "exclude")]
    choices.append({"include": ["tests", "src"], "exclude": ["deep", "x.py"]})
    bodies = [body(number, choice) for number, choice in enumerate(choices)]
    said = scan(find_executable(), bodies, root, seconds=120)
    reads = {json.dumps(choice): set() for choice in choices}
    for result in said["results"]:
        choice = choices[int(result["check_id"].rpartition(".")[2])]
        reads[json.dumps(choice)].add(result["path"].removeprefix(f"{root}/"))
    return reads


def test_it_is_what_semgrep_leaves_out(semgrep_reads):
    said = {choice: set(FILES) - paths_left_out(json.loads(choice)) for choice in semgrep_reads}
    assert said == semgrep_reads
    assert len({frozenset(paths) for paths in said.values()}) > 20  # the patterns do differ


def test_a_rule_tells_once_how_many_files_and_one_of_them():
    tests = {"exclude": ["tests"]}
    bodies = [body(0, tests), body(1, {"exclude": ["/a.py"]}), body(0, tests, ["go"], "xss.other")]
    (rule,) = left_out(bodies, read(*FILES))
    assert (rule.rule_id, rule.files) == ("xss.calls", ["a.py", "tests/a.py", "tests/deep/test_b.py"])
    assert rule.explanation == "Its `paths` leave out 3 files of those that were read, such as a.py."


def test_a_rule_that_reads_all_says_nothing():
    everything = {key: value for key, value in body(1, {}).items() if key != "paths"}
    assert not list(left_out([body(0, {"exclude": ["spec"]}), everything], read(*FILES)))
    assert not list(left_out([body(0, {"exclude": ["tests"]})], read(*FILES, language="go")))
