"""semgrep as a command: found, run once, without network, its answer as JSON.

Options and exit statuses as of semgrep 1.182 (https://semgrep.dev/docs/cli-reference). `--experimental` is semgrep's
command line without its Python part: the same analysis, started a second and a half sooner, and a rule that is not
valid spoils only itself.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engines.contract import EngineError
from engines.static.files import MAX_BYTES

REMEDY = "remove .venv and call `make demo`, which installs it from the lock"
_OPTIONS = (
    "scan", "--experimental", "--json", "--quiet", "--metrics=off", "--disable-version-check", "--no-git-ignore",
    "--x-ignore-semgrepignore-files", "--no-rewrite-rule-ids", "--disable-nosem", f"--max-target-bytes={MAX_BYTES}",
)  # fmt: skip
# OCaml stops all threads each time that one has filled its young heap, which by default is so small that on a busy
# machine two of them wait for each other most of the time: with 32 MB a thread (4M words) `--jobs 2` costs as much
# work as `--jobs 1`, and without it two to three times as much.
_HEAP = "s=4M"
_MOST_JOBS = 8


def find_executable(given: Path | None = None) -> Path:
    """Return the semgrep executable: the one given, else beside this Python, else on PATH."""
    if given is not None:
        candidate: str | None = str(given) if given.is_file() else None
    else:
        beside = Path(sys.executable).with_name("semgrep")
        candidate = str(beside) if beside.is_file() else shutil.which("semgrep")
    if candidate is None or not os.access(candidate, os.X_OK):
        raise EngineError(f"semgrep was not found{f' at {given}' if given else ''}: {REMEDY}.")
    return Path(candidate)


def version(executable: Path) -> str:
    """Return the version of the executable; beside this Python the installed package tells it."""
    if executable.parent == Path(sys.executable).parent:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version("semgrep")
    with tempfile.TemporaryDirectory() as home:
        answer = _call([str(executable), "--version", "--disable-version-check"], Path(home), seconds=60)
    return answer.stdout.decode("utf-8", "replace").strip().splitlines()[-1]


def scan(executable: Path, rules: Sequence[Mapping[str, Any]], target: Path, *, seconds: float) -> Mapping[str, Any]:
    """Run semgrep once over a folder with these rules (verbatim bodies, with ids) and return its JSON.

    A rule or a file that it could not use stands in `errors`; the rest was done. Raises `EngineError` when semgrep is
    missing, takes longer than `seconds`, crashes or answers no JSON.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        config = home / "rules.json"
        config.write_text(json.dumps({"rules": list(rules)}), encoding="utf-8")
        command = [str(executable), *_OPTIONS, "--config", str(config), "--jobs", str(_jobs())]
        answer = _call([*command, str(target)], home, seconds)
    try:
        found = json.loads(answer.stdout)
    except ValueError:
        said = " ".join(answer.stderr.decode("utf-8", "replace").split())[-300:]
        raise EngineError(f"semgrep ended with status {answer.returncode} and no JSON: {said or REMEDY}.") from None
    if not found.get("paths") or (answer.returncode not in (0, 1) and not _is_partial(found)):
        raise EngineError(f"semgrep ended with status {answer.returncode}: {_first_error(found)}")
    return found


def _is_partial(found: Mapping[str, Any]) -> bool:
    """Whether all that went wrong belongs to one rule or one file, so that the rest was done."""
    grave = [error for error in found.get("errors", ()) if error.get("level") == "error"]
    return bool(grave) and all(error.get("rule_id") or error.get("path") for error in grave)


def _call(command: Sequence[str], home: Path, seconds: float) -> subprocess.CompletedProcess[bytes]:
    # A minimal environment: no settings, tokens or proxies of the user reach semgrep.
    environment = {
        "PATH": os.pathsep.join((str(Path(command[0]).parent), "/usr/local/bin", "/usr/bin", "/bin")),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "OCAMLRUNPARAM": _HEAP,
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
    }
    try:
        with subprocess.Popen(
            command, env=environment, cwd=home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                out, err = process.communicate(timeout=seconds)
            except BaseException as error:
                os.killpg(process.pid, signal.SIGKILL)  # semgrep works in children of its own
                if not isinstance(error, subprocess.TimeoutExpired):
                    raise
                raise EngineError(
                    f"semgrep took longer than {seconds:.0f} s: raise the time limit or scan fewer files."
                ) from None
    except OSError as error:
        raise EngineError(f"semgrep cannot be started ({error.strerror}): {REMEDY}.") from error
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _first_error(found: Mapping[str, Any]) -> str:
    messages = [" ".join(str(error.get("message", "")).split()) for error in found.get("errors", ())]
    return (messages or [REMEDY])[0][:300]


def _jobs() -> int:
    return max(1, min(os.cpu_count() or 1, _MOST_JOBS))
