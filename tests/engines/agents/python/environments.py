"""Environments of services under the agent: one per interpreter, from the hashed lock, kept in the checkout.

`python -m tests.engines.agents.python.environments` makes them all; `… lock` compiles `requirements.in` anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
AGENT = ROOT / "engines" / "agents" / "python"
KEPT = ROOT / ".venv-agents"  # ignored by git
LOCK = HERE / "requirements.lock"
VERSIONS = ("3.11", "3.12", "3.13")  # what the agent's pyproject.toml promises

_UV = Path(sys.executable).parent / "uv"


@cache
def interpreter(version: str) -> str | None:
    """Return an interpreter of exactly this version from PATH or pyenv, `None` where there is none."""
    return next((path for path in _candidates(version) if _is_of(path, version)), None)


def environment(version: str) -> Path | None:
    """Return the Python of the environment for a version, made when it is missing or the lock is another.

    `None` where no such interpreter is installed; raises CalledProcessError when the lock cannot be installed.
    """
    base = interpreter(version)
    if base is None:
        return None
    folder = KEPT / version
    python, mark = folder / "bin" / "python", folder / ".ready"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    KEPT.mkdir(exist_ok=True)
    with open(KEPT / f"{version}.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # another session may be making it
        if not mark.exists() or mark.read_text() != wanted:
            _run("venv", "--quiet", "--clear", "--python", base, str(folder))
            _run("pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(LOCK))
            mark.write_text(wanted)
    return python


def _candidates(version: str) -> Iterator[str]:
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        yield sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(str(path) for path in pyenv.glob(f"versions/{version}.*/bin/python"))
    found = shutil.which(f"python{version}")
    if found:
        yield found


def _is_of(path: str, version: str) -> bool:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([path, "-c", code], capture_output=True, text=True, timeout=20)
    except OSError:
        return False
    return done.stdout.strip() == version


def _run(*arguments: str) -> None:
    subprocess.run([str(_UV), *arguments], check=True)


def compile_lock() -> None:
    """Compile the lock for all versions at once, with hashes and naming no index."""
    _run("pip", "compile", "--quiet", "--universal", "--python-version", VERSIONS[0], "--generate-hashes",
         "--no-emit-index-url", "--no-header", str(HERE / "requirements.in"), "-o", str(LOCK))  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:] == ["lock"]:
        compile_lock()
    else:
        for name in VERSIONS:
            print(name, environment(name) or "untested: no interpreter")
