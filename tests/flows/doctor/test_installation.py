"""What is on this machine is told, and what is missing is told with what mends it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from flows.doctor import installation as module
from flows.doctor.check import Check
from flows.doctor.installation import installation
from flows.settings import Settings


def by_name(settings: Settings, *languages: str) -> dict[str, Check]:
    return {check.name: check for check in installation(settings, frozenset(languages))}


def test_before_the_first_release_the_installation_is_told(tmp_path: Path) -> None:
    checks = by_name(Settings(tmp_path))
    assert {name: check.status for name, check in checks.items()} == {
        "python": "ok", "semgrep": "ok", "warehouse": "note", "Python agent": "ok"
    }  # fmt: skip
    assert "leadline release" in checks["warehouse"].remedy


def test_the_jvm_is_asked_for_only_when_a_service_runs_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "_JVM_AGENT", tmp_path / "no.jar")
    checks = by_name(Settings(tmp_path), "python", "clojure")
    assert (checks["Java"].status, checks["JVM agent"].status) == ("mend", "mend")
    assert checks["JVM agent"].remedy == "Call `make agents`."
    assert "Java" not in by_name(Settings(tmp_path), "python")


def test_a_missing_analyser_and_a_broken_warehouse_are_to_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.command.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings(tmp_path)
    settings.published.write_bytes(b"no database")
    checks = by_name(settings)
    assert checks["semgrep"].status == "mend" and "make demo" in checks["semgrep"].remedy
    assert checks["warehouse"].status == "mend" and "\n" not in checks["warehouse"].seen


def test_the_releases_of_a_warehouse_are_counted(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    with duckdb.connect(str(settings.published)) as connection:
        connection.execute("create schema marts; create table marts.releases as select * from range(3)")
    assert by_name(settings)["warehouse"].seen == f"3 releases in {tmp_path}"
