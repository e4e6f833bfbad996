"""Whether what Leadline needs is on this machine: before anything was assessed, too."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
from collections.abc import Iterator

import duckdb

from engines.contract import EngineError
from engines.static import command
from flows.doctor.check import Check, ok
from flows.settings import ROOT, Settings
from flows.warehouse import reading

SUBJECT = "installation"
_TIMEOUT = 30.0  # seconds for a command to say its version
_JVM_AGENT = ROOT / "engines" / "agents" / "jvm" / "build" / "leadline-agent.jar"


def installation(settings: Settings, languages: frozenset[str]) -> Iterator[Check]:
    """Yield a check per part. `languages`: of the services; what none of them needs is not asked for."""
    yield ok(SUBJECT, "python", f"{sys.version.split()[0]}, leadline {importlib.metadata.version('leadline')}")
    yield _semgrep()
    yield _warehouse(settings)
    yield _python_agent()
    if languages & {"clojure", "java", "kotlin", "scala"}:
        yield from _jvm_agent()


def _semgrep() -> Check:
    try:
        return ok(SUBJECT, "semgrep", command.version(command.find_executable()))
    except EngineError:
        return Check(SUBJECT, "semgrep", "mend", "not found: no source can be analysed", _sentence(command.REMEDY))


def _sentence(remedy: str) -> str:
    return f"{remedy[0].upper()}{remedy[1:]}."


def _warehouse(settings: Settings) -> Check:
    if not settings.published.exists():
        return Check(SUBJECT, "warehouse", "note", f"nothing is published in {settings.data} yet",
                     "Run `leadline release leadline.yaml`.")  # fmt: skip
    try:
        with reading(settings.published) as connection:
            row = connection.execute("select count(*) from marts.releases").fetchone()
    except duckdb.Error as error:
        return Check(SUBJECT, "warehouse", "mend", f"{settings.published} cannot be read: {error}".splitlines()[0],
                     "Run `leadline release leadline.yaml` again: it publishes anew.")  # fmt: skip
    count = row[0] if row else 0
    return ok(SUBJECT, "warehouse", f"{count} {'release' if count == 1 else 'releases'} in {settings.data}")


def _python_agent() -> Check:
    folder = ROOT / "engines" / "agents" / "python"
    if (folder / "leadline_agent").is_dir():
        return ok(SUBJECT, "Python agent", f"python -m leadline_agent, with {folder} on PYTHONPATH")
    return Check(SUBJECT, "Python agent", "mend", "its folder is missing", "Run Leadline from its checkout.")


def _jvm_agent() -> Iterator[Check]:
    if shutil.which("java") is None:
        yield Check(SUBJECT, "Java", "mend", "java is not on PATH, and a service runs on the JVM",
                    "Install Java 17 or later (on Debian: openjdk-17-jre-headless).")  # fmt: skip
    else:
        yield ok(SUBJECT, "Java", _java_version() or "found")
    if _JVM_AGENT.exists():
        yield ok(SUBJECT, "JVM agent", str(_JVM_AGENT))
    else:
        yield Check(SUBJECT, "JVM agent", "mend", "it is not built", "Call `make agents`.")


def _java_version() -> str:
    try:
        done = subprocess.run(["java", "-version"], capture_output=True, text=True, timeout=_TIMEOUT, check=False,
                              stdin=subprocess.DEVNULL)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return next(iter(done.stderr.strip().splitlines()), "")
