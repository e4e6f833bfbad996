"""The prober: spends the probe plan on one service at a time, inside the scope, and says what it did not do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from engines.contract import Record, Rule, Skip, Target, Technique
from engines.dynamic.attempt import BASE, Prober
from engines.dynamic.exchange import ANSWERED
from engines.dynamic.gate import PASSIVE, PROBE, Gate, Job
from engines.dynamic.object_access import SCENARIO, ObjectAccess
from engines.dynamic.outcome import Outcome, skip
from engines.dynamic.passive import Passive
from engines.dynamic.plan import PlanRow
from engines.dynamic.sender import Sender
from engines.dynamic.sentinel import Sentinel
from engines.dynamic.sweep import Sweep
from engines.dynamic.uncovered import Uncovered
from engines.identities import Session
from engines.scope import OutOfScope, Scope

THREADS = 4
CHECK_EVERY = 24  # rows between two looks at the service's health

log = logging.getLogger(__name__)

CarryOut = Callable[[PlanRow, Rule, Session | None], Outcome]


class DynamicEngine:
    """Probes what the plan asks for.

    `sessions` are identities by name, the first is used where a row names none; `health` is service → path of a
    harmless GET; `seconds` bounds one request; `on_progress` is called with (rows done, rows).
    """

    name = "prober"
    version = "1"
    technique = Technique.DYNAMIC

    def __init__(
        self,
        plan: Sequence[PlanRow],
        base_urls: Mapping[str, str],
        sessions: Mapping[str, Session],
        scope: Scope,
        assessment: int,
        health: Mapping[str, str],
        on_progress: Callable[[int, int], None] | None = None,
        seconds: float = 10.0,
    ) -> None:
        self._plan = sorted(plan, key=lambda row: (row.plan_rank, row.attempt_id))
        self._base_urls, self._sessions, self._scope = base_urls, sessions, scope
        self._assessment, self._health, self._on_progress, self._seconds = assessment, health, on_progress, seconds

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield the records of the plan's rows of this service; equal inputs give equal records in equal order.

        Rows come in plan order, passive rules last.
        """
        gate = Gate(self._scope, {rule.id: rule for rule in rules}, self._sessions)
        rows = sorted((row for row in self._plan if row.service == target.service), key=gate.is_passive)
        agent = f"leadline/{self.version} run {target.release_id}#{self._assessment}"
        sender = Sender(
            target.release_id, self._assessment, self._base_urls, self._sessions, self._scope, agent, self._seconds
        )
        try:
            uncovered = Uncovered(rows)
            for record in self._records(rows, target.service, sender, gate):
                uncovered.note(record)
                yield record
            yield from uncovered.skips()
        finally:
            sender.close()

    def _records(self, rows: Sequence[PlanRow], service: str, sender: Sender, gate: Gate) -> Iterator[Record]:
        sweep = Sweep(self._plan, sender)
        sentinel = Sentinel(sender, service, self._health.get(service) or "/", sweep.reads)
        passive = Passive(sender, sweep.reads, self._health)
        forms: Mapping[str, CarryOut] = {
            PROBE: Prober(sender, sweep, self._login_routes()).run,
            PASSIVE: passive.run,
            SCENARIO: ObjectAccess(sender).run,
        }
        hindrance = self._hindrance(service, sentinel) if rows else None
        if hindrance:
            yield from (skip(row, *hindrance) for row in rows)
            return
        done = since_check = 0
        with ThreadPoolExecutor(THREADS, thread_name_prefix="prober") as threads:
            while done < len(rows):
                chunk = gate.chunk(rows[done:])
                outcomes = _carried_out(chunk, forms, threads)
                done, since_check = done + len(chunk), since_check + len(chunk)
                lost = None
                if since_check >= CHECK_EVERY or done == len(rows) or any(map(_is_suspicious, outcomes)):
                    lost, since_check = sentinel.lost(), 0
                for each, outcome in zip(chunk, outcomes, strict=True):
                    if isinstance(each, Skip):
                        yield each
                        continue
                    passive.note(outcome.log.exchanges, each.row.route)
                    if lost and _is_suspicious(outcome):
                        outcome.give_up("health", lost)
                    yield from outcome.records(each.session.name if each.session else None, sender.secrets)
                if self._on_progress:
                    self._on_progress(done, len(rows))
                if lost:
                    log.warning("%s: stopped, %s", service, lost)
                    yield from (skip(row, "health", lost) for row in rows[done:])
                    break
        yield from self._failed_logins(service)

    def _hindrance(self, service: str, sentinel: Sentinel) -> tuple[str, str] | None:
        """Return why nothing at all can be sent to the service: (reason, explanation)."""
        base_url = self._base_urls.get(service)
        if not base_url:
            return "no_base_url", "the service is not deployed on staging: the manifest names no base_url."
        try:
            parts = urlsplit(base_url)
            self._scope.resolve(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
            lost = sentinel.begin()
        except OutOfScope as refusal:
            return refusal.reason, str(refusal)
        return ("health", lost) if lost else None

    def _login_routes(self) -> frozenset[tuple[str, str, str]]:
        """Return (service, method, route) of the identities' logins: there a 401 is an answer, not a refusal."""
        logins = (session.spec.login for session in self._sessions.values())
        return frozenset((login.service, login.method, login.path) for login in logins)

    def _failed_logins(self, service: str) -> Iterator[Skip]:
        """Yield once what keeps an identity from being used: it explains many rows."""
        for session in self._sessions.values():
            if session.failure:
                yield Skip(service, Technique.DYNAMIC, "identity", session.name, "no_session", str(session.failure))


def _carried_out(
    chunk: Sequence[Job | Skip], forms: Mapping[str, CarryOut], threads: ThreadPoolExecutor
) -> list[Outcome | Skip]:
    futures = [
        threads.submit(forms[each.form], each.row, each.rule, each.session) if isinstance(each, Job) else each
        for each in chunk
    ]
    return [future if isinstance(future, Skip) else future.result() for future in futures]


def _is_suspicious(outcome: Outcome | Skip) -> bool:
    """Tell whether the service may be unwell: no answer, or an error to a benign request."""
    return isinstance(outcome, Outcome) and any(
        e.outcome != ANSWERED or (e.role == BASE and (e.status or 0) >= 500) for e in outcome.log.exchanges
    )
