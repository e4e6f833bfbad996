"""Start a command with the agent inside: `python -m leadline_agent --roots SRC[,SRC] -- CMD …`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def environment(roots: list[str]) -> dict[str, str]:
    """Return what a child needs in its environment so that the agent starts inside every Python it runs."""
    earlier = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [str(PACKAGE / "boot"), str(PACKAGE.parent)]
    return {
        "LEADLINE_ROOTS": os.pathsep.join(os.path.realpath(root) for root in roots),
        "PYTHONPATH": os.pathsep.join(paths + [path for path in earlier if path and path not in paths]),
    }


def main() -> None:
    """Replace this process by the command; exit code 2 with one sentence when it cannot be started."""
    parser = argparse.ArgumentParser(prog="leadline_agent", description=__doc__)
    parser.add_argument("--roots", required=True, help="source directories of the service, separated by commas")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command to start")
    arguments = parser.parse_args()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    roots = [root for root in arguments.roots.split(",") if root]
    missing = [root for root in roots if not os.path.isdir(root)]
    if missing or not roots:
        parser.error(f"--roots {arguments.roots}: no such directory: {', '.join(missing) or '(none given)'}")
    if not command:
        parser.error("nothing to start: put the command behind --")
    try:
        os.execvpe(command[0], command, {**os.environ, **environment(roots)})
    except OSError as error:
        sys.exit(f"leadline_agent: cannot start {command[0]!r}: {error.strerror}; is it on PATH?")


if __name__ == "__main__":
    main()
