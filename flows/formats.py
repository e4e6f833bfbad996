"""Which format a file of someone else is of: the content tells, never the name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from engines.contract import Engine, Exerciser, Target
from engines.imported.coverage.coverage_py import SQLITE
from engines.imported.coverage.engine import CoverageEngine
from engines.imported.cyclonedx import CycloneDxEngine
from engines.imported.decision_log import DecisionLogEngine
from engines.imported.junit import JUnitEngine
from engines.imported.sarif import SarifEngine
from engines.trace.engine import TraceEngine
from engines.trace.reading import formats as traces
from engines.trace.reading.content import head as inflated_head
from flows.hosts import hosts_of
from flows.likeness import likeness

_HEAD = 4_096  # bytes that tell a format


class NotRecognised(ValueError):
    """A file is of no format that can be imported; the message says what it looks like and what is accepted."""


def recognise(path: Path, services: Sequence[Target] = (), service: str | None = None) -> tuple[str, Engine]:
    """Return the name of the format and the engine that reads it.

    Args:
        path: the file, or a folder of recorded segments.
        services: of the release: a report of code is placed in their sources, requests by where they are deployed.
        service: the one that the report is of, where that is known.

    Raises:
        NotRecognised: with what the file looks like.
    """
    hosts = hosts_of({target.service: target.base_url for target in services})
    try:
        trace = traces.recognise(path)
        if path.is_dir():
            return trace.name, TraceEngine(path, Exerciser.IMPORT, hosts)
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise NotRecognised(f"{path} cannot be read ({error.strerror}); name a file that exists") from None
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if re.match(r"<!doctype html|<html", text, re.IGNORECASE):
        raise NotRecognised(
            f"{path} is an HTML page, not a report (a login or error page saved under that name?); export it again"
        )
    if re.search(r'"bomFormat"\s*:\s*"CycloneDX"', text):
        return "CycloneDX", CycloneDxEngine(path)
    if trace is None and _looks_like_sarif(path, text) or _names_sarif(text):
        return "SARIF", SarifEngine(path, services, service)
    if trace is not None:
        return trace.name, TraceEngine(path, Exerciser.IMPORT, hosts)
    if coverage := _coverage_format(head, text):
        return coverage, CoverageEngine(path, coverage, services, service)
    if re.search(r"<testsuites?\b", text):
        return "JUnit", JUnitEngine(path)
    if re.search(r"^- *\w+ *:", text, re.MULTILINE) and re.search(r"^[- ] *(action|subject\w*) *:", text, re.MULTILINE):
        return "decision log", DecisionLogEngine(path)
    raise NotRecognised(f"{path} looks like {likeness(inflated_head(path, _HEAD))}; accepted: {ACCEPTED}")


ACCEPTED = (
    "traces (OTLP as protobuf or JSON, Jaeger, Zipkin v2 or Tempo JSON, HAR; plain, gzip or zstd), SARIF 2.1.0, "
    "CycloneDX JSON, JUnit XML, coverage reports (coverage.py, JaCoCo, Cobertura, LCOV), a decision log in YAML"
)


def _coverage_format(head: bytes, text: str) -> str | None:
    """Return the name of the coverage format, None when it is none."""
    if head.startswith(SQLITE):
        return "coverage.py data"
    if re.search(r'"(show_contexts|branch_coverage)"\s*:', text) and '"meta"' in text:
        return "coverage.py JSON"
    if re.search(r"<report\b", text) and re.search(r"jacoco|<sessioninfo\b", text, re.IGNORECASE):
        return "JaCoCo XML"
    if re.search(r"<coverage\b[^>]*\bline-rate\s*=", text):
        return "Cobertura XML"
    if re.match(r"(TN:[^\n]*\n\s*)*SF:", text):
        return "LCOV"
    return None


def _looks_like_sarif(path: Path, head: str) -> bool:
    """Whether a JSON object says so, or has runs and a version; what says so may stand behind the results."""
    if not head.startswith("{"):
        return False
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _HEAD, 0))
        both = head + file.read(_HEAD).decode("utf-8", "replace")
    has_runs = re.search(r'"runs"\s*:\s*\[', both) is not None
    return has_runs and (_names_sarif(both) or re.search(r'"version"\s*:\s*"2\.', both) is not None)


def _names_sarif(text: str) -> bool:
    return re.search(r'"\$schema"\s*:\s*"[^"]*sarif', text, re.IGNORECASE) is not None
