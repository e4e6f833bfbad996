"""What other static analysers found, from a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).

CodeQL, SpotBugs, Bandit, semgrep, gosec, ESLint and any other tool that writes the format: results become matches with
their data flows, results about packages known vulnerabilities, and what can be neither is a `Skip` with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from engines.contract import Batch, EngineError, Match, Record, Rule, Skip, Target, Technique
from engines.imported.places import Places
from engines.imported.sarif_log import Log, Run, read_log
from engines.imported.sarif_places import roots_of
from engines.imported.sarif_rules import grouped, slug
from engines.imported.sarif_run import RunReader


class SarifEngine:
    """Yields matches, their steps and origins, rules, advisories and skips of one log; its name is the tool's.

    Args:
        path: the log.
        services: of the release, with their sources; results are placed in them by their paths.
        only: the service that the log is of, where that is known.
    """

    version = "1"
    technique = Technique.IMPORTED

    def __init__(self, path: Path, services: Sequence[Target] = (), only: str | None = None) -> None:
        self._path = path
        self._services = tuple(services)
        self._only = only

    @cached_property
    def name(self) -> str:
        """The tools of the log, each with the category that it gives the run: `codeql`, `codeql:language-python`."""
        try:
            named = [_name(run) for run in self._log.runs]
        except EngineError:
            return "sarif"
        return "+".join(dict.fromkeys(named))[:120] or "sarif"

    @cached_property
    def _log(self) -> Log:
        return read_log(self._path)

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record | Batch]:
        """Yield the records of every run. `rules`: ours, which tell the kind of a weakness class.

        Raises:
            EngineError: no readable log, or one of tools that failed and found nothing.
        """
        log, service = self._log, self._only or target.service
        if log.runs and not any(run.results for run in log.runs) and any(_has_failed(run) for run in log.runs):
            raise EngineError(f"{self._path.name} is of a tool that failed and holds no result: run the tool again.")
        rows = []
        for run in log.runs:
            bases = list((run.original_uri_base_ids or {}).values())
            folders = [invocation.working_directory for invocation in run.invocations or ()]
            places = Places(self._services, self._only, roots_of([*bases, *folders]))
            reader = RunReader(run, slug(run.tool.driver.name), places, service, self._path.name)
            yield from reader.records()
            yield from places.said(Match)
            rows += reader.rules.rows(rules)
        yield from grouped(rows)
        yield from self._silences(service)

    def _silences(self, service: str) -> Iterator[Skip]:
        if not self._log.runs:
            why = "The log holds no run: no tool says anything in it."
            yield Skip(service, self.technique, "service", self._path.name, "empty_report", why)
        if self._log.results_elsewhere:
            why = (
                f"{self._log.results_elsewhere} results stand in external properties, which are not read: inline them."
            )
            yield Skip(service, self.technique, "service", self._path.name, "external_results", why)


def _name(run: Run) -> str:
    """Return the tool and the category of the run: what stands before the last `/` of `automationDetails.id`."""
    tool = slug(run.tool.driver.name)
    category = (run.automation_details and run.automation_details.id or "").rpartition("/")[0].strip("/")
    return f"{tool}:{re.sub(r'[^A-Za-z0-9._]+', '-', category)[:60]}" if category else tool


def _has_failed(run: Run) -> bool:
    return any(not invocation.execution_successful for invocation in run.invocations or ())
