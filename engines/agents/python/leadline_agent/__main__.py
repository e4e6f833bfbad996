"""Start a command with the agent inside: `python -m leadline_agent [--roots SRC[,SRC]] -- CMD …`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

from leadline_agent import naming

PACKAGE = Path(__file__).resolve().parent
EPILOG = """
The command runs unchanged, and so does whatever Python it starts: reloaders, workers, processes of its own.

  python -m leadline_agent -- flask --app orders run
  python -m leadline_agent --roots src,plugins -- gunicorn --workers 4 orders.wsgi
  python -m leadline_agent --roots services/orders -- python manage.py runserver
  python -m leadline_agent --service mailer -- celery -A mailer worker

environment (OpenTelemetry's):
  OTEL_EXPORTER_OTLP_ENDPOINT  where `leadline record` listens; http://127.0.0.1:4318 unless set
  OTEL_EXPORTER_OTLP_HEADERS   headers for it, a token for example: authorization=Bearer%20…
  OTEL_SERVICE_NAME            name of the service, unless --service says it
  OTEL_RESOURCE_ATTRIBUTES     service.version=…, and whatever else is true of the service

Without a name, the service is called as leadline.yaml calls the one whose source the first root is, else as its
pyproject.toml, else as the folder. Recorded values are raw: this is for staging, not for production.
"""


def environment(roots: list[str]) -> dict[str, str]:
    """Return what a child needs in its environment so that the agent starts inside every Python it runs."""
    earlier = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [str(PACKAGE / "boot"), str(PACKAGE.parent)]
    return {
        "LEADLINE_ROOTS": os.pathsep.join(os.path.realpath(root) for root in roots),
        "PYTHONPATH": os.pathsep.join(paths + [path for path in earlier if path and path not in paths]),
    }


def identity(service: str | None, root: str) -> dict[str, str]:
    """Return the environment that names the service, and say on standard error what was found out."""
    attributes = os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    keys = {pair.partition("=")[0].strip() for pair in attributes.split(",")}
    if service:
        return {"OTEL_SERVICE_NAME": service}
    if os.environ.get("OTEL_SERVICE_NAME") or "service.name" in keys:
        return {}
    name, version, teller = naming.named(Path(root).resolve())
    sys.stderr.write(f"leadline_agent: the service is recorded as {name!r} (by {teller}; --service says otherwise)\n")
    told = {"OTEL_SERVICE_NAME": name}
    if version and "service.version" not in keys:
        told["OTEL_RESOURCE_ATTRIBUTES"] = ",".join(filter(None, [attributes, f"service.version={quote(version)}"]))
    return told


def main() -> None:
    """Replace this process by the command; exit code 2 with one sentence when it cannot be started."""
    parser = argparse.ArgumentParser(
        prog="python -m leadline_agent",
        description="Record which functions and sinks each request to a Python service reaches.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--roots", default=".", help="folders of the service's own source, with commas between; else .")
    parser.add_argument("--service", help="name of the service, as the manifest has it")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- CMD …", help="the command to start")
    arguments = parser.parse_args()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    roots = [root for root in arguments.roots.split(",") if root]
    missing = [root for root in roots if not os.path.isdir(root)]
    if missing or not roots:
        parser.error(f"--roots {arguments.roots}: no such directory: {', '.join(missing) or '(none given)'}")
    if not command:
        parser.error("nothing to start: put the command behind --, for example: -- flask --app orders run")
    endpoint = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        parser.error(f"OTEL_EXPORTER_OTLP_ENDPOINT={endpoint}: not a URL of HTTP, for example http://127.0.0.1:4318")
    sys.stderr.flush()
    try:
        os.execvpe(command[0], command, {**os.environ, **environment(roots), **identity(arguments.service, roots[0])})
    except OSError as error:
        parser.exit(2, f"leadline_agent: cannot start {command[0]!r}: {error.strerror}; is it on PATH?\n")


if __name__ == "__main__":
    main()
