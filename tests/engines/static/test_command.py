"""semgrep is run as a command; when that fails, one sentence says how to mend it."""

import pytest

from engines.contract import EngineError
from engines.static.command import find_executable, scan, version

RULE = {"id": "a.0", "languages": ["python"], "severity": "INFO", "message": "m", "pattern": "danger(...)"}


def script(path, body):
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_the_locked_semgrep_is_found_and_tells_its_version():
    assert version(find_executable()).startswith("1.")


def test_it_is_run_without_the_users_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMGREP_APP_TOKEN", "secret")
    seen = tmp_path / "seen"
    fake = script(tmp_path / "semgrep", f'env > {seen}; echo \'{{"paths": {{"scanned": []}}, "errors": []}}\'')
    scan(fake, [RULE], tmp_path, seconds=10)
    assert "SEMGREP_SEND_METRICS=off" in seen.read_text() and "secret" not in seen.read_text()


def test_a_missing_executable_is_one_sentence_with_the_remedy(tmp_path):
    with pytest.raises(EngineError, match=r"^semgrep was not found at .*nowhere: \S+ "):
        find_executable(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("echo Traceback; exit 2", "ended with status 2 and no JSON"),
        (
            'echo \'{"errors": [{"message": "rule broken"}], "paths": {"scanned": []}}\'; exit 7',
            "status 7: rule broken",
        ),
        ("kill -9 $$", "ended with status -9"),
        ("echo '{}'", "ended with status 0"),
    ],
)
def test_a_crash_is_an_engine_error(tmp_path, body, said):
    with pytest.raises(EngineError, match=said):
        scan(script(tmp_path / "semgrep", body), [RULE], tmp_path, seconds=10)


def test_a_run_that_takes_too_long_is_stopped(tmp_path):
    with pytest.raises(EngineError, match="took longer than 1 s"):
        scan(script(tmp_path / "semgrep", "sleep 60 & sleep 60"), [RULE], tmp_path, seconds=1)
